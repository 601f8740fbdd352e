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

/** The first line of a plain file, or its start where that is long. */
export function firstLine(
  files: PlainFiles,
  path: string,
): string | undefined {
  using file = files.open(path);
  if (file === undefined) return undefined;
  const bytes = new Uint8Array(MAX_LINE);
  const count = file.readSync(bytes) ?? 0;
  const [line] = new TextDecoder().decode(bytes.subarray(0, count)).split("\n");
  return line;
}

/** Bytes of a first line that Linux looks at (`BINPRM_BUF_SIZE`). */
const MAX_LINE = 256;

/**
 * What changes with a plain file whose content is not read. The time of change
 * is the kernel's: no program sets it.
 */
export function fileStamp(
  files: PlainFiles,
  path: string,
): string | undefined {
  using file = files.open(path);
  if (file === undefined) return undefined;
  const { ctime, dev, ino, mtime, size } = file.statSync();
  return [dev, ino, size, mtime?.getTime(), ctime?.getTime()].join(" ");
}

/** The bytes of a plain file of at most `most`; nothing for any other. */
export function readPlain(
  files: PlainFiles,
  path: string,
  most: number,
): Uint8Array<ArrayBuffer> | undefined {
  using file = files.open(path);
  if (file === undefined || file.statSync().size > most) return undefined;
  const bytes = readAll(file, path);
  return bytes.length > most ? undefined : bytes;
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
