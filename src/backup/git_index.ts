// Copyright 2026 the airg authors. Apache-2.0 license.

/**
 * What git's index says of a work tree (pure): read by airg, because git obeys
 * the settings of the repository it is run in.
 *
 * Source: Documentation/gitformat-index.txt of git 2.39.
 *
 * @module
 */

import { bytesOfName, nameOfBytes } from "../platform/byte_names.ts";

/** One tracked file as git saw it last. */
export interface IndexEntry {
  /** Relative to the work tree. */
  readonly path: string;
  /** Milliseconds since the Unix epoch, with a fraction. */
  readonly mtime: number;
  /** Modulo 2^32, as git keeps it. */
  readonly size: number;
  readonly type: "file" | "link" | "module" | "folder";
}

/** An index, or why it cannot be read. */
export type IndexRead =
  | { readonly ok: true; readonly entries: readonly IndexEntry[] }
  | { readonly ok: false; readonly why: string };

const HEADER = 12;
const STAT_BYTES = 40;
const SLASH = 0x2f;
const TYPES: Readonly<Record<number, IndexEntry["type"]>> = {
  0o10: "file",
  0o12: "link",
  0o16: "module",
  0o04: "folder",
};

/**
 * Reads versions 2 to 4.
 *
 * @param hashBytes 20, or 32 in a repository of SHA-256.
 * @param wanted Paths, with all below; the entries of others are passed over,
 * which costs next to nothing. Absent: all.
 */
export function readGitIndex(
  bytes: Uint8Array,
  hashBytes: 20 | 32 = 20,
  wanted?: readonly string[],
): IndexRead {
  const prefixes = wanted?.map(bytesOfName);
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.length);
  if (bytes.length < HEADER + hashBytes || view.getUint32(0) !== 0x44495243) {
    return broken("git's index is not of a form that airg knows");
  }
  const version = view.getUint32(4);
  if (version < 2 || version > 4) {
    return broken(`git's index is of version ${version}`);
  }
  const count = view.getUint32(8);
  const entries: IndexEntry[] = [];
  let at = HEADER;
  let last: Uint8Array = new Uint8Array();
  const end = bytes.length - hashBytes;
  for (let n = 0; n < count; n++) {
    const start = at;
    const flagsAt = start + STAT_BYTES + hashBytes;
    if (flagsAt + 3 > end) return broken("git's index ends too early");
    const flags = view.getUint16(flagsAt);
    at = flagsAt + 2 + (version >= 3 && (flags & 0x4000) !== 0 ? 2 : 0);
    if (version === 4) {
      const cut = varint(bytes, at);
      at = cut.at;
      const zero = bytes.indexOf(0, at);
      if (zero < 0 || zero >= end || cut.value > last.length) {
        return broken("git's index ends too early");
      }
      last = appended(last, last.length - cut.value, bytes.subarray(at, zero));
      at = zero + 1;
    } else {
      // Longer names are counted by their end.
      const length = flags & 0xfff;
      const zero = length < 0xfff ? at + length : bytes.indexOf(0, at);
      if (zero < 0 || zero >= end) return broken("git's index ends too early");
      const from = at;
      // One to eight zeros, so that the next entry starts at a multiple of 8.
      at = start + (Math.floor((zero - start) / 8) + 1) * 8;
      if (!isWanted(bytes, from, zero, prefixes)) continue;
      last = bytes.subarray(from, zero);
    }
    if (version === 4 && !isWanted(last, 0, last.length, prefixes)) continue;
    entries.push({
      path: nameOfBytes(last),
      mtime: view.getUint32(start + 8) * 1000 +
        view.getUint32(start + 12) / 1e6,
      size: view.getUint32(start + 36),
      type: TYPES[view.getUint32(start + 24) >>> 12] ?? "file",
    });
  }
  return hasLink(bytes, view, at, end)
    ? broken("git's index is split in two")
    : { ok: true, entries };
}

function broken(why: string): IndexRead {
  return { ok: false, why };
}

function isWanted(
  bytes: Uint8Array,
  from: number,
  to: number,
  prefixes: readonly Uint8Array[] | undefined,
): boolean {
  if (prefixes === undefined) return true;
  return prefixes.some((prefix) => {
    const { length } = prefix;
    if (to - from < length) return false;
    for (let n = length - 1; n >= 0; n--) {
      if (bytes[from + n] !== prefix[n]) return false;
    }
    return to - from === length || bytes[from + length] === SLASH;
  });
}

/** An extension "link": other entries lie in a shared file. */
function hasLink(
  bytes: Uint8Array,
  view: DataView,
  from: number,
  end: number,
): boolean {
  for (let at = from; at + 8 <= end;) {
    if (String.fromCharCode(...bytes.subarray(at, at + 4)) === "link") {
      return true;
    }
    at += 8 + view.getUint32(at + 4);
  }
  return false;
}

/** The variable width number of pack files (offset encoding). */
function varint(
  bytes: Uint8Array,
  from: number,
): { readonly value: number; readonly at: number } {
  let at = from;
  let byte = bytes[at++] ?? 0;
  let value = byte & 0x7f;
  while ((byte & 0x80) !== 0 && at - from < 5) {
    byte = bytes[at++] ?? 0;
    value = (value + 1) * 128 + (byte & 0x7f);
  }
  return { value, at };
}

function appended(
  before: Uint8Array,
  kept: number,
  rest: Uint8Array,
): Uint8Array {
  const whole = new Uint8Array(kept + rest.length);
  whole.set(before.subarray(0, kept));
  whole.set(rest, kept);
  return whole;
}
