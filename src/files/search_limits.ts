// Copyright 2026 the airg authors. Apache-2.0 license.

/**
 * How far a search goes, and when others get their turn.
 *
 * @module
 */

import type { FoundLine } from "../action/outcome.ts";
import type { Hands } from "./hands.ts";
import type { LineSearch } from "./line_search.ts";

/** Names that are looked at. */
export const MAX_NAMES = 200_000;
/** Bytes of all files that are read. */
const MAX_BYTES = 256 * 1024 * 1024;
/** Milliseconds that a search takes. */
export const MAX_MS = 20_000;
/** Milliseconds after which others get their turn. */
const TURN_MS = 50;

/** A search, which stops where others may get their turn. */
export type Steps<Value> = Generator<undefined, Value, void>;

/** A search that is under way. */
export interface Search {
  readonly hands: Hands;
  readonly lines: LineSearch | undefined;
  /** By the path below the folder that was asked for. */
  readonly isNamed: (path: string) => boolean;
  readonly most: number;
  readonly matches: FoundLine[];
  files: number;
  /** How many files and folders were left out, by why. */
  readonly skipped: Map<LeftOut, number>;
  names: number;
  bytes: number;
  readonly isTime: () => boolean;
  readonly turn: { readonly monotonic: () => number; last: number };
  cut?: string;
  isEnded: boolean;
}

/** Says why there may be more, once. */
export function cutBy(search: Search): (why: string) => void {
  return (why) => {
    search.cut ??= why;
  };
}

/** Whether it goes no further. */
export function isOver(search: Search): boolean {
  if (search.isEnded) return true;
  const why = search.hands.options.signal?.aborted === true
    ? "it was cancelled"
    : search.matches.length >= search.most
    ? `there may be more than ${search.most} results`
    : search.names > MAX_NAMES
    ? `more than ${MAX_NAMES} names were not looked at`
    : search.bytes > MAX_BYTES
    ? `more than ${MAX_BYTES} bytes were not read`
    : search.isTime()
    ? `it took longer than ${MAX_MS / 1000} seconds`
    : undefined;
  if (why === undefined) return false;
  search.cut ??= why;
  search.isEnded = true;
  return true;
}

/** Lets others have their turn when it is time. */
export function* inTurn({ turn }: Search): Steps<void> {
  if (turn.monotonic() - turn.last < TURN_MS) return;
  yield;
  turn.last = turn.monotonic();
}

/** Why something was left out; said as it stands. */
export type LeftOut =
  | "kept by the policy"
  | "no text"
  | "larger than 2 MiB"
  | "lines too long"
  | "could not be read";

/** Counts it. */
export function leaveOut({ skipped }: Search, why: LeftOut): void {
  skipped.set(why, (skipped.get(why) ?? 0) + 1);
}
