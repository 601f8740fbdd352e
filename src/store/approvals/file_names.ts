// Copyright 2026 the airg authors. Apache-2.0 license.

/**
 * Names of the store's files; pure.
 *
 * @module
 */

/** Path of the head of a database. */
export function headPath(database: string): string {
  return `${database.replace(/\.db$/, "")}.head`;
}

/** The name that airg's own file has where another program's has `path`. */
export function beneath(path: string): string {
  return `${folderOf(path)}/airg/${path.slice(path.lastIndexOf("/") + 1)}`;
}

/** The folder that a file is in. */
export function folderOf(path: string): string {
  return path.slice(0, path.lastIndexOf("/")) || "/";
}
