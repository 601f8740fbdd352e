// Copyright 2026 the airg authors. Apache-2.0 license.

/**
 * Untrusted text made safe for a terminal.
 *
 * A command can hold escape sequences that repaint the screen, characters that
 * turn the reading order round (CVE-2021-42574), and characters that cannot be
 * seen. A person who approves must see what would run, so all of these become
 * visible escapes.
 *
 * @module
 */

/**
 * Controls (Cc), format characters (Cf: bidi, zero width, tags), line and
 * paragraph separators, lone surrogates, everything that Unicode says to show
 * as nothing (variation selectors, fillers), and blanks that are not a space.
 */
const UNSAFE_REGEXP =
  /[\p{Cc}\p{Cf}\p{Zl}\p{Zp}\p{Cs}\p{Default_Ignorable_Code_Point}\u2800]|[^\P{Zs} ]/gu;

const NAMED = new Map([["\n", "\\n"], ["\r", "\\r"], ["\t", "\\t"]]);

/** How {@linkcode printable} treats text of several lines. */
export interface PrintableOptions {
  /** `keep` leaves line feeds and tabs as they are; the default is `escape`. */
  readonly lines?: "escape" | "keep";
}

/**
 * Replaces what a terminal would obey or hide by escapes such as `\x1b` and
 * `\u{202e}`. For people only: a backslash stays, so it cannot be undone.
 *
 * @example An escape sequence is shown, not obeyed
 * ```ts
 * import assert from "node:assert/strict";
 * import { printable } from "./printable.ts";
 *
 * assert.equal(printable("a\x1b[2Jb\u202e"), "a\\x1b[2Jb\\u{202e}");
 * ```
 */
export function printable(
  text: string,
  options: PrintableOptions = {},
): string {
  return text.replace(UNSAFE_REGEXP, (character) => {
    if (options.lines === "keep" && /[\n\t]/.test(character)) return character;
    const code = character.codePointAt(0)!;
    return NAMED.get(character) ??
      (code < 0x100
        ? `\\x${code.toString(16).padStart(2, "0")}`
        : `\\u{${code.toString(16)}}`);
  });
}
