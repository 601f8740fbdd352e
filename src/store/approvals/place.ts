// Copyright 2026 the airg authors. Apache-2.0 license.

/**
 * Which files the approvals are in: where another program's file has the name,
 * airg keeps its own in `airg/` beneath (DESIGN.md section 7).
 *
 * @module
 */

import { DatabaseSync } from "node:sqlite";
import { beneath, headPath } from "./file_names.ts";
import { keyPlace, makeFolderOf } from "./key_place.ts";
import { hasPrivateFile, lstatIfThere } from "./private_file.ts";
import { APPLICATION_ID } from "./schema.ts";
import {
  explained,
  MALFORMED_CURE,
  MalformedError,
  messageOf,
} from "./trouble.ts";

/** Files of the approvals; absolute. */
export interface ApprovalPlace {
  readonly database: string;
  readonly keys: string;
  readonly head: string;
  /** Another program's files that had the names. */
  readonly foreign: readonly string[];
}

/** Where `PRAGMA application_id` is in the file's first page. */
const ID_OFFSET = 68;
const MAGIC = "SQLite format 3\0";

/**
 * Finds the files, and makes the folders that they go to.
 *
 * @param asked As `Dirs` of `platform/dirs.ts` says.
 * @throws {ApprovalStoreError} If a file or folder cannot be relied on.
 */
export function approvalPlace(
  asked: { readonly database: string; readonly keys: string },
): ApprovalPlace {
  const isForeign = isForeignDatabase(asked.database);
  const database = isForeign ? beneath(asked.database) : asked.database;
  makeFolderOf(database);
  const keys = keyPlace(asked.keys);
  // Also a file of airg's own must not be a link, or be open to others.
  hasPrivateFile(database);
  return {
    database,
    keys,
    head: headPath(database),
    foreign: [
      ...(isForeign ? [asked.database] : []),
      ...(keys === asked.keys ? [] : [asked.keys]),
    ],
  };
}

/**
 * Whether another program's database has the name. A file that is no database
 * at all is an error: it may be airg's own, destroyed.
 */
function isForeignDatabase(path: string): boolean {
  const info = lstatIfThere(path);
  if (info === undefined || info.size === 0) return false;
  if (!info.isFile) {
    hasPrivateFile(path);
    return false;
  }
  const bytes = firstBytes(path);
  if (!new TextDecoder().decode(bytes).startsWith(MAGIC)) {
    throw new MalformedError(
      `Cannot use ${path}: it is not a database`,
      MALFORMED_CURE,
    );
  }
  const view = new DataView(bytes.buffer);
  // What a crash left may have it in the write-ahead log alone: SQLite knows.
  return view.getUint32(ID_OFFSET) !== APPLICATION_ID && hasOtherTables(path);
}

function firstBytes(path: string): Uint8Array<ArrayBuffer> {
  using file = Deno.openSync(path, { read: true });
  const bytes = new Uint8Array(100);
  file.readSync(bytes);
  return bytes;
}

/** What SQLite says of a log that a crash left, and that only a writer may take in. */
const NEEDS_WRITER = "attempt to write a readonly database";

function hasOtherTables(path: string, readOnly: boolean = true): boolean {
  try {
    using database = new DatabaseSync(path, { readOnly, timeout: 5_000 });
    const id = database.prepare("PRAGMA application_id").get();
    return id?.["application_id"] !== APPLICATION_ID &&
      database.prepare("SELECT 1 FROM sqlite_schema").get() !== undefined;
  } catch (error) {
    if (readOnly && messageOf(error) === NEEDS_WRITER) {
      return hasOtherTables(path, false);
    }
    throw explained(path, error);
  }
}
