// Copyright 2026 the airg authors. Apache-2.0 license.

/**
 * Which files git has, from its index (gitformat-index(5), versions 2 to 4).
 *
 * git itself is not asked: in a folder that somebody hostile writes to it runs
 * what the folder's own settings name (`core.fsmonitor`, hooks).
 *
 * @module
 */

import { readPlain } from "./file_hash.ts";
import type { PlainFiles } from "./plain_files.ts";

/** Bytes of an index that is read: about 300,000 files. */
const MAX_INDEX = 32 * 1024 * 1024;
/** Bytes of a `.git` file. */
const MAX_LINK = 4_096;
/** Folders that are climbed to find `.git`. */
const MAX_FOLDERS = 64;

const HEADER_BYTES = 12;
/** Times, device, inode, mode, owner and size of an entry. */
const STAT_BYTES = 40;
const EXTENDED = 0x4000;
const FOLDER_MODE = 0o040000;

/** Counts those of `paths` that git has; nothing where that cannot be known. */
export async function trackedAmong(
  paths: readonly string[],
  files: PlainFiles,
): Promise<number | undefined> {
  const indexes = new Map<string, ReadonlySet<string>>();
  const roots = new Map<string, string | undefined>();
  let count = 0;
  for (const path of paths) {
    const folder = above(path);
    if (!roots.has(folder)) roots.set(folder, rootOf(folder));
    const root = roots.get(folder);
    if (root === undefined) return undefined;
    const known = indexes.get(root) ?? await namesIn(root, files);
    if (known === undefined) return undefined;
    indexes.set(root, known);
    if (known.has(path.slice(root === "/" ? 1 : root.length + 1))) count++;
  }
  return count;
}

/**
 * Names in an index, relative to its work tree.
 *
 * @returns Nothing for what is not whole or not understood: a wrong checksum,
 * a split or a sparse index, another version.
 */
export async function indexNames(
  bytes: Uint8Array<ArrayBuffer>,
): Promise<ReadonlySet<string> | undefined> {
  const hashBytes = await checksumOf(bytes);
  if (hashBytes === undefined) return undefined;
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.length);
  const version = view.getUint32(4);
  const count = view.getUint32(8);
  const end = bytes.length - hashBytes;
  if (view.getUint32(0) !== DIRC || version < 2 || version > 4) {
    return undefined;
  }
  const decoder = new TextDecoder();
  const names = new Set<string>();
  let before: Uint8Array = new Uint8Array();
  let at = HEADER_BYTES;
  for (let nth = 0; nth < count; nth++) {
    const start = at;
    at += STAT_BYTES + hashBytes + 2;
    if (at > end || view.getUint32(start + 24) === FOLDER_MODE) {
      return undefined;
    }
    if (view.getUint16(at - 2) & EXTENDED) at += version > 2 ? 2 : 0;
    let kept = 0;
    if (version === 4) {
      const cut = readNumber(bytes, at, end);
      if (cut === undefined || cut.value > before.length) return undefined;
      kept = before.length - cut.value;
      at = cut.next;
    }
    const stop = bytes.indexOf(0, at);
    if (stop < 0 || stop >= end) return undefined;
    const name = new Uint8Array(kept + stop - at);
    name.set(before.subarray(0, kept));
    name.set(bytes.subarray(at, stop), kept);
    names.add(decoder.decode(name));
    before = name;
    // One to eight NULs, so that entries begin at multiples of eight.
    at = version === 4 ? stop + 1 : start + ((stop - start + 8) & ~7);
  }
  return isWhole(view, at, end) ? names : undefined;
}

/** "DIRC" */
const DIRC = 0x44495243;
/** Parts of which the entries are not all that there is: "link", "sdir". */
const PARTIAL: ReadonlySet<number> = new Set([0x6c696e6b, 0x73646972]);

function isWhole(view: DataView, start: number, end: number): boolean {
  let at = start;
  while (at + 8 <= end) {
    if (PARTIAL.has(view.getUint32(at))) return false;
    at += 8 + view.getUint32(at + 4);
  }
  return at === end;
}

/** Bytes of the hash at the end, if it is right. */
async function checksumOf(
  bytes: Uint8Array<ArrayBuffer>,
): Promise<number | undefined> {
  for (const [name, length] of [["SHA-1", 20], ["SHA-256", 32]] as const) {
    const end = bytes.length - length;
    if (end < HEADER_BYTES) continue;
    const hash = new Uint8Array(
      await crypto.subtle.digest(name, bytes.subarray(0, end)),
    );
    if (hash.every((byte, i) => bytes[end + i] === byte)) return length;
  }
  return undefined;
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

async function namesIn(
  root: string,
  files: PlainFiles,
): Promise<ReadonlySet<string> | undefined> {
  const folder = gitFolder(`${root === "/" ? "" : root}/.git`, files);
  const bytes = folder && readPlain(files, `${folder}/index`, MAX_INDEX);
  return bytes ? await indexNames(bytes) : undefined;
}

/** `.git` itself, or where a work tree's `.git` file says it is. */
function gitFolder(path: string, files: PlainFiles): string | undefined {
  const bytes = readPlain(files, path, MAX_LINK);
  if (bytes === undefined) return path;
  const text = new TextDecoder().decode(bytes);
  const named = /^gitdir: (.+)\n?$/.exec(text)?.[1];
  return named === undefined || named.startsWith("/")
    ? named
    : `${above(path)}/${named}`;
}

function rootOf(start: string): string | undefined {
  let folder = start;
  for (let n = 0; n < MAX_FOLDERS; n++) {
    if (exists(`${folder === "/" ? "" : folder}/.git`)) return folder;
    if (folder === "/") return undefined;
    folder = above(folder);
  }
  return undefined;
}

function exists(path: string): boolean {
  try {
    Deno.lstatSync(path);
    return true;
  } catch (error) {
    // Whatever the machine says, git is not found there.
    if (error instanceof Error && "code" in error) return false;
    throw error;
  }
}

function above(path: string): string {
  return path.slice(0, path.lastIndexOf("/")) || "/";
}
