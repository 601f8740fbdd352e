// Copyright 2026 the airg authors. Apache-2.0 license.

/**
 * Whether a folder lies in the workspace, once links are followed.
 *
 * The kernel holds the command there in any case; this only gives a clear
 * answer before anything starts.
 *
 * @module
 */

import { fail, ok, type Result } from "../base/result.ts";

/**
 * The folder a command starts in: the caller's, when it lies in the workspace,
 * else the workspace.
 */
export async function startFolder(
  cwd: string,
  workspace: string,
): Promise<string> {
  const inside = await folderWithin(cwd, workspace);
  return inside.ok ? inside.value : workspace;
}

/**
 * Finds the real path of a folder in the workspace.
 *
 * @param folder Absolute, or relative to `workspace`.
 * @param workspace Real, absolute path.
 * @returns The real path, or a sentence that says what is wrong with `folder`.
 */
export async function folderWithin(
  folder: string,
  workspace: string,
): Promise<Result<string, string>> {
  const quoted = JSON.stringify(folder);
  if (folder.includes("\0")) {
    return fail(`Cannot start in ${quoted}: it holds a NUL`);
  }
  const path = folder.startsWith("/") ? folder : `${workspace}/${folder}`;
  try {
    const real = await Deno.realPath(path);
    if (real !== workspace && !real.startsWith(`${workspace}/`)) {
      return fail(`Cannot start in ${quoted}: it is outside the workspace`);
    }
    if (!(await Deno.stat(real)).isDirectory) {
      return fail(`Cannot start in ${quoted}: it is not a folder`);
    }
    return ok(real);
  } catch (error) {
    if (error instanceof Deno.errors.NotFound) {
      return fail(`Cannot start in ${quoted}: it does not exist`);
    }
    if (!(error instanceof Error)) throw error;
    return fail(`Cannot start in ${quoted}: ${error.message}`);
  }
}
