// Copyright 2026 the airg authors. Apache-2.0 license.

/**
 * What running in one workspace on this machine needs: the launcher, private
 * folders, who the command becomes, and what is airg's own.
 *
 * @module
 */

import { sha256Hex } from "../base/digest.ts";
import { fail, ok, type Result } from "../base/result.ts";
import type { Machine } from "../exec/run.ts";
import type { Site } from "../guard/contain.ts";
import { type Dirs, ensurePrivate } from "../platform/dirs.ts";
import {
  boundSockets,
  findBubblewrap,
  findUser,
  unplacedSockets,
} from "../platform/machine.ts";
import { resolveExisting } from "../platform/real_path.ts";
import { type Ephemeral, realPath } from "../../sandbox/profile.ts";
import type { AssembleFailure, Surroundings } from "./assembled.ts";
import { launcherPath } from "./launcher_file.ts";

/** What running in one workspace needs. */
export interface RunSite {
  readonly machine: Machine;
  readonly places: Omit<Site, "sockets">;
  /** Real paths of airg's own folders and files; no policy gives them away. */
  readonly ownPaths: readonly string[];
  readonly boundSockets: () => Pick<Site, "sockets" | "unplaced">;
  /** Where the changes of one ephemeral run are held; makes nothing. */
  readonly ephemeral: (id: string) => Ephemeral;
}

/** airg's own folders, and files that a variable put elsewhere. */
export function ownPaths(dirs: Dirs): string[] {
  return [
    dirs.config,
    dirs.state,
    dirs.policy,
    dirs.log,
    dirs.approvalsDb,
    dirs.approvalsKey,
    ...besideApprovals(dirs),
    dirs.reportsDb,
    dirs.backups,
  ];
}

/** What the store of approvals keeps beside its files, where a variable put them elsewhere. */
function besideApprovals(
  { approvalsDb, approvalsKey, config, state }: Dirs,
): string[] {
  const isOwn = (path: string): boolean =>
    [config, state].some((folder) => path.startsWith(`${folder}/`));
  const folderOf = (path: string): string =>
    path.slice(0, path.lastIndexOf("/"));
  return [
    `${approvalsDb}-wal`,
    `${approvalsDb}-shm`,
    `${approvalsDb.replace(/\.db$/, "")}.head`,
    // Where they are if another program's file has the name.
    `${folderOf(approvalsDb)}/airg`,
    `${folderOf(approvalsKey)}/airg`,
  ].filter((path) => !isOwn(path));
}

/** Makes what is missing on the disk and collects the rest. */
export async function prepareSite(
  surroundings: Surroundings,
  dirs: Dirs,
  workspace: string,
  home: string,
  ownLauncher?: string,
): Promise<Result<RunSite, AssembleFailure>> {
  const os = surroundings.os === "darwin" ? "darwin" : "linux";
  // macOS contains by its own sandbox-exec.
  const launcher = os === "darwin"
    ? ""
    : ownLauncher ?? await launcherPath(Deno.mainModule, {
      folder: `${dirs.state}/launcher`,
      embedded: Deno.build.standalone,
    });
  if (launcher === undefined) {
    return fail({
      status: 69,
      message: "containment is unavailable: the launcher is not built",
      hint: "run: scripts/build",
    });
  }
  const uid = Deno.uid() ?? 0;
  const owner = ownerOf(workspace, uid);
  const caches = cacheFolders(dirs, workspace, owner);
  const quarantine = `${dirs.state}/quarantine`;
  for (const path of [quarantine, `${dirs.run}/tmp`, ...caches.made]) {
    const made = ensurePrivate(path);
    if (!made.ok) {
      return fail({
        status: 78,
        message: made.error.message,
        hint: made.error.cure,
      });
    }
  }
  const runFolder = socketFolder(dirs, uid, surroundings.env);
  if (runFolder === undefined) {
    return fail({
      status: 78,
      message: `cannot make a socket: ${dirs.run} is too long a path for one`,
      hint: "set AIRG_STATE_DIR to a shorter path",
    });
  }
  const maskFile = makeMask(
    owner === undefined || owner.uid === 0 ? dirs.cache : PUBLIC_FOLDER,
    dirs.cache,
  );
  const bubblewrap = findBubblewrap();
  const identity = identityOf(owner, home);
  const real = (path: string) => resolveExisting(path) ?? path;
  return ok({
    machine: {
      os,
      launcher,
      ...(os === "darwin" && ownLauncher && { sandboxExec: ownLauncher }),
      runFolder,
      ...(os === "linux" && { atWork: `${dirs.run}/work` }),
      quarantine: real(quarantine),
      arch: Deno.build.arch,
      uid,
      ...(bubblewrap && { bubblewrap }),
      cachesRoot: caches.root,
      maskFile: real(maskFile),
      temporary: realPath(real(`${dirs.run}/tmp`)),
      ownFolders: caches.byOwner,
      callerEnv: surroundings.env,
      ...(identity && { identity }),
    },
    places: {
      os,
      workspace,
      home: identity?.home ?? home,
      ownFolders: ownPaths(dirs),
      ownPrograms: [Deno.execPath()],
      cache: caches.own,
      uid,
      ...(owner && { owner }),
    },
    ownPaths: [...ownPaths(dirs), dirs.cache].map(real),
    // On macOS no socket outside the run's own folder can be reached.
    boundSockets: () =>
      os === "darwin" ? { sockets: [] } : socketsNow(launcher),
    ephemeral(id) {
      const folder = realPath(`${real(dirs.state)}/changes/${id}`);
      // Where the user that the command becomes can reach them.
      const layers = owner === undefined
        ? folder
        : realPath(`${caches.root}/held-${id}`);
      return { id, folder, layers };
    },
  });
}

/** The launcher is asked only where there is something that a path does not tell. */
function socketsNow(launcher: string): Pick<Site, "sockets" | "unplaced"> {
  const table = Deno.readTextFileSync("/proc/net/unix");
  const sockets = boundSockets(table);
  const count = unplacedSockets(table);
  if (count === 0) return { sockets };
  const { success, stdout } = new Deno.Command(launcher, {
    args: ["sockets"],
    clearEnv: true,
    cwd: "/",
    stdin: "null",
    stderr: "null",
  }).outputSync();
  // A kernel without CONFIG_UNIX_DIAG; the outcome says what is not hidden.
  if (!success) return { sockets, unplaced: { count } };
  const inodes = new Set(
    new TextDecoder().decode(stdout).trim().split("\n").map(Number),
  );
  return { sockets, unplaced: { count, inodes } };
}

/** Bytes of a socket's path at most (unix(7)), less the longest name we give one. */
const SOCKET_FOLDER_BYTES = 107 - "/0123456789abcdef.sock".length;

/**
 * A private folder whose path leaves room for a socket's name: the state
 * folder's, or a shorter one where that lies deep.
 */
function socketFolder(
  dirs: Dirs,
  uid: number,
  env: Surroundings["env"],
): string | undefined {
  const runtime = env["XDG_RUNTIME_DIR"];
  const candidates = [
    dirs.run,
    ...(runtime?.startsWith("/") ? [`${runtime}/airg`] : []),
    `/tmp/airg-${uid}`,
    `/var/tmp/airg-run-${uid}`,
  ];
  return candidates.map((path) => resolveExisting(path) ?? path).find((path) =>
    new TextEncoder().encode(path).length <= SOCKET_FOLDER_BYTES &&
    ensurePrivate(path).ok
  );
}

/** As root, a command becomes the owner of the workspace it runs in. */
function ownerOf(
  workspace: string,
  uid: number,
): { readonly uid: number; readonly gid: number } | undefined {
  if (uid !== 0) return undefined;
  const info = Deno.statSync(workspace);
  if (!info.uid) return undefined;
  return { uid: info.uid, gid: info.gid ?? info.uid };
}

function identityOf(
  owner: { readonly uid: number } | undefined,
  home: string,
): { readonly home: string; readonly name: string } | undefined {
  if (owner === undefined) return undefined;
  const user = findUser(owner.uid);
  if (user === undefined) return { home, name: String(owner.uid) };
  return { home: resolveExisting(user.home) ?? user.home, name: user.name };
}

/**
 * The private caches of package managers, one folder a workspace. They lie
 * where the user that the command becomes can reach them.
 */
function cacheFolders(
  dirs: Dirs,
  workspace: string,
  owner: { readonly uid: number } | undefined,
): {
  readonly root: string;
  readonly own: string;
  /** Made now, by this user. */
  readonly made: readonly string[];
  /** Made by the launcher once it is the owner. */
  readonly byOwner: readonly string[];
} {
  const name = sha256Hex(workspace).slice(0, 16);
  if (owner !== undefined) {
    const root = `/var/tmp/airg-${owner.uid}`;
    const own = `${root}/${name}`;
    return { root, own, made: [], byOwner: [root, own] };
  }
  const root = `${resolveExisting(dirs.cache) ?? dirs.cache}/packages`;
  const own = `${root}/${name}`;
  return { root, own, made: [root, own], byOwner: [] };
}

/** Folder that holds the package managers' caches of runs in `workspace`. */
export function cachesRoot(dirs: Dirs, workspace: string): string {
  return cacheFolders(dirs, workspace, ownerOf(workspace, Deno.uid() ?? 0))
    .root;
}

/** Where a file of root's can be named by the user that a command becomes. */
const PUBLIC_FOLDER = "/run/airg";

/**
 * An empty file nobody may read: what hidden files are covered with where
 * bubblewrap makes the mounts.
 *
 * @param otherwise Where it lies if `folder` cannot be made.
 */
function makeMask(folder: string, otherwise: string): string {
  const path = `${folder}/mask`;
  try {
    Deno.mkdirSync(folder, { recursive: true, mode: 0o755 });
    // The caller's umask may have narrowed it.
    if (folder === PUBLIC_FOLDER) Deno.chmodSync(folder, 0o755);
    Deno.writeFileSync(path, new Uint8Array(), { createNew: true, mode: 0 });
  } catch (error) {
    if (error instanceof Deno.errors.AlreadyExists) return path;
    if (folder === otherwise) throw error;
    return makeMask(otherwise, otherwise);
  }
  return path;
}
