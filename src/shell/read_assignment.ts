// Copyright 2026 the airg authors. Apache-2.0 license.

/**
 * Reads `NAME=value`, `NAME+=value`, `NAME[i]=value` and array literals.
 *
 * @module
 */

import { nameLength } from "./characters.ts";
import { type Cursor, pay, spanOf, stop } from "./cursor.ts";
import { readSubscript } from "./read_dollar.ts";
import { closingOffset } from "./read_substitution.ts";
import { skipLines } from "./read_script.ts";
import { readWord } from "./read_word.ts";
import { isReserved } from "./reserved.ts";
import type { ArrayLiteral, Assignment, Word } from "./syntax.ts";

/** Reads the assignment at the cursor; `undefined` where none stands. */
export function readAssignment(c: Cursor): Assignment | undefined {
  const { text } = c;
  const start = c.at;
  const length = nameLength(text, start);
  if (length === 0) return undefined;
  let at = start + length;
  const name = text.slice(start, at);
  let index: Word | undefined;
  if (text[at] === "[") {
    const close = text.indexOf("]", at);
    const next = text.slice(close + 1, close + 3);
    pay(c, Math.max(0, close - at));
    // A pattern such as `a[bc]` is far more usual; nested brackets are rare.
    if (close < 0 || next[0] !== "=" && next !== "+=" && next[0] !== "]") {
      return undefined;
    }
    c.at = at;
    index = readSubscript(c);
    at = c.at;
  }
  const append = text[at] === "+" && text[at + 1] === "=";
  if (text[at] !== "=" && !append) {
    c.at = start;
    return undefined;
  }
  c.at = at + (append ? 2 : 1);
  const value = text[c.at] === "(" ? readArray(c) : readWord(c);
  return {
    name,
    append,
    value,
    span: spanOf(c, start, c.at),
    ...(index !== undefined && { index }),
  };
}

/**
 * Ends the reading where the first word, read from `start`, opens a bracket
 * that it does not close: bash takes operators up to the bracket into it.
 */
export function refuseOpenBracket(c: Cursor, start: number): void {
  const bracket = start + nameLength(c.text, start);
  if (bracket === start || c.text[bracket] !== "[") return;
  const end = closingOffset(c.text, bracket + 1, "[]");
  pay(c, (end < 0 ? c.text.length : end) - bracket);
  if (end < 0) stop(c, "shell.syntax", start, c.text.length);
  if (end >= c.at) stop(c, "shell.expansion", start, end + 1);
}

const ASSIGNMENT = /^(?:[A-Za-z_]\w*(?:\[|\+?=)|\[[^\]]*\]\+?=)/;

/**
 * Ends the reading where the word from `start` would be an assignment or a
 * reserved word if line breaks taken away by backslashes were none.
 */
export function refuseSplitWord(c: Cursor, start: number): void {
  const written = c.text.slice(start, c.at);
  if (!written.includes("\\\n")) return;
  pay(c, written.length);
  const joined = written.replaceAll("\\\n", "");
  if (isReserved(joined) || ASSIGNMENT.test(joined)) {
    stop(c, "shell.expansion", start, c.at);
  }
}

function readArray(c: Cursor): ArrayLiteral {
  const start = c.at;
  const elements: ArrayLiteral["elements"][number][] = [];
  c.at++;
  for (;;) {
    skipLines(c);
    if (c.text[c.at] === ")") break;
    const from = c.at;
    if (c.text[from] === "[") {
      const element = readIndexed(c);
      if (element !== undefined) {
        elements.push(element);
        continue;
      }
      c.at = from;
    }
    const value = readWord(c);
    if (c.at === from) stop(c, "shell.syntax", start, from + 1);
    refuseSplitWord(c, from);
    elements.push({ value });
  }
  c.at++;
  return { elements };
}

/** `[i]=value` in an array literal. */
function readIndexed(
  c: Cursor,
): ArrayLiteral["elements"][number] | undefined {
  const close = c.text.indexOf("]", c.at);
  pay(c, Math.max(0, close - c.at));
  if (close < 0) stop(c, "shell.syntax", c.at, c.text.length);
  if (!/^\+?=/.test(c.text.slice(close + 1, close + 3))) {
    return undefined;
  }
  const index = readSubscript(c);
  const append = c.text[c.at] === "+";
  if (append) c.at++;
  if (c.text[c.at] !== "=") return undefined;
  c.at++;
  return { index, value: readWord(c), ...(append && { append }) };
}
