// Copyright 2026 the airg authors. Apache-2.0 license.

/**
 * What the machine refuses the store, as what a person can do something about.
 *
 * @module
 */

import { BackupError } from "./store.ts";

const CURES: ReadonlyMap<string, string> = new Map([
  ["ENOSPC", "make room on its disk, or run `airg backup prune`"],
  ["EDQUOT", "ask for a larger quota, or run `airg backup prune`"],
  ["EROFS", "put the backups elsewhere with AIRG_BACKUP_ROOT"],
  ["EACCES", "give airg's user the folder, mode 0700"],
]);

/** Words for an error of the machine; any other is a bug and stays as it is. */
export function troubleOf(error: unknown, root: string): unknown {
  if (error instanceof BackupError || !(error instanceof Error)) return error;
  if (!("code" in error) || typeof error.code !== "string") return error;
  return new BackupError(
    `Cannot keep a backup in ${root}: ${error.message}`,
    root,
    CURES.get(error.code) ?? "look at the disk of that folder",
  );
}
