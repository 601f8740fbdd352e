// Copyright 2026 the airg authors. Apache-2.0 license.

/**
 * Looking at the store without changing what it means.
 *
 * Also a store that cannot be relied on can be read: a person has to see what
 * is in it.
 *
 * @module
 */

import type {
  ApprovalRequest,
  Asker,
  Grant,
  Operator,
  RequestState,
} from "../../approval/request.ts";
import { isPart } from "../../approval/short_id.ts";
import { canonicalJson } from "../../base/canonical_json.ts";
import { eventOf, historyOf } from "./history.ts";
import { importedOf } from "./import.ts";
import { readMeta } from "./meta.ts";
import {
  grantOf,
  grantsWhere,
  type Ledger,
  requestOf,
  requestsWhere,
  shownGrant,
  shownRequest,
  statement,
} from "./rows.ts";
import { advance, momentOf } from "./time.ts";
import type { DamagedRow } from "./trouble.ts";
import { inTurn, needsTurn, troubleWith, type Turn } from "./turn.ts";

/** Expires what is past its time, so that a reader sees it as it is. */
export function settle(ledger: Ledger, now: number): void {
  const meta = readMeta(ledger);
  if (meta === undefined || troubleWith(ledger, meta) !== undefined) return;
  if (needsTurn(ledger, meta, advance(meta, now))) inTurn(ledger, now, noWork);
}

/** A request of this asker alone. */
export function stateFor(
  ledger: Ledger,
  id: string,
  { agent, session, workspace }: Asker,
): ApprovalRequest | undefined {
  const [row] = requestsWhere(ledger, "id = ?", id);
  return row?.asker.agent === agent && row.asker.session === session &&
      row.asker.workspace === workspace
    ? shownRequest(row, aheadOf(ledger))
    : undefined;
}

/** Requests that wait, the oldest first. */
export function pendingRequests(ledger: Ledger): ApprovalRequest[] {
  const ahead = aheadOf(ledger);
  return requestsWhere(ledger, "state = 'pending' ORDER BY rowid")
    .map((row) => shownRequest(row, ahead));
}

/** Grants that can still be used, the oldest first. */
export function openGrants(ledger: Ledger): Grant[] {
  const ahead = aheadOf(ledger);
  return grantsWhere(ledger, "state = 'open' ORDER BY rowid")
    .map((row) => shownGrant(row, ahead));
}

/** The request whose id is this. */
export function findRequest(
  ledger: Ledger,
  id: string,
): ApprovalRequest | undefined {
  const [row] = requestsWhere(ledger, "id = ?", id);
  return row && shownRequest(row, aheadOf(ledger));
}

/** Rows that a part of an id finds: enough to tell what is meant. */
const MAX_ALIKE = 6;

/** Requests whose id begins or ends so, the newest first. */
export function alikeRequests(
  ledger: Ledger,
  part: string,
  states?: readonly RequestState[],
): ApprovalRequest[] {
  if (!isPart(part)) return [];
  const ahead = aheadOf(ledger);
  return requestsWhere(
    ledger,
    // Of the part's characters none means anything to LIKE.
    `(id LIKE ? OR id LIKE ?) AND ${stateIn(states)}
      ORDER BY rowid DESC LIMIT ${MAX_ALIKE}`,
    ...[`${part}%`, `%${part}`, ...states ?? []],
  ).map((row) => shownRequest(row, ahead));
}

/** Requests in these states, the newest first. */
export function listRequests(
  ledger: Ledger,
  { limit, states }: {
    readonly states?: readonly RequestState[];
    readonly limit: number;
  },
): ApprovalRequest[] {
  const ahead = aheadOf(ledger);
  const rows = requestsWhere(
    ledger,
    `${stateIn(states)} ORDER BY rowid DESC LIMIT ?`,
    ...[...states ?? [], limit],
  );
  return rows.map((row) => shownRequest(row, ahead));
}

/** Notes that a person saw a request; once for each person and terminal. */
export function noteShown(
  { ledger, tell }: Turn,
  request: string,
  who: Operator,
): void {
  if (requestsWhere(ledger, "id = ?", request).length === 0) return;
  const same = canonicalJson(who);
  const before = historyOf(ledger, request).some((event) =>
    event.what === "shown" && canonicalJson(event.who ?? null) === same
  );
  if (!before) tell({ what: "shown", request, who });
}

/** Changes with every write that others may want to see. */
export function versionOf(ledger: Ledger): number {
  const row = statement(ledger, "SELECT changes FROM meta").get();
  return Number(row?.["changes"] ?? 0);
}

/** All rows that do not verify. */
export function damagedRows(ledger: Ledger): DamagedRow[] {
  const fresh: Ledger = { ...ledger, damaged: new Map() };
  for (const [table, check] of CHECKS) {
    const rows = ledger.database.prepare(`SELECT * FROM ${table}`);
    for (const columns of rows.iterate()) check(fresh, columns);
  }
  return [...fresh.damaged.values()];
}

const CHECKS = [
  ["requests", requestOf],
  ["grants", grantOf],
  ["history", eventOf],
  ["imported", importedOf],
] as const;

function stateIn(states: readonly RequestState[] | undefined): string {
  return states === undefined
    ? "true"
    : `state IN (${states.map(() => "?").join()})`;
}

function aheadOf(ledger: Ledger): number {
  const meta = readMeta(ledger);
  return meta === undefined ? 0 : momentOf(meta).ahead;
}

function noWork(): void {
  return;
}
