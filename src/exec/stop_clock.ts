// Copyright 2026 the airg authors. Apache-2.0 license.

/**
 * When and why a run is ended before its time.
 *
 * @module
 */

/** Why a tree is ended before its time. */
export type StopReason = "timeout" | "cancelled" | "handoff" | "mask-lost";

/** What ends a run before its time. */
export interface StopClock {
  /** Fires once. */
  readonly signal: AbortSignal;
  /** Why it fired; undefined while it has not. */
  readonly why: () => StopReason | undefined;
  /** Fires now, if it has not yet. */
  readonly end: (reason: StopReason) => void;
  /** Lets go of timer and listener. */
  readonly stop: () => void;
}

/** A longer timer would fire at once. */
const LONGEST_TIMER_MS = 2 ** 31 - 1;

/**
 * Starts a clock that fires when `ms` milliseconds are over, when the caller
 * cancels, or when told to, and knows which came first.
 */
export function stopClock(
  ms: number,
  cancelled: AbortSignal | undefined,
): StopClock {
  const controller = new AbortController();
  let why: StopReason | undefined;
  const end = (reason: StopReason) => {
    why ??= reason;
    controller.abort();
  };
  const cancel = () => end("cancelled");
  // Not setTimeout, which loads Node's timers (6 ms of a cold start).
  const timer = AbortSignal.timeout(Math.min(ms, LONGEST_TIMER_MS));
  const timedOut = () => end("timeout");
  timer.addEventListener("abort", timedOut, { once: true });
  if (cancelled?.aborted) cancel();
  cancelled?.addEventListener("abort", cancel, { once: true });
  return {
    signal: controller.signal,
    why: () => why,
    end,
    stop() {
      timer.removeEventListener("abort", timedOut);
      cancelled?.removeEventListener("abort", cancel);
    },
  };
}
