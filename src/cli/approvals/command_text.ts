// Copyright 2026 the airg authors. Apache-2.0 license.

/**
 * Text that is approved, whole: every character is shown, long lines go on in
 * the next row, and what decided is underlined.
 *
 * Unlike `policy explain` nothing is left out here: what is not shown could be
 * what matters.
 *
 * @module
 */

import { cellsFrom, joined } from "../policy/cells.ts";
import type { Mark } from "../policy/underline.ts";

/** Before each row of the text, so that none of it can pass for a row of airg's. */
const GUTTER = "| ";
/** Before a row that underlines. */
const BELOW = "  ";
/** Fewer columns are treated as this many: the longest escape of one character has ten. */
export const LEAST_COLUMNS = 12;

/**
 * `text` in rows of at most `columns`, each with a row of `^` below where a
 * word in it is marked.
 */
export function wholeText(
  text: string,
  marks: readonly Mark[],
  columns: number,
): string[] {
  const room = Math.max(LEAST_COLUMNS, columns - GUTTER.length);
  const sorted = marks.filter(([start, end]) => end > start)
    .toSorted(([a], [b]) => a - b);
  const rows: string[] = [];
  let first = 0;
  for (let start = 0; start <= text.length;) {
    const feed = text.indexOf("\n", start);
    const end = feed < 0 ? text.length : feed;
    let at = start;
    do {
      const cells = cellsFrom(text, at, { end, columns: room });
      const to = cells.at(-1)?.to ?? end;
      while ((sorted[first]?.[1] ?? Infinity) <= at) first++;
      rows.push(`${GUTTER}${joined(cells)}`);
      const below = cells.map(({ from, width }) =>
        isMarked(sorted, first, from) ? "^".repeat(width) : " ".repeat(width)
      ).join("").trimEnd();
      if (below !== "") rows.push(`${BELOW}${below}`);
      at = to;
    } while (at < end);
    if (feed < 0 || feed === text.length - 1) break;
    start = feed + 1;
  }
  return rows;
}

/** Marks may lie in each other; those before `first` end before the row. */
function isMarked(marks: readonly Mark[], first: number, at: number): boolean {
  for (let i = first; i < marks.length; i++) {
    const [start, end] = marks[i] ?? [Infinity, 0];
    if (start > at) return false;
    if (at < end) return true;
  }
  return false;
}
