// Copyright 2026 the airg authors. Apache-2.0 license.

/**
 * What happened to requests and grants, in order.
 *
 * @module
 */

import type { ApprovalEvent } from "../../approval/request.ts";
import {
  type Columns,
  contentOf,
  damaged,
  type Ledger,
  statement,
} from "./rows.ts";
import { seal } from "./seal.ts";

/** Appends one event; the caller has the write lock. */
export function addEvent(
  ledger: Ledger,
  event: Omit<ApprovalEvent, "seq">,
): void {
  const last = statement(ledger, "SELECT max(seq) AS seq FROM history").get();
  const seq = Number(last?.["seq"] ?? 0) + 1;
  const { key, body, mac } = seal(ledger.keys, "history", { ...event, seq });
  statement(
    ledger,
    `INSERT INTO history (seq, request, what, key, body, mac)
     VALUES (?, ?, ?, ?, ?, ?)`,
  ).run(seq, event.request, event.what, key, body, mac);
}

/** Events of a request in order, those that verify. */
export function historyOf(ledger: Ledger, request: string): ApprovalEvent[] {
  return statement(
    ledger,
    "SELECT * FROM history WHERE request = ? ORDER BY seq",
  ).all(request).flatMap((columns) => eventOf(ledger, columns) ?? []);
}

/** Checks one row of history. */
export function eventOf(
  ledger: Ledger,
  columns: Columns,
): ApprovalEvent | undefined {
  const event = contentOf<ApprovalEvent>(ledger, "history", columns);
  return event !== undefined && event.seq === columns["seq"] &&
      event.request === columns["request"] && event.what === columns["what"]
    ? event
    : damaged(ledger, "history", columns["seq"]);
}

/**
 * Whether the history has a use of this grant. Also a row that does not verify
 * counts: it is only asked of grants that are good for one use.
 */
export function wasUsed(
  ledger: Ledger,
  request: string,
): boolean {
  return statement(
    ledger,
    "SELECT 1 FROM history WHERE request = ? AND what = 'consumed'",
  ).get(request) !== undefined;
}
