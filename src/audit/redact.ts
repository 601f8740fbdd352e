// Copyright 2026 the airg authors. Apache-2.0 license.

/**
 * Takes secrets out before anything is written: the built-in kinds of
 * `secrets.ts`, and the policy's patterns.
 *
 * A policy's patterns run in linear time, because nobody vouches for them: in
 * RE2, or, for patterns like Runtime Guard's own, in an expression that cannot
 * backtrack.
 *
 * @module
 */

import { cutToFit } from "./cut.ts";
import type { Fields, Json } from "./record.ts";
import { type Secret, secretsIn, secretsInArgv } from "./secrets.ts";

declare const redacted: unique symbol;

/** Fields with the secrets taken out, and cut to fit; only this file makes them. */
export type Redacted = Fields & { readonly [redacted]: true };

/** Takes secrets out of fields. */
export type Redactor = (fields: Fields) => Redacted;

/** Finds what one pattern takes out. */
type Finder = (text: string) => Secret[];

const GONE = "<redacted>";

/**
 * Patterns of the form `(?i)(api[_-]?key\s*[=:]\s*)([^\s]+)`, which Runtime
 * Guard ships: letters, then classes that exclude one another. RE2 costs 14 ms
 * to load and 12 ms to compile these four; the hot path has 60 ms.
 */
const SIMPLE_REGEXP =
  /^\(\?i\)\(((?:[A-Za-z0-9_-]|\[_-\]\?)+)\\s\*\[=:\]\\s\*\)\(\[\^\\s\]\+\)$/;

// deno-lint-ignore no-control-regex -- the whole of ASCII is meant
const ASCII_REGEXP = /^[\x00-\x7f]*$/;

/**
 * Makes a redactor.
 *
 * @param patterns In RE2 syntax; group 1 is kept, the rest of a match goes. A
 * match that is group 1 alone goes whole: keeping it would redact nothing.
 * @throws {SyntaxError} If a pattern cannot be read: skipping it would write
 * what its author wanted out.
 */
export async function makeRedactor(
  patterns: readonly string[],
): Promise<Redactor> {
  const finders: Finder[] = [];
  for (const pattern of patterns) {
    finders.push(simple(pattern) ?? await compiled(pattern));
  }
  const own = (text: string) => finders.flatMap((find) => find(text));
  return (fields) => cutToFit(cleaned(fields, own) as Fields) as Redacted;
}

function cleaned(value: Json, own: Finder, key?: string): Json {
  if (typeof value === "string") {
    return without(value, [...secretsIn(value), ...own(value)]);
  }
  if (Array.isArray(value)) {
    return key === "argv" && value.every((entry) => typeof entry === "string")
      ? argvWithout(value, own)
      : value.map((entry) => cleaned(entry, own));
  }
  if (typeof value === "object" && value !== null) {
    return Object.fromEntries(
      Object.entries(value).map((
        [name, entry],
      ) => [name, cleaned(entry, own, name)]),
    );
  }
  return value;
}

/**
 * An argument list is looked at as one text, so that `--password` is seen
 * before its value. Where a match began in an earlier word, the whole word
 * goes: it is one value, whatever is in it.
 */
function argvWithout(argv: readonly string[], own: Finder): string[] {
  const starts: number[] = [];
  let at = 0;
  for (const word of argv) {
    starts.push(at);
    at += word.length + 1;
  }
  const found = argv.map((): Secret[] => []);
  for (const { from, start, end } of all(argv, own)) {
    for (let i = wordAt(starts, start); i < argv.length; i++) {
      const word = starts[i]!;
      if (word >= end) break;
      found[i]!.push({
        from,
        start: from < word ? 0 : start - word,
        end: from < word ? Infinity : end - word,
      });
    }
  }
  return argv.map((word, i) => without(word, found[i]!));
}

function all(argv: readonly string[], own: Finder): Secret[] {
  return [...secretsInArgv(argv), ...own(argv.join(" "))];
}

/** Index of the last word that starts at or before an offset. */
function wordAt(starts: readonly number[], offset: number): number {
  let low = 0;
  let high = starts.length;
  while (high - low > 1) {
    const middle = (low + high) >> 1;
    if (starts[middle]! <= offset) low = middle;
    else high = middle;
  }
  return low;
}

/** Replaces secrets; offsets past the end mean the end. */
function without(text: string, secrets: readonly Secret[]): string {
  let out = "";
  let at = 0;
  let reached = -1; // End of the last secret; one that touches it joins it.
  for (const secret of secrets.toSorted((a, b) => a.start - b.start)) {
    const end = Math.min(secret.end, text.length);
    const { start } = secret;
    if (end <= start) continue;
    if (start > reached) out += text.slice(at, start) + GONE;
    reached = Math.max(reached, end);
    at = reached;
  }
  return out + text.slice(at);
}

function simple(pattern: string): Finder | undefined {
  const name = SIMPLE_REGEXP.exec(pattern)?.[1];
  if (name === undefined) return undefined;
  // RE2's \s is these five; its (?i) folds as the flags "iu" do.
  const blank = "[\\t\\n\\f\\r ]";
  const regexp = new RegExp(
    `(${name}${blank}*[=:]${blank}*)[^\\t\\n\\f\\r ]+`,
    "giu",
  );
  // Most texts do not hold its first letters; letters such as the Kelvin sign
  // fold to ASCII, so only an ASCII text can be told by them.
  const hint = name.replace(/\[.*/, "").toLowerCase();
  return (text) =>
    ASCII_REGEXP.test(text) && !text.toLowerCase().includes(hint)
      ? []
      : Array.from(
        text.matchAll(regexp),
        ({ 0: all, 1: kept = "", index }) => ({
          from: index,
          start: index + kept.length,
          end: index + all.length,
        }),
      );
}

async function compiled(pattern: string): Promise<Finder> {
  const { RE2JS } = await import("re2js");
  let program: ReturnType<typeof RE2JS.compile>;
  try {
    program = RE2JS.compile(pattern);
  } catch (error) {
    if (!(error instanceof Error)) throw error;
    throw new SyntaxError(
      `Cannot read the redact pattern ${
        JSON.stringify(pattern)
      }: ${error.message}`,
    );
  }
  return (text) => {
    const found: Secret[] = [];
    const matcher = program.matcher(text);
    while (matcher.find()) {
      const [from, end] = [matcher.start(), matcher.end()];
      const group = matcher.groupCount() > 0 ? matcher.start(1) : -1;
      const groupEnd = group < 0 ? from : matcher.end(1);
      if (group > from) found.push({ from, start: from, end: group });
      if (groupEnd < end) found.push({ from, start: groupEnd, end });
      else if (group <= from) found.push({ from, start: from, end });
    }
    return found;
  };
}
