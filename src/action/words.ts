// Copyright 2026 the airg authors. Apache-2.0 license.

/**
 * Small readings of one word or path, without a disk.
 *
 * @module
 */

/** Last component of a path; the path itself when there is none. */
export function baseName(path: string): string {
  const trimmed = path.length > 1 ? path.replace(/\/+$/, "") : path;
  return trimmed.slice(trimmed.lastIndexOf("/") + 1);
}

/** Makes `path` absolute from `folder`; `..` stays, because links decide what it means. */
export function absolutePath(path: string, folder: string): string {
  if (path.startsWith("/")) return path;
  return folder === "/" ? `/${path}` : `${folder}/${path}`;
}

/** Removes `.`, `..` and doubled slashes as text, as `cd` does. */
export function normalizePath(path: string): string {
  const absolute = path.startsWith("/");
  const parts: string[] = [];
  for (const part of path.split("/")) {
    if (part === "" || part === ".") continue;
    if (part !== "..") parts.push(part);
    else if (parts.length > 0 && parts.at(-1) !== "..") parts.pop();
    else if (!absolute) parts.push(part);
  }
  return (absolute ? "/" : "") + parts.join("/");
}

/** Whether `path` is `folder` or lies below it; both absolute. */
export function isBelow(path: string, folder: string): boolean {
  return path === folder || folder === "/" ||
    (path.startsWith(folder) && path[folder.length] === "/");
}
