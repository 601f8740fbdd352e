// Copyright 2026 the airg authors. Apache-2.0 license.

/**
 * Backslash escapes that most languages share.
 *
 * @module
 */

import { ANY } from "../../shell/value.ts";

const LETTERS: Readonly<Record<string, string>> = {
  n: "\n",
  t: "\t",
  r: "\r",
  b: "\b",
  f: "\f",
  v: "\v",
  a: "\x07",
  e: "\x1b",
  "\n": "",
};

/** The text with its escapes replaced; a code that is no character is a hole. */
export function decodeEscapes(text: string): string {
  if (!text.includes("\\")) return text;
  return text.replace(
    /\\(?:x([0-9a-fA-F]{2})|x\{([0-9a-fA-F]+)\}|u([0-9a-fA-F]{4})|u\{([0-9a-fA-F]+)\}|U([0-9a-fA-F]{8})|([0-7]{1,3})|([\s\S]))/g,
    (
      _,
      x?: string,
      xx?: string,
      u?: string,
      uu?: string,
      long?: string,
      octal?: string,
      one = "",
    ) => {
      const hex = x ?? xx ?? u ?? uu ?? long;
      if (hex === undefined && octal === undefined) return LETTERS[one] ?? one;
      const code = hex === undefined
        ? parseInt(octal ?? "", 8)
        : parseInt(hex, 16);
      const surrogate = code >= 0xd800 && code <= 0xdfff;
      return code === 0 || code > 0x10ffff || surrogate
        ? ANY
        : String.fromCodePoint(code);
    },
  );
}
