// Copyright 2026 the airg authors. Apache-2.0 license.

/**
 * Moments as a person writes them: `10:30`, `2026-11-21`, `2026-11-21T10:30`,
 * `2h ago`, `2h`, `now`.
 *
 * @module
 */

import { fail, ok, type Result } from "./result.ts";

/** For help and errors. */
export const WHEN_FORMS = "10:30, 2026-11-21, 2026-11-21T10:30, 2h ago";

const CLOCK_REGEXP = /^(\d{1,2}):(\d{2})(?::(\d{2}))?$/;
const DATE_REGEXP =
  /^(\d{4})-(\d{2})-(\d{2})(?:[T ](\d{2}):(\d{2})(?::(\d{2})(?:\.(\d{1,9}))?)?(Z|[+-]\d{2}:\d{2})?)?$/;
const SPAN_REGEXP = /^(\d{1,6}(?:\.\d{1,3})?) ?([a-z]+)$/;

const UNITS: Readonly<Record<string, number>> = {
  s: 1_000,
  m: 60_000,
  h: 3_600_000,
  d: 86_400_000,
  w: 604_800_000,
};
const WORDS: ReadonlyMap<string, string> = new Map([
  ["sec", "s"],
  ["second", "s"],
  ["min", "m"],
  ["minute", "m"],
  ["hour", "h"],
  ["day", "d"],
  ["week", "w"],
]);

/**
 * Reads a moment; a time of day is the last one that was, here.
 *
 * @param now Milliseconds since the Unix epoch.
 */
export function readWhen(text: string, now: number): Result<number, string> {
  const word = text.trim().toLowerCase();
  if (word === "now") return ok(now);
  const ago = /^(.{1,20}?) ?ago$/.exec(word)?.[1];
  if (ago !== undefined) {
    const span = readSpan(ago);
    return span.ok ? ok(now - span.value) : span;
  }
  // `10m` without the word: what else could it be.
  const span = readSpan(word);
  if (span.ok) return ok(now - span.value);
  const moment = timeOfDay(word, now) ?? dateIn(text.trim());
  return moment === undefined
    ? fail(`${JSON.stringify(text)} is no time (write ${WHEN_FORMS})`)
    : ok(moment);
}

/** Reads how long something is, such as `10d` or `90 minutes`; milliseconds. */
export function readSpan(text: string): Result<number, string> {
  const [, count, word = ""] = SPAN_REGEXP.exec(text.trim().toLowerCase()) ??
    [];
  const single = word.length > 1 ? word.replace(/s$/, "") : word;
  const unit = UNITS[WORDS.get(single) ?? word];
  return count === undefined || unit === undefined
    ? fail(
      `${
        JSON.stringify(text)
      } is no span of time (write 90s, 30m, 2h, 10d, 3w)`,
    )
    : ok(Number(count) * unit);
}

function timeOfDay(text: string, now: number): number | undefined {
  const [, hour, minute, second = "0"] = CLOCK_REGEXP.exec(text) ?? [];
  if (hour === undefined || minute === undefined) return undefined;
  const numbers = [Number(hour), Number(minute), Number(second)] as const;
  if (numbers[0] > 23 || numbers[1] > 59 || numbers[2] > 59) return undefined;
  const day = new Date(now);
  day.setHours(...numbers, 0);
  if (day.getTime() > now) {
    day.setDate(day.getDate() - 1);
    day.setHours(...numbers, 0);
  }
  return day.getTime();
}

function dateIn(text: string): number | undefined {
  const found = DATE_REGEXP.exec(text.toUpperCase());
  if (found === null) return undefined;
  const [, year, month, day, hour = "00", minute = "00", second = "00"] = found;
  const fraction = `${found[7] ?? ""}000`.slice(0, 3);
  const iso = `${year}-${month}-${day}T${hour}:${minute}:${second}.${fraction}`;
  // Without a zone it is the time here. A day that no month has is no date.
  if (!isDay(Number(year), Number(month), Number(day))) return undefined;
  const at = Date.parse(`${iso}${found[8] ?? ""}`);
  return Number.isNaN(at) ? undefined : at;
}

function isDay(year: number, month: number, day: number): boolean {
  const date = new Date(Date.UTC(year, month - 1, day));
  return date.getUTCMonth() === month - 1 && date.getUTCDate() === day;
}
