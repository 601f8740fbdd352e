// Copyright 2026 the airg authors. Apache-2.0 license.

/**
 * Which lines of a text an expression is in, in linear time.
 *
 * @module
 */

import { failed, FileProblem } from "./failure.ts";

/** One line that fits. */
export interface Line {
  /** From 1. */
  readonly number: number;
  readonly text: string;
}

/**
 * Finds the lines of a text that fit, in order. Between them it says `more`,
 * where others may get their turn, or `too-much` and ends: a line is too long
 * for the expression.
 */
export type LineSearch = (text: string) => Iterable<Line | "more" | "too-much">;

/** Characters of a line that are given. */
const MAX_LINE = 400;
/** Steps of an expression's program. */
const MAX_PROGRAM = 20_000;
/** Characters times steps that are tried at once: a tenth of a second or a few. */
const PART_COST = 2_000_000;
const MAX_COST = 30_000_000;
const MIN_PART = 1024;
const MAX_PART = 64 * 1024;
/** Something escaped, a set, a repetition, or one character. */
const PIECE_REGEXP =
  /\\[\s\S]|\[\^?\]?[^\]]*\]|(\{([0-9]+),?([0-9]*)\})|[\s\S]/g;
const PLAIN_REGEXP = /^[^\\^$.|?*+()[\]{}]+$/;

/**
 * Compiles an expression in RE2's syntax.
 *
 * @throws {FileProblem} If it cannot be read.
 */
export async function lineSearch(
  pattern: string,
  ignoreCase: boolean,
): Promise<LineSearch> {
  if (!ignoreCase && PLAIN_REGEXP.test(pattern) && !pattern.includes("\n")) {
    return (text) =>
      found(text, {
        next: (from) => text.indexOf(pattern, from),
        isAlone: () => true,
      });
  }
  const { RE2JS } = await import("re2js");
  try {
    const flags = RE2JS.MULTILINE |
      (ignoreCase ? RE2JS.CASE_INSENSITIVE : 0);
    // Compiling what is too large costs half a gigabyte.
    const isSmall = lengthOf(pattern) <= MAX_PROGRAM;
    const program = isSmall ? RE2JS.compile(pattern, flags) : undefined;
    const size = program?.programSize() ?? Infinity;
    if (program === undefined || size > MAX_PROGRAM) {
      throw new Error("It repeats too much");
    }
    return (text) =>
      inParts(text, size, (part) => {
        const matcher = program.matcher(part);
        return {
          next: (from) => matcher.find(from) ? matcher.start() : -1,
          isAlone: (line) => program.matcher(line).find(),
        };
      });
  } catch (error) {
    if (!(error instanceof Error)) throw error;
    const { why, message } = failed(
      "failed",
      `The pattern cannot be read: ${error.message}. It takes RE2's syntax, which knows no look-around and no back references`,
    );
    throw new FileProblem(why, message);
  }
}

/** Characters of a pattern with what it repeats written out, about. */
function lengthOf(pattern: string): number {
  const open: number[] = [];
  // Where the last part began, and how long all is.
  let [part, length] = [0, 0];
  for (const [piece, , least, most] of pattern.matchAll(PIECE_REGEXP)) {
    if (least !== undefined) {
      const count = Math.max(Number(least), Number(most || 1), 1);
      length = part + (length - part) * count;
      continue;
    }
    if (piece === ")") part = open.pop() ?? 0;
    else {
      part = length;
      if (piece === "(") open.push(length);
    }
    length++;
  }
  return length;
}

interface Finder {
  readonly next: (from: number) => number;
  /** Whether it fits a line by itself. */
  readonly isAlone: (line: string) => boolean;
}

/** Whole lines at a time, with the line ends around them, so that one try costs little. */
function* inParts(
  text: string,
  size: number,
  finderOf: (part: string) => Finder,
): Generator<Line | "more" | "too-much"> {
  const length = Math.max(MIN_PART, Math.min(MAX_PART, PART_COST / size));
  let number = 1;
  for (let at = 0; at === 0 || at < text.length;) {
    const lf = text.indexOf("\n", at + length - 1);
    const end = lf < 0 ? text.length : lf + 1;
    if ((end - at) * size > MAX_COST) return yield "too-much";
    const part = text.slice(at === 0 ? 0 : at - 1, end);
    yield* found(part, finderOf(part), at === 0 ? 0 : 1, number);
    yield "more";
    for (let n = text.indexOf("\n", at); n >= 0 && n < end; number++) {
      n = text.indexOf("\n", n + 1);
    }
    at = Math.max(end, 1);
  }
}

/** Goes from match to match; what fits only across lines fits no line. */
function* found(
  text: string,
  { isAlone, next }: Finder,
  first = 0,
  firstNumber = 1,
): Generator<Line | "more"> {
  let [from, counted, number] = [first, first, firstNumber];
  while (from <= text.length) {
    const at = next(from);
    if (at < 0) return;
    // At -1 it would look at the first character all the same.
    const start = at === 0 ? 0 : text.lastIndexOf("\n", at - 1) + 1;
    const lf = text.indexOf("\n", at);
    const end = lf < 0 ? text.length : lf;
    if (start === text.length && start > 0) return;
    const line = text.slice(start, end);
    for (
      let n = text.indexOf("\n", counted);
      n >= 0 && n < start;
      n = text.indexOf("\n", counted)
    ) {
      number++;
      counted = n + 1;
    }
    yield isAlone(line) ? { number, text: around(line, at - start) } : "more";
    from = end + 1;
  }
}

/** A long line's part around what was found. */
function around(line: string, at: number): string {
  if (line.length <= MAX_LINE) return line;
  const from = Math.max(0, Math.min(at - 100, line.length - MAX_LINE));
  const part = line.slice(from, from + MAX_LINE);
  return `${from > 0 ? "…" : ""}${part}${
    from + MAX_LINE < line.length ? "…" : ""
  }`;
}
