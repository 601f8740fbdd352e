// Copyright 2026 the airg authors. Apache-2.0 license.

/**
 * Bytes of an open file, never more than asked for.
 *
 * @module
 */

/** At most so many bytes from where the file stands. */
export function readUpTo(
  file: Deno.FsFile,
  most: number,
): Uint8Array<ArrayBuffer> {
  const chunks: Uint8Array<ArrayBuffer>[] = [];
  let total = 0;
  while (total < most) {
    const chunk = new Uint8Array(Math.min(256 * 1024, most - total));
    const count = file.readSync(chunk);
    if (count === null) break;
    chunks.push(chunk.subarray(0, count));
    total += count;
  }
  return joined(chunks, total);
}

/** One array of several. */
export function joined(
  chunks: readonly Uint8Array<ArrayBuffer>[],
  total: number,
): Uint8Array<ArrayBuffer> {
  const [only] = chunks;
  if (only !== undefined && only.length === total) return only;
  const bytes = new Uint8Array(total);
  let at = 0;
  for (const chunk of chunks) {
    bytes.set(chunk, at);
    at += chunk.length;
  }
  return bytes;
}
