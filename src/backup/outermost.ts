// Copyright 2026 the airg authors. Apache-2.0 license.

/**
 * Paths and those that lie in them (pure).
 *
 * @module
 */

/** Those that lie in no other, each with those that lie in it. */
export function outermost(
  paths: readonly string[],
): ReadonlyMap<string, readonly string[]> {
  const all = new Set(paths);
  const outerOf = (path: string): string => {
    if (all.has("/")) return "/";
    let outer = path;
    for (let at = path.lastIndexOf("/"); at > 0;) {
      if (all.has(path.slice(0, at))) outer = path.slice(0, at);
      at = path.lastIndexOf("/", at - 1);
    }
    return outer;
  };
  const found = new Map<string, string[]>();
  for (const path of all) if (outerOf(path) === path) found.set(path, []);
  for (const path of [...all].sort()) {
    const outer = outerOf(path);
    if (outer !== path) found.get(outer)?.push(path);
  }
  return found;
}

/** Whether a path is one of `all` or lies in one. */
export function isBelow(path: string, all: ReadonlySet<string>): boolean {
  for (let at = path; at !== ""; at = at.slice(0, at.lastIndexOf("/"))) {
    if (all.has(at)) return true;
  }
  return all.has("/");
}
