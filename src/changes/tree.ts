// Copyright 2026 the airg authors. Apache-2.0 license.

/**
 * Removes airg's own layers, whatever bits a run or the kernel left on them.
 *
 * @module
 */

import { inFolder } from "../platform/in_folder.ts";

/**
 * Removes a tree that no run writes to any more.
 *
 * The kernel leaves a folder of mode 0000 in `work/`, and a command may leave
 * others; their owner can still open them up.
 */
export function removeTree(path: string): void {
  if (lstatIfThere(path) === undefined) return;
  // Root needs no bits, and must not set them by name in another user's folder.
  if (Deno.uid() !== 0) openUp(path);
  const at = path.lastIndexOf("/");
  inFolder(path.slice(0, at), () => {
    Deno.removeSync(path.slice(at + 1), { recursive: true });
  });
}

function openUp(path: string): void {
  const info = lstatIfThere(path);
  if (info === undefined || !info.isDirectory) return;
  if (((info.mode ?? 0) & 0o700) !== 0o700) Deno.chmodSync(path, 0o700);
  for (const { name, isDirectory } of [...Deno.readDirSync(path)]) {
    if (isDirectory) openUp(`${path}/${name}`);
  }
}

function lstatIfThere(path: string): Deno.FileInfo | undefined {
  try {
    return Deno.lstatSync(path);
  } catch (error) {
    if (error instanceof Deno.errors.NotFound) return undefined;
    throw error;
  }
}
