// Copyright 2026 the airg authors. Apache-2.0 license.

/**
 * A script with the words that decided underlined.
 *
 * Lines that nothing speaks of are left out of a long script, and long lines
 * are cut around what is underlined, so that 80 columns are enough. What comes
 * out is printable: nothing of the script reaches a terminal as it is.
 *
 * @module
 */

import { backwards, type Cell, cellsFrom, joined } from "./cells.ts";

/** Offsets `[start, end)` in the script, in UTF-16 code units. */
export type Mark = readonly [start: number, end: number];

/** Columns a line takes at most, if not told otherwise. */
const COLUMNS = 80;
/** Lines of a script that is shown whole. */
const WHOLE_LINES = 12;
/** Lines shown at most. */
const MAX_LINES = 40;
/** Pieces of one long line that are shown. */
const MAX_PIECES = 5;
/** Columns before an underlined word in a line that is cut. */
const LEAD = 16;

interface Line {
  /** From 1. */
  readonly number: number;
  readonly start: number;
  readonly end: number;
  readonly marks: readonly Mark[];
}

/** The lines of `script` to show, with a line of `^` below underlined ones. */
export function underlined(
  script: string,
  marks: readonly Mark[],
  columns: number = COLUMNS,
): string[] {
  const lines = linesOf(script, usable(script, marks));
  const shown = chosen(lines);
  const digits = String(lines.length).length;
  const single = lines.length === 1;
  const out: string[] = [];
  let last = 0;
  for (const line of shown) {
    if (line.number > last + 1) out.push(`  ${"".padStart(digits)} …`);
    last = line.number;
    const gutter = single ? "  " : `  ${pad(line.number, digits)} | `;
    out.push(...drawn(script, line, gutter, columns));
  }
  if (last < lines.length) out.push(`  ${"".padStart(digits)} …`);
  return out;
}

/** Marks that lie in the script, first ones first, joined where they overlap. */
function usable(script: string, marks: readonly Mark[]): Mark[] {
  const sorted = marks
    .filter(([start, end]) =>
      start >= 0 && start < script.length && end >= start
    )
    .map(([start, end]): Mark => [
      start,
      Math.min(script.length, Math.max(end, start + 1)),
    ])
    .toSorted((a, b) => a[0] - b[0] || a[1] - b[1]);
  const merged: Mark[] = [];
  for (const mark of sorted) {
    const before = merged.at(-1);
    if (before !== undefined && mark[0] <= before[1]) {
      merged[merged.length - 1] = [before[0], Math.max(before[1], mark[1])];
    } else merged.push(mark);
  }
  return merged;
}

function linesOf(script: string, marks: readonly Mark[]): Line[] {
  const lines: Line[] = [];
  let first = 0; // The first mark that does not end before this line.
  for (let start = 0; start <= script.length;) {
    const feed = script.indexOf("\n", start);
    const end = feed < 0 ? script.length : feed;
    while ((marks[first]?.[1] ?? Infinity) <= start) first++;
    const own: Mark[] = [];
    for (let i = first; (marks[i]?.[0] ?? Infinity) < end; i++) {
      const [from, to] = marks[i] ?? [0, 0];
      own.push([Math.max(from, start), Math.min(to, end)]);
    }
    lines.push({
      number: lines.length + 1,
      start,
      end,
      marks: own.filter(([from, to]) => from < to),
    });
    if (feed < 0 || (feed === script.length - 1)) break;
    start = feed + 1;
  }
  return lines;
}

function chosen(lines: readonly Line[]): readonly Line[] {
  if (lines.length <= WHOLE_LINES) return lines;
  const marked = lines.filter(({ marks }) => marks.length > 0);
  if (marked.length === 0) return lines.slice(0, WHOLE_LINES);
  const near = new Set(
    marked.slice(0, MAX_LINES).flatMap(({ number }) => [
      number - 1,
      number,
      number + 1,
    ]),
  );
  return lines.filter(({ number }) => near.has(number)).slice(0, MAX_LINES);
}

function drawn(
  script: string,
  line: Line,
  gutter: string,
  columns: number,
): string[] {
  const room = Math.max(20, columns - gutter.length);
  const empty = gutter.replace(/[0-9]/g, " ");
  return piecesOf(script, line, room).flatMap((cells, i) => {
    const from = cells[0]?.from ?? line.start;
    const to = cells.at(-1)?.to ?? line.start;
    const head = from > line.start ? "…" : "";
    const tail = to < line.end ? "…" : "";
    const below = ruler(cells, line.marks).trimEnd();
    return [
      `${i === 0 ? gutter : empty}${head}${joined(cells)}${tail}`.trimEnd(),
      ...(below === "" ? [] : [`${empty}${head === "" ? "" : " "}${below}`]),
    ];
  });
}

/** The line whole if it fits, else the pieces around its marks. */
function piecesOf(script: string, line: Line, room: number): Cell[][] {
  const { start, end, marks } = line;
  const whole = cellsFrom(script, start, { end, columns: room });
  if ((whole.at(-1)?.to ?? start) >= end) return [whole];
  const pieces: Cell[][] = [];
  let shown = start;
  for (const [from, to] of marks.length === 0 ? [[start, end]] : marks) {
    if (pieces.length === MAX_PIECES) break;
    if (pieces.length > 0 && (to ?? 0) <= shown) continue;
    const target = Math.max(from ?? start, shown);
    const at = backwards(script, target, { start: shown, columns: LEAD });
    const cells = cellsFrom(script, at, { end, columns: room - 2 });
    pieces.push(cells);
    shown = cells.at(-1)?.to ?? end;
  }
  return pieces;
}

function ruler(cells: readonly Cell[], marks: readonly Mark[]): string {
  let next = 0;
  return cells.map(({ from, width }) => {
    while ((marks[next]?.[1] ?? Infinity) <= from) next++;
    const isIn = (marks[next]?.[0] ?? Infinity) <= from;
    return (isIn ? "^" : " ").repeat(width);
  }).join("");
}

function pad(number: number, digits: number): string {
  return String(number).padStart(digits);
}
