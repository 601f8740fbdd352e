// Copyright 2026 the airg authors. Apache-2.0 license.

/**
 * Reads command substitutions and arithmetic expansions.
 *
 * @module
 */

import {
  count,
  type Cursor,
  enter,
  innerCursor,
  leave,
  pay,
  spanOf,
  stop,
} from "./cursor.ts";
import { addPart, endParts, type Parts, startParts } from "./parts.ts";
import { readDocuments } from "./read_redirection.ts";
import { readDoubleQuotes } from "./read_quotes.ts";
import type { Word } from "./syntax.ts";

/** Reads commands up to `end`; the cursor stands after the opening. */
export function readCommandPart(
  c: Cursor,
  parts: Parts,
  { quoted, start, end, here }: {
    readonly quoted: boolean;
    readonly start: number;
    readonly end: ")" | "}";
    readonly here?: "output" | "reply";
  },
): void {
  enter(c, start);
  const body = c.readScript(c, end);
  if (c.text[c.at] !== end) stop(c, "shell.syntax", start, c.text.length);
  c.at++;
  leave(c);
  addPart(parts, {
    kind: "command",
    body,
    ...(here !== undefined && { here }),
    quoted,
    span: spanOf(c, start, c.at),
  });
}

/** Reads the backquoted form at the cursor. */
export function readBackquotes(
  c: Cursor,
  parts: Parts,
  quoted: boolean,
): void {
  const { text } = c;
  const start = c.at;
  let at = start + 1;
  let inner = "";
  let from = at;
  while (at < text.length && text[at] !== "`") {
    if (text[at] === "\\") {
      const next = text[at + 1] ?? "";
      if (next !== "" && ("$`\\".includes(next) || quoted && next === '"')) {
        inner += text.slice(from, at);
        from = at + 1;
      }
      at++;
    }
    at++;
  }
  if (at >= text.length) stop(c, "shell.unterminated_quote", start, at);
  inner += text.slice(from, at);
  enter(c, start);
  count(c);
  const span = spanOf(c, start, at + 1);
  const within = innerCursor(c, inner, span);
  const body = within.readScript(within, "");
  if (within.at < inner.length) stop(within, "shell.syntax", within.at);
  readDocuments(within);
  c.at = at + 1;
  leave(c);
  addPart(parts, { kind: "command", body, quoted, span });
}

/**
 * Reads `$((..))` or `$[..]` at the cursor.
 *
 * @returns `false` where the parentheses turn out to be a subshell's.
 */
export function readArithmetic(
  c: Cursor,
  parts: Parts,
  quoted: boolean,
): boolean {
  const start = c.at;
  const old = c.text[start + 1] === "[";
  const from = start + (old ? 2 : 3);
  const end = old ? bracketEnd(c, from) : arithmeticEnd(c, from);
  if (end < 0) return false;
  const expression = readExpression(c, from, end);
  c.at = end + (old ? 1 : 2);
  addPart(parts, {
    kind: "arithmetic",
    expression,
    quoted,
    span: spanOf(c, start, c.at),
  });
  return true;
}

/** Offset of the `))` that closes what starts at `from`, or -1. */
export function arithmeticEnd(c: Cursor, from: number): number {
  const end = closingOffset(c.text, from, "()");
  pay(c, (end < 0 ? c.text.length : end) - from);
  return c.text[end + 1] === ")" ? end : -1;
}

function bracketEnd(c: Cursor, from: number): number {
  const end = closingOffset(c.text, from, "[]");
  pay(c, (end < 0 ? c.text.length : end) - from);
  return end;
}

/** Offset of the bracket that closes the one before `from`, or -1; quotes hide brackets. */
export function closingOffset(
  text: string,
  from: number,
  brackets: "()" | "[]",
): number {
  let open = 0;
  for (let at = from; at < text.length; at++) {
    const char = text[at] as string;
    if (char === brackets[0]) open++;
    else if (char === brackets[1] && open-- === 0) return at;
    else if (char === "\\") at++;
    else if (char === "'" || char === '"') {
      at = text.indexOf(char, at + 1);
      if (at < 0) return -1;
    }
  }
  return -1;
}

/** The text `[from, end)` of an arithmetic expression, with its expansions. */
export function readExpression(
  c: Cursor,
  from: number,
  end: number,
): Word {
  enter(c, from);
  const { origin } = c;
  const within: Cursor = {
    ...c,
    text: c.text.slice(from, end),
    at: 0,
    documents: [],
    origin: typeof origin === "number" ? origin + from : origin,
  };
  const parts = startParts();
  readDoubleQuotes(within, parts, "");
  readDocuments(within);
  leave(c);
  return endParts(parts, spanOf(c, from, end));
}
