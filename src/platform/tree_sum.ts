// Copyright 2026 the airg authors. Apache-2.0 license.

/**
 * All that lies in folders as one hash. What there is no room to read is told
 * apart by its time of change, which no program sets, but which a write through
 * a shared mapping may leave as it was.
 *
 * @module
 */

import { canonicalJson } from "../base/canonical_json.ts";
import { sha256Hex } from "../base/digest.ts";
import type { Held, TreeHands } from "./tree_hands.ts";
import {
  SYSTEM_REGEXP,
  type TreeAsk,
  type TreePart,
  type TreeWalk,
  walkTree,
} from "./tree_walk.ts";

/** One sum. */
export interface TreeSum {
  /** SHA-256 in hex of names and contents. */
  readonly sha256: string;
  readonly files: number;
  readonly bytes: number;
  /** Of the files, those of which only a change is noticed. */
  readonly stamped?: number;
  /** There was more than was looked at, and that is not part of it. */
  readonly more?: true;
  /** Files of which the content was read. */
  readonly members: readonly string[];
  readonly folders: readonly string[];
}

/** Both sums. */
export interface TreeSums {
  readonly own: TreeSum;
  readonly other: TreeSum;
}

/** What was found, to be found again by the times of change alone. */
export type TreeMemory = Map<
  string,
  { readonly stamps: string; readonly sums: TreeSums }
>;

/** Files that are read, and their bytes. */
const MAX_FILES = 512;
const MAX_BYTES = 16 * 1024 * 1024;
/** Trees that are remembered. */
const MAX_REMEMBERED = 16;
/**
 * Sums up what lies below `roots`.
 *
 * @param memory With it, what has the same names and times of change is not
 * read again: for who looks once more in full before it counts.
 * @throws {RangeError} Where something has no content that could be known.
 */
export async function treeSums(
  ask: TreeAsk,
  hands: TreeHands,
  memory: TreeMemory,
  fresh: boolean,
): Promise<TreeSums> {
  const found = walkTree(ask, hands);
  const key = `${ask.of} ${ask.roots.join("\0")}`;
  const stamps = [found.more, ...found.stamps].join("\n");
  const known = memory.get(key);
  if (!fresh && known?.stamps === stamps) return known.sums;
  const room = { files: MAX_FILES, bytes: MAX_BYTES };
  const sums = {
    own: await summed(found, "own", ask, hands, room),
    other: await summed(found, "other", ask, hands, room),
  };
  memory.delete(key);
  memory.set(key, { stamps, sums });
  const [oldest] = memory.keys();
  if (memory.size > MAX_REMEMBERED && oldest !== undefined) {
    memory.delete(oldest);
  }
  return sums;
}

async function summed(
  { closed, entries, more }: TreeWalk,
  part: TreePart,
  { of }: TreeAsk,
  hands: TreeHands,
  room: { files: number; bytes: number },
): Promise<TreeSum> {
  const rows: unknown[] = [];
  const contents: Uint8Array<ArrayBuffer>[] = [];
  const members: string[] = [];
  const folders: string[] = [];
  let [files, bytes, stamped] = [0, 0, 0];
  for (const entry of entries) {
    if (entry.part !== part) continue;
    const { held, path, target } = entry;
    if (held.kind === "folder") folders.push(path);
    else {
      files++;
      bytes += held.size;
    }
    if (of === "names") {
      rows.push([path, held.kind, held.kind === "folder" ? 0 : held.size]);
      continue;
    }
    const read = closed.has(path)
      ? { stamp: held.stamp }
      : contentAt(target ?? path, held, hands, room);
    if (read === undefined) {
      rows.push([path, held.kind, target ?? null]);
    } else if ("stamp" in read) {
      stamped++;
      rows.push([path, held.kind, target ?? null, read.stamp]);
    } else {
      contents.push(read.bytes);
      members.push(target ?? path);
      rows.push([
        path,
        held.kind,
        target ?? null,
        held.runs,
        read.bytes.length,
      ]);
    }
  }
  return {
    sha256: sha256Hex(canonicalJson([rows, await digestOf(contents), more])),
    files,
    bytes,
    ...(stamped > 0 && { stamped }),
    ...(more && { more }),
    members,
    folders,
  };
}

/** Of a file, its bytes while there is room for them; of what cannot be read, what changes with it. */
function contentAt(
  path: string,
  named: Held,
  hands: TreeHands,
  room: { files: number; bytes: number },
):
  | { readonly bytes: Uint8Array<ArrayBuffer> }
  | { readonly stamp: string }
  | undefined {
  const held = named.kind === "link" ? hands.look(path) : named;
  if (held?.kind !== "file") return undefined;
  const mayRead = room.files > 0 && held.size <= room.bytes &&
    !(named.kind === "link" && SYSTEM_REGEXP.test(path));
  const bytes = mayRead ? hands.read(path, held.size) : undefined;
  if (bytes === undefined) return { stamp: held.stamp };
  room.files--;
  room.bytes -= bytes.length;
  return { bytes };
}

async function digestOf(
  parts: readonly Uint8Array<ArrayBuffer>[],
): Promise<string> {
  const size = parts.reduce((sum, { length }) => sum + length, 0);
  const all = new Uint8Array(size);
  let at = 0;
  for (const part of parts) {
    all.set(part, at);
    at += part.length;
  }
  const hash = await crypto.subtle.digest("SHA-256", all);
  return new Uint8Array(hash).toHex();
}
