// Copyright 2026 the airg authors. Apache-2.0 license.

/**
 * Small files of the store that only the user may read, and that no link
 * leads to.
 *
 * @module
 */

import { ApprovalStoreError } from "./trouble.ts";

/** Bits of a mode that let anybody else in. */
const OTHERS = 0o077;

/**
 * Whether there is a file of the user's own at `path`.
 *
 * @throws {ApprovalStoreError} If something else has the name, or others may
 * read or write it.
 */
export function hasPrivateFile(path: string): boolean {
  const info = lstatIfThere(path);
  if (info === undefined) return false;
  const refuse = (what: string, cure: string) =>
    new ApprovalStoreError(`Cannot use ${path}: ${what}`, cure);
  if (info.isSymlink) {
    throw refuse("it is a symbolic link", "remove the link");
  }
  if (!info.isFile) throw refuse("it is not a plain file", "move it away");
  if (info.uid !== Deno.uid()) {
    throw refuse(
      `it belongs to user ${info.uid}, airg runs as ${Deno.uid()}`,
      "run airg as its owner, or move it away",
    );
  }
  const mode = (info.mode ?? 0) & 0o777;
  if ((mode & OTHERS) !== 0) {
    throw refuse(
      `its mode is ${mode.toString(8)}, so others may use it`,
      `chmod 600 ${path}`,
    );
  }
  return true;
}

/** What has the name, without following a link. */
export function lstatIfThere(path: string): Deno.FileInfo | undefined {
  try {
    return Deno.lstatSync(path);
  } catch (error) {
    if (error instanceof Deno.errors.NotFound) return undefined;
    throw error;
  }
}

/**
 * Puts `text` under the name `path` whole or not at all, on the disk.
 *
 * @param how `new`: somebody who was quicker keeps the name.
 * @returns Whether the name is now that of this text.
 */
export function putPrivateFile(
  path: string,
  text: string,
  how: "new" | "replace",
): boolean {
  const random = crypto.getRandomValues(new Uint8Array(8)).toHex();
  const temporary = `${path}.${random}.airg-tmp`;
  try {
    using file = Deno.openSync(temporary, {
      write: true,
      createNew: true,
      mode: 0o600,
    });
    let rest = new TextEncoder().encode(text);
    while (rest.length > 0) rest = rest.subarray(file.writeSync(rest));
    file.syncSync();
    if (how === "replace") Deno.renameSync(temporary, path);
    else Deno.linkSync(temporary, path);
    return true;
  } catch (error) {
    if (error instanceof Deno.errors.AlreadyExists) return false;
    throw error;
  } finally {
    removeIfThere(temporary);
  }
}

function removeIfThere(path: string): void {
  if (lstatIfThere(path) !== undefined) Deno.removeSync(path);
}
