// Copyright 2026 the airg authors. Apache-2.0 license.

/**
 * What git's index knows of files, and whether they still are so.
 *
 * @module
 */

import { readPlain } from "../platform/file_hash.ts";
import { type IndexEntry, readGitIndex } from "../platform/git_index.ts";
import type { PlainFiles } from "../platform/plain_files.ts";
import { kindOf } from "./collect.ts";

/** Bytes of an index, and of the settings beside it. */
const MOST_INDEX = 128 * 1024 * 1024;
const MOST_SMALL = 64 * 1024;

const OWNER_RUNS = 0o100;

/** What git saw of the tracked files. */
export interface Index {
  readonly entries: readonly IndexEntry[];
  /** Folders of which git has a tree as the index has it. */
  readonly settled: ReadonlySet<string>;
  /** Milliseconds; what changed later than this may not be seen by its times. */
  readonly written: number;
  /** Whether git looks at the bit that lets a file run (`core.fileMode`). */
  readonly keepsMode: boolean;
}

/** Reads the index, or says why it cannot be read. @param wanted Paths, with all below; absent: all. */
export function readIndex(
  gitFolder: string,
  files: PlainFiles,
  wanted?: readonly string[],
): Index | string {
  const path = `${gitFolder}/index`;
  const bytes = readPlain(files, path, MOST_INDEX);
  if (bytes === undefined) {
    return kindOf(path) === undefined
      ? "git has no index there"
      : "git's index cannot be read";
  }
  const config = readPlain(files, `${gitFolder}/config`, MOST_SMALL);
  const settings = new TextDecoder().decode(config);
  const isLong = /objectformat\s*=\s*sha256/i.test(settings);
  const keepsMode = !/^\s*filemode\s*=\s*(?:false|no|off|0)\b/im.test(settings);
  const index = readGitIndex(bytes, isLong ? 32 : 20, wanted);
  if (!index.ok) return index.why;
  // Gone by now: what cannot be told by its times counts as changed.
  const written = timeOf(path);
  const { entries, settled } = index;
  return { entries, settled, written, keepsMode };
}

/** Whether what the index has of a file may be in no commit. */
export function isStaged({ path }: IndexEntry, { settled }: Index): boolean {
  return !settled.has(path.slice(0, Math.max(0, path.lastIndexOf("/"))));
}

/** Whether a file is not what git saw, or may not be. */
export function isTouched(
  path: string,
  entry: IndexEntry,
  { keepsMode, written }: Pick<Index, "keepsMode" | "written">,
): boolean {
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
  const runs = ((info.mode ?? 0) & OWNER_RUNS) !== 0;
  if (keepsMode && entry.type === "file" && runs !== entry.isExecutable) {
    return true;
  }
  const mtime = info.mtime?.getTime() ?? 0;
  return info.size % 2 ** 32 !== entry.size ||
    mtime !== Math.floor(entry.mtime) || mtime >= written;
}

function timeOf(path: string): number {
  try {
    return Deno.lstatSync(path).mtime?.getTime() ?? 0;
  } catch (error) {
    if (error instanceof Error && "code" in error) return 0;
    throw error;
  }
}
