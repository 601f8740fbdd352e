// Copyright 2026 the airg authors. Apache-2.0 license.

/**
 * When the live view rings for requests that came; pure.
 *
 * The first rings at once. What comes soon after is told together, and each
 * ring of a flood waits longer than the one before: an agent that asks without
 * end does not ring without end.
 *
 * @module
 */

/** Milliseconds between two rings; of a flood the most. */
const LEAST_PAUSE_MS = 5_000;
const MOST_PAUSE_MS = 60_000;

/** What was told, and when. */
export interface Ringing {
  /** Those that wait; `undefined` before the first look, which tells nothing. */
  readonly known?: ReadonlySet<string>;
  /** Of them, those that no ring told of. */
  readonly untold: ReadonlySet<string>;
  readonly rangAt: number;
  readonly pauseMs: number;
}

/** Before the first look. */
export const SILENT: Ringing = {
  untold: new Set(),
  rangAt: -Infinity,
  pauseMs: LEAST_PAUSE_MS,
};

/** Looks at what waits now: how many requests a ring tells of, 0 for no ring. */
export function heard(
  before: Ringing,
  ids: readonly string[],
  now: number,
): { readonly next: Ringing; readonly told: number } {
  const known = new Set(ids);
  const isNew = (id: string): boolean =>
    before.known !== undefined &&
    (before.untold.has(id) || !before.known.has(id));
  const untold = new Set(ids.filter(isNew));
  // A clock that was put back ends the pause as well.
  const passed = Math.abs(now - before.rangAt);
  if (untold.size === 0 || passed < before.pauseMs) {
    return { next: { ...before, known, untold }, told: 0 };
  }
  // As long again without a ring, and it was none of a flood.
  const isFlood = passed < 2 * before.pauseMs;
  const pauseMs = isFlood
    ? Math.min(2 * before.pauseMs, MOST_PAUSE_MS)
    : LEAST_PAUSE_MS;
  return {
    next: { known, untold: new Set(), rangAt: now, pauseMs },
    told: untold.size,
  };
}
