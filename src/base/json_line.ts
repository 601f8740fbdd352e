// Copyright 2026 the airg authors. Apache-2.0 license.

/**
 * JSON that a terminal can show: what it would obey or hide is written as
 * `\u` escapes, which a reader of JSON gives back as they were.
 *
 * @module
 */

/**
 * What {@linkcode JSON.stringify} leaves as it is, and a terminal does not:
 * DEL, C1, format characters (bidi, zero width, tags), separators, and what
 * Unicode says to show as nothing.
 */
const UNSAFE_REGEXP =
  /[\p{Cc}\p{Cf}\p{Zl}\p{Zp}\p{Default_Ignorable_Code_Point}\u2800]/gu;

/**
 * A value as one line of JSON.
 *
 * @example A control character of C1 is no sequence any more
 * ```ts
 * import assert from "node:assert/strict";
 * import { jsonLine } from "./json_line.ts";
 *
 * assert.equal(jsonLine({ a: "\x9b2J" }), '{"a":"\\u009b2J"}');
 * ```
 */
export function jsonLine(value: unknown): string {
  return JSON.stringify(value).replace(
    UNSAFE_REGEXP,
    (character) =>
      character.split("").map((unit) =>
        `\\u${unit.charCodeAt(0).toString(16).padStart(4, "0")}`
      ).join(""),
  );
}
