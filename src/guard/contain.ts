// Copyright 2026 the airg authors. Apache-2.0 license.

/**
 * Policy + facts -> the sandbox profile of one action.
 *
 * Asks the disk what exists, because a mask needs something to cover; decides
 * nothing else by it.
 *
 * @module
 */

import { type Clock, systemClock } from "../base/clock.ts";
import type { PolicySettings } from "../policy/settings.ts";
import {
  type Hidden,
  type Profile,
  type RealPath,
  realPath,
} from "../../sandbox/profile.ts";
import { anchorsFor } from "../../sandbox/anchors.ts";
import { isWithin } from "../../sandbox/within.ts";
import { ownAccounts } from "./accounts.ts";
import { fitMounts, MOUNT_BUDGET } from "./hidden/budget.ts";
import type { Disk } from "./hidden/disk.ts";
import { findHidden, type HiddenFiles } from "./hidden/find.ts";
import { mayExist } from "./hidden/listed.ts";
import { expand, type Places } from "./hidden/places.ts";
import type { SearchMemory } from "./hidden/search.ts";
import { pinnedPaths } from "./pins.ts";
import { listedReads, SYSTEM_READABLE } from "./reads.ts";

export type { Disk, DiskName, DiskStat } from "./hidden/disk.ts";
export { type SearchMemory, searchMemory } from "./hidden/search.ts";

/** What a profile is made from besides policy and disk. */
export interface Site extends Places {
  /** airg's own program files: seen, never written. */
  readonly ownPrograms: readonly string[];
  readonly cache: string;
  /** Absolute paths in the workspace that the host obeys, beside the listed ones. */
  readonly obeyed?: readonly string[];
  /** The user that airg runs as. */
  readonly uid: number;
  readonly owner?: { readonly uid: number; readonly gid: number };
}

/** What a profile may depend on besides; each has a plain default. */
export interface ContainOptions {
  /** Effective programs of the command. */
  readonly programs?: readonly string[];
  /** Folders seen by earlier runs of this process. */
  readonly memory?: SearchMemory;
  readonly clock?: Clock;
}

/** Makes the profile for one run in `site`. */
export function containProfile(
  settings: PolicySettings,
  site: Site,
  answers: Disk,
  { clock = systemClock, memory, programs = [] }: ContainOptions = {},
): Profile {
  const workspace = realPath(site.workspace);
  const disk = rememberingListings(answers);
  const roots = [
    workspace,
    ...settings.sandbox.writable
      .map((path) => disk.resolve(expand(path, site)))
      .filter((path) => path !== undefined && disk.kindOf(path) === "folder")
      .map((path) => realPath(path as string)),
  ];
  const listed = listedReads(settings, site.home, programs, disk);
  const found = findHidden({
    settings,
    places: site,
    roots,
    readable: listed,
    disk,
    memory,
    clock,
  });
  const pins = pinnedPaths(settings, site, roots, disk, mayExist);
  const replaced = replacedFiles(site, disk);
  const { anchors, hidden, incomplete, notes, pinned } = fitted(
    found,
    pins,
    roots,
    [...roots, ...replaced.map(({ path }) => path)],
  );
  return {
    workspace,
    writable: roots.slice(1).filter((path) => !isWithin(path, workspace)),
    pinned,
    anchors,
    hidden,
    replaced,
    ...(listed && { readable: readable(listed, site, disk) }),
    notes,
    ...(incomplete !== undefined && { incomplete }),
    // "names" without egress runs as "deny" (DESIGN.md section 5).
    network: settings.sandbox.network === "open" ? "open" : "none",
    limits: limitsOf(settings),
    cache: realPath(site.cache),
    ...(site.owner && { owner: site.owner }),
  };
}

type Fitting =
  & Pick<Profile, "anchors" | "hidden" | "pinned">
  & Required<Pick<Profile, "notes">>
  & Pick<Profile, "incomplete">;

/**
 * As many mounts as a run can have, or none of them and the reason.
 *
 * @param seen What must stay in sight: no folder on the way to it is hidden whole.
 */
function fitted(
  found: HiddenFiles,
  pins: readonly RealPath[],
  roots: readonly RealPath[],
  seen: readonly RealPath[],
): Fitting {
  const mounts = (hidden: readonly Hidden[]) => {
    const pinned = unhidden(pins, hidden);
    const anchors = anchorsFor(
      [...pinned, ...hidden.map((h) => h.path)],
      roots,
    );
    return { hidden, pinned, anchors };
  };
  const count = (hidden: readonly Hidden[]): number => {
    // What alone is too much needs no further counting.
    if (hidden.length > MOUNT_BUDGET) return hidden.length;
    const { anchors, pinned } = mounts(hidden);
    return hidden.length + pinned.length + anchors.length;
  };
  const fit = fitMounts(
    found.hidden,
    count,
    (folder) => folder !== "/" && !seen.some((path) => isWithin(path, folder)),
  );
  const incomplete = found.incomplete ??
    (fit === undefined
      ? `more than ${MOUNT_BUDGET} files and folders are to be hidden or protected`
      : undefined);
  if (fit === undefined || incomplete !== undefined) {
    return {
      hidden: found.hidden,
      pinned: pins,
      anchors: [],
      notes: [],
      ...(incomplete !== undefined && { incomplete }),
    };
  }
  return {
    ...mounts(fit.hidden),
    notes: [
      ...(fit.hidden.length > 0 ? [LATE_NOTE] : []),
      ...found.notes,
      ...fit.whole.map((path) =>
        `${path} is hidden whole: too many files in it are to be hidden`
      ),
    ],
  };
}

/** Said wherever something is hidden: masks cover what is there when they are made. */
export const LATE_NOTE =
  "Files that appear after the start are not hidden, whatever their name";

function limitsOf({ sandbox }: PolicySettings): Profile["limits"] {
  const { limits } = sandbox;
  return {
    ...(limits.openFiles && { openFiles: limits.openFiles }),
    ...(limits.processes && { processes: limits.processes }),
    ...(limits.fileSizeBytes && { fileSize: limits.fileSizeBytes }),
    ...(limits.addressSpaceBytes && { addressSpace: limits.addressSpaceBytes }),
    ...(limits.cpuSeconds && { cpuSeconds: limits.cpuSeconds }),
    ...(limits.temporaryBytes && { temporarySize: limits.temporaryBytes }),
    ...(limits.memoryBytes && { memory: limits.memoryBytes }),
    ...(limits.swapBytes !== undefined && { swap: limits.swapBytes }),
    ...(limits.processors && { processors: limits.processors }),
  };
}

function replacedFiles(
  { owner, uid }: Site,
  disk: Disk,
): NonNullable<Profile["replaced"]> {
  const passwd = disk.resolve("/etc/passwd");
  const group = disk.resolve("/etc/group");
  if (passwd === undefined || group === undefined) return [];
  const host = { passwd: disk.textOf(passwd), group: disk.textOf(group) };
  const inside = ownAccounts(
    { passwd: host.passwd ?? "", group: host.group ?? "" },
    { uid: owner?.uid ?? uid, gid: owner?.gid },
  );
  return [
    { path: realPath(passwd), content: inside.passwd },
    { path: realPath(group), content: inside.group },
  ].filter(({ path }) => disk.kindOf(path) === "file");
}

function readable(
  listed: readonly RealPath[],
  site: Site,
  disk: Disk,
): readonly RealPath[] {
  const system = [...SYSTEM_READABLE, ...site.ownPrograms].flatMap((path) => {
    const real = disk.kindOf(path) && disk.resolve(path);
    return real ? [realPath(real)] : [];
  });
  const all = [...new Set([...system, ...listed])].sort();
  return all.filter((path) =>
    !all.some((other) => other !== path && isWithin(path, other))
  );
}

/** Lists each folder once: one profile sees one disk. */
function rememberingListings(disk: Disk): Disk {
  const known = new Map<string, readonly string[] | undefined>();
  return {
    ...disk,
    listFolder(path) {
      if (!known.has(path)) known.set(path, disk.listFolder(path));
      return known.get(path);
    },
  };
}

function unhidden(
  pins: readonly RealPath[],
  hidden: readonly Hidden[],
): RealPath[] {
  return pins.filter((path) => !hidden.some((h) => isWithin(path, h.path)));
}
