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

/** Forgets the oldest requests that have ended; the caller has the write lock. */
export function prune(
  ledger: Ledger,
  max = MAX_ENDED,
  slack = SLACK,
  maxBytes = MAX_BYTES,
): void {
  const row = statement(
    ledger,
    "SELECT max(rowid) - min(rowid) AS span, max(rowid) AS last FROM requests",
  ).get();
  const span = Number(row?.["span"] ?? 0);
  const isLarge = bytesOf(ledger) > maxBytes;
  if (!isLarge && span < max + slack) return;
  // Of large ones half goes, each time until it is enough.
  const kept = isLarge ? Math.min(max, Math.floor(span / 2)) : max;
  const oldest = Number(row?.["last"]) - kept;
  const old = `SELECT id FROM requests WHERE rowid <= ? AND ${ENDED}`;
  for (const table of ["grants", "history"]) {
    statement(ledger, `DELETE FROM ${table} WHERE request IN (${old})`)
      .run(oldest);
  }
  statement(ledger, `DELETE FROM requests WHERE rowid <= ? AND ${ENDED}`)
    .run(oldest);
}

/** Bytes of the pages in use. */
function bytesOf(ledger: Ledger): number {
  const number = (name: string) =>
    Number(statement(ledger, `PRAGMA ${name}`).get()?.[name]);
  return (number("page_count") - number("freelist_count")) *
    number("page_size");
}
