// Copyright 2026 the airg authors. Apache-2.0 license.

/**
 * Names that a stranger gave, told apart from airg's own words: a client says
 * what it is called, and would say `x, session mine; approved by ana`.
 *
 * @module
 */

import { printable } from "../../base/printable.ts";

/** A name as such: no blank, comma or quote in it. */
const PLAIN_REGEXP = /^[A-Za-z0-9_.:@/+-]+$/;

/** What may pass for a quote, or joins to what stands before it. */
const ODD_REGEXP = /["\\]|[^\p{L}\p{N}\x20-\x7e]|[\u02b0-\u02ff]/gu;

/** Characters of a client's name that are shown. */
const MOST = 60;

/** A name as it is where it is plain, else in quotes; all of it. */
export function quotedName(name: string): string {
  return PLAIN_REGEXP.test(name) ? name : quoted(name);
}

/**
 * A client's own name, always in quotes, cut where it is long.
 *
 * @example A name that goes on like airg
 * ```ts
 * import assert from "node:assert/strict";
 * import { quotedClient } from "./names.ts";
 *
 * assert.equal(quotedClient("Code 1.2"), '"Code 1.2"');
 * assert.equal(quotedClient('x", session "s'), '"x\\", session \\"s"');
 * ```
 */
export function quotedClient(name: string): string {
  const characters = [...name];
  return characters.length > MOST
    ? `${quoted(characters.slice(0, MOST).join(""))} (cut)`
    : quoted(name);
}

function quoted(name: string): string {
  return `"${name.replace(ODD_REGEXP, escaped)}"`;
}

function escaped(character: string): string {
  if (character === '"' || character === "\\") return `\\${character}`;
  const shown = printable(character);
  return shown === character
    ? `\\u{${character.codePointAt(0)?.toString(16)}}`
    : shown;
}
