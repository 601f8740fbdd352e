// Copyright 2026 the airg authors. Apache-2.0 license.

/**
 * Time that only goes on, whatever the clock does.
 *
 * The store counts milliseconds of its own. They follow the clock onwards,
 * also when it jumps (what should have expired then has), and they stand still
 * when it goes back: nothing that has expired comes back, and from the step on
 * each millisecond of the clock counts again, so nothing lives longer either.
 *
 * @module
 */

/** What is remembered from call to call, by all processes. */
export interface Remembered {
  /** The clock as it was seen last. */
  readonly clock: number;
  /** Milliseconds of the store. */
  readonly time: number;
}

/** A moment of a call. */
export interface Moment extends Remembered {
  /** Milliseconds that the store is ahead of the clock. */
  readonly ahead: number;
}

/**
 * Steps back to which time stands still only till the clock has caught up.
 *
 * Two processes that ask at once may be served in the other order, the later
 * after it waited for the lock of the database (5 s).
 */
export const OVERTAKEN_MS = 10_000;

/** Goes on from what is remembered. */
export function advance({ clock, time }: Remembered, now: number): Moment {
  if (now >= clock) return momentOf({ clock: now, time: time + now - clock });
  const steppedBack = clock - now > OVERTAKEN_MS;
  return momentOf({ clock: steppedBack ? now : clock, time });
}

/** A remembered moment itself. */
export function momentOf({ clock, time }: Remembered): Moment {
  return { clock, time, ahead: time - clock };
}
