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

/** Finds the lines of a text that fit, in order. */
export type LineSearch = (text: string) => Iterable<Line>;

/** Characters of a line that are given. */
const MAX_LINE = 400;
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
      found(text, (from) => text.indexOf(pattern, from), () => true);
  }
  const { RE2JS } = await import("re2js");
  try {
    const flags = RE2JS.MULTILINE |
      (ignoreCase ? RE2JS.CASE_INSENSITIVE : 0);
    const program = RE2JS.compile(pattern, flags);
    return (text) => {
      const matcher = program.matcher(text);
      return found(
        text,
        (from) => matcher.find(from) ? matcher.start() : -1,
        (line) => program.matcher(line).find(),
      );
    };
  } catch (error) {
    if (!(error instanceof Error)) throw error;
    const { why, message } = failed(
      "failed",
      `The pattern cannot be read: ${error.message}. It takes RE2's syntax, which knows no look-around and no back references`,
    );
    throw new FileProblem(why, message);
  }
}

/** Goes from match to match; what fits only across lines fits no line. */
function* found(
  text: string,
  next: (from: number) => number,
  isAlone: (line: string) => boolean,
): Generator<Line> {
  let [from, counted, number] = [0, 0, 1];
  while (from <= text.length) {
    const at = next(from);
    if (at < 0) return;
    const start = text.lastIndexOf("\n", at - 1) + 1;
    const lf = text.indexOf("\n", at);
    const end = lf < 0 ? text.length : lf;
    if (start === text.length && start > 0) return;
    const line = text.slice(at === 0 ? 0 : start, end);
    for (
      let n = text.indexOf("\n", counted);
      n >= 0 && n < start;
      n = text.indexOf("\n", counted)
    ) {
      number++;
      counted = n + 1;
    }
    if (isAlone(line)) yield { number, text: around(line, at - start) };
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
