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
const NAMES = ["config", "config.worktree", "commondir", "hooks", "info"];

/** A watch that was set up. */
export interface GitWatch {
  readonly stop: () => void;
  /** Why not all of them are watched, if so. */
  readonly shortfall: () => string | undefined;
}

/**
 * Calls `changed` with a git folder, relative to the workspace, each time
 * something in it that the host obeys may have changed, and once when the watch
 * begins.
 *
 * The launcher watches, because `Deno.watchFs` opens each new file: a pipe in
 * such a folder blinds it, and closing it then never returns.
 */
export function watchGitFolders(
  workspace: string,
  { gitFolders }: Pick<Known, "gitFolders">,
  launcher: string,
  changed: (folder: string) => void,
): GitWatch {
  const watched = outerFirst(gitFolders).slice(0, MOST_FOLDERS);
  const places = watched.flatMap((folder) => {
    const path = folder === "" ? workspace : `${workspace}/${folder}`;
    return [
      { folder, path, sign: "=" },
      { folder, path: `${path}/hooks`, sign: "+" },
      { folder, path: `${path}/info`, sign: "+" },
    ];
  });
  let short: string | undefined;
  const heard = (line: string) => {
    const place = places[Number(line)];
    if (place !== undefined) return changed(place.folder);
    short ??= "the machine has no watches left for all of git's folders";
  };
  let stop: (() => void) | undefined;
  const begin = () => {
    stop = launcher === ""
      ? watchByRuntime(places, heard)
      : watchByLauncher(launcher, places, heard);
    if (stop === undefined) short = UNWATCHED;
  };
  // Not setTimeout, which loads Node's timers (6 ms of a cold start).
  const timer = AbortSignal.timeout(BEGIN_AFTER_MS);
  if (places.length > 0) {
    timer.addEventListener("abort", begin, { once: true });
  }
  return {
    stop() {
      timer.removeEventListener("abort", begin);
      stop?.();
    },
    shortfall: () => short,
  };
}

/**
 * Milliseconds without a watch: a shorter run is judged at its end, which comes
 * as soon as a watch would, and starting one takes as long as a short run.
 */
const BEGIN_AFTER_MS = 20;

const UNWATCHED = "git's folders could not be watched while it ran";

/** The workspace's own first: nested ones are the run's to make. */
function outerFirst(folders: readonly string[]): string[] {
  const depth = (path: string) => path.split("/").length;
  return folders.toSorted((a, b) => depth(a) - depth(b) || (a < b ? -1 : 1));
}

interface WatchedPlace {
  readonly path: string;
  /** `=`: only what has one of {@linkcode NAMES} counts. */
  readonly sign: string;
}

function watchByLauncher(
  launcher: string,
  places: readonly WatchedPlace[],
  heard: (line: string) => void,
): (() => void) | undefined {
  let child: Deno.ChildProcess;
  try {
    child = new Deno.Command(launcher, {
      args: [
        "follow",
        ...NAMES,
        "--",
        ...places.map(({ path, sign }) => `${sign}${path}`),
      ],
      clearEnv: true,
      cwd: "/",
      stdin: "piped",
      stdout: "piped",
      stderr: "null",
    }).spawn();
  } catch (error) {
    if (error instanceof Error) return undefined;
    throw error;
  }
  let stopped = false;
  const listen = async () => {
    let rest = "";
    const decoder = new TextDecoder();
    for await (const bytes of child.stdout) {
      const lines = (rest + decoder.decode(bytes)).split("\n");
      rest = lines.pop() ?? "";
      if (!stopped) new Set(lines).forEach(heard);
    }
    // It ends when told to; else nobody watches any more.
    if (!stopped) heard("ended");
  };
  listen();
  return () => {
    if (stopped) return;
    stopped = true;
    child.stdin.close().catch(() => {});
  };
}

/** Where there is no launcher: the folders that are there now. */
function watchByRuntime(
  places: readonly WatchedPlace[],
  heard: (line: string) => void,
): (() => void) | undefined {
  const numbers = new Map(places.map(({ path }, i) => [path, i]));
  let watcher: Deno.FsWatcher;
  try {
    watcher = Deno.watchFs(
      [...numbers.keys()].filter(isRealFolder),
      { recursive: false },
    );
  } catch (error) {
    if (error instanceof Error) return undefined;
    throw error;
  }
  const listen = async () => {
    for await (const { paths } of watcher) {
      for (const path of paths) {
        const at = path.lastIndexOf("/");
        const number = numbers.get(path.slice(0, at));
        const counts = places[number ?? -1]?.sign === "+" ||
          NAMES.includes(path.slice(at + 1));
        if (number !== undefined && counts) heard(String(number));
      }
    }
  };
  listen();
  return () => watcher.close();
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

function isRealFolder(path: string): boolean {
  try {
    return Deno.lstatSync(path).isDirectory;
  } catch (error) {
    if (error instanceof Error && "code" in error) return false;
    throw error;
  }
}
