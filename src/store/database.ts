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
    database.exec(
      "PRAGMA journal_mode = WAL; PRAGMA synchronous = NORMAL; PRAGMA trusted_schema = OFF;",
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
