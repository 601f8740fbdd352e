// Copyright 2026 the airg authors. Apache-2.0 license.

/**
 * How many of some files git has, from the index of the repository that each
 * is in.
 *
 * @module
 */

import { bytesOfName, isByteName } from "./byte_names.ts";
import { readPlain } from "./file_hash.ts";
import { hashBytesOf, readGitIndex } from "./git_index.ts";
import { type WorkTree, workTreeOf } from "./git_tree.ts";
import type { PlainFiles } from "./plain_files.ts";

/** Bytes of an index that is read: about 300,000 files. */
const MAX_INDEX = 32 * 1024 * 1024;
const DECODER = new TextDecoder();

/** Counts those of `paths` that git has; nothing where that cannot be known. */
export async function trackedAmong(
  paths: readonly string[],
  files: PlainFiles,
): Promise<number | undefined> {
  const trees = new Map<string, WorkTree | undefined>();
  const indexes = new Map<string, ReadonlySet<string>>();
  let count = 0;
  for (const path of paths) {
    const folder = path.slice(0, path.lastIndexOf("/")) || "/";
    if (!trees.has(folder)) trees.set(folder, workTreeOf(folder, files));
    const tree = trees.get(folder);
    if (tree === undefined) return undefined;
    const known = indexes.get(tree.root) ?? await namesIn(tree, files);
    if (known === undefined) return undefined;
    indexes.set(tree.root, known);
    if (known.has(path.slice(tree.root.length + 1))) count++;
  }
  return count;
}

async function namesIn(
  { gitFolder }: WorkTree,
  files: PlainFiles,
): Promise<ReadonlySet<string> | undefined> {
  const bytes = readPlain(files, `${gitFolder}/index`, MAX_INDEX);
  return bytes && await indexNames(bytes);
}

/**
 * Names in an index, relative to its work tree, as Deno shows them.
 *
 * @returns Nothing for what is not whole or not understood: a wrong checksum,
 * a split or a sparse index, another version.
 */
export async function indexNames(
  bytes: Uint8Array<ArrayBuffer>,
): Promise<ReadonlySet<string> | undefined> {
  const hashBytes = await hashBytesOf(bytes);
  const index = hashBytes && readGitIndex(bytes, hashBytes);
  if (!index || !index.ok || index.isSparse) return undefined;
  return new Set(index.entries.map(({ path }) => shown(path)));
}

/** Deno puts U+FFFD for what is no UTF-8. */
function shown(path: string): string {
  return isByteName(path) ? DECODER.decode(bytesOfName(path)) : path;
}
