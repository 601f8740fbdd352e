// Copyright 2026 the airg authors. Apache-2.0 license.

/**
 * Which commits the names in a git repository stand for: who approves
 * `git push` or `git reset main` saw one commit, and a name can be given to
 * another in a moment. A name is a file (gitrepository-layout(5)).
 *
 * @module
 */

import type { Facts } from "../action/facts.ts";
import { hasHole } from "../shell/value.ts";
import { foldersOf, type NamedWorld } from "./named_files.ts";

/** What is asked of the disk. */
export interface RevisionWorld extends NamedWorld {
  /** The first line of a plain file. */
  readonly firstLine: (path: string) => string | undefined;
}

/** Folders of names that mean commits of this repository's own. */
const NAMES = ["refs/heads", "refs/tags"];
/** Files that hold a name each, or many. */
const SINGLE = ["HEAD", "MERGE_HEAD", "packed-refs", "refs/stash"];
/** Where a word may be the name of what a remote had. */
const REMOTES = "refs/remotes";
const MAX_FILES = 4_096;
const MAX_DEPTH = 16;
const MAX_ABOVE = 64;

/**
 * Files that name commits in the repositories that git would work in, by the
 * path of each repository's names.
 *
 * @throws {RangeError} Where there are too many.
 */
export function revisionsOf(
  { action, programs }: Facts,
  world: RevisionWorld,
): ReadonlyMap<string, readonly string[]> {
  const found = new Map<string, readonly string[]>();
  if (action.kind !== "exec") return found;
  for (const program of programs) {
    if (program.name !== "git" || program.elsewhere !== undefined) continue;
    const words = program.argv.slice(1).filter((word) => !hasHole(word));
    for (const folder of foldersOf(program, action.cwd)) {
      for (const repository of repositoriesAt(folder, world)) {
        const files = filesIn(repository, words, world);
        found.set(`${repository}/refs`, files);
      }
    }
  }
  return found;
}

/** The repository of a folder, and where its worktree's own names are. */
function repositoriesAt(folder: string, world: RevisionWorld): string[] {
  let at = folder;
  for (let n = 0; n < MAX_ABOVE; n++) {
    const path = `${at === "/" ? "" : at}/.git`;
    const kind = world.kind(path);
    if (kind === "folder") return [path];
    if (kind === "file") return worktreeOf(at, path, world);
    if (at === "/") return [];
    at = at.slice(0, at.lastIndexOf("/")) || "/";
  }
  return [];
}

/** `gitdir: PATH`, and the folder that all worktrees share (git-worktree(1)). */
function worktreeOf(
  folder: string,
  path: string,
  { firstLine, resolve }: RevisionWorld,
): string[] {
  const named = /^gitdir: (.+)$/.exec(firstLine(path) ?? "")?.[1];
  const own = named && resolve(absolute(named, folder));
  if (!own) return [];
  const common = firstLine(`${own}/commondir`);
  const shared = common && resolve(absolute(common, own));
  return shared ? [own, shared] : [own];
}

function absolute(path: string, folder: string): string {
  return path.startsWith("/") ? path : `${folder}/${path}`;
}

function filesIn(
  repository: string,
  words: readonly string[],
  world: RevisionWorld,
): readonly string[] {
  const named = words.flatMap((word) =>
    word.split(/\.\.+|:/).map((name) => name.replace(/^\+|[~^@].*$/g, ""))
  ).filter((name) => /^[^-/][^\0]*$/.test(name));
  const files = new Set<string>();
  const add = (path: string) => {
    if (world.kind(path) === "file") files.add(path);
    if (files.size > MAX_FILES) {
      throw new RangeError(
        `Cannot bind an approval to it: ${repository} has more than ${MAX_FILES} names of commits; run git pack-refs`,
      );
    }
  };
  const walk = (folder: string, depth: number) => {
    for (const name of world.names(folder) ?? []) {
      const path = `${folder}/${name}`;
      if (world.kind(path) === "folder" && depth < MAX_DEPTH) {
        walk(path, depth + 1);
      } else add(path);
    }
  };
  for (const name of SINGLE) add(`${repository}/${name}`);
  for (const folder of NAMES) walk(`${repository}/${folder}`, 0);
  for (const name of named) {
    add(`${repository}/${REMOTES}/${name}`);
    add(`${repository}/${REMOTES}/${name}/HEAD`);
  }
  return [...files].sort();
}
