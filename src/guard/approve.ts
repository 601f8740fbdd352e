// Copyright 2026 the airg authors. Apache-2.0 license.

/**
 * An escalated action: a person's grant is used up for it, or it is refused
 * and one is asked.
 *
 * Whatever fails on the way refuses. {@linkcode Approved} is the proof that a
 * grant was used up, and only this file makes one.
 *
 * @module
 */

import { isChange } from "../action/action.ts";
import type { Facts } from "../action/facts.ts";
import { misfit } from "../approval/fit.ts";
import type { ApprovalRequest, Ask, Grant } from "../approval/request.ts";
import { type Digests, digestsOf } from "../approval/subject.ts";
import type { Decision, Reason } from "../policy/decision.ts";
import { denied, granted, notNow, pending, unavailable } from "./answered.ts";
import { type Approvals, askerOf } from "./approvals.ts";
import { withBudgets } from "./count.ts";
import type { Effects } from "./effects.ts";
import { wantsCopy } from "./ephemeral.ts";
import { keep, type Keeping } from "./keep.ts";
import { subjectOf } from "./subject_of.ts";

declare const approved: unique symbol;

/** Proof that a grant was used up for one decision. */
export interface Approved {
  readonly [approved]: true;
  readonly grant: Grant;
  /** Id of the decision it is for; of no other. */
  readonly decision: string;
}

/** What became of an escalated action. */
export interface Answered {
  /** What was decided, or what stands in its place. */
  readonly decision: Decision;
  /** Absent: it is refused. */
  readonly approved?: Approved;
  /** With it: the files it is bound to, kept as they are. */
  readonly keeping?: Keeping;
}

/** The effects that asking a person takes. */
interface Asking extends Pick<Effects, "clock" | "consume" | "read"> {
  readonly approvals: Approvals;
}

/** Grants that may turn out not to fit before the store counts as broken. */
const MAX_VOIDED = 8;

/** Uses up a grant for exactly this, or leaves a request. */
export async function approve(
  facts: Facts,
  decision: Decision,
  effects: Asking,
): Promise<Answered> {
  if (isChange(facts.action) && wantsCopy(decision)) {
    // No approval makes a copy of it; so none is asked for.
    return { decision: { ...decision, verdict: "sandbox" } };
  }
  try {
    return await redeem(facts, decision, effects);
  } catch (error) {
    if (!(error instanceof Error)) throw error;
    return { decision: unavailable(decision, error) };
  }
}

async function redeem(
  facts: Facts,
  decision: Decision,
  effects: Asking,
): Promise<Answered> {
  const { approvals, clock } = effects;
  const subject = await subjectOf(facts, decision, approvals.world);
  const digests = digestsOf(subject);
  const ask: Ask = {
    asker: askerOf(facts.action),
    subject,
    reasons: objections(decision),
  };
  const grants = await approvals.grants();
  const fits = grants.some((grant) =>
    grant.state === "open" && misfit(grant, ask, digests, clock()) === undefined
  );
  using kept = new DisposableStack();
  let keeping: Keeping | undefined;
  if (fits) {
    // What cannot start now, or has no budget left, must not cost the grant.
    const kind = await keep(facts, decision, subject, effects);
    if ("why" in kind) return { decision: notNow(decision, kind) };
    keeping = kept.use(kind);
    const { decision: counted } = await withBudgets(decision, effects);
    if (counted !== decision) return { decision: counted };
  }
  const touches = fits ? undefined : await approvals.touches(facts);
  const answered = await use(
    { ...ask, ...(touches !== undefined && { touches }) },
    { digests, fits },
    decision,
    effects,
  );
  if (answered.approved === undefined) return answered;
  if (keeping === undefined) {
    // Answered between looking and asking.
    const kind = await keep(facts, decision, subject, effects);
    if ("why" in kind) {
      throw new Error(
        `It cannot start now, and its grant is used: ${kind.why}`,
      );
    }
    keeping = kept.use(kind);
  }
  kept.move();
  return { ...answered, keeping };
}

/** Redeems; grants that no longer fit are told, and the action asked anew. */
async function use(
  ask: Ask,
  { digests, fits }: { readonly digests: Digests; readonly fits: boolean },
  decision: Decision,
  effects: Asking,
): Promise<Answered> {
  const { approvals, clock } = effects;
  const { once: digest } = digests;
  const voided: string[] = [];
  for (let turn = 0; turn < MAX_VOIDED; turn++) {
    const redeemed = await approvals.redeem(ask);
    switch (redeemed.kind) {
      case "granted": {
        const { grant } = redeemed;
        const wrong = misfit(grant, ask, digests, clock());
        if (wrong !== undefined) {
          throw new Error(`The store gave a grant that does not fit: ${wrong}`);
        }
        // Answered between looking and asking; then its budgets come now.
        const counted = fits
          ? decision
          : (await withBudgets(decision, effects)).decision;
        await note(approvals, ask, digest, {
          what: "consumed",
          request: grant.request,
          grant: grant.id,
        });
        if (counted !== decision) return { decision: counted };
        return {
          decision: granted(decision, grant),
          approved: { grant, decision: decision.id } as Approved,
        };
      }
      case "pending":
        return await left(redeemed.request);
      case "denied":
        return { decision: denied(decision, redeemed) };
      case "voided":
        voided.push(redeemed.why);
        await note(approvals, ask, digest, {
          what: "voided",
          request: redeemed.request.id,
          why: redeemed.why,
        });
        if (redeemed.request.state === "pending") {
          return await left(redeemed.request);
        }
    }
  }
  throw new Error("Too many grants for it do not fit");

  async function left(request: ApprovalRequest): Promise<Answered> {
    if (request.asks <= 1) {
      await note(approvals, ask, digest, {
        what: "asked",
        request: request.id,
      });
    }
    return { decision: pending(decision, request, voided) };
  }
}

async function note(
  approvals: Approvals,
  { asker, reasons }: Ask,
  digest: string,
  event: {
    readonly what: "asked" | "consumed" | "voided";
    readonly request: string;
    readonly grant?: string;
    readonly why?: string;
  },
): Promise<void> {
  const rules = [...new Set(reasons.map(({ rule }) => rule))];
  await approvals.record({
    event: "approval",
    asker,
    digest,
    rules,
    ...event,
  });
}

/** That the policy file is broken objects to nothing: the person is told, the grant is not tied to it. */
function objections({ reasons }: Decision): readonly Reason[] {
  const objecting = reasons.filter(({ code }) => code !== "policy.stale");
  return objecting.length > 0 ? objecting : reasons;
}

/** Records that what was approved was another thing at the start; it did not run. */
export async function spoiled(
  { action }: Pick<Facts, "action">,
  { grant }: Approved,
  why: string,
  approvals: Approvals,
): Promise<void> {
  await approvals.record({
    event: "approval",
    asker: askerOf(action),
    digest: grant.digest,
    rules: grant.rules,
    what: "voided",
    request: grant.request,
    grant: grant.id,
    why,
  });
}
