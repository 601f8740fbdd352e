// Copyright 2026 the airg authors. Apache-2.0 license.

/**
 * A profile that hides and keeps nothing.
 *
 * @module
 */

import { type Profile, realPath } from "../../sandbox/profile.ts";

/** What may be done in a workspace where nothing is said. */
export function plainProfile(
  workspace: string,
  cache = "/nonexistent",
): Profile {
  return {
    workspace: realPath(workspace),
    writable: [],
    pinned: [],
    anchors: [],
    hidden: [],
    network: "none",
    limits: {},
    cache: realPath(cache),
  };
}
