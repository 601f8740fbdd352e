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
/** How many more there may be before somebody looks. */
const SLACK = 500;

const ENDED = "state NOT IN ('pending', 'approved')";

/** Forgets the oldest requests that have ended; the caller has the write lock. */
export function prune(ledger: Ledger, max = MAX_ENDED, slack = SLACK): void {
  const row = statement(
    ledger,
    "SELECT max(rowid) - min(rowid) AS span, max(rowid) AS last FROM requests",
  ).get();
  if (Number(row?.["span"] ?? 0) < max + slack) return;
  const oldest = Number(row?.["last"]) - max;
  const old = `SELECT id FROM requests WHERE rowid <= ? AND ${ENDED}`;
  for (const table of ["grants", "history"]) {
    statement(ledger, `DELETE FROM ${table} WHERE request IN (${old})`)
      .run(oldest);
  }
  statement(ledger, `DELETE FROM requests WHERE rowid <= ? AND ${ENDED}`)
    .run(oldest);
}
