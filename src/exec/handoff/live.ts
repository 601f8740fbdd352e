// Copyright 2026 the airg authors. Apache-2.0 license.

/**
 * Watches git's own folders while a command runs.
 *
 * Their settings cannot be pinned, because git replaces the file, and the
 * host's git (an editor's, a prompt's) reads them whenever it likes. So a change
 * is judged when it happens, not only when the run is over.
 *
 * @module
 */

import type { Known } from "./workspace.ts";

/** Git folders that are watched; more are judged after the run only. */
const MOST_FOLDERS = 64;

/** Entries of a git folder that the host obeys. */
const NAMES = new Set(["config", "config.worktree", "commondir", "hooks"]);

/**
 * Calls `changed` with a git folder, relative to the workspace, each time
 * something in it that the host obeys may have changed.
 *
 * @returns Ends it.
 */
export function watchGitFolders(
  workspace: string,
  { gitFolders }: Known,
  changed: (folder: string) => void,
): () => void {
  const byPath = new Map<string, string>();
  for (const folder of gitFolders.slice(0, MOST_FOLDERS)) {
    const path = folder === "" ? workspace : `${workspace}/${folder}`;
    byPath.set(path, folder);
    byPath.set(`${path}/hooks`, folder);
    byPath.set(`${path}/info`, folder);
  }
  const there = [...byPath.keys()].filter(isRealFolder);
  if (there.length === 0) return () => {};
  const watcher = opened(there);
  if (watcher === undefined) return () => {};
  let ended = false;
  const follow = async () => {
    for await (const { paths } of watcher) {
      if (ended) return;
      const folders = new Set(paths.flatMap((path) => touched(path, byPath)));
      folders.forEach(changed);
    }
  };
  follow();
  return () => {
    if (ended) return;
    ended = true;
    watcher.close();
  };
}

function touched(path: string, byPath: ReadonlyMap<string, string>): string[] {
  const at = path.lastIndexOf("/");
  const name = path.slice(at + 1);
  const parent = path.slice(0, at);
  const folder = byPath.get(parent);
  if (folder === undefined) return [];
  const inGitFolder = !parent.endsWith("/hooks") && !parent.endsWith("/info");
  return !inGitFolder || NAMES.has(name) ? [folder] : [];
}

/** None where the machine has no watches left: the scan after the run remains. */
function opened(paths: string[]): Deno.FsWatcher | undefined {
  try {
    return Deno.watchFs(paths, { recursive: false });
  } catch (error) {
    if (error instanceof Error) return undefined;
    throw error;
  }
}

function isRealFolder(path: string): boolean {
  try {
    return Deno.lstatSync(path).isDirectory;
  } catch (error) {
    if (error instanceof Error && "code" in error) return false;
    throw error;
  }
}
