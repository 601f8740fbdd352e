// Copyright 2026 the airg authors. Apache-2.0 license.

/**
 * Verdicts of whole lists of commands, compared.
 *
 * @module
 */

import type { Action } from "../../action/action.ts";
import { commandText } from "../../action/read.ts";
import { printable } from "../../base/printable.ts";
import {
  type Decision,
  type Verdict,
  VERDICTS,
} from "../../policy/decision.ts";
import { fitted } from "./cells.ts";

/** What a decision does, in short. */
export interface Effect {
  /** What is enforced: a shadow rule enforces nothing. */
  readonly verdict: Verdict;
  /** What a shadow rule would have done. */
  readonly shadow?: Verdict;
  /** The rule that decided, and why. */
  readonly rule: string;
  readonly message: string;
}

/** The parts of a decision that say what it does; a record of one has them, too. */
interface Decided {
  readonly verdict: Verdict;
  readonly mode: Decision["mode"];
  readonly reasons: readonly {
    readonly rule: string;
    readonly message: string;
  }[];
}

/** What a decision comes to. */
export function effectOf(
  { verdict, mode, reasons: [reason] }: Decided,
): Effect {
  return {
    verdict: mode === "shadow" ? "allow" : verdict,
    ...(mode === "shadow" && { shadow: verdict }),
    rule: reason?.rule ?? "",
    message: reason?.message ?? "",
  };
}

/** How often which verdict became which; only those that differ. */
export function countChanges(
  changes: readonly { readonly before: Verdict; readonly after: Verdict }[],
): { readonly before: Verdict; readonly after: Verdict; count: number }[] {
  return VERDICTS.flatMap((before) =>
    VERDICTS.map((after) => ({
      before,
      after,
      count: changes.filter((change) =>
        change.before === before && change.after === after
      ).length,
    }))
  ).filter(({ count }) => count > 0);
}

/** `newly blocked`, and so on. */
const NEWLY: Readonly<Record<Verdict, string>> = {
  allow: "newly allowed",
  sandbox: "newly in a copy only (sandbox)",
  throttle: "newly throttled",
  escalate: "newly asking a person (escalate)",
  block: "newly blocked",
};

/** One line for each verdict that gained, strictest first. */
export function changeSummary(
  changes: readonly { readonly before: Verdict; readonly after: Verdict }[],
): string[] {
  return VERDICTS.toReversed().flatMap((verdict) => {
    const own = countChanges(changes).filter(({ after }) => after === verdict);
    if (own.length === 0) return [];
    const total = own.reduce((sum, { count }) => sum + count, 0);
    const from = own.map(({ before, count }) => `${count} from ${before}`);
    return [`${NEWLY[verdict]}: ${total} (${from.join(", ")})`];
  });
}

/** `before -> after  command`, and both reasons below. */
export function changeLines(
  { before, after }: { readonly before: Effect; readonly after: Effect },
  subject: string,
): string[] {
  const lead = `${before.verdict} -> ${after.verdict}`.padEnd(20);
  return [
    `${lead}  ${fitted(subject, 76 - lead.length)}`,
    `  was: ${printable(`${before.message} [${before.rule}]`)}`,
    `  now: ${printable(`${after.message} [${after.rule}]`)}`,
  ];
}

/** The command as text, or the tool and the path. */
export function subjectText(action: Action): string {
  return action.kind === "exec"
    ? commandText(action.command)
    : `${action.kind} ${action.path}`;
}
