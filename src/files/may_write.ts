// Copyright 2026 the airg authors. Apache-2.0 license.

/**
 * Whether a command could write into a file: replacing a file asks only for its
 * folder, and root is asked for nothing.
 *
 * @module
 */

import { FileProblem } from "./failure.ts";
import type { Hands } from "./hands.ts";

const OWNER = 0o700;
const GROUP = 0o070;
const OTHERS = 0o007;
const WRITE = 0o222;
const READ = 0o444;

/**
 * Checks the mode of a file that is to be replaced.
 *
 * @throws {FileProblem} If it is read-only for the user that commands run as.
 */
export function mayWrite(hands: Hands, info: Deno.FileInfo): void {
  if (isAllowed(hands, info, WRITE)) return;
  const mode = ((info.mode ?? 0) & 0o777).toString(8);
  throw new FileProblem(
    "failed",
    `It is read-only (mode ${mode}); a command such as \`chmod u+w\` changes that`,
  );
}

/**
 * Checks the mode of a folder in which a name is made or removed.
 *
 * @param at Of the open folder.
 * @throws {FileProblem} If it is read-only for the user that commands run as.
 */
export function mayChange(hands: Hands, at: string): void {
  const info = Deno.statSync(at);
  if (isAllowed(hands, info, WRITE)) return;
  const mode = ((info.mode ?? 0) & 0o777).toString(8);
  throw new FileProblem(
    "failed",
    `Its folder is read-only for the user that commands run as (mode ${mode})`,
  );
}

/** Whether a command could read the file, where airg is root and commands are not. */
export function mayRead(hands: Hands, info: Deno.FileInfo): boolean {
  return isAllowed(hands, info, READ);
}

/** As the kernel looks at the mode; the groups of whoever started airg are not known, another owner has one. */
function isAllowed(
  { profile: { owner } }: Hands,
  { gid, mode, uid }: Deno.FileInfo,
  wanted: number,
): boolean {
  const acting = owner?.uid ?? Deno.uid();
  if (mode === null || acting === 0) return true;
  const whose = uid === acting
    ? OWNER
    : owner === undefined
    ? GROUP | OTHERS
    : gid === owner.gid
    ? GROUP
    : OTHERS;
  return (mode & wanted & whose) !== 0;
}
