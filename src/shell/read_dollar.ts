// Copyright 2026 the airg authors. Apache-2.0 license.

/**
 * Reads what starts with `$`, and process substitutions.
 *
 * Source: the Bash manual, 3.5.3 Shell Parameter Expansion.
 *
 * @module
 */

import { isNamePart, isNameStart, nameLength } from "./characters.ts";
import { type Cursor, enter, leave, pay, spanOf, stop } from "./cursor.ts";
import { addPart, addText, endParts, type Parts, startParts } from "./parts.ts";
import { readArithmetic, readCommandPart } from "./read_substitution.ts";
import { readDoubleQuotes } from "./read_quotes.ts";
import { readDollarQuote, readWordUntil } from "./read_word.ts";
import type { ParameterOperator, ParameterPart, Word } from "./syntax.ts";

const SPECIAL = "@*#?-$!";

/** Reads what the `$` at the cursor starts. */
export function readDollar(c: Cursor, parts: Parts, quoted: boolean): void {
  const { text, at } = c;
  const next = text[at + 1] ?? "";
  if (next === "'" && !quoted) return readDollarQuote(c, parts);
  if (next === '"' && !quoted) {
    c.at += 2;
    return readDoubleQuotes(c, parts, '"');
  }
  if (next === "(") {
    if (text[at + 2] === "(" && readArithmetic(c, parts, quoted)) return;
    c.at += 2;
    return readCommandPart(c, parts, { quoted, start: at, end: ")" });
  }
  if (next === "[") {
    if (readArithmetic(c, parts, quoted)) return;
    stop(c, "shell.syntax", at, text.length);
  }
  if (next === "{") return readBraced(c, parts, quoted);
  const length = nameLength(text, at + 1);
  const name = length > 0
    ? text.slice(at + 1, at + 1 + length)
    : next !== "" && (SPECIAL.includes(next) || isDigit(next))
    ? next
    : "";
  if (name === "") {
    addText(parts, "$", quoted);
    c.at++;
    return refuseContinuation(c, /[\w@*#?$!'"({[-]/);
  }
  c.at += 1 + name.length;
  if (length > 0) refuseContinuation(c, /\w/);
  addPart(parts, {
    kind: "parameter",
    name,
    indirect: false,
    names: false,
    length: false,
    ...(length > 0 && !quoted && { bare: true }),
    quoted,
    span: spanOf(c, at, c.at),
  });
}

/**
 * Ends the reading where what `wanted` matches stands after a line break that
 * a backslash takes away: the name goes on there, but nobody writes that.
 */
function refuseContinuation(c: Cursor, wanted: RegExp): void {
  let end = c.at;
  while (c.text.startsWith("\\\n", end)) end += 2;
  if (end === c.at) return;
  pay(c, end - c.at);
  if (wanted.test(c.text[end] ?? "")) stop(c, "shell.expansion", c.at, end);
}

/** Reads `<(..)` or `>(..)` at the cursor. */
export function readProcess(c: Cursor, parts: Parts): void {
  const start = c.at;
  const direction = c.text[start] === "<" ? "<" : ">";
  c.at += 2;
  enter(c, start);
  const body = c.readScript(c, ")");
  if (c.text[c.at] !== ")") stop(c, "shell.syntax", start, c.text.length);
  c.at++;
  leave(c);
  addPart(parts, {
    kind: "process",
    direction,
    body,
    span: spanOf(c, start, c.at),
  });
}

function isDigit(char: string): boolean {
  return char >= "0" && char <= "9";
}

function readBraced(c: Cursor, parts: Parts, quoted: boolean): void {
  const { text } = c;
  const start = c.at;
  const after = text[start + 2] ?? "";
  if (" \t\n|".includes(after) && after !== "") {
    // Bash 5.3: `${ cmd; }` and `${|cmd; }`.
    c.at += after === "|" ? 3 : 2;
    const here = after === "|" ? "reply" : "output";
    return readCommandPart(c, parts, { quoted, start, end: "}", here });
  }
  enter(c, start);
  c.at += 2;
  const length = takesLength(text, c.at);
  if (length) c.at++;
  const indirect = !length && text[c.at] === "!" &&
    /[A-Za-z0-9_@*#?]/.test(text[c.at + 1] ?? "");
  if (indirect) c.at++;
  const name = readName(c, start);
  const names = indirect && /^[@*]\}/.test(text.slice(c.at, c.at + 2));
  if (names) c.at++;
  const index = text[c.at] === "[" ? readSubscript(c) : undefined;
  const operator = text[c.at] === "}"
    ? undefined
    : readOperator(c, quoted, start);
  if (text[c.at] !== "}") stop(c, "shell.expansion", start, c.at + 1);
  c.at++;
  leave(c);
  const part: ParameterPart = {
    kind: "parameter",
    name,
    indirect,
    names,
    length,
    quoted,
    span: spanOf(c, start, c.at),
    ...(index !== undefined && { index }),
    ...(operator !== undefined && { operator }),
  };
  addPart(parts, part);
}

/** Whether the `#` after `${` asks for a length, and is not the name itself. */
function takesLength(text: string, at: number): boolean {
  if (text[at] !== "#") return false;
  const next = text[at + 1] ?? "";
  if (isNamePart(next.charCodeAt(0)) || next === "@" || next === "*") {
    return true;
  }
  return next !== "" && "#?-$!".includes(next) && text[at + 2] === "}";
}

function readName(c: Cursor, start: number): string {
  const { text } = c;
  let end = c.at;
  const first = text.charCodeAt(end);
  if (isNameStart(first)) end += nameLength(text, end);
  else if (first >= 48 && first <= 57) {
    while (isDigit(text[end] ?? "")) end++;
  } else if (SPECIAL.includes(text[end] ?? " ")) end++;
  if (end === c.at) stop(c, "shell.expansion", start, end + 1);
  const name = text.slice(c.at, end);
  c.at = end;
  return name;
}

/** `[..]` at the cursor; the text between. */
export function readSubscript(c: Cursor): Word {
  const start = c.at;
  c.at++;
  enter(c, start);
  const word = readWordUntil(c, "]");
  if (c.text[c.at] !== "]") stop(c, "shell.syntax", start);
  c.at++;
  leave(c);
  return word;
}

const OPERATORS = /(?::[-=?+]|:|[-=?+]|##?|%%?|\/[/#%]?|\^\^?|,,?|@)/y;

function readOperator(
  c: Cursor,
  quoted: boolean,
  start: number,
): ParameterOperator {
  OPERATORS.lastIndex = c.at;
  const symbol = OPERATORS.exec(c.text)?.[0] as
    | ParameterOperator["symbol"]
    | undefined;
  if (symbol === undefined) stop(c, "shell.expansion", start, c.at + 1);
  c.at += symbol.length;
  refuseContinuation(c, /[-=?+#%/^,]/);
  switch (symbol) {
    case "/":
    case "//":
    case "/#":
    case "/%": {
      // The first character belongs to the pattern whatever it is.
      const word = readWordUntil(c, "/}");
      if (c.text[c.at] !== "/") return { symbol, word };
      c.at++;
      return { symbol, word, second: readWordUntil(c, "}") };
    }
    case ":": {
      const word = readOffset(c);
      if (c.text[c.at] !== ":") return { symbol, word };
      c.at++;
      return { symbol, word, second: readOffset(c) };
    }
    case "-":
    case ":-":
    case "=":
    case ":=":
    case "?":
    case ":?":
    case "+":
    case ":+":
      return { symbol, word: readDefault(c, quoted) };
    default:
      return { symbol, word: readWordUntil(c, "}") };
  }
}

/** Offset or length of `${x:o:l}`; parentheses hide a colon. */
function readOffset(c: Cursor): Word {
  const start = c.at;
  const parts = startParts();
  let open = 0;
  for (;;) {
    const word = readWordUntil(c, ":}()");
    if (!word.bare) parts.bare = false;
    for (const part of word.parts) {
      if (part.kind === "text") addText(parts, part.text, part.quoted);
      else addPart(parts, part);
    }
    const char = c.text[c.at];
    if (char === "(") open++;
    else if (char === ")") open--;
    else if (open <= 0 || char !== ":") break;
    addText(parts, char, false);
    c.at++;
  }
  return endParts(parts, spanOf(c, start, c.at));
}

/** The word after `:-` and its kind: quoted like the expansion itself. */
function readDefault(c: Cursor, quoted: boolean): Word {
  const start = c.at;
  if (!quoted) return readWordUntil(c, "}");
  const parts = startParts();
  readDoubleQuotes(c, parts, "}");
  c.at--; // The caller takes the brace.
  return endParts(parts, spanOf(c, start, c.at));
}
