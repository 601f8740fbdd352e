// Copyright 2026 the airg authors. Apache-2.0 license.

/**
 * Reads content through and says what it is: its hash and size.
 *
 * @module
 */

import { createHash } from "node:crypto";
import type { RawContent } from "../platform/raw_tree.ts";

/** Names one content. */
export interface ContentId {
  readonly sha256: string;
  readonly size: number;
}

/** The file is shorter than it was a moment ago. */
export class Shrunk extends Error {
  override name = "Shrunk";
}

/** Awaited between two chunks; ends the work by throwing. */
export type Turn = () => Promise<void>;

const CHUNK = 1024 * 1024;

/** Chunks of a hole that are hashed before others get a turn. */
const ZEROS_A_TURN = 32;

const ZEROS = new Uint8Array(CHUNK);

/** Hashes without writing; also what has no holes. */
export async function readThrough(
  content: Pick<RawContent, "file" | "nextData" | "nextHole">,
  size: number,
  write?: (at: number, bytes: Uint8Array) => void,
  turn: Turn = noTurn,
): Promise<ContentId> {
  const hash = createHash("sha256");
  const chunk = new Uint8Array(CHUNK);
  for (let at = 0; at < size;) {
    const data = Math.min(size, content.nextData(at) ?? size);
    await hashZeros(hash, data - at, turn);
    at = data;
    if (at >= size) break;
    const end = Math.min(size, content.nextHole(at));
    await content.file.seek(at, Deno.SeekMode.Start);
    while (at < end) {
      const count = await content.file.read(
        chunk.subarray(0, Math.min(CHUNK, end - at)),
      );
      if (count === null) throw new Shrunk("Cannot read all of it");
      const bytes = chunk.subarray(0, count);
      hash.update(bytes);
      write?.(at, bytes);
      at += count;
      await turn();
    }
  }
  return { sha256: hash.digest("hex"), size };
}

async function noTurn(): Promise<void> {}

async function hashZeros(
  hash: ReturnType<typeof createHash>,
  count: number,
  turn: Turn,
): Promise<void> {
  let done = 0;
  for (let left = count; left > 0; left -= CHUNK) {
    hash.update(left >= CHUNK ? ZEROS : ZEROS.subarray(0, left));
    if (++done % ZEROS_A_TURN === 0) {
      await new Promise((resolve) => setTimeout(resolve));
      await turn();
    }
  }
}

/** All bytes of a small file. @throws {Shrunk} */
export function readWhole(file: Deno.FsFile, size: number): Uint8Array {
  const bytes = new Uint8Array(size);
  for (let at = 0; at < size;) {
    const count = file.readSync(bytes.subarray(at));
    if (count === null) throw new Shrunk("Cannot read all of it");
    at += count;
  }
  return bytes;
}

/** Its hash as hex digits. */
export function hashOf(bytes: Uint8Array): string {
  return createHash("sha256").update(bytes).digest("hex");
}
