// Copyright 2026 the airg authors. Apache-2.0 license.

/**
 * Copies the content of an object into a new file.
 *
 * @module
 */

import { Buffer } from "node:buffer";
import { createHash } from "node:crypto";
import {
  chunksOf,
  rememberedHash,
  turnsOf,
} from "../../platform/hashed_files.ts";
import type { HeldEntry } from "../../platform/make_entries.ts";
import type { ObjectContent } from "../open_object.ts";

const BLOCK = 64 * 1024;

const ZEROS = Buffer.alloc(BLOCK);

/**
 * Copies the content, and says what it was; holes stay holes, and blocks of
 * zeros become some. An object that was hashed in this process and is as it
 * was then before and after is not hashed again.
 */
export async function fill(
  held: HeldEntry,
  object: ObjectContent,
  size: number,
  onTurn: () => void,
): Promise<string> {
  using file = held.write();
  const known = rememberedHash(object.look());
  const hash = createHash("sha256");
  const turn = turnsOf(onTurn);
  for (const { at, bytes, isHole } of chunksOf(object, size)) {
    const isHashed = known === undefined;
    if (isHashed) hash.update(bytes);
    if (!isHole) writeBlocks(file, at, bytes);
    if (isHashed || !isHole) await turn();
  }
  file.truncateSync(size);
  file.syncDataSync();
  if (known === undefined) return hash.digest("hex");
  return rememberedHash(object.look()) === known ? known : "";
}

function writeBlocks(file: Deno.FsFile, at: number, bytes: Uint8Array): void {
  for (let from = 0; from < bytes.length; from += BLOCK) {
    const block = bytes.subarray(from, from + BLOCK);
    if (ZEROS.subarray(0, block.length).equals(block)) continue;
    file.seekSync(at + from, Deno.SeekMode.Start);
    for (let sent = 0; sent < block.length;) {
      sent += file.writeSync(block.subarray(sent));
    }
  }
}
