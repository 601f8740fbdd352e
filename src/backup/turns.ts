// Copyright 2026 the airg authors. Apache-2.0 license.

/**
 * Lets others have a turn during long work, signals and cancelling among them,
 * and ends the work when it was called off.
 *
 * Looking at files blocks, and awaiting what is ready lets nobody in: without
 * this a process that saves a large folder does not hear SIGTERM.
 *
 * @module
 */

import { monotonicClock } from "../base/clock.ts";
import { BackupError } from "./store.ts";

/** Milliseconds of work between two turns of others. */
const TURN_MS = 50;

/**
 * For one piece of work.
 *
 * @returns To be awaited at each step. @throws {BackupError} Once `signal` fired.
 */
export function turns(
  signal: AbortSignal | undefined,
  path: string,
  onTurn: () => void = () => {},
): () => Promise<void> {
  let last = monotonicClock();
  return async () => {
    refuseCalledOff(signal, path);
    if (monotonicClock() - last < TURN_MS) return;
    onTurn();
    await new Promise((resolve) => setTimeout(resolve));
    last = monotonicClock();
    refuseCalledOff(signal, path);
  };
}

/** @throws {BackupError} Once `signal` fired. */
function refuseCalledOff(
  signal: AbortSignal | undefined,
  path: string,
): void {
  if (signal?.aborted !== true) return;
  throw new BackupError(
    "Cannot save all of it: it was called off",
    path,
    "nothing was changed; ask again",
  );
}
