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
import { readPlain } from "../platform/file_hash.ts";
import { type IndexEntry, readGitIndex } from "../platform/git_index.ts";
import { workTreeOf } from "../platform/git_tree.ts";
import { type PlainFiles, plainFiles } from "../platform/plain_files.ts";
import { resolveExisting } from "../platform/real_path.ts";
import { isWithin } from "../../sandbox/within.ts";
import {
  addMadeAgain,
  addOne,
  addUnsaved,
  type Collection,
  kindOf,
  walk,
} from "./collect.ts";

/** Bytes of an index, and of the settings beside it. */
const MOST_INDEX = 128 * 1024 * 1024;
const MOST_SMALL = 64 * 1024;
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
  const index = indexIn(
    tree.gitFolder,
    files,
    isPart
      ? limits?.map((limit) => limit.slice(tree.root.length + 1))
      : undefined,
  );
  if (typeof index === "string") return addUnsaved(found, tree.root, index);
  const tracked = new Set<string>();
  for (const entry of index.entries) {
    tracked.add(entry.path);
    const path = `${tree.root}/${entry.path}`;
    if (!use.tracked || !wanted(path)) continue;
    if (isTouched(path, entry, index.written)) addOne(found, path);
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

interface Index {
  readonly entries: readonly IndexEntry[];
  /** Milliseconds; what changed later than this may not be seen by its times. */
  readonly written: number;
}

function indexIn(
  gitFolder: string,
  files: PlainFiles,
  wanted: readonly string[] | undefined,
): Index | string {
  const path = `${gitFolder}/index`;
  const bytes = readPlain(files, path, MOST_INDEX);
  if (bytes === undefined) {
    return kindOf(path) === undefined
      ? "git has no index there"
      : "git's index cannot be read";
  }
  const config = readPlain(files, `${gitFolder}/config`, MOST_SMALL);
  const isLong = /objectformat\s*=\s*sha256/i.test(
    new TextDecoder().decode(config),
  );
  const index = readGitIndex(bytes, isLong ? 32 : 20, wanted);
  if (!index.ok) return index.why;
  const written = Deno.lstatSync(path).mtime?.getTime() ?? 0;
  return { entries: index.entries, written };
}

/** Whether a file is not what git saw, or may not be. */
function isTouched(path: string, entry: IndexEntry, written: number): boolean {
  // What is a repository of its own, or a folder that is not checked out.
  if (entry.type === "module" || entry.type === "folder") return false;
  let info: Deno.FileInfo;
  try {
    info = Deno.lstatSync(path);
  } catch (error) {
    // Deleted: git makes it anew, and putting back deletes it again.
    if (error instanceof Error && "code" in error) return true;
    throw error;
  }
  if (info.isDirectory) return false;
  const mtime = info.mtime?.getTime() ?? 0;
  return info.size % 2 ** 32 !== entry.size ||
    mtime !== Math.floor(entry.mtime) || mtime >= written;
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
  const again: string[] = [];
  const goes = use.untracked || use.ignored;
  let bytes = 0;
  const whole = walk(root, "", (path, kind) => {
    const at = `${root}/${path}`;
    if (kind === "folder" || tracked.has(path) || !wanted(at)) return true;
    if (!goes && kind === "file") bytes += Deno.lstatSync(at).size;
    untracked.push(at);
    return untracked.length <= MOST_UNTRACKED && bytes <= MOST_OVER_BYTES;
  }, (path) => void again.push(`${root}/${path}`));
  if (!whole) {
    const why = goes
      ? "too many untracked files to save them all"
      : "untracked files may be overwritten, and they are too many to save them all";
    return addUnsaved(found, root, why);
  }
  untracked.forEach((path) => addOne(found, path));
  if (goes) addMadeAgain(found, again.filter(wanted));
}
