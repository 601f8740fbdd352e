// Copyright 2026 the airg authors. Apache-2.0 license.

/**
 * Paths as text: absolute, without `.` and `..`.
 *
 * @module
 */

import type { State } from "./state.ts";
import { ANY } from "./value.ts";

/** Removes `.`, `..` and doubled slashes as text, as `cd` does. */
export function normalizePath(path: string): string {
  if (!/\/\.|\/\/|^\.|\/$/.test(path)) return path;
  const rooted = path.startsWith("/");
  const parts: string[] = [];
  for (const part of path.split("/")) {
    if (part === "" || part === ".") continue;
    const last = parts.at(-1);
    if (part !== ".." || last?.includes("\0")) parts.push(part);
    else if (last !== undefined && last !== "..") parts.pop();
    else if (!rooted) parts.push(part);
  }
  return (rooted ? "/" : "") + parts.join("/");
}

/** Makes `path` absolute from `folder`; `..` stays, because links decide what it means. */
export function absolutePath(path: string, folder: string): string {
  if (path.startsWith("/")) return path;
  return folder === "/" ? `/${path}` : `${folder}/${path}`;
}

/** The absolute paths that `path` may be, in each folder the shell may be in. */
export function absolute(state: State, path: string): readonly string[] {
  if (path.startsWith("/")) return [normalizePath(path)];
  return (state.folders ?? [ANY]).map((folder) =>
    normalizePath(absolutePath(path, folder))
  );
}
