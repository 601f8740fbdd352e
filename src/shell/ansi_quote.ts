// Copyright 2026 the airg authors. Apache-2.0 license.

/**
 * Reads `$'..'` where each escape gives one ASCII character.
 *
 * Escapes whose meaning depends on the locale (`\u`, bytes past 0x7f) or that
 * cut the word (`\0`) are not guessed. Source: the Bash manual, 3.1.2.4.
 *
 * @module
 */

import { fail, ok, type Result } from "../base/result.ts";
import type { ShellUnknown } from "./syntax.ts";
import { unknownAt } from "./unknown.ts";

const LETTERS: ReadonlyMap<string, string> = new Map([
  ["a", "\x07"],
  ["b", "\b"],
  ["e", "\x1b"],
  ["E", "\x1b"],
  ["f", "\f"],
  ["n", "\n"],
  ["r", "\r"],
  ["t", "\t"],
  ["v", "\v"],
  ["\\", "\\"],
  ["'", "'"],
  ['"', '"'],
  ["?", "?"],
]);
const PLAIN = /[^'\\]+/y;
const NUMBER = /\\(?:x([0-9A-Fa-f]{1,2})|([0-7]{1,3}))/y;

/**
 * Reads the quote that starts at the `$` at `start`.
 *
 * @returns Its text, and the offset after the closing quote.
 */
export function readAnsiQuote(
  text: string,
  start: number,
): Result<{ readonly text: string; readonly end: number }, ShellUnknown> {
  let value = "";
  let at = start + 2;
  for (;;) {
    PLAIN.lastIndex = at;
    const plain = PLAIN.exec(text)?.[0] ?? "";
    value += plain;
    at += plain.length;
    if (text[at] === "'") return ok({ text: value, end: at + 1 });
    if (text[at] === undefined) {
      return fail(unknownAt("shell.unterminated_quote", [start, at]));
    }
    const escape = readEscape(text, at);
    if (escape === undefined) {
      return fail(unknownAt("shell.ansi_quote", [at, at + 2]));
    }
    value += escape.char;
    at = escape.end;
  }
}

function readEscape(
  text: string,
  at: number,
): { readonly char: string; readonly end: number } | undefined {
  const letter = LETTERS.get(text[at + 1] ?? "");
  if (letter !== undefined) return { char: letter, end: at + 2 };
  NUMBER.lastIndex = at;
  const number = NUMBER.exec(text);
  if (number === null) return undefined;
  const [whole, hex, octal] = number;
  const code = hex === undefined ? parseInt(octal ?? "", 8) : parseInt(hex, 16);
  if (code === 0 || code > 0x7f) return undefined;
  return { char: String.fromCharCode(code), end: at + whole.length };
}
