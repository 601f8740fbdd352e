// Copyright 2026 the airg authors. Apache-2.0 license.

/**
 * Shell patterns against known text.
 *
 * A pattern is a word in which active characters are marked: `\0*`, `\0?`, and
 * `\0[` where a bracket expression starts. Source: the Bash manual, 3.5.8.1.
 *
 * @module
 */

import { STAR } from "./value.ts";

/** Longest text that prefixes and suffixes are tried on. */
const MAX_TRIMMED = 4_096;

/**
 * Whether `text` fits `pattern` as a whole.
 *
 * @returns `undefined` where the pattern holds an unknown expansion.
 */
export function matchesPattern(
  pattern: string,
  text: string,
): boolean | undefined {
  if (/\0[$+_(]/.test(pattern)) return undefined;
  let [p, t, back, mark] = [0, 0, -1, 0];
  while (t < text.length) {
    const step = matchOne(pattern, p, text[t] as string);
    if (pattern.startsWith(STAR, p)) {
      back = p + 2;
      mark = t;
      p = back;
    } else if (step > 0) {
      p += step;
      t++;
    } else if (back >= 0) {
      p = back;
      t = ++mark;
    } else return false;
  }
  while (pattern.startsWith(STAR, p)) p += 2;
  return p === pattern.length;
}

/** Length of what `char` fits at `p`, or 0. */
function matchOne(pattern: string, p: number, char: string): number {
  if (p >= pattern.length) return 0;
  if (pattern[p] !== "\0") return pattern[p] === char ? 1 : 0;
  if (pattern[p + 1] === "?") return 2;
  if (pattern[p + 1] !== "[") return 0;
  const end = bracketEnd(pattern, p);
  if (end < 0) return char === "[" ? 2 : 0;
  return fitsBracket(pattern.slice(p + 2, end), char) ? end + 1 - p : 0;
}

/** Offset of the `]` that closes the expression at `p`, or -1. */
export function bracketEnd(pattern: string, p: number): number {
  let at = p + 2;
  if (pattern[at] === "!" || pattern[at] === "^") at++;
  if (pattern[at] === "]") at++;
  while (at < pattern.length && pattern[at] !== "]") {
    if (pattern[at] === "/" || pattern[at] === "\0") return -1;
    if (pattern[at] === "[" && pattern[at + 1] === ":") {
      const close = pattern.indexOf(":]", at + 2);
      at = close < 0 ? at + 1 : close + 2;
    } else at++;
  }
  return at < pattern.length ? at : -1;
}

const CLASSES: Readonly<Record<string, RegExp>> = {
  alpha: /\p{L}/u,
  digit: /[0-9]/,
  alnum: /[\p{L}\p{N}]/u,
  upper: /\p{Lu}/u,
  lower: /\p{Ll}/u,
  space: /\s/,
  blank: /[ \t]/,
  punct: /[!-/:-@[-`{-~]/,
  xdigit: /[0-9A-Fa-f]/,
  word: /\w/,
};

function fitsBracket(inside: string, char: string): boolean {
  const negated = inside[0] === "!" || inside[0] === "^";
  let at = negated ? 1 : 0;
  let found = false;
  while (at < inside.length) {
    if (inside.startsWith("[:", at)) {
      const close = inside.indexOf(":]", at);
      const name = inside.slice(at + 2, close);
      if (Object.hasOwn(CLASSES, name)) {
        found ||= CLASSES[name]?.test(char) ?? false;
      }
      at = close < 0 ? inside.length : close + 2;
    } else if (inside[at + 1] === "-" && at + 2 < inside.length) {
      found ||= (inside[at] as string) <= char &&
        char <= (inside[at + 2] as string);
      at += 3;
    } else {
      found ||= inside[at] === char;
      at++;
    }
  }
  return found !== negated;
}

/**
 * Removes what fits `pattern` from one end.
 *
 * @returns `undefined` where that cannot be known.
 */
export function trim(
  text: string,
  pattern: string,
  { end, longest }: {
    readonly end: "start" | "end";
    readonly longest: boolean;
  },
): string | undefined {
  if (text.length > MAX_TRIMMED) return undefined;
  for (let i = 0; i <= text.length; i++) {
    const length = longest ? text.length - i : i;
    const cut = end === "start" ? length : text.length - length;
    const part = end === "start" ? text.slice(0, cut) : text.slice(cut);
    const fits = matchesPattern(pattern, part);
    if (fits === undefined) return undefined;
    if (fits) return end === "start" ? text.slice(cut) : text.slice(0, cut);
  }
  return text;
}

/** Replaces what fits `pattern`; `undefined` where that cannot be known. */
export function replace(
  text: string,
  pattern: string,
  replacement: string,
  where: "first" | "all" | "start" | "end",
): string | undefined {
  if (text.length > MAX_TRIMMED / 8) return undefined;
  if (pattern === "") {
    return where === "start"
      ? replacement + text
      : where === "end"
      ? text + replacement
      : text;
  }
  let result = "";
  let at = 0;
  while (at <= text.length) {
    const length = longestFit(text, at, pattern, where);
    if (length === undefined) return undefined;
    if (length <= 0) {
      if (where === "start") return text;
      result += text[at] ?? "";
      at++;
      continue;
    }
    result += replacement;
    at += length;
    if (where !== "all") break;
  }
  return result + text.slice(at);
}

/** Length of the longest fit at `at`, -1 for none. */
function longestFit(
  text: string,
  at: number,
  pattern: string,
  where: "first" | "all" | "start" | "end",
): number | undefined {
  for (let end = text.length; end > at; end--) {
    if (where === "end" && end < text.length) break;
    const fits = matchesPattern(pattern, text.slice(at, end));
    if (fits === undefined) return undefined;
    if (fits) return end - at;
  }
  return -1;
}
