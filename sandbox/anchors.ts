// Copyright 2026 the airg authors. Apache-2.0 license.

/**
 * Which folders must not be renamed, so that what is mounted below them keeps
 * its place.
 *
 * @module
 */

import { type RealPath, realPath } from "./profile.ts";
import { foldersBetween, isWithin } from "./within.ts";

/** The writable folders on the way to `paths`. */
export function anchorsFor(
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
