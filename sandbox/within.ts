// Copyright 2026 the airg authors. Apache-2.0 license.

/**
 * Whether one absolute path lies beneath another.
 *
 * @module
 */

/** True if `path` is `root` or lies beneath it; both absolute and normal. */
export function isWithin(path: string, root: string): boolean {
  return root === "/" || path === root || path.startsWith(`${root}/`);
}

/**
 * The folders strictly between `root` and `path`, outermost first.
 *
 * @example
 * ```ts
 * import assert from "node:assert/strict";
 * import { foldersBetween } from "./within.ts";
 *
 * assert.deepEqual(foldersBetween("/p/.git/hooks", "/p"), ["/p/.git"]);
 * ```
 */
export function foldersBetween(path: string, root: string): string[] {
  if (!isWithin(path, root) || path === root) return [];
  const base = root === "/" ? "" : root;
  const parts = path.slice(base.length + 1).split("/").slice(0, -1);
  return parts.map((_, i) => `${base}/${parts.slice(0, i + 1).join("/")}`);
}
