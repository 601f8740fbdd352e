// Copyright 2026 the airg authors. Apache-2.0 license.

/**
 * Decisions and outcomes as lines for a person.
 *
 * Untrusted text in a decision is made printable here.
 *
 * @module
 */

import { shortId } from "../approval/short_id.ts";
import { LATE_NOTE } from "../guard/contain.ts";
import { heldLines } from "../action/held.ts";
import type { Outcome } from "../action/outcome.ts";
import { printable } from "../base/printable.ts";
import { UNSEEN_NOTE } from "../guard/unseen.ts";
import type { Decision, Reason, Verdict } from "../policy/decision.ts";
import { EXIT_BLOCKED, EXIT_NOT_NOW } from "./exit.ts";

/** What a verdict other than "allow" means for the one who asked. */
const REFUSED_AS: Readonly<Record<Verdict, string>> = {
  allow: "not run",
  block: "blocked",
  escalate: "refused for now: this needs a person's approval",
  sandbox:
    "refused: this may only change an ephemeral copy of the workspace, and file tools have none",
  throttle: "refused for now: the budget is used up",
};

/** The exit status of a decision that lets nothing run. */
export function refusalStatus({ verdict }: Decision): number {
  return verdict === "block" ? EXIT_BLOCKED : EXIT_NOT_NOW;
}

/** Why nothing ran and what would, for standard error. */
export function refusalLines(decision: Decision): string[] {
  const lines = [`airg: ${refusedAs(decision)}`];
  for (const reason of decision.reasons) {
    lines.push(`airg: reason: ${reasonText(reason)}`);
    if (reason.remedy !== undefined) {
      lines.push(`airg: hint: ${printable(reason.remedy)}`);
    }
  }
  if (decision.approval !== undefined) {
    const { expiresAt, id } = decision.approval;
    lines.push(
      `airg: request: ${id}, waits until ${expiresAt}`,
      `airg: hint: a person answers with: airg approvals approve ${
        shortId(id)
      }; then run the same again`,
    );
  }
  if (decision.retryAfterMs !== undefined && !wasDenied(decision)) {
    lines.push(`airg: hint: try again in ${decision.retryAfterMs} ms`);
  }
  return lines;
}

function refusedAs(decision: Decision): string {
  return wasDenied(decision)
    ? "refused: a person denied it"
    : REFUSED_AS[decision.verdict];
}

function wasDenied({ reasons }: Decision): boolean {
  return reasons[0]?.code === "approval.denied";
}

/**
 * What a person should know of an outcome beside its exit status; not yet
 * printable.
 */
export function outcomeLines(
  outcome: Outcome & { readonly kind: "exited" },
): string[] {
  const { ended, containment, kernelRefusals, quarantined } = outcome;
  return [
    ...(ended === "timeout"
      ? [
        `ended after ${
          (outcome.durationMs / 1000).toFixed(1)
        } s: its time was up`,
      ]
      : []),
    ...(outcome.lost === undefined ? [] : [
      `ended: the host replaced or moved ${outcome.lost} meanwhile, so it was no longer protected; run it again`,
    ]),
    ...containment.degraded.map((text) => `contained less than fully: ${text}`),
    ...(containment.notes ?? []).filter((text) =>
      text !== LATE_NOTE && text !== UNSEEN_NOTE
    ),
    ...kernelRefusals.map((text) => `refused by the kernel: ${text}`),
    ...(outcome.held === undefined ? [] : heldLines(outcome.held)),
    ...quarantined.map(({ path, movedTo, why }) =>
      `moved away: ${path} is now ${movedTo}: ${why}`
    ),
    ...(ended === "handoff"
      ? ["ended: it changed git's settings again and again"]
      : []),
    ...(outcome.handoff?.reported ?? []).map(({ path, did, why }) =>
      `${did === "kept" ? "left for the host" : "undone"}: ${path}: ${why}`
    ),
    ...(outcome.handoff?.incomplete === undefined
      ? []
      : [`not everything was looked at: ${outcome.handoff.incomplete}`]),
  ];
}

function reasonText({ message, code, rule }: Reason): string {
  return `${printable(message)} (${printable(code)}, rule ${printable(rule)})`;
}
