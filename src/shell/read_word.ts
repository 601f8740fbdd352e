// Copyright 2026 the airg authors. Apache-2.0 license.

/**
 * Reads words and their parts.
 *
 * Sources: IEEE Std 1003.1-2024, Shell Command Language, 2.2 and 2.6; the Bash
 * manual, 3.1.2 Quoting and 3.5 Shell Expansions.
 *
 * @module
 */

import { readAnsiQuote } from "./ansi_quote.ts";
import { isMeta, isPlain } from "./characters.ts";
import {
  count,
  type Cursor,
  enter,
  leave,
  pay,
  spanOf,
  stop,
} from "./cursor.ts";
import { addText, endParts, type Parts, startParts } from "./parts.ts";
import { readDollar, readProcess } from "./read_dollar.ts";
import { readDoubleQuotes } from "./read_quotes.ts";
import { readBackquotes } from "./read_substitution.ts";
import type { Word } from "./syntax.ts";

/**
 * Reads the word at the cursor; an empty span means there is none.
 *
 * @param regex The word stands after `=~`, where operators are text.
 */
export function readWord(c: Cursor, regex: boolean = false): Word {
  const start = c.at;
  const { text } = c;
  count(c);
  let end = start;
  while (end < text.length && isPlain(text.charCodeAt(end))) end++;
  if (
    end === text.length ||
    isMeta(text.charCodeAt(end)) && !regex && !mayGoOn(text, start, end)
  ) {
    c.at = end;
    return plainWord(c, text.slice(start, end), start, end);
  }
  const parts = startParts();
  if (regex) readRegex(c, parts);
  else readUnquoted(c, parts, WORD_END);
  return endParts(parts, spanOf(c, start, c.at));
}

/** Whether a process substitution or a pattern such as `@(a|b)` stands at `end`. */
function mayGoOn(text: string, start: number, end: number): boolean {
  const [char, next] = [text[end], text[end + 1]];
  if (char === "<" || char === ">") return next === "(";
  // `f+()` is the start of a function.
  return char === "(" && next !== ")" && end > start &&
    PATTERN_SIGNS.includes(text[end - 1] as string);
}

/** With a parenthesis after it, each starts a pattern. */
const PATTERN_SIGNS = "?*+@!";

function plainWord(c: Cursor, text: string, start: number, end: number): Word {
  const span = spanOf(c, start, end);
  if (text === "") return { parts: [], span, bare: true, literal: "" };
  return {
    parts: [{ kind: "text", text, quoted: false }],
    span,
    bare: true,
    literal: text,
  };
}

/** Ends at a metacharacter. */
const WORD_END = "";

/**
 * Reads unquoted text until one of `ends`, or for {@linkcode WORD_END} until a
 * metacharacter; the end itself is left.
 */
function readUnquoted(c: Cursor, parts: Parts, ends: string): void {
  const { text } = c;
  while (c.at < text.length) {
    const start = c.at;
    let at = start;
    while (at < text.length && isPlain(text.charCodeAt(at))) {
      if (ends !== "" && ends.includes(text[at] as string)) break;
      at++;
    }
    if (at > start) addText(parts, text.slice(start, at), false);
    c.at = at;
    if (at === text.length) return;
    if (ends !== "" && ends.includes(text[at] as string)) return;
    if (!readSpecial(c, parts, ends)) return;
  }
}

/** Reads one character that is not plain; `false` where the word ends. */
function readSpecial(c: Cursor, parts: Parts, ends: string): boolean {
  const { text, at } = c;
  const char = text[at] as string;
  switch (char) {
    case "'":
      readSingleQuotes(c, parts);
      return true;
    case '"':
      c.at++;
      readDoubleQuotes(c, parts, '"');
      return true;
    case "\\":
      return readBackslash(c, parts);
    case "$":
      readDollar(c, parts, false);
      return true;
    case "`":
      readBackquotes(c, parts, false);
      return true;
    case "*":
    case "?":
    case "[":
    case "{":
    case "~":
      parts.active = true;
      addText(parts, char, false);
      c.at++;
      return true;
    case "(":
      // `f+()` is the start of a function.
      if (endsInPatternSign(parts) && (ends !== "" || text[at + 1] !== ")")) {
        return readPatternGroup(c, parts);
      }
      break;
    case "<":
    case ">":
      if (text[at + 1] === "(") {
        readProcess(c, parts);
        return true;
      }
  }
  if (ends === "") return false;
  addText(parts, char, false);
  c.at++;
  return true;
}

/** Whether a parenthesis here starts a pattern: quoted signs do not count. */
function endsInPatternSign({ list }: Parts): boolean {
  const last = list.at(-1);
  return last?.kind === "text" && !last.quoted &&
    PATTERN_SIGNS.includes(last.text.at(-1) ?? " ");
}

function readSingleQuotes(c: Cursor, parts: Parts): void {
  const end = c.text.indexOf("'", c.at + 1);
  if (end < 0) stop(c, "shell.unterminated_quote", c.at, c.text.length);
  addText(parts, c.text.slice(c.at + 1, end), true);
  c.at = end + 1;
}

/** `$'..'`, at the dollar. */
export function readDollarQuote(c: Cursor, parts: Parts): void {
  const quote = readAnsiQuote(c.text, c.at);
  if (quote === undefined) {
    stop(c, "shell.unterminated_quote", c.at, c.text.length);
  }
  addText(parts, quote.text, true);
  c.at = quote.end;
}

function readBackslash(c: Cursor, parts: Parts): boolean {
  const next = c.text[c.at + 1];
  if (next === undefined) {
    // At the very end of a text bash keeps the backslash.
    addText(parts, "\\", true);
    c.at++;
    return true;
  }
  if (next !== "\n") addText(parts, next, true);
  c.at += 2;
  return true;
}

/** `@(a|b)` and its relatives, at the parenthesis. */
function readPatternGroup(c: Cursor, parts: Parts): boolean {
  const start = c.at;
  enter(c, start);
  if (c.text.startsWith("\\\n", start + 1)) stop(c, "shell.expansion", start);
  parts.active = true;
  addText(parts, "(", false);
  c.at++;
  readUnquoted(c, parts, ")");
  if (c.text[c.at] !== ")") stop(c, "shell.syntax", start);
  addText(parts, ")", false);
  c.at++;
  leave(c);
  return true;
}

/** The right side of `=~`: to the next blank outside parentheses. */
function readRegex(c: Cursor, parts: Parts): void {
  const { text } = c;
  let open = 0;
  while (c.at < text.length) {
    const char = text[c.at] as string;
    if (open === 0 && (char === " " || char === "\t" || char === "\n")) return;
    if (char === "\n") return;
    if (char === "(") open++;
    if (char === ")" && --open < 0) return;
    pay(c, 1);
    if ("'\"\\$`".includes(char)) readSpecial(c, parts, "\n");
    else {
      addText(parts, char, false);
      parts.active = true;
      c.at++;
    }
  }
}

/** Reads a word up to one of `ends`, blanks and operators included. */
export function readWordUntil(c: Cursor, ends: string): Word {
  const start = c.at;
  const parts = startParts();
  readUnquoted(c, parts, ends);
  return endParts(parts, spanOf(c, start, c.at));
}
