// Copyright 2026 the airg authors. Apache-2.0 license.

/**
 * The work tree of git that a folder lies in (gitrepository-layout(5)), found
 * without git.
 *
 * @module
 */

import { readPlain } from "./file_hash.ts";
import type { PlainFiles } from "./plain_files.ts";
import { resolveExisting } from "./real_path.ts";

/** Bytes of a `.git` file. */
const MAX_LINK = 4_096;

/** One work tree. */
export interface WorkTree {
  /** Real path; empty: the root of the machine. */
  readonly root: string;
  /** Real path of its `.git`, or of the folder that its `.git` file names. */
  readonly gitFolder: string;
}

/**
 * Finds the tree.
 *
 * @param folder Absolute, real.
 */
export function workTreeOf(
  folder: string,
  files: PlainFiles,
): WorkTree | undefined {
  for (let root = folder === "/" ? "" : folder;; root = above(root)) {
    if (exists(`${root}/.git`)) {
      const named = namedBy(root, files);
      const gitFolder = named === undefined ? null : resolveExisting(named);
      return gitFolder === null ? undefined : { root, gitFolder };
    }
    if (root === "") return undefined;
  }
}

function namedBy(root: string, files: PlainFiles): string | undefined {
  const path = `${root}/.git`;
  const bytes = readPlain(files, path, MAX_LINK);
  if (bytes === undefined) return path;
  const text = new TextDecoder().decode(bytes);
  const named = /^gitdir: (.+?)\n?$/.exec(text)?.[1];
  return named === undefined || named.startsWith("/")
    ? named
    : `${root}/${named}`;
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
  return path.slice(0, path.lastIndexOf("/"));
}
