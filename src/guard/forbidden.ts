// Copyright 2026 the airg authors. Apache-2.0 license.

/**
 * A blocked action: what a person granted for exactly it before the policy
 * became stricter is void, also when the policy is put back (decision 0008, 6).
 *
 * @module
 */

import type { Action } from "../action/action.ts";
import { rulesOf } from "../approval/fit.ts";
import type { Decision, Reason } from "../policy/decision.ts";
import { type Approvals, askerOf } from "./approvals.ts";
import { RULE } from "./answered.ts";
import { askedOf } from "./subject_of.ts";

/**
 * Voids the grants for it, and says so.
 *
 * It stays blocked, also where the store cannot be asked.
 */
export async function forbidden(
  action: Action,
  decision: Decision,
  approvals: Approvals,
): Promise<Decision> {
  const rules = rulesOf(decision.reasons);
  const why = `the policy blocks it now: ${rules.join(", ")}`;
  try {
    const gone = await approvals.forbid({
      asker: askerOf(action),
      subject: askedOf(action),
      why,
    });
    for (const { grant, request } of gone) {
      await approvals.record({
        event: "approval",
        what: "voided",
        asker: request.asker,
        request: request.id,
        grant: grant.id,
        digest: request.digest,
        rules,
        why,
      });
    }
    return gone.length === 0 ? decision : withReason(decision, VOIDED);
  } catch (error) {
    if (!(error instanceof Error)) throw error;
    return withReason(decision, unavailable(error));
  }
}

function withReason(decision: Decision, reason: Reason): Decision {
  return { ...decision, reasons: [...decision.reasons, reason] };
}

const VOIDED: Reason = {
  code: "approval.voided",
  rule: RULE,
  message: "It was approved before the policy blocked it; that counts no more",
  severity: "info",
};

function unavailable(error: Error): Reason {
  return {
    code: "approval.unavailable",
    rule: RULE,
    message:
      `Whether it was approved before cannot be looked up: ${error.message}`,
    ...("cure" in error && typeof error.cure === "string" &&
      { remedy: error.cure }),
    severity: "info",
  };
}
