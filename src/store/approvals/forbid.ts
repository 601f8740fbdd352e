// Copyright 2026 the airg authors. Apache-2.0 license.

/**
 * What the policy blocks by now is granted no more, also not when the policy
 * is put back.
 *
 * @module
 */

import type { ApprovalStore, Ban } from "../../approval/request.ts";
import { sameOf, voided } from "./redeem.ts";
import {
  type GrantRow,
  grantsWhere,
  type Ledger,
  requestsWhere,
  shownGrant,
} from "./rows.ts";
import { ApprovalStoreError } from "./trouble.ts";
import type { Turn } from "./turn.ts";

/** Whether there is a grant for this very action, so that a turn is worth it. */
export function isGranted(ledger: Ledger, ban: Ban): boolean {
  return grantsFor(ledger, ban).length > 0;
}

/** Voids the grants for this very action; one for a rule leaves others open. */
export function forbid(
  turn: Turn,
  ban: Ban,
): ReturnType<ApprovalStore["forbid"]> {
  const { ledger, moment } = turn;
  return grantsFor(ledger, ban).map((grant) => {
    const [row] = requestsWhere(ledger, "id = ?", grant.request);
    if (row === undefined) {
      throw new ApprovalStoreError(
        `Cannot void grant ${grant.id}: its request does not verify`,
        "run `airg approvals repair`",
      );
    }
    const { request } = voided(turn, { grant, request: row }, ban);
    return {
      grant: shownGrant({ ...grant, state: "voided" }, moment.ahead),
      request,
    };
  });
}

function grantsFor(ledger: Ledger, ban: Ban): GrantRow[] {
  return grantsWhere(ledger, "state = 'open' AND same = ?", sameOf(ban))
    .filter(({ scope }) => scope !== "rule");
}
