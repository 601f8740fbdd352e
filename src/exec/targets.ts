// Copyright 2026 the airg authors. Apache-2.0 license.

/**
 * What a profile's masks, pins and anchors became in one run.
 *
 * @module
 */

import type { Profile } from "../../sandbox/profile.ts";
import type { Rung } from "../../sandbox/launch.ts";
import { isWithin } from "../../sandbox/within.ts";
import type { Attempt } from "./attempt.ts";

/** Everything that is mounted on; sockets that go away end nothing. */
export function mountsOf({ anchors, hidden, pinned }: Profile): string[] {
  return [
    ...anchors,
    ...pinned,
    ...hidden.map(({ path }) => path).filter((path) => !isSocket(path)),
  ];
}

function isSocket(path: string): boolean {
  try {
    return Deno.lstatSync(path).isSocket === true;
  } catch (error) {
    if (error instanceof Error && "code" in error) return true;
    throw error;
  }
}

/** The path of one target, as the launcher counts them. */
export function targetOf(
  { anchors, copied = [], hidden, pinned }: Profile,
  { key, index }: { readonly key: string; readonly index: number },
): string {
  const targets: Record<string, readonly string[]> = {
    "hide-dir": hidden.filter((h) => h.kind === "folder").map((h) => h.path),
    "hide-file": hidden.filter((h) => h.kind === "file").map((h) => h.path),
    pin: pinned,
    copy: copied.map(({ path }) => path),
    anchor: anchors,
  };
  return targets[key]?.[index] ?? `${key} ${index}`;
}

/** Pins that kept their place to the end; none without mounts. */
export function pinsThatHeld(
  { skipped }: Attempt & { readonly kind: "ran" },
  { profile, rung, lost }: {
    readonly profile: Profile;
    readonly rung: Rung;
    /** What came off during the run. */
    readonly lost: string | undefined;
  },
): readonly string[] {
  if (rung === "bare") return [];
  const missed = new Set(
    skipped.map((target) => targetOf(profile, target)),
  );
  return profile.pinned.filter((path) =>
    !missed.has(path) && (lost === undefined || !isWithin(path, lost))
  );
}
