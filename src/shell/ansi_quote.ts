// Copyright 2026 the airg authors. Apache-2.0 license.

/**
 * Reads `$'..'` as bash does in a UTF-8 locale.
 *
 * Source: the Bash manual, 3.1.2.4 ANSI-C Quoting. A NUL ends the value, and
 * the rest up to the quote is dropped; bytes that make no UTF-8 text are a
 * value that is not known.
 *
 * @module
 */

import { ANY } from "./value.ts";

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
const BYTE = /\\(?:x([0-9A-Fa-f]{1,2})|([0-7]{1,3}))/y;
const CODE_POINT = /\\(?:u([0-9A-Fa-f]{1,4})|U([0-9A-Fa-f]{1,8}))/y;

/**
 * Reads the quote whose `$` is at `start`.
 *
 * @returns Its value and the offset after the closing quote; `undefined` where
 * it is never closed.
 */
export function readAnsiQuote(
  text: string,
  start: number,
): { readonly text: string; readonly end: number } | undefined {
  const bytes: number[] = [];
  const pieces: string[] = [];
  let cut: number | undefined;
  const flush = (): void => {
    if (bytes.length > 0) pieces.push(decodeBytes(bytes.splice(0)));
  };
  let at = start + 2;
  for (;;) {
    PLAIN.lastIndex = at;
    const plain = PLAIN.exec(text)?.[0] ?? "";
    if (plain !== "") {
      flush();
      pieces.push(plain);
    }
    at += plain.length;
    if (at >= text.length) return undefined;
    if (text[at] === "'") break;
    const escape = readEscape(text, at);
    if (typeof escape.value === "number") {
      if (escape.value === 0) cut ??= (flush(), pieces.length);
      else bytes.push(escape.value);
    } else {
      flush();
      pieces.push(escape.value);
    }
    at = escape.end;
  }
  flush();
  return { text: pieces.slice(0, cut ?? pieces.length).join(""), end: at + 1 };
}

/** Bytes as text, or a value that is not known. */
function decodeBytes(bytes: readonly number[]): string {
  try {
    return new TextDecoder("utf-8", { fatal: true, ignoreBOM: true })
      .decode(new Uint8Array(bytes));
  } catch (error) {
    if (error instanceof TypeError) return ANY;
    throw error;
  }
}

/** One escape: text, or one byte as a number. */
function readEscape(
  text: string,
  at: number,
): { readonly value: string | number; readonly end: number } {
  const next = text[at + 1] ?? "";
  const letter = LETTERS.get(next);
  if (letter !== undefined) return { value: letter, end: at + 2 };
  BYTE.lastIndex = at;
  const byte = BYTE.exec(text);
  if (byte !== null) {
    const [whole, hex, octal] = byte;
    const value = hex === undefined
      ? parseInt(octal ?? "", 8) & 0xff
      : parseInt(hex, 16);
    return { value, end: at + whole.length };
  }
  CODE_POINT.lastIndex = at;
  const point = CODE_POINT.exec(text);
  if (point !== null) {
    const code = parseInt(point[1] ?? point[2] ?? "", 16);
    const surrogate = code >= 0xd800 && code <= 0xdfff;
    const value = code === 0
      ? 0
      : code > 0x10ffff || surrogate
      ? ANY
      : String.fromCodePoint(code);
    return { value, end: at + point[0].length };
  }
  if (next === "c" && at + 2 < text.length) {
    const code = text.charCodeAt(at + 2);
    return { value: code === 63 ? 127 : code & 0x1f, end: at + 3 };
  }
  return { value: `\\${next}`, end: at + 1 + next.length };
}
