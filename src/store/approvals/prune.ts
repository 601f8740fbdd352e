// Copyright 2026 the airg authors. Apache-2.0 license.

/**
 * Keeps the store from growing for ever: the audit log is what lasts.
 *
 * By number, not by age: a clock that jumps must not cost the history.
 *
 * @module
 */

import { type Ledger, statement } from "./rows.ts";

/** Ended requests that are kept, with their grants and history. */
const MAX_ENDED = 10_000;
/** Bytes of the database from which on fewer are kept. */
const MAX_BYTES = 256 * 1024 * 1024;
/** How many more there may be before somebody looks. */
const SLACK = 500;

const ENDED = "state NOT IN ('pending', 'approved')";

/** How often somebody looks: looking at all that waits costs time. */
const EVERY = 64;

/** Which requests are kept though they are old. */
export interface Kept {
  /** Denials after this moment of the store are still in force. */
  readonly deniedAfter: number;
  readonly max?: number;
  readonly slack?: number;
  readonly maxBytes?: number;
}

/** Prunes now and then; the caller has the write lock and adds a request. */
export function pruneSometimes(ledger: Ledger, kept: Kept): void {
  const row = statement(ledger, "SELECT max(rowid) AS last FROM requests")
    .get();
  if (Number(row?.["last"] ?? 0) % EVERY === 0) prune(ledger, kept);
}

/** Forgets the oldest requests that have ended; the caller has the write lock. */
export function prune(
  ledger: Ledger,
  { deniedAfter, max = MAX_ENDED, slack = SLACK, maxBytes = MAX_BYTES }: Kept,
): void {
  // Of two aggregates in one SELECT, SQLite reads the whole table.
  const row = statement(
    ledger,
    `SELECT (SELECT max(rowid) FROM requests) AS last,
       (SELECT min(rowid) FROM requests) AS first`,
  ).get();
  const last = Number(row?.["last"] ?? 0);
  const span = last - Number(row?.["first"] ?? 0);
  const isLarge = bytesOf(ledger) > maxBytes;
  if (!isLarge && span < max + slack) return;
  // Of large ones half goes, each time until it is enough.
  const kept = isLarge ? Math.min(max, Math.floor(span / 2)) : max;
  const oldest = last - kept;
  // A row that does not verify may hold anything: it is no denial then.
  const old = `SELECT id FROM requests WHERE rowid <= ?1 AND ${ENDED}
    AND NOT (state = 'denied' AND json_valid(body)
      AND json_extract(body, '$.answered') > ?2)`;
  for (const table of ["grants", "history"]) {
    statement(ledger, `DELETE FROM ${table} WHERE request IN (${old})`)
      .run(oldest, deniedAfter);
  }
  statement(ledger, `DELETE FROM requests WHERE id IN (${old})`)
    .run(oldest, deniedAfter);
}

/** Bytes of the pages in use. */
function bytesOf(ledger: Ledger): number {
  const number = (name: string) =>
    Number(statement(ledger, `PRAGMA ${name}`).get()?.[name]);
  return (number("page_count") - number("freelist_count")) *
    number("page_size");
}
