// Copyright 2026 the airg authors. Apache-2.0 license.

/**
 * What a profile and a policy leave to the file tools: the same as to commands.
 *
 * @module
 */

import type { Profile } from "../../sandbox/profile.ts";
import { isWithin } from "../../sandbox/within.ts";
import type { Hands, Use } from "./hands.ts";

/** Whether a path may be touched at all: in a folder of the profile, and not hidden. */
function isInSight(path: string, profile: Profile): boolean {
  return whyNotSeen(path, profile) === undefined;
}

/** Why it may not; a sentence without full stop. */
export function whyNotSeen(
  path: string,
  { hidden, workspace, writable }: Profile,
): string | undefined {
  const own = folded(path);
  if (![workspace, ...writable].some((root) => isWithin(path, root))) {
    return "It lies outside the workspace and what sandbox.write.allowed names";
  }
  return hidden.some((entry) => isWithin(own, folded(entry.path)))
    ? "It is hidden: it holds secrets by the policy (sandbox.hidden and the like), or is another name of a file that does"
    : undefined;
}

/** Whether a path may be changed, too. */
function isFree(path: string, profile: Profile): boolean {
  return whyNotChanged(path, profile) === undefined;
}

/** Why it may not; a sentence without full stop. */
export function whyNotChanged(
  path: string,
  profile: Profile,
): string | undefined {
  const own = folded(path);
  if (profile.readonly === true) {
    return "Nothing may be changed here: the policy makes the workspace read-only";
  }
  const unseen = whyNotSeen(path, profile);
  if (unseen !== undefined) return unseen;
  // Nobody writes into git's own folders by hand; its settings are not pinned.
  if (isGits(own)) return "Nothing is written into git's own folder by hand";
  const held = [...profile.pinned, ...profile.absent ?? []];
  return held.some((pin) => isWithin(own, folded(pin)))
    ? "The host obeys it, so it stays as it is (sandbox.pinned and what airg knows)"
    : undefined;
}

/** Whether a path is `.git` or lies in one. */
export function isGits(path: string): boolean {
  return path.split("/").includes(".git");
}

/** What stands in the way of deleting or renaming a folder, as a clause. */
export function heldBy(path: string, profile: Profile): string | undefined {
  const own = folded(path);
  const roots = [profile.workspace, ...profile.writable];
  if (roots.some((root) => isWithin(folded(root), own))) {
    return "it is the workspace itself or holds it";
  }
  if (profile.hidden.some((entry) => isWithin(folded(entry.path), own))) {
    return "it holds what the policy hides";
  }
  const pins = [...profile.pinned, ...profile.absent ?? []];
  return pins.some((pin) => isWithin(folded(pin), own))
    ? "it holds what the host obeys"
    : undefined;
}

/** Whether a path found below a folder may be used as if it were named. */
export function mayUse(
  { options: { judge }, profile }: Pick<Hands, "options" | "profile">,
  path: string,
  use: Use,
): boolean {
  const leave = use === "delete" ? isFree : isInSight;
  return leave(path, profile) && (judge === undefined || judge(path, use));
}

/** macOS takes letters of both cases for the same. */
function folded(path: string): string {
  return Deno.build.os === "darwin" ? path.toLowerCase() : path;
}
