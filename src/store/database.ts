// Copyright 2026 the airg authors. Apache-2.0 license.

/**
 * SQLite files that all airg processes of a user share.
 *
 * @module
 */

import { DatabaseSync } from "node:sqlite";

/** Milliseconds to wait for another process that writes. */
const BUSY_MS = 5_000;

/**
 * Opens the database at `path`, and runs the migrations it has not had.
 *
 * @param path A file in a folder of the user's own, or `:memory:` in tests.
 * @throws {RangeError} If a newer airg wrote the file; what SQLite throws if
 * the file is no database, or stays locked.
 */
export function openDatabase(
  path: string,
  migrations: readonly string[],
): DatabaseSync {
  // Made here so that nobody else may read it, before SQLite writes to it.
  if (path !== ":memory:") {
    refuseLink(path);
    Deno.openSync(path, { write: true, create: true, mode: 0o600 }).close();
  }
  const database = new DatabaseSync(path, { timeout: BUSY_MS });
  try {
    useWriteAheadLog(database);
    database.exec(
      "PRAGMA synchronous = NORMAL; PRAGMA trusted_schema = OFF;",
    );
    if (versionOf(database) !== migrations.length) {
      migrate(database, path, migrations);
    }
    return database;
  } catch (error) {
    database.close();
    throw error;
  }
}

/** SQLITE_BUSY in words (sqlite3_errstr); Deno 2.9 does not tell its number. */
const BUSY = "database is locked";
const PAUSE_MS = 2;
const NOTHING = new Int32Array(new SharedArrayBuffer(4));

/**
 * Of several processes that make one database, one changes its mode, and SQLite
 * does not let the others wait for it: they are told at once that it is locked.
 */
function useWriteAheadLog(database: DatabaseSync): void {
  const end = performance.now() + BUSY_MS;
  while (true) {
    try {
      return database.exec("PRAGMA journal_mode = WAL");
    } catch (error) {
      const isBusy = error instanceof Error && error.message === BUSY;
      if (!isBusy || performance.now() > end) throw error;
      Atomics.wait(NOTHING, 0, 0, PAUSE_MS);
    }
  }
}

/** A database that a link leads to is not the one of this folder. */
function refuseLink(path: string): void {
  let isLink: boolean;
  try {
    isLink = Deno.lstatSync(path).isSymlink;
  } catch (error) {
    if (error instanceof Deno.errors.NotFound) return;
    throw error;
  }
  if (isLink) {
    throw new TypeError(
      `Cannot open ${path}: it is a symbolic link; remove it`,
    );
  }
}

function versionOf(database: DatabaseSync): number {
  return Number(
    database.prepare("PRAGMA user_version").get()?.["user_version"],
  );
}

function migrate(
  database: DatabaseSync,
  path: string,
  migrations: readonly string[],
): void {
  database.exec("BEGIN IMMEDIATE");
  const version = versionOf(database);
  if (version > migrations.length) {
    throw new RangeError(
      `Cannot open ${path}: its version is ${version}, this airg knows ${migrations.length}`,
    );
  }
  for (const sql of migrations.slice(version)) database.exec(sql);
  database.exec(`PRAGMA user_version = ${migrations.length}; COMMIT`);
}
