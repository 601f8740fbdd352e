// Copyright 2026 the airg authors. Apache-2.0 license.

/**
 * The name somebody probably meant.
 *
 * @module
 */

/**
 * Finds the candidate that is fewest edits away from `word`.
 *
 * @returns `undefined` when none is near: a third of the letters may differ.
 *
 * @example A letter is missing
 * ```ts
 * import assert from "node:assert/strict";
 * import { nearest } from "./nearest.ts";
 *
 * assert.equal(nearest("polcy", ["run", "policy"]), "policy");
 * assert.equal(nearest("frobnicate", ["run", "policy"]), undefined);
 * ```
 */
export function nearest(
  word: string,
  candidates: readonly string[],
): string | undefined {
  // A hostile argument may be long; a name is not.
  if (word.length > 40) return undefined;
  let best: string | undefined;
  let least = Infinity;
  for (const candidate of candidates) {
    const distance = edits(word, candidate);
    if (distance < least) [best, least] = [candidate, distance];
  }
  const most = Math.max(1, Math.floor((best?.length ?? 0) / 3));
  return least <= most ? best : undefined;
}

/** Insertions, deletions, replacements and swaps of neighbours. */
function edits(a: string, b: string): number {
  let before: number[] = [];
  let last = Array.from({ length: b.length + 1 }, (_, j) => j);
  for (let i = 1; i <= a.length; i++) {
    const row = [i];
    for (let j = 1; j <= b.length; j++) {
      const same = a[i - 1] === b[j - 1] ? 0 : 1;
      const steps = [
        (last[j] ?? 0) + 1,
        (row[j - 1] ?? 0) + 1,
        (last[j - 1] ?? 0) + same,
      ];
      const swapped = i > 1 && j > 1 && a[i - 1] === b[j - 2] &&
        a[i - 2] === b[j - 1];
      if (swapped) steps.push((before[j - 2] ?? 0) + 1);
      row.push(Math.min(...steps));
    }
    [before, last] = [last, row];
  }
  return last[b.length] ?? 0;
}
