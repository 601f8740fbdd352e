// Copyright 2026 the airg authors. Apache-2.0 license.

/**
 * Tells a client that asked for it how a running command gets on.
 *
 * @module
 */

import type { Clock } from "../base/clock.ts";
import { printable } from "../base/printable.ts";

/** One piece of news. */
export interface News {
  /** Seconds since the start; grows with each piece. */
  readonly progress: number;
  readonly message: string;
}

/** Follows one run. */
export interface Progress {
  /** Takes a piece of the command's output. */
  readonly output: (text: string) => void;
  readonly stop: () => void;
}

/** Milliseconds between two pieces of news when output keeps coming. */
const LEAST_MS = 250;

/** Milliseconds between two pieces of news when nothing comes. */
const MOST_MS = 1_000;

/** Characters of the last line that are told. */
const LINE_CHARS = 200;

/**
 * Starts to tell: on output, and every second. News that would queue up behind
 * a client that does not read is left out.
 */
export function followProgress(
  tell: (news: News) => Promise<void>,
  monotonic: Clock,
): Progress {
  const startedAt = monotonic();
  let lastAt = startedAt;
  let line = "";
  let telling = false;
  const send = async () => {
    if (telling) return;
    telling = true;
    lastAt = monotonic();
    const elapsed = Math.round(lastAt - startedAt) / 1000;
    const message = line === ""
      ? `${elapsed.toFixed(1)} s`
      : `${elapsed.toFixed(1)} s: ${line}`;
    try {
      await tell({ progress: elapsed, message });
      telling = false;
    } catch (error) {
      // The connection is gone; its end stops the run, not this.
      if (!(error instanceof Error)) throw error;
      clearInterval(timer);
    }
  };
  const timer = setInterval(() => {
    if (monotonic() - lastAt >= LEAST_MS) send();
  }, MOST_MS);
  return {
    output(text) {
      const last = text.slice(-4 * LINE_CHARS).split("\n")
        .findLast((part) => part.trim() !== "");
      if (last !== undefined) {
        line = printable(last.trim()).slice(0, LINE_CHARS);
      }
      if (monotonic() - lastAt >= LEAST_MS) send();
    },
    stop: () => clearInterval(timer),
  };
}

/**
 * News of several parts of one call on one clock: its progress only ever grows,
 * as the protocol wants.
 */
export function onOneClock(
  tell: (news: News) => Promise<void>,
  monotonic: Clock,
): (news: News) => Promise<void> {
  const startedAt = monotonic();
  let last = 0;
  return (news) => {
    const elapsed = Math.round(monotonic() - startedAt) / 1000;
    last = Math.max(elapsed, last + 0.001);
    return tell({ ...news, progress: last });
  };
}
