// Copyright 2026 the airg authors. Apache-2.0 license.

/**
 * Which paths in writable folders stay as they are.
 *
 * @module
 */

import { PROTECTED_PATHS } from "../action/protected.ts";
import type { PolicySettings } from "../policy/settings.ts";
import { type RealPath, realPath } from "../../sandbox/profile.ts";
import { isWithin } from "../../sandbox/within.ts";
import type { Disk, Site } from "./contain.ts";

/** What the host obeys and exists, outermost only, sorted. */
export function pinnedPaths(
  settings: PolicySettings,
  site: Site,
  roots: readonly RealPath[],
  disk: Disk,
  mayExist: (path: string, disk: Disk) => boolean,
): RealPath[] {
  const candidates = [
    ...[
      ...PROTECTED_PATHS.filter(({ compared }) => !compared)
        .map(({ path }) => path),
      ...settings.sandbox.pinned,
    ].map((path) => `${site.workspace}/${path}`),
    ...site.obeyed ?? [],
    ...site.ownPrograms,
  ];
  const pinned = new Set<RealPath>();
  for (const candidate of candidates) {
    if (!mayExist(candidate, disk)) continue;
    const path = disk.resolve(candidate);
    if (path === undefined || disk.kindOf(path) === undefined) continue;
    // Outside the writable folders everything is read-only already.
    const covered = roots.some((root) => isWithin(path, root) && path !== root);
    if (covered) pinned.add(realPath(path));
  }
  return [...pinned]
    .filter((path) =>
      ![...pinned].some((above) => above !== path && isWithin(path, above))
    )
    .sort();
}
