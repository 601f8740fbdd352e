// Copyright 2026 the airg authors. Apache-2.0 license.

/**
 * Starlark text -> tokens. Source: the Starlark specification, "Lexical
 * elements".
 *
 * @module
 */

import { fail, ok, type Result } from "../../base/result.ts";
import type { ImportProblem } from "./notes.ts";

/** One token. */
export interface Token {
  /** `break` is a line end or `;` outside of brackets. */
  readonly kind: "name" | "string" | "sign" | "break";
  /** Of a string, what it means. */
  readonly text: string;
  /** From 1. */
  readonly line: number;
}

const BLANK_REGEXP = /[ \t\r]+/y;
const NAME_REGEXP = /[A-Za-z0-9_.]+/y;
const PREFIX_REGEXP = /(?:[rR][bB]?|[bB][rR]?)?("""|'''|"|')/y;

const ESCAPES: Readonly<Record<string, string>> = {
  n: "\n",
  t: "\t",
  r: "\r",
  a: "\x07",
  b: "\b",
  f: "\f",
  v: "\v",
  "\\": "\\",
  "'": "'",
  '"': '"',
  "\n": "",
};

/** Splits a text; what is no token is an error. */
export function tokensOf(text: string): Result<Token[], ImportProblem> {
  const tokens: Token[] = [];
  let [at, line, depth] = [0, 1, 0];
  while (at < text.length) {
    const character = text[at]!;
    if (character === "\n" || character === ";") {
      if (depth === 0) tokens.push({ kind: "break", text: character, line });
      if (character === "\n") line++;
      at++;
      continue;
    }
    if (character === "#") {
      const end = text.indexOf("\n", at);
      at = end < 0 ? text.length : end;
      continue;
    }
    if (character === "\\" && text[at + 1] === "\n") {
      at += 2;
      line++;
      continue;
    }
    const blank = matched(BLANK_REGEXP, text, at);
    if (blank !== "") {
      at += blank.length;
      continue;
    }
    const prefix = matched(PREFIX_REGEXP, text, at);
    if (prefix !== "") {
      const string = readString(text, at, prefix);
      if (string === undefined) {
        return fail({ line, message: "the string is never closed" });
      }
      tokens.push({ kind: "string", text: string.text, line });
      line += string.lines;
      at = string.end;
      continue;
    }
    const name = matched(NAME_REGEXP, text, at);
    if (name !== "") {
      tokens.push({ kind: "name", text: name, line });
      at += name.length;
      continue;
    }
    const code = character.charCodeAt(0);
    if (code < 0x20 || code > 0x7e) {
      return fail({ line, message: "a character that Starlark does not know" });
    }
    if ("([{".includes(character)) depth++;
    if (")]}".includes(character)) depth = Math.max(0, depth - 1);
    tokens.push({ kind: "sign", text: character, line });
    at++;
  }
  return ok(tokens);
}

function readString(
  text: string,
  from: number,
  prefix: string,
):
  | { readonly text: string; readonly end: number; readonly lines: number }
  | undefined {
  const quote = prefix.replace(/^[A-Za-z]+/, "");
  const raw = /^[A-Za-z]*[rR]/.test(prefix);
  const parts: string[] = [];
  let lines = 0;
  for (let at = from + prefix.length; at < text.length;) {
    if (text.startsWith(quote, at)) {
      return { text: parts.join(""), end: at + quote.length, lines };
    }
    const character = text[at]!;
    if (character === "\n") {
      if (quote.length === 1) return undefined;
      lines++;
    }
    if (character === "\\" && at + 1 < text.length) {
      const escape = readEscape(text, at);
      if (text[at + 1] === "\n") lines++;
      parts.push(raw ? text.slice(at, at + 2) : escape.text);
      at += raw ? 2 : escape.length;
      continue;
    }
    parts.push(character);
    at++;
  }
  return undefined;
}

const HEX_REGEXP = /\\(?:x([0-9A-Fa-f]{2})|u([0-9A-Fa-f]{4}))/y;

function readEscape(
  text: string,
  at: number,
): { readonly text: string; readonly length: number } {
  const hex = matched(HEX_REGEXP, text, at);
  if (hex !== "") {
    const code = Number.parseInt(hex.slice(2), 16);
    return { text: String.fromCharCode(code), length: hex.length };
  }
  const letter = text[at + 1]!;
  const meant = Object.hasOwn(ESCAPES, letter) ? ESCAPES[letter] : undefined;
  return { text: meant ?? `\\${letter}`, length: 2 };
}

function matched(pattern: RegExp, text: string, at: number): string {
  pattern.lastIndex = at;
  return pattern.exec(text)?.[0] ?? "";
}
