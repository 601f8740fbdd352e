// Copyright 2026 the airg authors. Apache-2.0 license.

/**
 * Looks through folders for names that are hidden, within a budget.
 *
 * What cannot be looked through is told, never passed over: the caller hides
 * it whole or refuses.
 *
 * @module
 */

import type { Clock } from "../../base/clock.ts";
import type { Disk, DiskName } from "./disk.ts";
import { type HiddenNames, isHiddenName } from "./names.ts";
import { isUnsearched } from "./unsearched.ts";

/** What one folder holds, as far as it matters here. */
export interface SeenFolder {
  readonly entries: number;
  readonly folders: readonly string[];
  readonly links: readonly string[];
  readonly hits: readonly DiskName[];
  /** Sockets, pipes and devices. */
  readonly others: readonly string[];
  /** It holds names that are not UTF-8, by which nothing can be opened here. */
  readonly foreign: boolean;
}

/** Folders seen by an earlier search. */
export interface SearchMemory {
  /** {@linkcode HiddenNames.key} that the answers belong to. */
  key: string;
  readonly folders: Map<
    string,
    { readonly stamp: string; readonly seen: SeenFolder }
  >;
  /** Folders that a search of this process came to. */
  readonly visited: Set<string>;
  /** Folders listed anew since the memory was read or written. */
  fresh: number;
}

/** An empty memory; one serves one workspace. */
export function searchMemory(): SearchMemory {
  return { key: "", folders: new Map(), visited: new Set(), fresh: 0 };
}

/** What a search needs to know. */
export interface Search {
  readonly names: HiddenNames;
  readonly disk: Disk;
  /** Folders that are hidden already, or hold nothing of interest. */
  readonly passed: ReadonlySet<string>;
  /** Entries that are looked at; what is left then is {@linkcode Found.unread}. The roots themselves are always listed. */
  readonly budget: number;
  readonly memory?: SearchMemory | undefined;
  /** Whether a folder's time of change can be relied on, at a mount point. */
  readonly steady: (mountPoint: string) => boolean | undefined;
  readonly clock: Clock;
}

/** What a search found. */
export interface Found {
  readonly hits: readonly {
    readonly path: string;
    readonly folder: boolean;
    readonly link: boolean;
  }[];
  /** Links that are not hits. */
  readonly links: readonly string[];
  /** Sockets, pipes and devices that are not hits. */
  readonly others: readonly string[];
  /** Folders that cannot be listed. */
  readonly closed: readonly string[];
  /** Folders with names that are not UTF-8: those were left out. */
  readonly foreign: readonly string[];
  /** Folders the budget did not reach. */
  readonly unread: readonly string[];
  readonly entries: number;
}

/**
 * A folder changed this short a time ago may change again without its time
 * telling: clocks of file systems are coarse (FAT counts in two seconds).
 */
const SETTLED_MS = 2_000;

/** Folders remembered at most. */
const MAX_REMEMBERED = 200_000;

/** Looks through `roots`, nearest folders first. */
export function search(roots: readonly string[], given: Search): Found {
  const { budget, memory, names, passed } = given;
  if (memory !== undefined && memory.key !== names.key) {
    memory.folders.clear();
    memory.key = names.key;
  }
  const found = {
    hits: [] as { path: string; folder: boolean; link: boolean }[],
    links: [] as string[],
    others: [] as string[],
    closed: [] as string[],
    foreign: [] as string[],
    entries: 0,
  };
  const queue = roots.filter((root) => !passed.has(root))
    .map((path) => ({ path, steady: given.steady(path) ?? false }));
  const known = new Set(queue.map(({ path }) => path));
  for (let at = 0; at < queue.length; at++) {
    const { path, steady } = queue[at]!;
    if (found.entries >= budget && at >= roots.length) {
      return { ...found, unread: queue.slice(at).map((left) => left.path) };
    }
    const seen = lookInto(path, steady, given);
    if (seen === undefined) {
      if (given.disk.statOf(path) !== undefined) found.closed.push(path);
      continue;
    }
    found.entries += seen.entries + 1;
    if (seen.foreign) found.foreign.push(path);
    for (const name of seen.links) found.links.push(below(path, name));
    for (const name of seen.others) found.others.push(below(path, name));
    for (const { name, kind } of seen.hits) {
      found.hits.push({
        path: below(path, name),
        folder: kind === "folder",
        link: kind === "link",
      });
    }
    for (const name of seen.folders) {
      const folder = below(path, name);
      if (passed.has(folder) || known.has(folder)) continue;
      known.add(folder);
      queue.push({ path: folder, steady: given.steady(folder) ?? steady });
    }
  }
  return { ...found, unread: [] };
}

function lookInto(
  path: string,
  steady: boolean,
  { clock, disk, memory, names }: Search,
): SeenFolder | undefined {
  if (memory === undefined || !steady) return sorted(path, disk, names);
  // Before the listing: a change in between makes the next stamp another one.
  const stat = disk.statOf(path);
  if (stat === undefined) return undefined;
  memory.visited.add(path);
  const stamp = `${stat.device}:${stat.inode}:${stat.changed}`;
  const known = memory.folders.get(path);
  if (known?.stamp === stamp) return known.seen;
  const now = clock();
  const seen = sorted(path, disk, names);
  memory.folders.delete(path);
  // Folders that are gone would stay for as long as the process lives.
  if (memory.folders.size >= MAX_REMEMBERED) memory.folders.clear();
  if (seen !== undefined && stat.changed + SETTLED_MS < now) {
    memory.folders.set(path, { stamp, seen });
    memory.fresh++;
  }
  return seen;
}

function sorted(
  path: string,
  disk: Disk,
  names: HiddenNames,
): SeenFolder | undefined {
  const entries = disk.namesIn(path);
  if (entries === undefined) return undefined;
  const folders: string[] = [];
  const links: string[] = [];
  const hits: DiskName[] = [];
  const others: string[] = [];
  let foreign = false;
  for (const entry of entries) {
    const { kind, name } = entry;
    if (
      name.includes("\ufffd") && disk.statOf(below(path, name)) === undefined
    ) {
      foreign = true;
    } else if (
      isHiddenName(names, path, name, kind) &&
      !(kind === "folder" && isPythonEnvironment(path, name, disk))
    ) hits.push(entry);
    else if (kind === "folder") {
      if (!isUnsearched(path, name)) folders.push(name);
    } else if (kind === "link") links.push(name);
    else if (kind === "other") others.push(name);
  }
  return {
    entries: entries.length,
    folders: folders.sort(),
    links,
    hits,
    others,
    foreign,
  };
}

/** `python -m venv .env` makes a folder of programs under a file's name. */
function isPythonEnvironment(
  folder: string,
  name: string,
  disk: Disk,
): boolean {
  return name === ".env" &&
    (disk.listFolder(below(folder, name))?.includes("pyvenv.cfg") ?? false);
}

function below(folder: string, name: string): string {
  return folder === "/" ? `/${name}` : `${folder}/${name}`;
}
