// Copyright 2026 the airg authors. Apache-2.0 license.

/**
 * Looks at files by name, and reads them without following a link.
 *
 * @module
 */

import type { PlainFiles } from "../../platform/plain_files.ts";

/** Bytes of one file that are read and kept. */
const MOST_BYTES = 256 * 1024;
/** Of git's settings, which grow with every branch. */
export const MOST_SETTINGS_BYTES = 4 * 1024 * 1024;

/** What is there, links not followed; `undefined` if nothing is. */
export function existingInfo(path: string): Deno.FileInfo | undefined {
  try {
    return Deno.lstatSync(path);
  } catch (error) {
    if (
      error instanceof Deno.errors.NotFound ||
      error instanceof Deno.errors.NotADirectory
    ) return undefined;
    // A folder above it that this user may not enter: neither may the command.
    if (error instanceof Deno.errors.PermissionDenied) return undefined;
    throw error;
  }
}

/**
 * The bytes of a plain file of at most `most` bytes; `undefined` for anything
 * else. A link put in its place meanwhile is another file, and not read.
 *
 * @param files Where a run may be at work there: a pipe put in its place
 * meanwhile would hold up a plain open for ever.
 */
export function readPlain(
  path: string,
  most: number = MOST_BYTES,
  files?: PlainFiles,
): Uint8Array<ArrayBuffer> | undefined {
  const named = existingInfo(path);
  if (named === undefined || !named.isFile || named.size > most) {
    return undefined;
  }
  const file = files === undefined ? opened(path) : files.open(path);
  if (file === undefined) return undefined;
  try {
    const opened = file.statSync();
    const same = opened.ino === named.ino && opened.dev === named.dev;
    return same ? readUpTo(file, named.size, most) : undefined;
  } finally {
    file.close();
  }
}

function opened(path: string): Deno.FsFile | undefined {
  try {
    return Deno.openSync(path);
  } catch (error) {
    if (error instanceof Error && "code" in error) return undefined;
    throw error;
  }
}

function readUpTo(
  file: Deno.FsFile,
  expected: number,
  most: number,
): Uint8Array<ArrayBuffer> | undefined {
  // One more, to see that it has not grown.
  const buffer = new Uint8Array(Math.min(expected, most) + 1);
  let length = 0;
  while (length < buffer.length) {
    const count = file.readSync(buffer.subarray(length));
    if (count === null) return buffer.slice(0, length);
    length += count;
  }
  return undefined;
}

/** Whether two files hold the same. */
export function sameBytes(a: Uint8Array, b: Uint8Array): boolean {
  return a.length === b.length && a.every((byte, i) => byte === b[i]);
}
