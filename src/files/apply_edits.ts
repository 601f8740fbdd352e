// Copyright 2026 the airg authors. Apache-2.0 license.

/**
 * Replacements in a text, all or none (pure).
 *
 * A line end in the text that is looked for fits LF and CR LF alike, and what is
 * put there takes the line ends that stand there, line by line: an edit changes
 * no line ends.
 *
 * @module
 */

import type { Edit } from "../action/action.ts";
import { fail, ok, type Result } from "../base/result.ts";
import { fitter, unix } from "./fit_lines.ts";

/** What the edits made of the text. */
export interface Edited {
  readonly text: string;
  /** Places that were replaced. */
  readonly replacements: number;
}

/** Why an edit cannot be made. */
export interface NoEdit {
  readonly why: "no-match" | "ambiguous" | "too-large" | "failed";
  readonly message: string;
}

/** Places that all edits together replace. */
const MAX_PLACES = 100_000;
/** Characters that all edits together look through. */
const MAX_LOOKED = 100_000_000;
/** From this length on an unlucky text would make `indexOf` take its length times this. */
const LONG = 250;
/** Line numbers that are named. */
const MAX_NAMED = 20;

/**
 * Applies edits in order, each on what the one before left.
 *
 * @param most Characters that the result may have.
 */
export function applyEdits(
  text: string,
  edits: readonly Edit[],
  most: number = Infinity,
): Result<Edited, NoEdit> {
  let now = text;
  let left = MAX_PLACES;
  let [replacements, looked] = [0, 0];
  for (const [index, edit] of edits.entries()) {
    const where = edits.length === 1 ? "" : `Edit ${index + 1}: `;
    looked += now.length + edit.oldText.length;
    const done = index > 0 && looked > MAX_LOOKED
      ? fail<NoEdit>({
        why: "too-large",
        message: "These are too many edits for a file of this size",
      })
      : applyEdit(now, edit, { characters: most, places: left });
    if (!done.ok) {
      const { why, message } = done.error;
      return fail({ why, message: `${where}${message}; nothing was changed` });
    }
    now = done.value.text;
    left -= done.value.replacements;
    replacements += done.value.replacements;
  }
  return ok({ text: now, replacements });
}

function applyEdit(
  text: string,
  edit: Edit,
  most: { readonly characters: number; readonly places: number },
): Result<Edited, NoEdit> {
  if (edit.oldText === "") {
    return fail({ why: "no-match", message: "old_text is empty" });
  }
  const lines = unixLines(text);
  const isOne = edit.replaceAll !== true;
  const places = placesOf(lines.text, unix(edit.oldText), isOne);
  if (places.length === 0) {
    return fail({
      why: "no-match",
      message:
        "old_text is not in the file; read the lines again and give them exactly, blanks too",
    });
  }
  if (places.length > 1 && isOne) {
    return fail({ why: "ambiguous", message: ambiguous(lines.text, places) });
  }
  if (places.length > most.places) {
    return fail({
      why: "too-large",
      message: `old_text is in the file more than ${MAX_PLACES} times`,
    });
  }
  const grown = text.length + places.length * 2 * edit.newText.length;
  if (
    grown > most.characters &&
    exactSize(text, edit, places.length) > most.characters
  ) {
    return fail({ why: "too-large", message: "The file would be too large" });
  }
  return ok({
    text: replaced(text, lines, places, edit),
    replacements: places.length,
  });
}

function exactSize(text: string, edit: Edit, places: number): number {
  return text.length + places * (edit.newText.length - edit.oldText.length);
}

function ambiguous(text: string, places: readonly number[]): string {
  const named: number[] = [];
  let [line, at] = [1, 0];
  for (const place of places.slice(0, MAX_NAMED)) {
    for (let n = text.indexOf("\n", at); n >= 0 && n < place;) {
      line++;
      at = n + 1;
      n = text.indexOf("\n", at);
    }
    named.push(line);
  }
  const more = places.length > MAX_NAMED ? " and more" : "";
  const times = places.length > MAX_PLACES
    ? `more than ${MAX_PLACES}`
    : places.length;
  return `old_text is in the file ${times} times (lines ${
    named.join(", ")
  }${more}); give more of the lines around it, or set replace_all`;
}

/**
 * Where `wanted` stands, left to right.
 *
 * @param overlaps Also where one begins before the last has ended: `aa` stands
 *   twice in `aaa`, and which one is meant is not said.
 */
function placesOf(text: string, wanted: string, overlaps: boolean): number[] {
  if (wanted.length > LONG) return placesOfLong(text, wanted, overlaps);
  const step = overlaps ? 1 : wanted.length;
  const places: number[] = [];
  let at = text.indexOf(wanted);
  while (at >= 0 && places.length <= MAX_PLACES) {
    places.push(at);
    at = text.indexOf(wanted, at + step);
  }
  return places;
}

/** Each character once: D. E. Knuth, J. H. Morris, V. R. Pratt, "Fast Pattern Matching in Strings" (1977). */
function placesOfLong(
  text: string,
  wanted: string,
  overlaps: boolean,
): number[] {
  if (wanted.length > text.length) return [];
  // How much of its own start each start of it ends in.
  const borders = new Int32Array(wanted.length);
  const follow = (same: number, code: number): number => {
    let now = same;
    while (now > 0 && wanted.charCodeAt(now) !== code) {
      now = borders[now - 1] as number;
    }
    return wanted.charCodeAt(now) === code ? now + 1 : now;
  };
  for (let at = 1; at < wanted.length; at++) {
    borders[at] = follow(borders[at - 1] as number, wanted.charCodeAt(at));
  }
  const afterOne = overlaps ? borders[wanted.length - 1] as number : 0;
  const places: number[] = [];
  let same = 0;
  for (let at = 0; at < text.length && places.length <= MAX_PLACES; at++) {
    same = follow(same, text.charCodeAt(at));
    if (same < wanted.length) continue;
    places.push(at + 1 - wanted.length);
    same = afterOne;
  }
  return places;
}

/** A text with LF alone, and where in it a CR was taken out. */
interface UnixLines {
  readonly text: string;
  /** Offsets of the LFs that had one, ascending. */
  readonly taken: readonly number[];
  /** Most of its line ends are CR LF. */
  readonly isDos: boolean;
}

function unixLines(text: string): UnixLines {
  const taken: number[] = [];
  for (let at = text.indexOf("\r\n"); at >= 0;) {
    taken.push(at - taken.length);
    at = text.indexOf("\r\n", at + 2);
  }
  const plain = taken.length === 0 ? text : unix(text);
  return { text: plain, taken, isDos: taken.length * 2 > countOf(plain) };
}

function replaced(
  text: string,
  { isDos, taken, text: plain }: UnixLines,
  places: readonly number[],
  { oldText, newText }: Edit,
): string {
  const wanted = unix(oldText);
  const fit = fitter(wanted, newText, {
    isDos,
    hasBreaks: plain.includes("\n"),
  });
  const parts: string[] = [];
  let [from, crs] = [0, 0];
  const passTo = (place: number): void => {
    while (crs < taken.length && (taken[crs] as number) < place) crs++;
  };
  for (const place of places) {
    passTo(place);
    const [start, before] = [place + crs, crs];
    passTo(place + wanted.length);
    const end = place + wanted.length + crs;
    const inside = taken.slice(before, crs).map((at) => at - place);
    parts.push(text.slice(from, start), fit(inside));
    from = end;
  }
  parts.push(text.slice(from));
  return parts.join("");
}

function countOf(text: string): number {
  let count = 0;
  for (let at = text.indexOf("\n"); at >= 0; at = text.indexOf("\n", at + 1)) {
    count++;
  }
  return count;
}
