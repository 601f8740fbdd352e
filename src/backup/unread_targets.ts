// Copyright 2026 the airg authors. Apache-2.0 license.

/**
 * What a program may change of which nobody can say what it changes: all of
 * the workspace that would be missed, if that is little enough.
 *
 * It is saved before, and forgotten after where nothing happened to it.
 *
 * @module
 */

import { isTouched, readIndex } from "./git_state.ts";
import { type WorkTree, workTreeOf } from "../platform/git_tree.ts";
import { type PlainFiles, plainFiles } from "../platform/plain_files.ts";
import { type Ground, sizeOf, walk } from "./collect.ts";
import { isWithin } from "../../sandbox/within.ts";

/** What is looked at, of which most will be as it was. */
export interface Watched {
  /** Files and links. */
  readonly paths: readonly string[];
  /** Folders, for themselves. */
  readonly folders: readonly string[];
  /** Nothing of the workspace is left out but what is large or made again. */
  readonly isAll: boolean;
  /** All that is there: what is none of it afterwards is new. */
  readonly there: ReadonlySet<string>;
}

/** Paths that are saved before one action. */
const MOST_PATHS = 2_000;
/** Bytes of them together, and of one. */
const MOST_BYTES = 64 * 1024 * 1024;
const MOST_FILE_BYTES = 16 * 1024 * 1024;
/** Paths that are looked at to find them, where git may have most of them. */
const MOST_SEEN = 20_000;

/**
 * Finds them; `undefined` where they are too many, or cannot be changed.
 *
 * Where not all can be saved, what git has is left to git.
 */
export function watchedIn(
  { held, roots, workspace }: Ground,
): Watched | undefined {
  if (!roots.includes(workspace)) return undefined;
  using files = plainFiles();
  const tree = workTreeOf(workspace, files);
  const most = tree === undefined ? MOST_PATHS : MOST_SEEN;
  const inside = held.filter((path) => isWithin(path, workspace));
  const found: Found[] = [];
  // Itself, too: so that there is an event for what appears in an empty one.
  const folders = [workspace];
  const there = new Set<string>();
  const whole = walk(workspace, "", (below, kind) => {
    const path = `${workspace}/${below}`;
    if (inside.some((one) => isWithin(path, one))) return "pass";
    there.add(path);
    if (kind === "folder") folders.push(path);
    else {
      const size = kind === "file" ? sizeOf(path) : 0;
      if (size <= MOST_FILE_BYTES) found.push({ path, size });
    }
    return there.size <= most;
  });
  if (!whole) return undefined;
  if (fits(found, folders)) {
    return { paths: pathsOf(found), folders, isAll: true, there };
  }
  const only = tree && notInGit(tree, files, found);
  return only !== undefined && fits(only, [])
    ? { paths: pathsOf(only), folders: [workspace], isAll: false, there }
    : undefined;
}

interface Found {
  readonly path: string;
  readonly size: number;
}

function pathsOf(found: readonly Found[]): string[] {
  return found.map(({ path }) => path);
}

function fits(found: readonly Found[], folders: readonly string[]): boolean {
  return found.length + folders.length <= MOST_PATHS &&
    found.reduce((sum, { size }) => sum + size, 0) <= MOST_BYTES;
}

/** Those that git could not bring back; `undefined` where that cannot be told. */
function notInGit(
  tree: WorkTree,
  files: PlainFiles,
  found: readonly Found[],
): readonly Found[] | undefined {
  const index = readIndex(tree.gitFolder, files);
  if (typeof index === "string") return undefined;
  const tracked = new Map(
    index.entries.map((entry) => [`${tree.root}/${entry.path}`, entry]),
  );
  return found.filter(({ path }) => {
    const entry = tracked.get(path);
    return entry === undefined || isTouched(path, entry, index);
  });
}
