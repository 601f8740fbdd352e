// Copyright 2026 the airg authors. Apache-2.0 license.

/**
 * Other names of hidden files: hard links.
 *
 * A mask covers one name. A file with several has to be looked for, which costs
 * a question to the disk for every file, so it is done only when some hidden
 * file has more names than are hidden.
 *
 * @module
 */

import type { Hidden } from "../../../sandbox/profile.ts";
import type { Disk } from "./disk.ts";

/** What was found, and what was not. */
export interface OtherNames {
  readonly paths: readonly string[];
  /** Hidden files with names that were not found. */
  readonly missing: readonly string[];
}

/** Names asked about directly in one hidden folder; a folder of keys has few. */
const MAX_INSIDE = 200;
/** Entries looked at for other names. */
const MAX_ENTRIES = 400_000;

/** Looks beneath `roots` for further names of what is hidden. */
export function otherNames(
  hidden: readonly Hidden[],
  roots: readonly string[],
  disk: Disk,
): OtherNames {
  const wanted = severalNames(hidden, disk);
  if (wanted.size === 0) return { paths: [], missing: [] };
  const masked = new Set<string>(hidden.map(({ path }) => path));
  const paths: string[] = [];
  let left = MAX_ENTRIES;
  const queue = [...roots];
  for (let at = 0; at < queue.length && left > 0 && wanted.size > 0; at++) {
    const folder = queue[at]!;
    for (const { kind, name } of disk.namesIn(folder) ?? []) {
      const path = folder === "/" ? `/${name}` : `${folder}/${name}`;
      left--;
      if (masked.has(path)) continue;
      if (kind === "folder") queue.push(path);
      if (kind !== "file") continue;
      const stat = disk.statOf(path);
      const key = stat && `${stat.device}:${stat.inode}`;
      const target = key === undefined ? undefined : wanted.get(key);
      if (key === undefined || target === undefined) continue;
      paths.push(path);
      if (--target.missing === 0) wanted.delete(key);
    }
  }
  return { paths, missing: [...wanted.values()].map(({ path }) => path) };
}

/** By device and inode: hidden files that have more names than are hidden. */
function severalNames(
  hidden: readonly Hidden[],
  disk: Disk,
): Map<string, { readonly path: string; missing: number }> {
  const wanted = new Map<string, { readonly path: string; missing: number }>();
  for (const path of filesOf(hidden, disk)) {
    const stat = disk.statOf(path);
    if (stat === undefined || stat.links < 2) continue;
    const key = `${stat.device}:${stat.inode}`;
    const known = wanted.get(key) ?? { path, missing: stat.links };
    known.missing--;
    wanted.set(key, known);
  }
  for (const [key, { missing }] of wanted) {
    if (missing === 0) wanted.delete(key);
  }
  return wanted;
}

/** Hidden files, and those directly in hidden folders, such as `.ssh`. */
function* filesOf(hidden: readonly Hidden[], disk: Disk): Generator<string> {
  for (const { kind, path } of hidden) {
    if (kind === "file") {
      yield path;
      continue;
    }
    for (const entry of (disk.namesIn(path) ?? []).slice(0, MAX_INSIDE)) {
      if (entry.kind === "file") yield `${path}/${entry.name}`;
    }
  }
}
