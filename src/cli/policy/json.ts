// Copyright 2026 the airg authors. Apache-2.0 license.

/**
 * JSON that is safe on a terminal, too: what a terminal would obey or hide is
 * written as an escape, and means the same.
 *
 * @module
 */

/** What `base/printable.ts` escapes and `JSON.stringify` does not. */
const UNSAFE_REGEXP =
  /[\x7f-\x9f\p{Cf}\p{Zl}\p{Zp}\p{Default_Ignorable_Code_Point}\u2800]/gu;

/** A value as JSON. */
export function safeJson(value: unknown, indent?: number): string {
  return JSON.stringify(value, undefined, indent).replace(
    UNSAFE_REGEXP,
    (character) =>
      character.split("").map((unit) =>
        `\\u${unit.charCodeAt(0).toString(16).padStart(4, "0")}`
      ).join(""),
  );
}
