// Copyright 2026 the airg authors. Apache-2.0 license.

/**
 * Untrusted text as cells of a terminal, so that a line can be cut and another
 * one drawn below it in step.
 *
 * @module
 */

import { printable } from "../../base/printable.ts";

/** One character as it is shown. */
export interface Cell {
  readonly text: string;
  /** Columns it takes. */
  readonly width: number;
  /** Offsets `[from, to)` of the character, in UTF-16 code units. */
  readonly from: number;
  readonly to: number;
}

/**
 * Characters a terminal draws two columns wide: East Asian Wide and Fullwidth
 * (Unicode 15.1, UAX #11), and emoji. A rough hull: unassigned neighbours may
 * be in it, narrow letters are not.
 */
const WIDE_REGEXP =
  /[\u1100-\u115f\u2e80-\u303e\u3041-\ua4cf\ua960-\ua97f\uac00-\ud7a3\uf900-\ufaff\ufe10-\ufe19\ufe30-\ufe6f\uff01-\uff60\uffe0-\uffe6\u{16fe0}-\u{18dff}\u{1aff0}-\u{1b2ff}\u{20000}-\u{3fffd}]|\p{Emoji_Presentation}/u;

/** What joins the character before it: terminals do not agree on its width. */
const JOINING_REGEXP = /[\p{M}\u1160-\u11ff\ud7b0-\ud7ff]/u;

const ASCII_REGEXP = /^[\x20-\x7e]$/;

/** The cell of the character that starts at `from`. */
function cellAt(text: string, from: number): Cell {
  const code = text.codePointAt(from) ?? 0;
  const character = String.fromCodePoint(code);
  const to = from + character.length;
  if (ASCII_REGEXP.test(character)) {
    return { text: character, width: 1, from, to };
  }
  const shown = JOINING_REGEXP.test(character)
    ? `\\u{${code.toString(16)}}`
    : printable(character);
  const width = shown !== character
    ? shown.length
    : WIDE_REGEXP.test(character)
    ? 2
    : 1;
  return { text: shown, width, from, to };
}

/** Cells from `from` on, up to `end` or until `columns` are full. */
export function cellsFrom(
  text: string,
  from: number,
  { end, columns }: { readonly end: number; readonly columns: number },
): Cell[] {
  const cells: Cell[] = [];
  let left = columns;
  for (let at = from; at < end;) {
    const cell = cellAt(text, at);
    if (cell.width > left) break;
    cells.push(cell);
    left -= cell.width;
    at = cell.to;
  }
  return cells;
}

/** Where cells that end at `end` start, so that `columns` are not exceeded. */
export function backwards(
  text: string,
  end: number,
  { start, columns }: { readonly start: number; readonly columns: number },
): number {
  let at = end;
  for (let left = columns; at > start;) {
    const low = text.charCodeAt(at - 1) >> 10 === 0x37 &&
      at - 2 >= start && text.charCodeAt(at - 2) >> 10 === 0x36;
    const cell = cellAt(text, low ? at - 2 : at - 1);
    if (cell.width > left) break;
    left -= cell.width;
    at = cell.from;
  }
  return at;
}

/** `text` made printable and cut to `columns`, with `…` where it was cut. */
export function fitted(text: string, columns: number): string {
  const all = { end: text.length, columns };
  const cells = cellsFrom(text, 0, all);
  if ((cells.at(-1)?.to ?? 0) >= text.length) return joined(cells);
  const fewer = cellsFrom(text, 0, { end: text.length, columns: columns - 1 });
  return `${joined(fewer)}…`;
}

/** Cells as text. */
export function joined(cells: readonly Cell[]): string {
  return cells.map(({ text }) => text).join("");
}
