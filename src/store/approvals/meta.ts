// Copyright 2026 the airg authors. Apache-2.0 license.

/**
 * The one row that says how far the database has come.
 *
 * @module
 */

import { makeHead, readHead } from "./head.ts";
import { contentOf, type Ledger, statement } from "./rows.ts";
import { seal } from "./seal.ts";
import type { Remembered } from "./time.ts";

/** How far the database has come. */
export interface Meta extends Remembered {
  /** Raised by each use; see `head.ts`. */
  readonly epoch: number;
  /** Raised by each turn that changed what can be seen. */
  readonly changes: number;
}

/** Reads it; `undefined` if it is not there or does not verify. */
export function readMeta(ledger: Ledger): Meta | undefined {
  const columns = statement(ledger, "SELECT * FROM meta").get();
  return columns && contentOf<Meta>(ledger, "meta", columns);
}

/** Writes it. */
export function putMeta(ledger: Ledger, meta: Meta): void {
  const { key, body, mac } = seal(ledger.keys, "meta", meta);
  statement(
    ledger,
    `INSERT INTO meta (id, changes, key, body, mac) VALUES (1, ?, ?, ?, ?)
     ON CONFLICT (id) DO UPDATE SET changes = excluded.changes,
       key = excluded.key, body = excluded.body, mac = excluded.mac`,
  ).run(meta.changes, key, body, mac);
}

/** Whether the database holds nothing that could be used or seen. */
export function isEmpty({ database }: Ledger): boolean {
  return ["meta", "requests", "grants", "history"].every((table) =>
    database.prepare(`SELECT 1 FROM ${table}`).get() === undefined
  );
}

/**
 * Gives an empty database its first counter: that of the head which was left
 * by the one before it, since what is empty cannot be used twice.
 *
 * The caller has the write lock.
 */
export function begin(ledger: Ledger, now: number): void {
  const head = readHead(ledger.head, ledger.keys);
  const epoch = head.kind === "epoch" ? head.epoch : 0;
  putMeta(ledger, { epoch, changes: 0, clock: now, time: now });
}

/** Makes the head of a database that nothing was used of yet. */
export function ensureHead(ledger: Ledger): void {
  const { head, keys } = ledger;
  if (readHead(head, keys).kind !== "none") return;
  if (readMeta(ledger)?.epoch === 0) makeHead(head, keys, 0);
}
