// Copyright 2026 the airg authors. Apache-2.0 license.

/**
 * What decides in a text that is too long to be seen at once; pure.
 *
 * The whole text is shown besides: what is left out here is still approved only
 * by who was shown it.
 *
 * @module
 */

import type { Severity } from "../../policy/decision.ts";
import type { Mark } from "../policy/underline.ts";
import { wholeText } from "./command_text.ts";

/** A place that decided, and how much. */
export interface Decisive {
  readonly mark: Mark;
  readonly severity: Severity;
}

/** Characters that are shown before and behind such a place. */
const AROUND = 24;
/** Of a place itself. */
const MAX_PLACE = 96;
/** Places that are shown: an agent may add any number of them. */
const MAX_PLACES = 6;

const WEIGHT: Readonly<Record<Severity, number>> = {
  critical: 0,
  high: 1,
  medium: 2,
  low: 3,
  info: 4,
};

/**
 * Rows with what is around each place that decided, the gravest places if there
 * are many, and how much is left out between them.
 */
export function excerptRows(
  text: string,
  places: readonly Decisive[],
  columns: number,
): string[] {
  const gravest = places.toSorted((a, b) =>
    WEIGHT[a.severity] - WEIGHT[b.severity]
  ).slice(0, MAX_PLACES);
  const rows: string[] = [];
  let at = 0;
  for (const [from, to] of windowsOf(gravest, text.length)) {
    rows.push(...leftOut(from - at));
    const marks = places.map(({ mark: [start, end] }): Mark => [
      Math.max(0, start - from),
      Math.min(to, end) - from,
    ]);
    rows.push(...wholeText(text.slice(from, to), marks, columns));
    at = to;
  }
  rows.push(...leftOut(text.length - at));
  const more = places.length - gravest.length;
  return more > 0 ? [...rows, `  ... and ${more} more places ...`] : rows;
}

/** Stretches to show, in order, none in another. */
function windowsOf(places: readonly Decisive[], length: number): Mark[] {
  const marks = places.length === 0 ? [[0, MAX_PLACE] as const] : places
    .map(({ mark }) => mark).toSorted(([a], [b]) => a - b);
  const windows: Mark[] = [];
  for (const [start, end] of marks) {
    const from = Math.max(0, start - AROUND);
    const to = Math.min(length, Math.min(end, start + MAX_PLACE) + AROUND);
    const last = windows.at(-1);
    if (last !== undefined && from <= last[1]) {
      windows.splice(-1, 1, [last[0], Math.max(last[1], to)]);
    } else windows.push([from, to]);
  }
  return windows;
}

function leftOut(count: number): string[] {
  return count <= 0 ? [] : [`  ... ${count} characters left out ...`];
}
