// Copyright 2026 the airg authors. Apache-2.0 license.

/**
 * What stands in the place of "escalate" once a person was asked, or could not
 * be (pure).
 *
 * @module
 */

import type { ApprovalRequest, Grant, Redeemed } from "../approval/request.ts";
import type { Decision, Reason } from "../policy/decision.ts";
import type { NotNow } from "./keep.ts";
import { needsNetwork } from "../approval/fit.ts";

/** Whose rule the guard's own reasons name. */
export const RULE = "airg/approvals";

/** A request was left, after what was approved turned out to be something else now. */
export function pending(
  decision: Decision,
  { expiresAt, id }: ApprovalRequest,
  voided: readonly string[],
): Decision {
  return {
    ...decision,
    approval: { id, expiresAt: new Date(expiresAt).toISOString() },
    reasons: [
      ...voided.map((why): Reason => ({
        code: "approval.voided",
        rule: RULE,
        message:
          `It was approved, and is not what was approved any more: ${why}`,
        remedy: "It has to be approved again, as it is now",
        severity: "medium",
      })),
      ...decision.reasons,
    ],
  };
}

/** What a grant makes of the decision. */
export function granted(decision: Decision, grant: Grant): Decision {
  const { containment, reasons } = decision;
  const network = needsNetwork(decision.reasons) ? "open" : containment.network;
  return {
    ...decision,
    approval: {
      id: grant.request,
      expiresAt: new Date(grant.expiresAt).toISOString(),
    },
    containment: { ...containment, network },
    reasons: [{
      code: "approval.granted",
      rule: RULE,
      message: GRANTED[grant.scope],
      severity: "info",
    }, ...reasons],
  };
}

const GRANTED: Readonly<Record<Grant["scope"], string>> = {
  once: "A person approved exactly this, once",
  session: "A person approved exactly this for this session",
  rule: "A person approved for a while what these rules object to",
};

/** It was denied a while ago. */
export function denied(
  decision: Decision,
  { others, request, retryAfterMs }: Extract<Redeemed, { kind: "denied" }>,
): Decision {
  const { message } = request;
  const what = others === undefined
    ? "A person denied this"
    : `A person denied ${others} requests of this agent lately`;
  return {
    ...decision,
    verdict: "throttle",
    retryAfterMs,
    reasons: [{
      code: "approval.denied",
      rule: RULE,
      message: message === undefined ? what : `${what} and says: ${message}`,
      remedy: `Do something else; ${
        others === undefined ? "the same" : "nothing new"
      } is not asked again for ${Math.ceil(retryAfterMs / 1000)} s`,
      severity: "medium",
    }, ...decision.reasons],
  };
}

/** How long a client is told to wait for what is in the way. */
const BUSY_MS = 2_000;

/** It is approved, and something is in the way. */
export function notNow(decision: Decision, { remedy, why }: NotNow): Decision {
  return {
    ...decision,
    verdict: "throttle",
    retryAfterMs: BUSY_MS,
    reasons: [{
      code: "approval.busy",
      rule: RULE,
      message: `A person approved it, and it cannot start now: ${why}`,
      remedy,
      severity: "medium",
    }, ...decision.reasons],
  };
}

/** What nobody can be asked about does not run. */
export function unavailable(decision: Decision, error: Error): Decision {
  return {
    ...decision,
    verdict: "block",
    reasons: [{
      code: "approval.unavailable",
      rule: RULE,
      message:
        `A person has to approve this, and cannot be asked: ${error.message}`,
      remedy: "cure" in error && typeof error.cure === "string"
        ? error.cure
        : "Look at approvals.db and its keys where airg keeps its state",
      severity: "high",
    }, ...decision.reasons],
  };
}
