// Copyright 2026 the airg authors. Apache-2.0 license.

/**
 * Small readings of one word or path, without a disk.
 *
 * @module
 */

export { absolutePath, normalizePath } from "../shell/place.ts";

/** Last component of a path; the path itself when there is none. */
export function baseName(path: string): string {
  const trimmed = path.length > 1 ? path.replace(/\/+$/, "") : path;
  return trimmed.slice(trimmed.lastIndexOf("/") + 1);
}

/** Whether `path` is `folder` or lies below it; both absolute. */
export function isBelow(path: string, folder: string): boolean {
  return path === folder || folder === "/" ||
    (path.startsWith(folder) && path[folder.length] === "/");
}
