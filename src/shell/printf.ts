// Copyright 2026 the airg authors. Apache-2.0 license.

/**
 * What `printf` and `echo -e` write, where their words are known.
 *
 * Source: POSIX.1-2024, printf; the Bash manual, 4.2.
 *
 * @module
 */

import { quoteWord } from "./quote.ts";
import { ANY, hasHole, isMany } from "./value.ts";

const LETTERS: Readonly<Record<string, string>> = {
  a: "\x07",
  b: "\b",
  e: "\x1b",
  f: "\f",
  n: "\n",
  r: "\r",
  t: "\t",
  v: "\v",
  "\\": "\\",
  '"': '"',
  "'": "'",
};

/** Backslash escapes as `echo -e` and the format of printf have them. */
export function escapes(text: string): string {
  if (!text.includes("\\")) return text;
  return text.replace(
    /\\(?:0?([0-7]{1,3})|x([0-9A-Fa-f]{1,2})|u([0-9A-Fa-f]{1,4})|U([0-9A-Fa-f]{1,8})|([\s\S]))/g,
    (
      whole,
      octal?: string,
      hex?: string,
      u?: string,
      long?: string,
      one = "",
    ) => {
      const digits = octal ?? hex ?? u ?? long;
      if (digits === undefined) return LETTERS[one] ?? whole;
      const code = parseInt(digits, octal === undefined ? 16 : 8);
      if (code === 0 || code > 0x10ffff || code >= 0xd800 && code < 0xe000) {
        return ANY;
      }
      // Bytes past ASCII would have to be put together.
      return code > 0x7f && u === undefined && long === undefined
        ? ANY
        : String.fromCodePoint(code);
    },
  );
}

const DIRECTIVE =
  /%(?:%|([-+ #0]*)(\*|\d+)?(?:\.(\*|\d+))?[hlLjzt]*([A-Za-z]|\([^)]*\)T))/g;

/** Output of `printf FORMAT WORDS`; `undefined` where it cannot be known. */
export function formatPrintf(
  [format = "", ...given]: readonly string[],
): string | undefined {
  const rest = format === "--" ? [...given] : given;
  const pattern = format === "--" ? rest.shift() ?? "" : format;
  if (isMany(pattern) || rest.some(isMany)) return undefined;
  const words = [...rest];
  const consumes = /%(?!%)/.test(pattern.replaceAll("%%", ""));
  let text = "";
  for (let turn = 0; turn < 4_096; turn++) {
    text += one(pattern, words);
    if (words.length === 0 || !consumes) return text;
    if (text.length > 100_000) return undefined;
  }
  return undefined;
}

/** The format once, taking words from the front. */
function one(pattern: string, words: string[]): string {
  let text = "";
  let at = 0;
  for (const found of pattern.matchAll(DIRECTIVE)) {
    text += escapes(pattern.slice(at, found.index));
    at = found.index + found[0].length;
    text += directive(found, words);
  }
  return text + escapes(pattern.slice(at));
}

function directive(found: RegExpMatchArray, words: string[]): string {
  const [whole, flags = "", width, precision, kind] = found;
  if (whole === "%%" || kind === undefined) return "%";
  const wide = width === "*" ? Number(words.shift()) : Number(width ?? 0);
  const precise = precision === "*"
    ? Number(words.shift())
    : precision === undefined
    ? undefined
    : Number(precision);
  const value = convert(kind, words.shift() ?? "", precise);
  if (hasHole(value) || Number.isNaN(wide)) return value;
  if (flags.includes("-")) return value.padEnd(wide);
  const zero = flags.includes("0") && /^[diuxXo]$/.test(kind);
  if (!zero) return value.padStart(wide);
  const sign = value.startsWith("-") ? "-" : "";
  return sign + value.slice(sign.length).padStart(wide - sign.length, "0");
}

function convert(
  kind: string,
  word: string,
  precision: number | undefined,
): string {
  switch (kind) {
    case "s":
      return precision === undefined || hasHole(word)
        ? word
        : word.slice(0, precision);
    case "b":
      return hasHole(word) ? ANY : escapes(word);
    case "q":
      return quoteWord(word) === word ? word : ANY;
    case "c":
      return hasHole(word) ? ANY : word.slice(0, 1);
    case "d":
    case "i":
    case "u":
    case "x":
    case "X":
    case "o":
      return number(kind, word);
    default:
      return ANY;
  }
}

function number(kind: string, word: string): string {
  if (hasHole(word)) return "\0_";
  const char = /^['"](.)/su.exec(word)?.[1];
  const value = char === undefined
    ? Number(/^0[0-7]+$/.test(word) ? parseInt(word, 8) : word)
    : char.codePointAt(0) ?? NaN;
  if (!Number.isSafeInteger(value)) return "0";
  switch (kind) {
    case "x":
      return value.toString(16);
    case "X":
      return value.toString(16).toUpperCase();
    case "o":
      return value.toString(8);
    default:
      return String(value);
  }
}
