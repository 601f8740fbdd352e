// Copyright 2026 the airg authors. Apache-2.0 license.

/**
 * Which held changes the host would obey: the same that the scan after an
 * ordinary run takes away (pure).
 *
 * @module
 */

import { handoffFile, handoffFolder } from "../action/handoff_files.ts";
import { PROTECTED_PATHS } from "../action/protected.ts";
import { type Change, nameOf, parentOf } from "./change.ts";

/** What the workspace itself says. */
export interface Ground {
  /** Whether something is at a path relative to the workspace. */
  readonly has: (path: string) => boolean;
  /** Files and folders that git's settings there name, relative to it. */
  readonly named: readonly string[];
}

/** A workspace that nothing is known of. */
export const BARE_GROUND: Ground = { has: () => false, named: [] };

const GIT = "git obeys it: settings, hooks, or where they are";

/** Why the host would obey a path, by path; others are not in it. */
export function handoffReasons(
  changes: readonly Change[],
  ground: Ground,
): ReadonlyMap<string, string> {
  const isGitFolder = gitFolders(changes, ground);
  const reasons = new Map<string, string>();
  for (const change of changes) {
    const why = listed(change) ?? namedBySettings(change, ground) ??
      (inGit(change.path, isGitFolder) ? GIT : undefined);
    if (why !== undefined) reasons.set(change.path, why);
  }
  return reasons;
}

/** A listed path may lie in any folder: a nested repository has hooks, too. */
function listed({ path, status, after }: Change): string | undefined {
  const file = handoffFile(path) ??
    // A link in a folder's place leads to files of any name.
    (after?.type === "folder" ? undefined : handoffFolder(path));
  if (file?.class === "obeyed") return file.why;
  const parts = path.split("/");
  for (let from = 0; from < parts.length; from++) {
    const tail = parts.slice(from).join("/");
    const hit = PROTECTED_PATHS.find((entry) =>
      tail === entry.path || tail.startsWith(`${entry.path}/`) ||
      // With the folder goes what is in it.
      (status === "deleted" || status === "replaced") &&
        entry.path.startsWith(`${tail}/`)
    );
    if (hit !== undefined) return hit.why;
  }
  return undefined;
}

function namedBySettings(
  { path, after }: Change,
  { named }: Ground,
): string | undefined {
  const isHit = named.some((one) =>
    path === one || path.startsWith(`${one}/`) ||
    // Something else in the place of a folder above it.
    after?.type !== "folder" && one.startsWith(`${path}/`)
  );
  return isHit ? "git's settings here name it" : undefined;
}

/** Folders that git takes for its own, whatever they are called (CVE-2022-24765's kin). */
function gitFolders(
  changes: readonly Change[],
  ground: Ground,
): (folder: string) => boolean {
  const kept = new Set(
    changes.filter(({ after }) => after !== undefined).map(({ path }) => path),
  );
  const known = new Map<string, boolean>();
  return (folder) => {
    const seen = known.get(folder);
    if (seen !== undefined) return seen;
    const has = (name: string) => {
      const path = folder === "" ? name : `${folder}/${name}`;
      return kept.has(path) || ground.has(path);
    };
    // Not all of it: the rest may come with other changes.
    const is = has("HEAD") && ["commondir", "objects", "refs"].some(has);
    known.set(folder, is);
    return is;
  };
}

/** Names in a git folder that are obeyed (setup.c and config.c of git). */
const OBEYED = new Set(["config", "config.worktree", "commondir", "hooks"]);

function inGit(
  path: string,
  isGitFolder: (folder: string) => boolean,
): boolean {
  // A pointer or a link; a folder of that name is made of what lies in it.
  return selfAndAbove(path).some((part) => {
    const name = nameOf(part);
    const folder = parentOf(part);
    if (OBEYED.has(name)) return isGitFolder(folder) || isGitsOwn(folder);
    if (`/${part}`.endsWith("/info/attributes")) {
      const git = parentOf(folder);
      return isGitFolder(git) || isGitsOwn(git);
    }
    return part === path && name === ".git";
  });
}

/** A folder below `.git` is no repository yet, but a later `git init` keeps what is there. */
function isGitsOwn(folder: string): boolean {
  return /(?:^|\/)\.git(?:\/(?:modules|worktrees)\/.+)?$/.test(folder);
}

/** `a/b/c` -> `a/b/c`, `a/b`, `a`. */
export function selfAndAbove(path: string): string[] {
  const parts = path.split("/");
  return parts.map((_, i) => parts.slice(0, parts.length - i).join("/"));
}
