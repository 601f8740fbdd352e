// Copyright 2026 the airg authors. Apache-2.0 license.

/**
 * What a person says to a request: yes, no, or no longer.
 *
 * @module
 */

import { needsNetwork, rulesOf } from "../../approval/fit.ts";
import type {
  Answered,
  ApprovalSettings,
  Operator,
  Scope,
} from "../../approval/request.ts";
import { digestsOf, isPartial } from "../../approval/subject.ts";
import {
  type GrantRow,
  grantsWhere,
  putGrant,
  putRequest,
  type RequestRow,
  requestsWhere,
  shownGrant,
  shownRequest,
} from "./rows.ts";
import { ApprovalStoreError } from "./trouble.ts";
import type { Turn } from "./turn.ts";
import { wrongId, type WrongIdLimit } from "./wrong_ids.ts";

/** How long a grant for a session lasts: a working day. */
const SESSION_MS = 8 * 3_600_000;
/** How long a grant for a rule may last. */
const MAX_RULE_MS = 24 * 3_600_000;

/** A yes. */
export interface Approval {
  readonly scope: Scope;
  readonly who: Operator;
  readonly message?: string;
  /** Of the subject that the person saw. */
  readonly digest: string;
}

/** Makes a grant of a pending request. */
export function approve(
  turn: Turn,
  id: string,
  { digest, message, scope, who }: Approval,
  settings: ApprovalSettings,
): Answered {
  const limit = { max: settings.maxWrongIds, ms: settings.wrongIdWindowMs };
  const row = requestNamed(turn, id);
  if (row === undefined) return wrongId(turn, who, limit);
  if (row.state !== "pending") return notPending(row);
  if (row.digest !== digest) {
    return { ok: false, why: "changed", state: row.state };
  }
  const isTooWide = scope.kind === "rule" && needsNetwork(row.reasons) ||
    scope.kind === "session" && isPartial(row.subject);
  if (isTooWide || !mayGive(scope, settings)) {
    return { ok: false, why: "not-allowed", state: row.state };
  }
  const { ledger, moment, newId, tell } = turn;
  const grant = grantOn(row, scope, settings, { id: newId(), ...moment });
  const approved = answered(row, "approved", who, message, moment.time);
  putGrant(ledger, grant);
  putRequest(ledger, approved);
  tell({ what: "approved", request: id, grant: grant.id, who });
  return {
    ok: true,
    request: shownRequest(approved, moment.ahead),
    grant: shownGrant(grant, moment.ahead),
  };
}

/** Refuses a pending request. */
export function deny(
  turn: Turn,
  id: string,
  { message, who }: { readonly who: Operator; readonly message?: string },
  limit: WrongIdLimit,
): Answered {
  const row = requestNamed(turn, id);
  if (row === undefined) return wrongId(turn, who, limit);
  if (row.state !== "pending") return notPending(row);
  const { ledger, moment, raise, tell } = turn;
  const denied = answered(row, "denied", who, message, moment.time);
  putRequest(ledger, denied);
  tell({ what: "denied", request: id, who, ...whyOf(message) });
  raise();
  return { ok: true, request: shownRequest(denied, moment.ahead) };
}

/** Takes an open grant back, by its id or its request's. */
export function revoke(
  turn: Turn,
  id: string,
  who: Operator,
  limit: WrongIdLimit,
): Answered {
  const { ledger, moment } = turn;
  const [grant] = grantsWhere(
    ledger,
    "id = ? OR request = ? ORDER BY state = 'open' DESC",
    ...[id, id],
  );
  const row = requestNamed(turn, grant?.request ?? id);
  if (row === undefined) return wrongId(turn, who, limit);
  if (grant?.state !== "open") return notPending(row);
  const [revoked, request] = takeBack(turn, grant, row, { who });
  return {
    ok: true,
    request: shownRequest(request, moment.ahead),
    grant: shownGrant(revoked, moment.ahead),
  };
}

/** Revokes a grant and its request. */
export function takeBack(
  { ledger, raise, tell }: Turn,
  grant: GrantRow,
  row: RequestRow,
  { who, why }: { readonly who: Operator; readonly why?: string },
): readonly [GrantRow, RequestRow] {
  const revoked: GrantRow = { ...grant, state: "revoked" };
  const request: RequestRow = { ...row, state: "revoked", ...whyOf(why) };
  putGrant(ledger, revoked);
  putRequest(ledger, request);
  tell({
    ...{ what: "revoked", request: row.id, grant: grant.id, who },
    ...whyOf(why),
  });
  raise();
  return [revoked, request];
}

/** A request by its whole id; one that does not verify is an error of its own. */
function requestNamed({ ledger }: Turn, id: string): RequestRow | undefined {
  const [row] = requestsWhere(ledger, "id = ?", id);
  const damage = ledger.damaged.get(`requests ${id}`);
  if (row !== undefined || damage === undefined) return row;
  throw new ApprovalStoreError(
    `Cannot answer request ${id}: ${damage.why}`,
    "run `airg approvals repair` to set it aside",
  );
}

function notPending({ state }: RequestRow): Answered {
  return { ok: false, why: state === "expired" ? state : "answered", state };
}

function mayGive(scope: Scope, { wider }: ApprovalSettings): boolean {
  if (scope.kind === "once") return true;
  if (!wider) return false;
  return scope.kind === "session" ||
    Number.isSafeInteger(scope.ms) && scope.ms > 0 && scope.ms <= MAX_RULE_MS;
}

function grantOn(
  row: RequestRow,
  scope: Scope,
  { ttlMs }: ApprovalSettings,
  at: { readonly id: string; readonly time: number; readonly ahead: number },
): GrantRow {
  const { agent, session, workspace } = row.asker;
  const lasts = {
    once: ttlMs,
    session: SESSION_MS,
    rule: scope.kind === "rule" ? scope.ms : 0,
  };
  return {
    ...{ id: at.id, request: row.id, scope: scope.kind },
    ...{ agent, session, workspace },
    digest: scope.kind === "session"
      ? digestsOf(row.subject).session
      : row.digest,
    rules: rulesOf(row.reasons),
    madeAt: at.time - at.ahead,
    ...{ made: at.time, until: at.time + lasts[scope.kind] },
    ...{ uses: 0, state: "open" },
    same: scope.kind === "rule" ? row.place : row.same,
  };
}

function answered(
  row: RequestRow,
  state: "approved" | "denied",
  who: Operator,
  message: string | undefined,
  time: number,
): RequestRow {
  const said = message === undefined ? {} : { message };
  return { ...row, state, answeredBy: who, answered: time, ...said };
}

function whyOf(why: string | undefined): { readonly why?: string } {
  return why === undefined ? {} : { why };
}
