// Copyright 2026 the airg authors. Apache-2.0 license.

/**
 * Counts of the last while, shared by all airg processes of a user: budgets as
 * a true sliding window, and how often a refused action was tried.
 *
 * @module
 */

import type { DatabaseSync } from "node:sqlite";
import { openDatabase } from "./database.ts";

/** What is counted, and how often it may happen in any window. */
export interface Count {
  readonly key: string;
  readonly rule: string;
  readonly limit: number;
  readonly windowMs: number;
  readonly mode: "enforce" | "shadow";
}

/** Whether the budgets had room for one more use. */
export type Consumed =
  | { readonly ok: true }
  | {
    readonly ok: false;
    readonly rule: string;
    /** Milliseconds until there is room. */
    readonly retryAfterMs: number;
  };

/** An open file of counts. */
export interface Counters {
  /**
   * Uses each budget once, or none of them.
   *
   * @param now Milliseconds since the Unix epoch.
   */
  readonly consume: (counts: readonly Count[], now: number) => Consumed;
  /** Counts one more attempt of a refused action; how many there were with it. */
  readonly attempt: (key: string, now: number) => number;
  readonly close: () => void;
}

const MIGRATIONS: readonly string[] = [
  `CREATE TABLE uses (
     key TEXT NOT NULL, at INTEGER NOT NULL, until INTEGER NOT NULL
   ) STRICT;
   CREATE INDEX uses_key ON uses (key, at);
   CREATE INDEX uses_until ON uses (until);
   CREATE TABLE attempts (
     key TEXT PRIMARY KEY, count INTEGER NOT NULL, at INTEGER NOT NULL
   ) STRICT;`,
];

/** Milliseconds after which an attempt is forgotten. */
const ATTEMPT_MS = 86_400_000;

/**
 * Opens the counts at `path`.
 *
 * @throws As {@linkcode openDatabase} does. A caller that cannot count refuses.
 */
export function openCounters(path: string): Counters {
  const database = openDatabase(path, MIGRATIONS);
  return {
    consume: (counts, now) =>
      inTransaction(database, () => consume(database, counts, now)),
    attempt: (key, now) =>
      inTransaction(database, () => attempt(database, key, now)),
    close: () => database.close(),
  };
}

function inTransaction<T>(database: DatabaseSync, work: () => T): T {
  // Immediate: two processes never count on the same room.
  database.exec("BEGIN IMMEDIATE");
  try {
    const result = work();
    database.exec("COMMIT");
    return result;
  } catch (error) {
    // A full disk may have ended it already; its error is the one to tell.
    if (database.isTransaction) database.exec("ROLLBACK");
    throw error;
  }
}

function consume(
  database: DatabaseSync,
  counts: readonly Count[],
  clock: number,
): Consumed {
  const latest = database.prepare("SELECT max(at) AS at FROM uses").get();
  // A clock that went back must not give room that was used.
  const now = Math.max(clock, Number(latest?.["at"] ?? 0));
  database.prepare("DELETE FROM uses WHERE until <= ?").run(now);
  let worst: Extract<Consumed, { ok: false }> | undefined;
  for (const count of counts) {
    if (count.mode === "shadow") continue;
    const excess = excessOf(database, count, now);
    if (excess === undefined) continue;
    const retryAfterMs = excess + (now - clock);
    if (worst === undefined || retryAfterMs > worst.retryAfterMs) {
      worst = { ok: false, rule: count.rule, retryAfterMs };
    }
  }
  if (worst !== undefined) return worst;
  const use = database.prepare(
    "INSERT INTO uses (key, at, until) VALUES (?, ?, ?)",
  );
  for (const { key, windowMs } of counts) use.run(key, now, now + windowMs);
  return { ok: true };
}

/** Milliseconds until one more use fits; nothing where it fits now. */
function excessOf(
  database: DatabaseSync,
  { key, limit, windowMs }: Count,
  now: number,
): number | undefined {
  // The use that has to leave the window before there is room.
  const row = database.prepare(
    "SELECT at FROM uses WHERE key = ? AND at > ? ORDER BY at DESC LIMIT 1 OFFSET ?",
  ).get(key, now - windowMs, limit - 1);
  if (row === undefined) return undefined;
  return Math.max(1, Number(row["at"]) + windowMs - now);
}

function attempt(database: DatabaseSync, key: string, now: number): number {
  database.prepare("DELETE FROM attempts WHERE at <= ?").run(now - ATTEMPT_MS);
  const row = database.prepare(
    `INSERT INTO attempts (key, count, at) VALUES (?, 1, ?)
     ON CONFLICT (key) DO UPDATE SET count = count + 1, at = excluded.at
     RETURNING count`,
  ).get(key, now);
  return Number(row?.["count"] ?? 1);
}
