// Copyright 2026 the airg authors. Apache-2.0 license.

/**
 * Finds all that one run must not see.
 *
 * Listed places first; then names and extensions in the workspace, its further
 * roots and the home folder; then other names of what was found: links, mounts,
 * hard links.
 *
 * @module
 */

import type { Clock } from "../../base/clock.ts";
import type { PolicySettings } from "../../policy/settings.ts";
import type { Hidden } from "../../../sandbox/profile.ts";
import { foldersBetween, isWithin } from "../../../sandbox/within.ts";
import { type Collector, collector, isOfSystem } from "./collector.ts";
import type { Disk } from "./disk.ts";
import { otherNames } from "./hard_links.ts";
import { listedPlaces } from "./listed.ts";
import {
  keepsTimes,
  type Mount,
  mountAliases,
  mountOf,
  parseMounts,
} from "./mounts.ts";
import { hiddenNames } from "./names.ts";
import { homesAbove, type Places } from "./places.ts";
import { type Found, search, type SearchMemory } from "./search.ts";
import { unsearchedIn } from "./unsearched.ts";

/** What is hidden, and what has to be said about it. */
export interface HiddenFiles {
  readonly hidden: readonly Hidden[];
  /** Sentences for the outcome. */
  readonly notes: readonly string[];
  /** Why not all could be found; nothing may run then. */
  readonly incomplete?: string;
}

/** What one finding is about. */
export interface Finding {
  readonly settings: PolicySettings;
  readonly places: Places;
  /** Writable folders, real, the workspace first. */
  readonly roots: readonly string[];
  /** Further folders a command can read; `undefined` for all there are. */
  readonly readable?: readonly string[] | undefined;
  readonly disk: Disk;
  readonly memory?: SearchMemory | undefined;
  readonly clock: Clock;
}

/** Entries looked at in the workspace and its further roots. */
const MAX_IN_ROOTS = 1_000_000;
/** Entries looked at in the home folder. */
const MAX_IN_HOME = 400_000;
/** Entries looked at where links of the workspace lead outside. */
const MAX_BEHIND_LINKS = 50_000;
/** Links of the workspace that are followed. */
const MAX_LINKS = 10_000;

/** Finds what to hide. */
export function findHidden(finding: Finding): HiddenFiles {
  const { disk, places, roots, settings } = finding;
  const found = collector(roots, disk);
  for (const path of listedPlaces(settings, places, roots, disk)) {
    found.addNamed(path);
  }
  const mounts = parseMounts(disk.textOf("/proc/self/mountinfo") ?? "");
  const look = searcher(finding, mounts, found);
  const inRoots = look(roots, MAX_IN_ROOTS);
  const problem = problemOf(inRoots, roots);
  if (problem !== undefined) {
    return { hidden: found.all(), notes: [], incomplete: problem };
  }
  found.addHits(inRoots, searchedHomes(finding));
  const others: string[] = [];
  const lookAtAll: Look = (where, budget) => {
    const seen = look(where, budget);
    others.push(...seen.others);
    return seen;
  };
  others.push(...inRoots.others);
  const notes = [
    ...foreignNotes(inRoots),
    ...searchHomes(finding, lookAtAll, found),
    ...searchBehindLinks(finding, inRoots, lookAtAll, found),
    ...hideUnplaced(finding, others, found),
  ];
  for (const alias of mountAliases(found.paths(), mounts)) {
    found.addAlias(alias.alias, alias.part ? undefined : alias.of);
  }
  const further = otherNames(found.all(), searchedRoots(roots), disk);
  further.paths.forEach((path) => found.add(path, "file"));
  return {
    hidden: found.all(),
    notes: [
      ...notes,
      ...missingNotes(further.missing),
    ],
  };
}

type Look = (roots: readonly string[], budget: number) => Found;

function searcher(
  { clock, disk, memory, places, settings }: Finding,
  mounts: readonly Mount[],
  found: Collector,
): Look {
  const names = hiddenNames(
    settings.sandbox.hidden,
    settings.sandbox.hiddenExtensions,
  );
  const points = new Map(
    mounts.map(({ point, type }) => [point, keepsTimes(type)]),
  );
  const homes = [places.home, ...homesAbove(places)];
  const passed = new Set([
    ...homes.flatMap(unsearchedIn).filter((path) =>
      !isWithin(places.workspace, path)
    ),
    ...found.paths(),
  ]);
  return (roots, budget) => {
    const result = search(roots, {
      names,
      disk,
      passed,
      budget,
      memory,
      clock,
      steady: (path) =>
        points.get(path) ??
          (roots.includes(path)
            ? keepsTimes(mountOf(path, mounts)?.type ?? "")
            : undefined),
    });
    // No folder is searched twice.
    for (const root of roots) passed.add(root);
    return result;
  };
}

function problemOf(
  { closed, unread }: Found,
  roots: readonly string[],
): string | undefined {
  const root = roots.find((path) => closed.includes(path));
  if (root !== undefined) {
    return `${root} cannot be listed, so what to hide in it cannot be found`;
  }
  return unread.length === 0
    ? undefined
    : `the workspace has more than ${MAX_IN_ROOTS} files, so what to hide in it cannot be found`;
}

/** Homes, and folders that a policy makes readable, as far as they can be read. */
function searchedHomes({ places, readable }: Finding): string[] {
  const homes = [...new Set([places.home, ...homesAbove(places)])];
  const inReach = homes.filter((home) =>
    readable === undefined || readable.some((path) => isWithin(home, path))
  );
  const listed = (readable ?? []).filter((path) => !isOfSystem(path));
  return [...inReach, ...listed].filter((path) => path !== "/");
}

function searchedRoots(roots: readonly string[]): string[] {
  return roots.filter((path) =>
    !roots.some((other) => other !== path && isWithin(path, other))
  );
}

function searchHomes(
  finding: Finding,
  look: Look,
  found: Collector,
): string[] {
  const homes = searchedHomes(finding).filter((home) =>
    finding.disk.kindOf(home) === "folder"
  );
  // The way to the workspace is listed whatever the budget: it cannot be hidden.
  const ways = homes.flatMap((home) =>
    finding.roots.flatMap((root) => foldersBetween(root, home))
  );
  const seen = look([...new Set([...homes, ...ways])], MAX_IN_HOME);
  found.addHits(seen, homes);
  return hideUnread(seen, found);
}

/** Folders outside that the workspace has links to are part of what is worked on. */
function searchBehindLinks(
  finding: Finding,
  { links }: Found,
  look: Look,
  found: Collector,
): string[] {
  const { disk, roots } = finding;
  const near = [...roots, ...searchedHomes(finding)];
  const targets = new Set<string>();
  for (const link of links.slice(0, MAX_LINKS)) {
    const target = disk.resolve(link);
    if (
      target !== undefined && !near.some((root) => isWithin(target, root)) &&
      !isOfSystem(target) && !roots.some((root) => isWithin(root, target)) &&
      disk.kindOf(target) === "folder"
    ) targets.add(target);
  }
  const notes = links.length > MAX_LINKS
    ? [`Only ${MAX_LINKS} links of the workspace were followed`]
    : [];
  if (targets.size === 0) return notes;
  const seen = look([...targets].sort(), MAX_BEHIND_LINKS);
  found.addHits(seen, [...targets]);
  // Outside the workspace and the home nothing is promised, and a set of a
  // million pictures must not vanish for it.
  const unread = seen.unread.length > 0
    ? [
      `Only ${MAX_BEHIND_LINKS} files behind links of the workspace were looked at; ${
        seen.unread[0]
      } was not`,
    ]
    : [];
  return [...notes, ...unread];
}

/** Sockets that were bound by a relative name, wherever they were come upon. */
function hideUnplaced(
  { disk, places }: Finding,
  others: readonly string[],
  found: Collector,
): string[] {
  const { count, inodes } = places.unplaced ?? { count: 0 };
  if (count === 0) return [];
  const bound = others.filter((path) => {
    const inode = disk.statOf(path)?.inode;
    return inode !== undefined && inodes?.has(inode % 2 ** 32) === true &&
      !places.sockets.includes(path);
  });
  for (const path of bound) found.add(path, "file");
  const left = count - bound.length;
  return left <= 0 ? [] : [
    `${left} sockets of the host were bound by a relative name and could not be found: they may be reached`,
  ];
}

function missingNotes(missing: readonly string[]): string[] {
  return missing.length === 0 ? [] : [
    `${missing.length} hidden files, such as ${
      missing[0]
    }, have further names (hard links) that are not in the workspace`,
  ];
}

function foreignNotes({ foreign }: Found): string[] {
  return foreign.length === 0 ? [] : [
    `${foreign.length} folders, such as ${
      foreign[0]
    }, hold names that are not UTF-8; what has them is not hidden`,
  ];
}

function hideUnread({ unread }: Found, found: Collector): string[] {
  return unread.map((path) => {
    found.add(path, "folder");
    return `${path} is hidden whole: there are too many files to look through`;
  });
}
