// Copyright 2026 the airg authors. Apache-2.0 license.

/**
 * Hidden places that have a name of their own: the maintained list, airg's own
 * folders, other homes, sockets, and what a policy names by its whole path.
 *
 * @module
 */

import type { PolicySettings } from "../../policy/settings.ts";
import { isWild, matchesName } from "../../policy/path_pattern.ts";
import { isWithin } from "../../../sandbox/within.ts";
import { HOME_SECRETS, SYSTEM_SECRETS } from "../secrets.ts";
import { macosSecretPaths } from "../secrets_macos.ts";
import type { Disk } from "./disk.ts";
import { isAnchored } from "./names.ts";
import { expand, homesAbove, type Places } from "./places.ts";

/** Paths to hide if they exist; as written, links not followed yet. */
export function listedPlaces(
  settings: PolicySettings,
  places: Places,
  roots: readonly string[],
  disk: Disk,
): string[] {
  const homes = [...new Set([places.home, ...homesAbove(places)])];
  return [
    ...places.ownFolders,
    ...SYSTEM_SECRETS.map(({ path }) => path),
    ...otherHomes(places, disk),
    ...homes.flatMap((home) =>
      HOME_SECRETS.map(({ path }) => `${home}/${path}`)
    ),
    ...(places.os === "darwin"
      ? macosSecretPaths(places, disk.listFolder)
      : []),
    ...reachableSockets(places, roots),
    ...settings.sandbox.hidden.filter(isAnchored)
      .flatMap((entry) => matching(expand(entry, places), disk)),
  ].filter((path) => mayExist(path, disk));
}

/**
 * Whether a path may be there, judged by the listings of the folders above it:
 * some hundred listed places are mostly missing, and asking for a missing file
 * costs more than reading a listing that is already there.
 */
export function mayExist(path: string, disk: Disk): boolean {
  const at = path.lastIndexOf("/");
  const parent = path.slice(0, at) || "/";
  if (path !== "/" && parent !== "/" && !mayExist(parent, disk)) return false;
  // A folder that cannot be listed may still be walked through.
  return disk.listFolder(parent)?.includes(path.slice(at + 1)) ?? true;
}

/** Paths that a pattern with `*` or `?` means; itself without. */
function matching(pattern: string, disk: Disk): string[] {
  if (!isWild(pattern)) return [pattern];
  let found = [""];
  for (const part of pattern.split("/").filter((part) => part !== "")) {
    const own = part.toLowerCase();
    found = found.flatMap((folder) =>
      isWild(part)
        ? (disk.listFolder(folder || "/") ?? [])
          .filter((name) => matchesName(own, name.toLowerCase()))
          .map((name) => `${folder}/${name}`)
        : [`${folder}/${part}`]
    );
  }
  return found;
}

/**
 * Sockets of the host that would be seen inside: a read-only mount does not
 * keep a program from connecting. Those in private folders are out of sight.
 */
function reachableSockets(
  { sockets }: Places,
  roots: readonly string[],
): string[] {
  return sockets.filter((path) =>
    roots.some((root) => isWithin(path, root)) ||
    !PRIVATE_FOLDERS.some((folder) => isWithin(path, folder))
  );
}

/** Folders that every run gets fresh; \`/var/run\` leads to \`/run\`. */
const PRIVATE_FOLDERS = ["/run", "/var/run", "/tmp", "/var/tmp", "/dev"];

/** Homes of other users, which a command run by root could read. */
function otherHomes(places: Places, disk: Disk): string[] {
  const names = disk.listFolder("/home") ?? [];
  return ["/root", ...names.map((name) => `/home/${name}`)]
    .filter((home) =>
      home !== places.home && !isWithin(places.workspace, home) &&
      !isWithin(places.home, home)
    );
}
