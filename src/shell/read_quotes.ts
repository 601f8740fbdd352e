// Copyright 2026 the airg authors. Apache-2.0 license.

/**
 * Reads what stands in double quotes, or is read as if it did.
 *
 * @module
 */

import { type Cursor, enter, leave, pay, stop } from "./cursor.ts";
import { addText, type Parts } from "./parts.ts";
import { readDollar } from "./read_dollar.ts";
import { readBackquotes } from "./read_substitution.ts";

const IN_DOUBLE_QUOTES = /[^"\\$`]+/y;
const IN_QUOTED_BRACES = /[^'"\\$`}]+/y;
const IN_DOCUMENT = /[^\\$`]+/y;

/**
 * Reads the inside of double quotes up to `end` and past it: `"`, or `}` for
 * the default of a quoted `"${x:-..}"`, or nothing for the text of a
 * here-document.
 */
export function readDoubleQuotes(
  c: Cursor,
  parts: Parts,
  end: '"' | "}" | "",
): void {
  const { text } = c;
  const start = c.at;
  const pattern = end === '"'
    ? IN_DOUBLE_QUOTES
    : end === "}"
    ? IN_QUOTED_BRACES
    : IN_DOCUMENT;
  addText(parts, "", true);
  let hidden = -1; // Where the last pair of single quotes ends.
  for (;;) {
    pattern.lastIndex = c.at;
    const plain = pattern.exec(text)?.[0] ?? "";
    if (plain !== "") {
      addText(parts, plain, true);
      c.at += plain.length;
    }
    const char = text[c.at];
    if (char === undefined) {
      if (end === "") return;
      stop(c, "shell.unterminated_quote", start - 1, text.length);
    }
    if (char === end) {
      c.at++;
      return;
    }
    if (char === "'" && end === "}") {
      hidden = readQuoteInBraces(c, parts, hidden);
    } else if (char === '"') {
      c.at++;
      enter(c, c.at);
      readDoubleQuotes(c, parts, '"');
      leave(c);
    } else if (char === "$") {
      // Bash takes these for quotes, here only.
      if (end === "}" && /['"]/.test(text[c.at + 1] ?? "")) {
        stop(c, "shell.expansion", c.at, c.at + 2);
      }
      readDollar(c, parts, true);
    } else if (char === "`") readBackquotes(c, parts, true);
    else readQuotedBackslash(c, parts, end);
  }
}

/**
 * `'` in `"${x:-it's}"` is text. Bash hides a `}` between two of them, but not
 * in a here-document: such a text is not read.
 */
function readQuoteInBraces(c: Cursor, parts: Parts, hidden: number): number {
  const start = c.at;
  addText(parts, "'", true);
  c.at++;
  if (start === hidden) return hidden;
  const close = c.text.indexOf("'", c.at);
  const brace = c.text.indexOf("}", c.at);
  pay(c, Math.max(close, brace, start) - start);
  if (brace >= 0 && brace < close) stop(c, "shell.expansion", start, close + 1);
  return close;
}

/** Inside double quotes a backslash keeps its meaning before a few only. */
function readQuotedBackslash(
  c: Cursor,
  parts: Parts,
  end: '"' | "}" | "",
): void {
  const next = c.text[c.at + 1];
  if (next === undefined) {
    addText(parts, "\\", true);
    c.at++;
    return;
  }
  const special = "$`\\".includes(next) || next === end ||
    end === "}" && next === '"';
  if (next !== "\n") addText(parts, special ? next : `\\${next}`, true);
  c.at += 2;
}
