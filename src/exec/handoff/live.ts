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
  const watchers: Deno.FsWatcher[] = [];
  const watched = new Set<string>();
  const watch = (paths: readonly string[]) => {
    const fresh = paths.filter((path) =>
      byPath.has(path) && !watched.has(path) && isRealFolder(path)
    );
    fresh.forEach((path) => watched.add(path));
    const watcher = fresh.length === 0 ? undefined : opened(fresh);
    if (watcher === undefined) return;
    watchers.push(watcher);
    follow(watcher);
  };
  const follow = async (watcher: Deno.FsWatcher) => {
    for await (const { paths } of watcher) {
      // A hooks folder may be made only now.
      watch(paths);
      const folders = new Set(paths.flatMap((path) => touched(path, byPath)));
      folders.forEach(changed);
    }
  };
  watch([...byPath.keys()]);
  return () => watchers.splice(0).forEach((watcher) => watcher.close());
}

/** Milliseconds between two rounds at least. */
const ROUND_MS = 2_000;
/** A round takes one part in so many of the time. */
const SHARE = 50;

/**
 * Calls `round` now and then: repositories that are made during the run have
 * nobody watching them, and an editor on the host finds them in seconds.
 *
 * @returns Ends it.
 */
export function makeRounds(round: () => Promise<void>): () => void {
  let timer: AbortSignal;
  let ended = false;
  const wait = (ms: number) => {
    // Not setTimeout, which loads Node's timers (6 ms of a cold start).
    timer = AbortSignal.timeout(ms);
    timer.addEventListener("abort", go, { once: true });
  };
  const go = async () => {
    const startedAt = performance.now();
    await round();
    const tookMs = performance.now() - startedAt;
    if (!ended) wait(Math.max(ROUND_MS, Math.round(tookMs * SHARE)));
  };
  wait(ROUND_MS);
  return () => {
    ended = true;
    timer.removeEventListener("abort", go);
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
