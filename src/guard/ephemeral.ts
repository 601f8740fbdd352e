// Copyright 2026 the airg authors. Apache-2.0 license.

/**
 * A profile whose changes are held instead of made (pure).
 *
 * @module
 */

import type { Decision } from "../policy/decision.ts";
import type { Ephemeral, Profile } from "../../sandbox/profile.ts";
import { isWithin } from "../../sandbox/within.ts";

/**
 * Whether a decision wants its action to leave nothing behind.
 *
 * In shadow mode nothing is enforced, so nothing is held either.
 */
export function wantsCopy({ verdict, mode, containment }: Decision): boolean {
  return containment.ephemeral || (verdict === "sandbox" && mode === "enforce");
}

/**
 * The same profile on a copy-on-write view of the workspace.
 *
 * Further writable folders become read-only: what is written there could not be
 * held. The verdict "sandbox" has no network either.
 */
export function ephemeralProfile(
  profile: Profile,
  decision: Decision,
  ephemeral: Ephemeral,
): Profile {
  const inside = (path: string) => isWithin(path, profile.workspace);
  return {
    ...profile,
    writable: [],
    pinned: profile.pinned.filter(inside),
    anchors: profile.anchors.filter(inside),
    network: decision.verdict === "sandbox" ? "none" : profile.network,
    ephemeral,
  };
}
