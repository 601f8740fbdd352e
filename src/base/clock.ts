// Copyright 2026 the airg authors. Apache-2.0 license.

/**
 * Time as a parameter, so that a test decides what time it is.
 *
 * @module
 */

/** Milliseconds since the Unix epoch. */
export type Clock = () => number;

/** The machine's clock. */
export function systemClock(): number {
  return Date.now();
}

/** Milliseconds that only grow, for durations; not since any fixed moment. */
export function monotonicClock(): number {
  return performance.now();
}
