// Copyright 2026 the airg authors. Apache-2.0 license.

/**
 * SHA-256 of a plain file, in folders where somebody hostile is at work.
 *
 * @module
 */

import type { PlainFiles } from "./plain_files.ts";

/** Bytes of the largest file that is read whole. */
const MAX_BYTES = 1024 * 1024 * 1024;

/**
 * Hashes what is at `path`; a link in the last place is not followed.
 *
 * @returns 64 hex digits, or nothing where no plain file can be read, or where
 * it has more than `most` bytes.
 * @throws {RangeError} If the file is too large; what the machine throws while
 * it is read.
 */
export async function fileHash(
  files: PlainFiles,
  path: string,
  most: number = Infinity,
): Promise<string | undefined> {
  using file = files.open(path);
  if (file === undefined || file.statSync().size > most) return undefined;
  const hash = await crypto.subtle.digest("SHA-256", readAll(file, path));
  return new Uint8Array(hash).toHex();
}

function readAll(file: Deno.FsFile, path: string): Uint8Array<ArrayBuffer> {
  const { size } = file.statSync();
  if (size > MAX_BYTES) {
    throw new RangeError(
      `Cannot hash ${path}: it has ${size} bytes, more than ${MAX_BYTES}`,
    );
  }
  // One more than it has, to see that it ends there.
  let bytes = new Uint8Array(size + 1);
  let at = 0;
  while (true) {
    const count = file.readSync(bytes.subarray(at));
    if (count === null) return bytes.subarray(0, at);
    at += count;
    if (at < bytes.length) continue;
    if (at > MAX_BYTES) throw new RangeError(`Cannot hash ${path}: it grows`);
    const more = new Uint8Array(2 * bytes.length);
    more.set(bytes);
    bytes = more;
  }
}
