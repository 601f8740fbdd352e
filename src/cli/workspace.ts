// Copyright 2026 the airg authors. Apache-2.0 license.

/**
 * Which folder is the workspace, and which folders may not be one.
 *
 * @module
 */

import { fail, ok, type Result } from "../base/result.ts";
import { isWithin } from "../../sandbox/within.ts";

/** Why a folder is no workspace. */
export interface WorkspaceFailure {
  readonly message: string;
  readonly hint: string;
}

/**
 * Resolves and checks the workspace.
 *
 * @param path As written; relative to `cwd`.
 * @param options.homes Home folders, real and absolute.
 * @param options.ownFolders airg's own folders, real and absolute.
 */
export function checkWorkspace(
  path: string,
  options: {
    readonly cwd: string;
    readonly homes: readonly string[];
    readonly ownFolders: readonly string[];
  },
): Result<string, WorkspaceFailure> {
  const quoted = JSON.stringify(path);
  const refuse = (what: string) =>
    fail({
      message: `cannot use the workspace ${quoted}: ${what}`,
      hint: "name a project folder with --workspace or AIRG_WORKSPACE",
    });
  let real: string;
  try {
    real = Deno.realPathSync(
      path.startsWith("/") ? path : `${options.cwd}/${path}`,
    );
    if (!Deno.statSync(real).isDirectory) return refuse("it is not a folder");
  } catch (error) {
    if (error instanceof Deno.errors.NotFound) {
      return refuse("it does not exist");
    }
    if (!(error instanceof Error)) throw error;
    return refuse(error.message);
  }
  if (real === "/") return refuse("it is the whole file system");
  if (options.homes.includes(real)) {
    return refuse("it is a home folder, which holds keys and settings");
  }
  const own = options.ownFolders.find((folder) =>
    isWithin(folder, real) || isWithin(real, folder)
  );
  if (own !== undefined) return refuse(`it holds airg's own folder ${own}`);
  const system = SYSTEM_FOLDERS.find((folder) => isWithin(real, folder));
  if (system !== undefined || PARENTS.has(real)) {
    return refuse("it belongs to the system");
  }
  return ok(real);
}

/** Folders in which no project lies; writing there changes the machine. */
const SYSTEM_FOLDERS = [
  "/bin",
  "/boot",
  "/dev",
  "/etc",
  "/lib",
  "/lib64",
  "/proc",
  "/run",
  "/sbin",
  "/sys",
  "/usr/bin",
  "/usr/lib",
  "/usr/sbin",
];

/** Folders of which only a part can be a project. */
const PARENTS = new Set([
  "/home",
  "/usr",
  "/var",
  "/tmp",
  "/var/tmp",
  "/opt",
  "/srv",
  "/mnt",
  "/media",
]);
