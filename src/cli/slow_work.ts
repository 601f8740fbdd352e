// Copyright 2026 the airg authors. Apache-2.0 license.

/**
 * Says once what takes longer than a second.
 *
 * @module
 */

import type { Clock } from "../base/clock.ts";

/** After so many milliseconds. */
const SLOW_MS = 1_000;

/**
 * For one piece of work.
 *
 * @param clock Milliseconds that only grow.
 * @returns To be called at each step of the work: no timer would come through.
 */
export function slowWork(
  message: string,
  tell: ((message: string) => void) | undefined,
  clock: Clock,
): () => void {
  if (tell === undefined) return () => {};
  const started = clock();
  let isSaid = false;
  return () => {
    if (isSaid || clock() - started < SLOW_MS) return;
    isSaid = true;
    tell(message);
  };
}
