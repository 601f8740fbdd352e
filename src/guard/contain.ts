// Copyright 2026 the airg authors. Apache-2.0 license.

/**
 * Policy + facts -> the sandbox profile of one action.
 *
 * Asks the disk what exists, because a mask needs something to cover; decides
 * nothing else by it.
 *
 * @module
 */

import { PROTECTED_PATHS } from "../action/protected.ts";
import type { PolicySettings } from "../policy/settings.ts";
import {
  type Hidden,
  type Profile,
  type RealPath,
  realPath,
} from "../../sandbox/profile.ts";
import { foldersBetween, isWithin } from "../../sandbox/within.ts";
import { HOME_SECRETS, SYSTEM_SECRETS } from "./secrets.ts";

/** Questions to the disk; a path that cannot be looked at does not exist here. */
export interface Disk {
  /** Follows links. */
  readonly kindOf: (path: string) => "file" | "folder" | "other" | undefined;
  /** Absolute path without links, or `undefined`. */
  readonly resolve: (path: string) => string | undefined;
  /** Names in a folder; `undefined` if it cannot be listed. */
  readonly listFolder: (path: string) => readonly string[] | undefined;
}

/** What a profile is made from besides policy and disk. */
export interface Site {
  readonly workspace: string;
  /** Home of the user that the command runs as. */
  readonly home: string;
  /** airg's own folders: neither seen nor written inside. */
  readonly ownFolders: readonly string[];
  /** airg's own program files: seen, never written. */
  readonly ownPrograms: readonly string[];
  readonly cache: string;
  /** Unix sockets that are bound on the host now. */
  readonly sockets: readonly string[];
  readonly owner?: { readonly uid: number; readonly gid: number };
}

/** Makes the profile for one run in `site`. */
export function containProfile(
  settings: PolicySettings,
  site: Site,
  answers: Disk,
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
  const hidden = hiddenPaths(settings, site, roots, disk);
  const pinned = pinnedPaths(settings, site, roots, disk)
    .filter((path) => !hidden.some((h) => isWithin(path, h.path)));
  return {
    workspace,
    writable: roots.slice(1).filter((path) => !isWithin(path, workspace)),
    pinned,
    anchors: anchorsFor([...pinned, ...hidden.map((h) => h.path)], roots),
    hidden,
    // "names" without egress runs as "deny" (DESIGN.md section 5).
    network: settings.sandbox.network === "open" ? "open" : "none",
    limits: limitsOf(settings),
    cache: realPath(site.cache),
    ...(site.owner && { owner: site.owner }),
  };
}

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

function hiddenPaths(
  settings: PolicySettings,
  site: Site,
  roots: readonly RealPath[],
  disk: Disk,
): Hidden[] {
  const candidates = [
    ...site.ownFolders,
    ...SYSTEM_SECRETS.map(({ path }) => path),
    ...otherHomes(site, disk),
    ...[...new Set([site.home, ...homesAbove(site)])].flatMap((home) =>
      HOME_SECRETS.map(({ path }) => `${home}/${path}`)
    ),
    ...reachableSockets(site, roots),
    ...settings.sandbox.hidden.flatMap((entry) => placesOf(entry, site)),
    ...settings.sandbox.hiddenExtensions.flatMap((extension) =>
      namesEndingIn(extension, roots, disk)
    ),
  ];
  const found = new Map<string, Hidden>();
  for (const candidate of candidates) {
    if (!mayExist(candidate, disk)) continue;
    const path = disk.resolve(candidate);
    const kind = path === undefined ? undefined : disk.kindOf(path);
    if (path === undefined || kind === undefined) continue;
    // /etc/passwd hidden, `whoami`, ssh and node's userInfo fail; it holds no secret.
    if (WORLD_KNOWN.has(path)) continue;
    // A mask on a folder above the workspace would hide the workspace itself.
    if (roots.some((root) => isWithin(root, path))) continue;
    found.set(path, {
      path: realPath(path),
      kind: kind === "folder" ? "folder" : "file",
    });
  }
  return outermost([...found.values()]);
}

/**
 * Whether a path may be there, judged by the listings of the folders above it:
 * a hundred listed places are mostly missing, and asking for a missing file
 * costs more than reading a listing that is already there.
 */
function mayExist(path: string, disk: Disk): boolean {
  const at = path.lastIndexOf("/");
  const parent = path.slice(0, at) || "/";
  if (path !== "/" && parent !== "/" && !mayExist(parent, disk)) return false;
  // A folder that cannot be listed may still be walked through.
  return disk.listFolder(parent)?.includes(path.slice(at + 1)) ?? true;
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

/**
 * Sockets of the host that would be seen inside: a read-only mount does not
 * keep a program from connecting. Those in private folders are out of sight.
 */
function reachableSockets(
  { sockets }: Site,
  roots: readonly RealPath[],
): string[] {
  return sockets.filter((path) =>
    roots.some((root) => isWithin(path, root)) ||
    !PRIVATE_FOLDERS.some((folder) => isWithin(path, folder))
  );
}

/** Folders that every run gets fresh; \`/var/run\` leads to \`/run\`. */
const PRIVATE_FOLDERS = ["/run", "/var/run", "/tmp", "/var/tmp", "/dev"];

const WORLD_KNOWN = new Set(["/etc/passwd", "/etc/group"]);

/** Entries not beneath another hidden folder, in a stable order. */
function outermost(entries: readonly Hidden[]): Hidden[] {
  return entries.filter(({ path }) =>
    !entries.some((other) =>
      other.path !== path && other.kind === "folder" &&
      isWithin(path, other.path)
    )
  ).sort((a, b) => a.path < b.path ? -1 : 1);
}

/** Homes of other users, which a command run by root could read. */
function otherHomes(site: Site, disk: Disk): string[] {
  const names = disk.listFolder("/home") ?? [];
  return ["/root", ...names.map((name) => `/home/${name}`)]
    .filter((home) =>
      home !== site.home && !isWithin(site.workspace, home) &&
      !isWithin(site.home, home)
    );
}

/** Homes that hold the workspace though they are not the runner's own. */
function homesAbove(site: Site): string[] {
  const [, first, second] = site.workspace.split("/");
  if (first === "home" && second !== undefined) return [`/home/${second}`];
  return first === "root" ? ["/root"] : [];
}

/**
 * Where a policy's hidden entry lies: an absolute or `~/` path as it is, a bare
 * name or fragment in the workspace's and the home's top folder.
 */
function placesOf(entry: string, site: Site): string[] {
  if (entry.startsWith("/") || entry.startsWith("~/") || entry === "~") {
    return [expand(entry, site)];
  }
  return [`${site.workspace}/${entry}`, `${site.home}/${entry}`];
}

function namesEndingIn(
  extension: string,
  roots: readonly string[],
  disk: Disk,
): string[] {
  const pattern = extension.toLowerCase();
  return roots.flatMap((root) =>
    (disk.listFolder(root) ?? [])
      .filter((name) => name.toLowerCase().endsWith(pattern))
      .map((name) => `${root}/${name}`)
  );
}

function pinnedPaths(
  settings: PolicySettings,
  site: Site,
  roots: readonly RealPath[],
  disk: Disk,
): RealPath[] {
  const candidates = [
    ...[...PROTECTED_PATHS.map(({ path }) => path), ...settings.sandbox.pinned]
      .map((path) => `${site.workspace}/${path}`),
    ...site.ownPrograms,
  ];
  const pinned = new Set<RealPath>();
  for (const candidate of candidates) {
    if (!mayExist(candidate, disk)) continue;
    const path = disk.resolve(candidate);
    if (path === undefined || disk.kindOf(path) === undefined) continue;
    // Outside the writable folders everything is read-only already.
    const covered = roots.some((root) => isWithin(path, root) && path !== root);
    if (covered) pinned.add(realPath(path));
  }
  return [...pinned].sort();
}

function anchorsFor(
  paths: readonly RealPath[],
  roots: readonly RealPath[],
): RealPath[] {
  const anchors = new Set<string>();
  for (const path of paths) {
    for (const root of roots) {
      foldersBetween(path, root).forEach((folder) => anchors.add(folder));
    }
  }
  return [...anchors]
    .filter((folder) => !paths.some((path) => isWithin(folder, path)))
    .sort().map(realPath);
}

function expand(path: string, site: Site): string {
  if (path === "~") return site.home;
  return path.startsWith("~/") ? `${site.home}/${path.slice(2)}` : path;
}
