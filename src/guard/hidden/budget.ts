// Copyright 2026 the airg authors. Apache-2.0 license.

/**
 * Keeps the number of mounts of one run in bounds, never by leaving one out.
 *
 * @module
 */

import { type Hidden, realPath } from "../../../sandbox/profile.ts";
import { isWithin } from "../../../sandbox/within.ts";

/**
 * Mounts that one run may need: masks, pins and anchors.
 *
 * Measured on Linux 6.18, bubblewrap 0.8, for 0, 50, 200, 500 and 1000 mounts:
 * the launcher itself takes 0, 0.5, 1.4, 7 and 7 ms, but bubblewrap walks them
 * all again (+5, +20, +170, +270 ms); where bubblewrap makes them it takes 5,
 * 21, 88, 400 and 1600 ms. So this many cost a noticeable moment, and many more
 * would cost seconds; the launcher takes 4096 words for bubblewrap, up to six a
 * mask. The kernel's own limit is 100,000 mounts.
 */
export const MOUNT_BUDGET = 500;

/** Hidden paths that fit. */
export interface Fitted {
  readonly hidden: readonly Hidden[];
  /** Folders hidden whole because too many of their files were to be. */
  readonly whole: readonly string[];
}

/**
 * Hides the fullest folders whole until `countMounts` is within the budget.
 *
 * @param mayHide Whether a folder may be hidden whole: not one on the way to
 * the workspace.
 * @returns `undefined` if that is not enough.
 */
export function fitMounts(
  hidden: readonly Hidden[],
  countMounts: (hidden: readonly Hidden[]) => number,
  mayHide: (folder: string) => boolean,
): Fitted | undefined {
  let now = hidden;
  const whole: string[] = [];
  // Each round goes one level up, so there are as many as a path is deep.
  for (let round = 0; countMounts(now) > MOUNT_BUDGET; round++) {
    const excess = countMounts(now) - MOUNT_BUDGET;
    const chosen = fullest(now, mayHide, excess);
    if (chosen.length === 0 || round > 64) return undefined;
    whole.push(...chosen);
    now = outermost([
      ...now,
      ...chosen.map((path) => ({
        path: realPath(path),
        kind: "folder" as const,
      })),
    ]);
  }
  return {
    hidden: now,
    whole: whole.filter((path) => now.some((entry) => entry.path === path)),
  };
}

/** Folders with at least two hidden things directly in them, fullest first. */
function fullest(
  hidden: readonly Hidden[],
  mayHide: (folder: string) => boolean,
  excess: number,
): string[] {
  const counts = new Map<string, number>();
  for (const { path } of hidden) {
    const folder = path.slice(0, path.lastIndexOf("/")) || "/";
    counts.set(folder, (counts.get(folder) ?? 0) + 1);
  }
  const sorted = [...counts].filter(([, count]) => count > 1)
    .sort((a, b) => b[1] - a[1] || (a[0] < b[0] ? -1 : 1))
    .filter(([folder]) => mayHide(folder));
  const chosen: string[] = [];
  let left = excess;
  for (const [folder, count] of sorted) {
    if (left <= 0) break;
    chosen.push(folder);
    left -= count - 1;
  }
  return chosen;
}

/** Entries not beneath another hidden folder, each once, in a stable order. */
export function outermost(entries: readonly Hidden[]): Hidden[] {
  const kept: Hidden[] = [];
  const sorted = entries.toSorted((a, b) => inTreeOrder(a.path, b.path));
  for (const entry of sorted) {
    const last = kept.at(-1);
    const covered = last !== undefined &&
      (last.path === entry.path ||
        last.kind === "folder" && isWithin(entry.path, last.path));
    if (!covered) kept.push(entry);
  }
  return kept.sort((a, b) => a.path < b.path ? -1 : 1);
}

/** Each folder directly before what lies in it: `/` comes before all else. */
function inTreeOrder(a: string, b: string): number {
  const [left, right] = [a.replaceAll("/", "\0"), b.replaceAll("/", "\0")];
  return left < right ? -1 : left > right ? 1 : 0;
}
