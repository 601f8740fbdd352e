// Copyright 2026 the airg authors. Apache-2.0 license.

/**
 * What the policy says about one action, and why.
 *
 * A decision is data: it can be stored, replayed, compared and shown. Nothing
 * here reads a file, a clock or the environment.
 *
 * @module
 */

import type { Budget } from "./throttle.ts";

/** The verdicts, mildest first. The order is the order of severity. */
export const VERDICTS = [
  "allow",
  "sandbox",
  "throttle",
  "escalate",
  "block",
] as const;

/** One of {@linkcode VERDICTS}. */
export type Verdict = typeof VERDICTS[number];

/** How bad it would have been. */
export type Severity = "info" | "low" | "medium" | "high" | "critical";

/** Why a decision came out as it did: the rule, and the words it matched. */
export interface Reason {
  /** Stable, dotted, documented in docs/reason-codes.md. */
  readonly code: string;
  /** `pack/rule` id, or the JSON pointer of a legacy list entry. */
  readonly rule: string;
  /** One sentence for a person. */
  readonly message: string;
  readonly evidence?: {
    readonly argv?: readonly string[];
    /** Offsets `[start, end)` in the command's text, in UTF-16 code units. */
    readonly span?: readonly [start: number, end: number];
    readonly path?: string;
    readonly host?: string;
  };
  /** What would be accepted instead, if anything. */
  readonly remedy?: string;
  readonly severity: Severity;
}

/** The containment a decision asks for. */
export interface ContainmentWish {
  readonly profile: string;
  readonly network: "deny" | "names" | "open";
  readonly ephemeral: boolean;
}

/** What the policy concluded, before it has an identity and a time. */
export interface Conclusion {
  readonly verdict: Verdict;
  /** Never empty: an allow carries a reason too. */
  readonly reasons: readonly Reason[];
  /** `shadow`: what would have happened; nothing is enforced. */
  readonly mode: "enforce" | "shadow";
  readonly policy: { readonly hash: string; readonly agent: string };
  readonly containment: ContainmentWish;
  /** Throttle only. */
  readonly retryAfterMs?: number;
  /** What the guard has to count before the action runs; deciding never counts. */
  readonly budgets?: readonly Budget[];
  /** How often this refused action was tried; set by the guard. */
  readonly attempt?: {
    readonly count: number;
    readonly limit: number;
    /** Trying again is pointless. */
    readonly finalBlock: boolean;
  };
}

/** The answer for one action, as it goes on the wire (DESIGN.md section 5). */
export interface Decision extends Conclusion {
  /** UUIDv7. */
  readonly id: string;
  /** Escalate only, set by the guard: what a person is asked, never what answers it. */
  readonly approval?: {
    readonly id: string;
    /** RFC 3339, in UTC. */
    readonly expiresAt: string;
  };
  /** Microseconds that reading and deciding took. */
  readonly elapsedUs: number;
}

/**
 * Combines verdicts: the strictest wins.
 *
 * @throws {RangeError} If `verdicts` is empty: an action with no parts was never
 * evaluated, which is not an "allow".
 *
 * @example The strictest part decides
 * ```ts
 * import assert from "node:assert/strict";
 * import { strictest } from "./decision.ts";
 *
 * assert.equal(strictest(["allow", "block", "escalate"]), "block");
 * ```
 */
export function strictest(verdicts: readonly Verdict[]): Verdict {
  const [first, ...rest] = verdicts;
  if (first === undefined) {
    throw new RangeError("Cannot combine verdicts: the list is empty");
  }
  return rest.reduce(
    (worst, next) =>
      VERDICTS.indexOf(next) > VERDICTS.indexOf(worst) ? next : worst,
    first,
  );
}
