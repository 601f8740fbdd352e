// Copyright 2026 the airg authors. Apache-2.0 license.

/**
 * Who may answer for the operator; pure.
 *
 * An answer needs a terminal of the caller's own, in the foreground. Below an
 * agent's client a code from the operator's `watch` is asked besides. Inside an
 * airg sandbox nobody answers.
 *
 * @module
 */

/** What is known of whoever wants to answer. */
export interface OperatorFacts {
  readonly uid: number;
  readonly user: string;
  /** It runs inside an airg sandbox. */
  readonly inside: boolean;
  /** Standard input is the controlling terminal. */
  readonly stdin: boolean;
  /** Device of the controlling terminal; absent: there is none, or it does not open. */
  readonly terminal?: string;
  /** The caller's process group is the terminal's foreground one. */
  readonly foreground: boolean;
  /** Why it comes from an agent; see `agentAbove`. */
  readonly agent?: string;
}

/** The caller, as far as it is known. */
export interface Caller {
  readonly uid: number;
  readonly user: string;
  readonly terminal: string;
}

/** May it answer? */
export type Judged =
  | { readonly kind: "person"; readonly caller: Caller }
  /** Only with a code that the operator's watch shows. */
  | {
    readonly kind: "code";
    readonly caller: Caller;
    /** The agent that is above. */
    readonly agent: string;
  }
  | {
    readonly kind: "refused";
    /** Follows "this is for a person, and". */
    readonly why: string;
    readonly cure: string;
  };

const OWN_TERMINAL = "run it in a terminal of your own";

/**
 * Judges whoever wants to answer; what is not known counts against it.
 *
 * @example A pipe answers nothing
 * ```ts
 * import assert from "node:assert/strict";
 * import { judgeOperator } from "./operator.ts";
 *
 * const facts = { uid: 1000, user: "ana", inside: false, foreground: true };
 * assert.equal(judgeOperator({ ...facts, stdin: false }).kind, "refused");
 * ```
 */
export function judgeOperator(facts: OperatorFacts): Judged {
  const { uid, user, terminal, agent } = facts;
  if (facts.inside) {
    return refused("it runs inside airg's sandbox", OWN_TERMINAL);
  }
  if (terminal === undefined) {
    return refused("it has no controlling terminal", OWN_TERMINAL);
  }
  if (!facts.foreground) {
    return refused(
      `it runs in the background of ${terminal}`,
      "bring it to the foreground (`fg`), or run it again without `&`",
    );
  }
  if (!facts.stdin) {
    return refused(
      "its standard input is not its own terminal",
      "run it without a pipe or `<`",
    );
  }
  const caller = { uid, user, terminal };
  return agent === undefined
    ? { kind: "person", caller }
    : { kind: "code", caller, agent };
}

function refused(why: string, cure: string): Judged {
  return { kind: "refused", why, cure };
}
