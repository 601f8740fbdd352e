// Copyright 2026 the airg authors. Apache-2.0 license.

/**
 * Answers a request: the log first, durable, then the store.
 *
 * An answer that the log cannot hold is not given.
 *
 * @module
 */

import type {
  Answered,
  ApprovalRequest,
  ApprovalStore,
  Operator,
  Scope,
} from "../../approval/request.ts";
import { counted } from "../../base/counted.ts";
import { type ApprovalsSite, recordOf } from "./site.ts";
import { EXIT_BLOCKED, EXIT_NOT_NOW, EXIT_USAGE } from "../exit.ts";

/** What the operator says. */
export type Answer =
  | {
    readonly act: "approve";
    readonly scope: Scope;
    readonly message?: string;
  }
  | { readonly act: "deny"; readonly message?: string }
  | { readonly act: "revoke"; readonly id?: string };

/** The answer did not take; nothing changed. */
const EXIT_NOT_TAKEN = 1;

/** Where an answer goes. */
export interface AnswerSite extends Pick<ApprovalsSite, "clock" | "of"> {
  readonly store: Pick<ApprovalStore, "approve" | "deny" | "revoke">;
}

/** Records and answers. @throws What the log or the store throws. */
export async function giveAnswer(
  site: AnswerSite,
  request: ApprovalRequest,
  answer: Answer,
  who: Operator,
): Promise<Answered> {
  const { settings, record } = await site.of(request.asker);
  const why = wordsOf(answer, who);
  await record(recordOf(DONE[answer.act], request, who, why));
  const answered = put(site, request, answer, who, settings);
  if (!answered.ok) {
    const { why } = answered;
    await record(recordOf("voided", request, who, {
      why: `the answer (${answer.act}) was not taken: ${whyText(why)}`,
    }));
  }
  return answered;
}

function put(
  { store, clock }: AnswerSite,
  { id, digest }: ApprovalRequest,
  answer: Answer,
  who: Operator,
  settings: Parameters<ApprovalStore["approve"]>[2],
): Answered {
  switch (answer.act) {
    case "approve":
      return store.approve(id, { ...answer, who, digest }, settings, clock());
    case "deny":
      return store.deny(id, { ...answer, who }, clock());
    case "revoke":
      return store.revoke(answer.id ?? id, who, clock());
  }
}

const DONE = {
  approve: "approved",
  deny: "denied",
  revoke: "revoked",
} as const;

/** Who vouches for it, the scope where it is wider than usual, and the operator's words. */
function wordsOf(
  answer: Answer,
  { how }: Operator,
): { readonly why?: string } {
  const words = how === "elicitation" ? [VOUCHED] : [];
  if (answer.act === "approve" && answer.scope.kind !== "once") {
    words.push(scopeText(answer.scope));
  }
  const said = answer.act === "revoke" ? undefined : answer.message;
  if (said !== undefined) words.push(said);
  return words.length === 0 ? {} : { why: words.join(": ") };
}

/** A client's reply proves no person. */
const VOUCHED = "the agent's client vouched for it";

/** How far an approval goes, for a person. */
export function scopeText(scope: Scope): string {
  switch (scope.kind) {
    case "once":
      return "once";
    case "session":
      return "for this session";
    case "rule":
      return `for these rules, for ${
        counted(Math.round(scope.ms / 60_000), "minute")
      }`;
  }
}

/** Why an answer was not taken. */
export function whyText(why: (Answered & { ok: false })["why"]): string {
  return WHY[why];
}

const WHY: Readonly<Record<(Answered & { ok: false })["why"], string>> = {
  unknown: "there is no such request any more",
  answered: "it has been answered already",
  expired: "it has expired",
  changed: "it is another request than was shown",
  paused: "too many wrong ids were tried; wait a few minutes",
  "not-allowed":
    "the policy allows no approval wider than once (approvals.wider_scopes is false), it is a rule that would open the network, or not all that it runs is known",
};

/** The exit status of an answer. */
export function answerStatus(answered: Answered): number {
  if (answered.ok) return 0;
  switch (answered.why) {
    case "unknown":
      return EXIT_USAGE;
    case "paused":
      return EXIT_NOT_NOW;
    case "not-allowed":
      return EXIT_BLOCKED;
    default:
      return EXIT_NOT_TAKEN;
  }
}
