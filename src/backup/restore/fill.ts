// Copyright 2026 the airg authors. Apache-2.0 license.

/**
 * Copies the content of an object into a new file.
 *
 * @module
 */

import { Buffer } from "node:buffer";
import { createHash } from "node:crypto";
import type { HeldEntry } from "../../platform/make_entries.ts";

const CHUNK = 1024 * 1024;

const BLOCK = 64 * 1024;

const ZEROS = Buffer.alloc(BLOCK);

/** Copies the content, and says what it was; blocks of zeros become holes. */
export function fill(
  held: HeldEntry,
  content: Deno.FsFile,
  size: number,
): string {
  using file = held.write();
  const hash = createHash("sha256");
  const chunk = Buffer.alloc(CHUNK);
  content.seekSync(0, Deno.SeekMode.Start);
  for (let at = 0;;) {
    const count = fillChunk(content, chunk);
    if (count === 0) break;
    hash.update(chunk.subarray(0, count));
    for (let from = 0; from < count; from += BLOCK) {
      const block = chunk.subarray(from, Math.min(from + BLOCK, count));
      if (block.equals(ZEROS.subarray(0, block.length))) continue;
      file.seekSync(at + from, Deno.SeekMode.Start);
      for (let sent = 0; sent < block.length;) {
        sent += file.writeSync(block.subarray(sent));
      }
    }
    at += count;
  }
  file.truncateSync(size);
  file.syncDataSync();
  return hash.digest("hex");
}

/** As many bytes as there are, up to the whole chunk. */
function fillChunk(content: Deno.FsFile, chunk: Buffer): number {
  let count = 0;
  while (count < chunk.length) {
    const got = content.readSync(chunk.subarray(count));
    if (got === null) break;
    count += got;
  }
  return count;
}
