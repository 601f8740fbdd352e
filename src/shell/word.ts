// Copyright 2026 the airg authors. Apache-2.0 license.

/**
 * Reads one word as bash would, or says what makes its value unknowable.
 *
 * Sources: IEEE Std 1003.1-2024, Shell Command Language, 2.2 Quoting; the Bash
 * manual, 3.1.2 Quoting, 3.5.1 Brace Expansion, 3.5.2 Tilde Expansion.
 *
 * @module
 */

import { fail, ok, type Result } from "../base/result.ts";
import { readAnsiQuote } from "./ansi_quote.ts";
import { MAX_WORD } from "./limits.ts";
import type { ShellUnknown, Word } from "./syntax.ts";
import { unknownAt } from "./unknown.ts";

/** Characters that mean themselves wherever they stand in a word. */
const PLAIN = /[A-Za-z0-9_\-./:+@%^,=\]}]+/y;
const IN_DOUBLE_QUOTES = /[^"\\$`]+/y;
const IN_SINGLE_QUOTES = /[^']*/y;
/** After `$`, what can start an expansion or hides what does. */
const EXPANDS = /[A-Za-z0-9_@*#?$!\-{(['"`\\\u0080-\uffff]/;
const NAME_THEN_EQUALS = /[A-Za-z_][A-Za-z0-9_]*=/y;

interface Reading {
  at: number;
  value: string;
  bare: boolean;
  tilde: boolean;
  brace: boolean;
}

/**
 * Reads the word that starts at `start`.
 *
 * @returns The word; its span ends where reading stopped, at a blank, an
 * operator or the end of the text. An empty span means there is no word.
 */
export function readWord(
  text: string,
  start: number,
): Result<Word, ShellUnknown> {
  const reading: Reading = {
    at: start,
    value: "",
    bare: true,
    tilde: false,
    brace: false,
  };
  let more = true;
  while (more) {
    const step = readPiece(text, start, reading);
    if (!step.ok) return step;
    more = step.value;
    if (reading.at - start > MAX_WORD) {
      return fail(unknownAt("shell.too_long", [start, reading.at]));
    }
  }
  const { value, at, bare, tilde, brace } = reading;
  if (brace && (/,|\.\./.test(value) || text[at] === "<" || text[at] === ">")) {
    return fail(unknownAt("shell.brace", [start, at]));
  }
  return ok({ text: value, span: [start, at], tilde, bare });
}

/** Length of `NAME=` at `start`, 0 when there is none. */
export function assignmentNameLength(text: string, start: number): number {
  NAME_THEN_EQUALS.lastIndex = start;
  return NAME_THEN_EQUALS.exec(text)?.[0].length ?? 0;
}

/** Takes one piece; the value is whether the word may go on. */
function readPiece(
  text: string,
  start: number,
  reading: Reading,
): Result<boolean, ShellUnknown> {
  const plain = match(PLAIN, text, reading.at);
  if (plain !== "") {
    reading.value += plain;
    reading.at += plain.length;
  }
  const { at } = reading;
  const char = text[at];
  switch (char) {
    case undefined:
    case " ":
    case "\t":
    case "\n":
    case "|":
    case "&":
    case ";":
    case "<":
    case ">":
      return ok(false);
    case "(":
    case ")": {
      const array = char === "(" && text[at - 1] === "=";
      const code = array ? "shell.array" : "shell.group";
      return fail(unknownAt(code, [at, at + 1]));
    }
    case "`":
      return fail(unknownAt("shell.substitution", [at, at + 1]));
    case "'":
      return readSingleQuotes(text, reading);
    case '"':
      return readDoubleQuotes(text, reading);
    case "\\":
      return readBackslash(text, reading);
    case "$":
      return readDollar(text, reading);
    case "~":
      return readTilde(text, start, reading);
    case "*":
    case "?":
      return fail(unknownAt("shell.glob", [at, at + 1]));
    case "[":
      return readBracket(text, start, reading);
    case "{":
      reading.brace = true;
      return take(reading, char);
    default:
      return take(reading, char);
  }
}

function take(reading: Reading, char: string): Result<boolean, ShellUnknown> {
  reading.value += char;
  reading.at += 1;
  return ok(true);
}

function readSingleQuotes(
  text: string,
  reading: Reading,
): Result<boolean, ShellUnknown> {
  const inside = match(IN_SINGLE_QUOTES, text, reading.at + 1);
  const end = reading.at + 1 + inside.length;
  if (text[end] !== "'") {
    return fail(unknownAt("shell.unterminated_quote", [reading.at, end]));
  }
  reading.value += inside;
  reading.at = end + 1;
  reading.bare = false;
  return ok(true);
}

function readDoubleQuotes(
  text: string,
  reading: Reading,
): Result<boolean, ShellUnknown> {
  let at = reading.at + 1;
  reading.bare = false;
  for (;;) {
    const inside = match(IN_DOUBLE_QUOTES, text, at);
    reading.value += inside;
    at += inside.length;
    const [char, next] = [text[at], text[at + 1]];
    if (char === undefined) {
      return fail(unknownAt("shell.unterminated_quote", [reading.at, at]));
    } else if (char === '"') {
      reading.at = at + 1;
      return ok(true);
    } else if (char === "`") {
      return fail(unknownAt("shell.substitution", [at, at + 1]));
    } else if (char === "$") {
      const quote = next === '"' || next === "'";
      if (next === undefined || (!quote && EXPANDS.test(next))) {
        return fail(unknownAt(dollarCode(next), [at, at + 1]));
      }
      reading.value += "$";
      at += 1;
    } else {
      // A backslash keeps its meaning before these five only.
      if (next === "\n") at += 2;
      else {
        const special = next !== undefined && '$`"\\'.includes(next);
        reading.value += special ? next : "\\";
        at += special ? 2 : 1;
      }
    }
  }
}

function readBackslash(
  text: string,
  reading: Reading,
): Result<boolean, ShellUnknown> {
  const { at } = reading;
  const next = text[at + 1];
  reading.bare = false;
  if (next === undefined) {
    return fail(unknownAt("shell.syntax", [at, at + 1]));
  }
  if (next === "\n") {
    const after = text[at + 2];
    if (after === undefined || " \t\n".includes(after)) return ok(false);
    return fail(unknownAt("shell.line_continuation", [at, at + 2]));
  }
  reading.value += next;
  reading.at = at + 2;
  return ok(true);
}

function readDollar(
  text: string,
  reading: Reading,
): Result<boolean, ShellUnknown> {
  const { at } = reading;
  const next = text[at + 1];
  if (next === "'") {
    const quote = readAnsiQuote(text, at);
    if (!quote.ok) return quote;
    reading.value += quote.value.text;
    reading.at = quote.value.end;
    reading.bare = false;
    return ok(true);
  }
  if (next !== undefined && EXPANDS.test(next)) {
    return fail(unknownAt(dollarCode(next), [at, at + 1]));
  }
  return take(reading, "$");
}

function dollarCode(
  next: string | undefined,
): "shell.substitution" | "shell.expansion" {
  return next === "(" ? "shell.substitution" : "shell.expansion";
}

function readTilde(
  text: string,
  start: number,
  reading: Reading,
): Result<boolean, ShellUnknown> {
  const { at } = reading;
  const next = text[at + 1];
  if (at === start) {
    if (next !== undefined && !"/ \t\n;|&<>".includes(next)) {
      return fail(unknownAt("shell.tilde", [at, at + 2]));
    }
    reading.tilde = true;
    return take(reading, "~");
  }
  // `NAME=~/x` and `a:~/x` in an assignment are expanded too.
  const before = text[at - 1];
  if (before === "=" || before === ":") {
    return fail(unknownAt("shell.tilde", [at, at + 1]));
  }
  return take(reading, "~");
}

/** `[` and `[[` alone are words; anywhere else a bracket can start a pattern. */
function readBracket(
  text: string,
  start: number,
  reading: Reading,
): Result<boolean, ShellUnknown> {
  const { at } = reading;
  const alone = at === start
    ? /^\[{1,2}(?=[ \t\n;|&<>]|$)/.exec(text.slice(at, at + 3))?.[0]
    : undefined;
  if (alone === undefined) {
    return fail(unknownAt("shell.glob", [at, at + 1]));
  }
  reading.value += alone;
  reading.at += alone.length;
  return ok(true);
}

function match(pattern: RegExp, text: string, at: number): string {
  pattern.lastIndex = at;
  return pattern.exec(text)?.[0] ?? "";
}
