// Copyright 2026 the airg authors. Apache-2.0 license.

/**
 * What the machine refuses the store, as what a person can do something about.
 *
 * @module
 */

import { BackupError } from "./store.ts";

const CURES: ReadonlyMap<string, string> = new Map([
  [
    "ENOSPC",
    "make room on its disk; `airg backup prune --dry-run` says what old backups would free",
  ],
  [
    "EDQUOT",
    "ask for a larger quota; `airg backup prune --dry-run` says what old backups would free",
  ],
  ["EROFS", "put the backups elsewhere with AIRG_BACKUP_ROOT"],
  ["EACCES", "give airg's user the folder, mode 0700"],
]);

/** What can be done where files are put back; one clause about the folder they lie in. */
const RESTORE_CURES: ReadonlyMap<string, (folder: string) => string> = new Map([
  ["ENOSPC", (folder) => `make room on the disk of ${folder}`],
  ["EDQUOT", (folder) => `make room on the disk of ${folder}, or ask for more`],
  [
    "EROFS",
    (folder) => `mount the disk of ${folder} so that it can be written`,
  ],
  ["EACCES", permit],
  ["EPERM", permit],
]);

function permit(folder: string): string {
  return `let airg's user write in ${folder} (\`chmod u+rwx\`, or its owner)`;
}

/** What the machine said of a path that is put back, and what to do about it. */
export function restoreTrouble(error: Error, path: string): string {
  const folder = path.slice(0, path.lastIndexOf("/")) || "/";
  const code = "code" in error ? String(error.code) : "";
  const cure = RESTORE_CURES.get(code)?.(folder) ??
    `look at ${folder} and its disk`;
  const said = error.message.includes(path)
    ? error.message
    : `${path}: ${error.message}`;
  return `${said}; ${cure}, then restore again`;
}

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
