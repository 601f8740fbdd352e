// Copyright 2026 the airg authors. Apache-2.0 license.

/**
 * The mount table: where else a file can be seen, and on what it lies.
 *
 * @module
 */

import { isWithin } from "../../../sandbox/within.ts";

/** One mount, from `/proc/self/mountinfo` (proc_pid_mountinfo(5)). */
export interface Mount {
  /** `major:minor` of the file system. */
  readonly device: string;
  /** The folder of the file system that is seen at `point`. */
  readonly root: string;
  readonly point: string;
  readonly type: string;
}

/** Reads the table; lines that cannot be read are left out. */
export function parseMounts(text: string): Mount[] {
  return text.split("\n").flatMap((line) => {
    const words = line.split(" ");
    const [device, root, point] = words.slice(2, 5);
    const type = words[words.indexOf("-", 6) + 1];
    if (!device || !root?.startsWith("/") || !point || !type) return [];
    return [{ device, root: plain(root), point: plain(point), type }];
  });
}

/** Blank, tab, newline and backslash are written as three octal digits. */
function plain(text: string): string {
  return text.replace(
    /\\([0-7]{3})/g,
    (_, digits: string) => String.fromCharCode(parseInt(digits, 8)),
  );
}

/** The mount that a path is seen through: the longest, and of those the last. */
export function mountOf(
  path: string,
  mounts: readonly Mount[],
): Mount | undefined {
  let best: Mount | undefined;
  for (const mount of mounts) {
    if (!isWithin(path, mount.point)) continue;
    if (best === undefined || mount.point.length >= best.point.length) {
      best = mount;
    }
  }
  return best;
}

/** Another name of a path. */
export interface MountAlias {
  readonly alias: string;
  readonly of: string;
  /** It is only something beneath that path. */
  readonly part: boolean;
}

/**
 * Other names that the mount table gives to `paths`: the same file through
 * another mount, or a mount of a part of a folder. Each has to be looked at,
 * because a third mount may lie over it.
 */
export function mountAliases(
  paths: readonly string[],
  mounts: readonly Mount[],
): MountAlias[] {
  const shared = new Map<string, Mount[]>();
  for (const mount of mounts) {
    shared.set(mount.device, [...shared.get(mount.device) ?? [], mount]);
  }
  return paths.flatMap((path) => {
    const own = mountOf(path, mounts);
    const others = own === undefined ? [] : shared.get(own.device) ?? [];
    if (own === undefined || others.length < 2) return [];
    const inner = join(own.root, path, own.point);
    return others.filter((other) => other !== own).flatMap(
      (other): MountAlias[] => {
        if (isWithin(inner, other.root)) {
          const alias = join(other.point, inner, other.root);
          return alias === path ? [] : [{ alias, of: path, part: false }];
        }
        return isWithin(other.root, inner) && !isWithin(other.point, path)
          ? [{ alias: other.point, of: path, part: true }]
          : [];
      },
    );
  });
}

/** `base` and what of `path` comes after `prefix`. */
function join(base: string, path: string, prefix: string): string {
  const rest = prefix === "/" ? path : path.slice(prefix.length);
  const joined = base === "/" ? rest : `${base}${rest === "/" ? "" : rest}`;
  return joined === "" ? "/" : joined;
}

/**
 * Whether a folder's time of change tells of every new name in it: so on the
 * file systems named, not where another machine or program keeps the files.
 */
export function keepsTimes(type: string): boolean {
  return KEEPING_TIMES.has(type);
}

const KEEPING_TIMES = new Set([
  "ext2",
  "ext3",
  "ext4",
  "xfs",
  "btrfs",
  "f2fs",
  "tmpfs",
  "zfs",
  "bcachefs",
  "overlay",
]);
