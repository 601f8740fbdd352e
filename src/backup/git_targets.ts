// Copyright 2026 the airg authors. Apache-2.0 license.

/**
 * What git would overwrite or remove, by its index and the disk.
 *
 * A tracked file that the index knows as it is can be had again from git; one
 * that differs cannot.
 *
 * @module
 */

import type { GitUse } from "../action/changes/git_use.ts";
import { workTreeOf } from "../platform/git_tree.ts";
import { plainFiles } from "../platform/plain_files.ts";
import { resolveExisting } from "../platform/real_path.ts";
import { isWithin } from "../../sandbox/within.ts";
import {
  addAlone,
  addMadeAgain,
  addOne,
  addUnsaved,
  type Collection,
  kindOf,
  sizeOf,
  walk,
} from "./collect.ts";
import { isStaged, isTouched, readIndex } from "./git_state.ts";

/** Untracked files that are saved one by one. */
const MOST_UNTRACKED = 5_000;
/** Bytes of untracked files that may only be overwritten. */
const MOST_OVER_BYTES = 256 * 1024 * 1024;

/** Adds what one call of git may take away. */
export function gitTargets(found: Collection, use: GitUse): void {
  if (!use.tracked && !use.untracked && !use.ignored) return;
  const folder = resolveExisting(use.folder);
  if (folder === null) return;
  using files = plainFiles();
  const sweeps = use.untracked || use.ignored || isOver(use, folder);
  const tree = workTreeOf(folder, files);
  if (tree === undefined) return;
  const limits = limitsOf(use, folder);
  const wanted = (path: string) =>
    limits === undefined || limits.some((limit) => isWithin(path, limit));
  // To tell what is untracked, all that is tracked has to be known.
  const isPart = !sweeps &&
    limits?.every((limit) => limit.startsWith(`${tree.root}/`));
  const index = readIndex(
    tree.gitFolder,
    files,
    isPart
      ? limits?.map((limit) => limit.slice(tree.root.length + 1))
      : undefined,
  );
  if (typeof index === "string") return addUnsaved(found, tree.root, index);
  const tracked = new Set<string>();
  const staged: string[] = [];
  for (const entry of index.entries) {
    tracked.add(entry.path);
    const path = `${tree.root}/${entry.path}`;
    if (!use.tracked || !wanted(path)) continue;
    if (isTouched(path, entry, index)) addOne(found, path);
    else if (use.staged && isStaged(entry, index)) staged.push(path);
  }
  if (staged.length <= MOST_UNTRACKED) {
    staged.forEach((path) => addOne(found, path));
  } else {
    const why = "too many files that may only be staged to save them all";
    addUnsaved(found, tree.root, why);
  }
  if (sweeps) addUntracked(found, tree.root, wanted, { tracked, use });
}

/** Whether untracked files may be overwritten. */
function isOver({ over, revisions }: GitUse, folder: string): boolean {
  return over === true && (revisions === undefined ||
    revisions.some((word) =>
      kindOf(word.startsWith("/") ? word : `${folder}/${word}`) === undefined
    ));
}

function limitsOf(
  { pathspecs }: GitUse,
  folder: string,
): readonly string[] | undefined {
  const limits = pathspecs.map((word) =>
    // Magic and wildcards: whatever they mean, all of it is looked at.
    /^:|[*?[]/.test(word)
      ? null
      : resolveExisting(word.startsWith("/") ? word : `${folder}/${word}`)
  );
  const known = limits.filter((limit) => limit !== null);
  return known.length === 0 || known.length < limits.length ? undefined : known;
}

function addUntracked(
  found: Collection,
  root: string,
  wanted: (path: string) => boolean,
  { tracked, use }: {
    readonly tracked: ReadonlySet<string>;
    readonly use: GitUse;
  },
): void {
  const untracked: string[] = [];
  const folders: string[] = [];
  const kept = foldersAbove(tracked);
  const again: string[] = [];
  const goes = use.untracked || use.ignored;
  let bytes = 0;
  const whole = walk(root, "", (path, kind) => {
    const at = `${root}/${path}`;
    if (kind === "folder" && goes && !kept.has(path) && wanted(at)) {
      folders.push(at);
      return folders.length <= MOST_UNTRACKED;
    }
    if (kind === "folder" || tracked.has(path) || !wanted(at)) return true;
    if (!goes && kind === "file") bytes += sizeOf(at);
    untracked.push(at);
    return untracked.length <= MOST_UNTRACKED && bytes <= MOST_OVER_BYTES;
  }, (path) => void again.push(`${root}/${path}`));
  if (!whole) {
    const why = goes
      ? "too many untracked files to save them all"
      : "untracked files may be overwritten, and they are too many to save them all";
    return addUnsaved(found, root, why);
  }
  // Those that are empty go as well.
  folders.forEach((path) => addAlone(found, path));
  untracked.forEach((path) => addOne(found, path));
  if (goes) addMadeAgain(found, again.filter(wanted));
}

/** Folders that hold something tracked: git leaves them. */
function foldersAbove(tracked: ReadonlySet<string>): ReadonlySet<string> {
  const folders = new Set<string>();
  for (const path of tracked) {
    for (
      let folder = path.slice(0, Math.max(0, path.lastIndexOf("/")));
      folder !== "" && !folders.has(folder);
      folder = folder.slice(0, Math.max(0, folder.lastIndexOf("/")))
    ) folders.add(folder);
  }
  return folders;
}
