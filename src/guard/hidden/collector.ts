// Copyright 2026 the airg authors. Apache-2.0 license.

/**
 * Gathers what is hidden, and keeps from it what nobody could work without.
 *
 * @module
 */

import { type Hidden, realPath } from "../../../sandbox/profile.ts";
import { isWithin } from "../../../sandbox/within.ts";
import { outermost } from "./budget.ts";
import type { Disk } from "./disk.ts";
import { isForm } from "./names.ts";
import type { Found } from "./search.ts";

/** Gathers hidden paths. */
export interface Collector {
  /** A real path. */
  readonly add: (path: string, kind: "file" | "folder") => void;
  /** What a path leads to, if anything. */
  readonly addNamed: (path: string) => void;
  /** What a search of folders found. */
  readonly addHits: (found: Found, searched: readonly string[]) => void;
  /** Another name, if it is still one of the same file. */
  readonly addAlias: (path: string, of: string | undefined) => void;
  /** All so far. */
  readonly paths: () => string[];
  /** Those that no other one covers. */
  readonly all: () => Hidden[];
}

/** Gathers hidden paths around the writable `roots`. */
export function collector(roots: readonly string[], disk: Disk): Collector {
  const found = new Map<string, Hidden>();
  const add: Collector["add"] = (path, kind) => {
    // `whoami`, ssh and node's userInfo need these; what they get is a copy.
    if (WORLD_KNOWN.has(path) || path === "/" || roots.includes(path)) return;
    if (!roots.some((root) => isWithin(root, path))) {
      found.set(path, { path: realPath(path), kind });
      return;
    }
    // A mask here would hide the workspace itself, so all beside its way is.
    for (const { kind, name } of disk.namesIn(path) ?? []) {
      // What a link in it leads to is hidden only if it lies in it, too.
      if (kind === "link") continue;
      add(`${path}/${name}`, kind === "folder" ? "folder" : "file");
    }
  };
  const addNamed = (path: string): void => {
    const target = disk.resolve(path);
    const kind = target === undefined ? undefined : disk.kindOf(target);
    if (target === undefined || kind === undefined) return;
    add(target, kind === "folder" ? "folder" : "file");
  };
  return {
    add,
    addNamed,
    addHits(hits, searched) {
      for (const path of hits.closed) add(path, "folder");
      for (const { folder, link, path } of hits.hits) {
        if (!link) add(path, folder ? "folder" : "file");
        else if (mayHideTarget(path, [...roots, ...searched], disk)) {
          addNamed(path);
        }
      }
    },
    addAlias(alias, of) {
      const [there, here] = [disk.statOf(alias), of && disk.statOf(of)];
      const same = here === undefined || here === "" ||
        there?.inode === here.inode;
      if (there !== undefined && same) addNamed(alias);
    },
    paths: () => [...found.keys()],
    all: () => outermost([...found.values()]),
  };
}

/**
 * Whether what a link with a hidden name leads to may be hidden: anybody who
 * can write here can make a link `.env` to `/usr/bin`.
 */
function mayHideTarget(
  link: string,
  searched: readonly string[],
  disk: Disk,
): boolean {
  const target = disk.resolve(link);
  if (target === undefined || isForm(target.toLowerCase())) return false;
  if (searched.some((root) => isWithin(target, root) && root !== target)) {
    return true;
  }
  return !isOfSystem(target) && disk.kindOf(target) !== "folder";
}

/** Folders that hold the system's programs and settings, alike on every machine. */
export function isOfSystem(path: string): boolean {
  return SYSTEM_FOLDERS.some((folder) => isWithin(path, folder));
}

const SYSTEM_FOLDERS = [
  "/bin",
  "/boot",
  "/dev",
  "/etc",
  "/gnu",
  "/lib",
  "/lib32",
  "/lib64",
  "/nix",
  "/opt",
  "/proc",
  "/run",
  "/sbin",
  "/sys",
  "/tmp",
  "/usr",
  "/var/tmp",
];

const WORLD_KNOWN = new Set(["/etc/passwd", "/etc/group"]);
