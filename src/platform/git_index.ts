// Copyright 2026 the airg authors. Apache-2.0 license.

/**
 * What git's index says of a work tree (pure): gitformat-index(5), versions 2
 * to 4.
 *
 * git itself is not asked: in a folder that somebody hostile writes to it runs
 * what the folder's own settings name (`core.fsmonitor`, hooks).
 *
 * @module
 */

import { bytesOfName, nameOfBytes } from "./byte_names.ts";

/** One tracked file as git saw it last. */
export interface IndexEntry {
  /** Relative to the work tree. */
  readonly path: string;
  /** Milliseconds since the Unix epoch, with a fraction. */
  readonly mtime: number;
  /** Modulo 2^32, as git keeps it. */
  readonly size: number;
  readonly type: "file" | "link" | "module" | "folder";
  /** The only bit of a file that git keeps. */
  readonly isExecutable: boolean;
}

/** An index, or why it cannot be read. */
export type IndexRead =
  | {
    readonly ok: true;
    readonly entries: readonly IndexEntry[];
    /** A folder may stand for all that is in it ("sparse index"). */
    readonly isSparse: boolean;
    /**
     * Folders (`""` for the top) whose tree git has as the index has it: after
     * a commit all, after `git add` none that leads to what was added.
     */
    readonly settled: ReadonlySet<string>;
  }
  | { readonly ok: false; readonly why: string };

/** "DIRC" */
const SIGNATURE = 0x44495243;
const HEADER = 12;
const STAT_BYTES = 40;
const EXTENDED = 0x4000;
const SLASH = 0x2f;
const OWNER_RUNS = 0o100;
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
  if (bytes.length < HEADER + hashBytes || view.getUint32(0) !== SIGNATURE) {
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
    at = flagsAt + 2 + (version >= 3 && (flags & EXTENDED) !== 0 ? 2 : 0);
    if (version === 4) {
      const cut = readNumber(bytes, at, end);
      if (cut === undefined || cut.value > last.length) {
        return broken("git's index ends too early");
      }
      at = cut.next;
      const zero = bytes.indexOf(0, at);
      if (zero < 0 || zero >= end) return broken("git's index ends too early");
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
      isExecutable: (view.getUint32(start + 24) & OWNER_RUNS) !== 0,
    });
  }
  const parts = extensionsIn(view, at, end);
  if (parts === undefined) return broken("git's index ends too early");
  return parts.has(LINK) ? broken("git's index is split in two") : {
    ok: true,
    entries,
    isSparse: parts.has(SPARSE) || entries.some(isFolder),
    settled: settledIn(bytes, parts.get(TREE), hashBytes),
  };
}

/** Bytes of the hash at the end, if it is right; git may be told to leave it out. */
export async function hashBytesOf(
  bytes: Uint8Array<ArrayBuffer>,
): Promise<20 | 32 | undefined> {
  for (const [name, length] of [["SHA-1", 20], ["SHA-256", 32]] as const) {
    const end = bytes.length - length;
    if (end < HEADER) continue;
    const hash = new Uint8Array(
      await crypto.subtle.digest(name, bytes.subarray(0, end)),
    );
    if (hash.every((byte, i) => bytes[end + i] === byte)) return length;
  }
  return undefined;
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

function isFolder({ type }: IndexEntry): boolean {
  return type === "folder";
}

/** "link": other entries lie in a shared file. */
const LINK = 0x6c696e6b;
/** "sdir": some entries are folders. */
const SPARSE = 0x73646972;

/** "TREE": hashes of the trees that the entries make. */
const TREE = 0x54524545;

/** What follows the entries, by signature, as begin and end; nothing where it is not whole. */
function extensionsIn(
  view: DataView,
  start: number,
  end: number,
): ReadonlyMap<number, readonly [number, number]> | undefined {
  const found = new Map<number, readonly [number, number]>();
  let at = start;
  while (at + 8 <= end) {
    const next = at + 8 + view.getUint32(at + 4);
    found.set(view.getUint32(at), [at + 8, next]);
    at = next;
  }
  return at === end ? found : undefined;
}

/** The "cache tree" of gitformat-index(5), each folder before those in it. */
function settledIn(
  bytes: Uint8Array,
  part: readonly [number, number] | undefined,
  hashBytes: number,
): ReadonlySet<string> {
  const found = new Set<string>();
  /** Folders that are being read, with how many in them are still to come. */
  const open: { readonly path: string; left: number }[] = [];
  let [at, end] = part ?? [0, 0];
  while (at < end) {
    const zero = bytes.indexOf(0, at);
    const line = bytes.indexOf(LINE_FEED, zero);
    if (zero < 0 || line < 0 || line >= end) break;
    const name = nameOfBytes(bytes.subarray(at, zero));
    const [count, below] = decodeAscii(bytes.subarray(zero + 1, line))
      .split(" ").map(Number);
    while (open.at(-1)?.left === 0) open.pop();
    const above = open.at(-1);
    if (above !== undefined) above.left--;
    const path = above === undefined || above.path === ""
      ? name
      : `${above.path}/${name}`;
    const isValid = count !== undefined && count >= 0;
    if (isValid) found.add(path);
    open.push({ path, left: below ?? 0 });
    at = line + 1 + (isValid ? hashBytes : 0);
  }
  return found;
}

const LINE_FEED = 0x0a;

function decodeAscii(bytes: Uint8Array): string {
  return String.fromCharCode(...bytes);
}

/** "offset encoding" of gitformat-pack(5). */
function readNumber(
  bytes: Uint8Array,
  start: number,
  end: number,
): { readonly value: number; readonly next: number } | undefined {
  let value = -1;
  // Four bytes are more than any path.
  for (let at = start; at < Math.min(end, start + 4); at++) {
    const byte = bytes[at] ?? 0;
    value = ((value + 1) << 7) | (byte & 0x7f);
    if ((byte & 0x80) === 0) return { value, next: at + 1 };
  }
  return undefined;
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
