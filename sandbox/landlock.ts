// Copyright 2026 the airg authors. Apache-2.0 license.

/**
 * Profile -> Landlock ruleset (pure but for the folder listing it is given).
 *
 * In the `full` and `bwrap` rungs the mount view already hides and protects;
 * Landlock stands behind it: no write outside the writable roots, no ptrace out
 * of the domain, no mounting, no signal and no abstract socket to the outside.
 * In the `bare` rung Landlock is all there is for files, and since it can only
 * add rights, "everything but" is written as the list of everything else.
 *
 * Source of the numbers: include/uapi/linux/landlock.h; the launcher cuts the
 * masks to what the running kernel knows.
 *
 * @module
 */

import type { Profile, RealPath } from "./profile.ts";
import { foldersBetween, isWithin } from "./within.ts";

const EXECUTE = 1n << 0n;
const WRITE_FILE = 1n << 1n;
const READ_FILE = 1n << 2n;
const READ_DIR = 1n << 3n;
const TRUNCATE = 1n << 14n;
const IOCTL_DEV = 1n << 15n;

/** Every file right up to ABI 9. */
const ALL_FS = (1n << 17n) - 1n;
/** Rights a plain file can carry in a rule; others need a folder. */
const DEVICE = READ_FILE | WRITE_FILE | TRUNCATE | IOCTL_DEV;
const READ = EXECUTE | READ_FILE | READ_DIR;
/** Bind and connect, TCP. */
const ALL_NET = 3n;
/** Abstract unix sockets, signals. */
const ALL_SCOPES = 3n;

/** One rule: what is allowed beneath a path. */
export interface LandlockRule {
  readonly rights: bigint;
  readonly path: string;
}

/** What the launcher makes one Landlock ruleset from. */
export interface Ruleset {
  readonly fs: bigint;
  readonly net: bigint;
  readonly scope: bigint;
  readonly rules: readonly LandlockRule[];
}

/** Folders that bubblewrap makes fresh and private for each run. */
const PRIVATE_FOLDERS = ["/tmp", "/var/tmp", "/run", "/dev"] as const;

/** Devices a plain command needs where there is no private `/dev`. */
const DEVICES = [
  "/dev/null",
  "/dev/zero",
  "/dev/full",
  "/dev/random",
  "/dev/urandom",
  "/dev/tty",
  "/dev/ptmx",
] as const;

/** The ruleset for a process that bubblewrap has already put in its own view. */
export function rulesetInNamespaces(profile: Profile): Ruleset {
  return {
    fs: ALL_FS,
    // The network namespace is empty or, by policy, open: nothing to add.
    net: 0n,
    scope: ALL_SCOPES,
    rules: [
      ...(profile.readable ?? ["/"]).map((path) => ({ rights: READ, path })),
      ...[...PRIVATE_FOLDERS, ...writableRoots(profile)]
        .map((path) => ({ rights: ALL_FS, path })),
    ],
  };
}

/**
 * The ruleset for a process that sees the host's own tree.
 *
 * @param temporary The one private folder for temporary files.
 * @param listFolder Names in a folder; throws if it cannot be read, which
 * leaves the folder out: unreadable for airg means not granted.
 * @returns `undefined` where Landlock cannot express the profile: something
 * hidden lies in a writable folder.
 */
export function rulesetWithoutNamespaces(
  profile: Profile,
  temporary: RealPath,
  listFolder: (path: string) => readonly string[],
): Ruleset | undefined {
  const writable = [
    ...writableRoots(profile),
    profile.cache,
    temporary,
  ];
  const hidden = profile.hidden.map((entry) => entry.path);
  if (hidden.some((path) => writable.some((root) => isWithin(path, root)))) {
    return undefined;
  }
  return {
    fs: ALL_FS,
    net: ALL_NET,
    scope: ALL_SCOPES,
    rules: [
      ...(profile.readable ?? ["/"]).flatMap((path) =>
        everythingBut(path, hidden, listFolder)
      ).map((path) => ({ rights: READ, path })),
      ...DEVICES.map((path) => ({ rights: DEVICE, path })),
      ...writable.map((path) => ({ rights: ALL_FS, path })),
    ],
  };
}

function writableRoots(profile: Profile): readonly RealPath[] {
  return profile.readonly ? [] : [profile.workspace, ...profile.writable];
}

/** The fewest paths that together cover the tree at `root` without `hidden`. */
function everythingBut(
  root: string,
  hidden: readonly string[],
  listFolder: (path: string) => readonly string[],
): string[] {
  if (hidden.some((path) => isWithin(root, path))) return [];
  const secrets = new Set(hidden);
  // Folders on the way to something hidden.
  const ways = new Set(
    hidden.flatMap((path) => ["/", ...foldersBetween(path, "/")]),
  );
  const covered: string[] = [];
  const visit = (path: string) => {
    if (secrets.has(path)) return;
    if (!ways.has(path)) {
      covered.push(path);
      return;
    }
    for (const name of listFolder(path)) {
      visit(path === "/" ? `/${name}` : `${path}/${name}`);
    }
  };
  visit(root);
  return covered;
}
