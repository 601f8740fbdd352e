// Copyright 2026 the airg authors. Apache-2.0 license.

/**
 * SHA-256 of large files, remembered in this process: one that is as it was is
 * not read again. Holes are hashed as what they stand for and never read.
 *
 * @module
 */

import { createHash } from "node:crypto";
import { monotonicClock, systemClock } from "../base/clock.ts";
import type { RawContent, RawInfo, RawNode } from "./raw_tree.ts";

/** What tells a file from what it is after another change. */
type Stamped = Pick<RawInfo, "ctime" | "identity" | "size" | "stamp">;

/** Bytes up to which a file is read again: that costs next to nothing. */
const SMALL = 1024 * 1024;
/** Files that are remembered. */
const MOST = 1_000;
/** Milliseconds of two ticks of the slowest clock that Linux is built with (HZ=100). */
const TICK_MS = 20;
const CHUNK = 1024 * 1024;
const ZEROS = new Uint8Array(CHUNK);
/** Milliseconds between two turns of others. */
const TURN_MS = 50;

const hashes = new Map<string, string>();

function keyOf({ identity, size, stamp }: Stamped): string {
  return `${identity} ${size} ${stamp}`;
}

/** The hash of a file that is as it was when it was hashed. */
export function rememberedHash(info: Stamped): string | undefined {
  return hashes.get(keyOf(info));
}

/**
 * Remembers what a file holds; the caller knows that another change would be
 * told by its stamp.
 */
export function rememberHash(info: Stamped, sha256: string): void {
  if (info.size <= SMALL) return;
  if (hashes.size >= MOST) hashes.clear();
  hashes.set(keyOf(info), sha256);
}

/** Whether another change would be told by its times: the kernel stamps all within one tick alike. */
function isSettled({ ctime }: Stamped): boolean {
  const age = systemClock() - ctime;
  return age < 0 || age >= TICK_MS;
}

/** Hashes a file now, while all else waits. */
export function hashNow(node: RawNode): string {
  const known = rememberedHash(node.info);
  if (known !== undefined) return known;
  // What it was when somebody judged its size: it may be without end by now.
  const before = node.info;
  const settled = isSettled(before);
  using content = node.open();
  const hash = createHash("sha256");
  for (const { bytes } of chunksOf(content, before.size)) hash.update(bytes);
  return ended(node, before, settled, hash.digest("hex"));
}

/** The same, and others have their turns; `onTurn` hears of each. */
export async function hashSoon(
  node: RawNode,
  onTurn: () => void = () => {},
): Promise<string> {
  const known = rememberedHash(node.info);
  if (known !== undefined) return known;
  // What it was when somebody judged its size: it may be without end by now.
  const before = node.info;
  const settled = isSettled(before);
  using content = node.open();
  const hash = createHash("sha256");
  const turn = turnsOf(onTurn);
  for (const { bytes } of chunksOf(content, before.size)) {
    hash.update(bytes);
    await turn();
  }
  return ended(node, before, settled, hash.digest("hex"));
}

function ended(
  node: RawNode,
  before: RawInfo,
  settled: boolean,
  sha256: string,
): string {
  if (settled && keyOf(node.look()) === keyOf(before)) {
    rememberHash(before, sha256);
  }
  return sha256;
}

/** Lets others have a turn now and then. */
export function turnsOf(onTurn: () => void): () => Promise<void> {
  let last = monotonicClock();
  return async () => {
    if (monotonicClock() - last < TURN_MS) return;
    onTurn();
    await new Promise((resolve) => setTimeout(resolve));
    last = monotonicClock();
  };
}

/** A piece of a file's content; good until the next. */
export interface Piece {
  readonly at: number;
  readonly bytes: Uint8Array;
  readonly isHole: boolean;
}

/** The content piece by piece. What grows meanwhile is not part of it; where it gets shorter it ends. */
export function* chunksOf(
  content: Pick<RawContent, "file" | "nextData" | "nextHole">,
  size: number,
): Generator<Piece> {
  const chunk = new Uint8Array(CHUNK);
  for (let at = 0; at < size;) {
    const data = Math.min(size, content.nextData(at) ?? size);
    for (; at < data; at += CHUNK) {
      const bytes = data - at >= CHUNK ? ZEROS : ZEROS.subarray(0, data - at);
      yield { at, bytes, isHole: true };
    }
    at = data;
    if (at >= size) return;
    const end = Math.min(size, content.nextHole(at));
    content.file.seekSync(at, Deno.SeekMode.Start);
    while (at < end) {
      const count = content.file.readSync(
        chunk.subarray(0, Math.min(CHUNK, end - at)),
      );
      if (count === null) return;
      yield { at, bytes: chunk.subarray(0, count), isHole: false };
      at += count;
    }
  }
}
