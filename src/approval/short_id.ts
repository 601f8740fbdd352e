// Copyright 2026 the airg authors. Apache-2.0 license.

/**
 * The short form of an id: its ending, which is random. Ids begin with the
 * time, so that those of one minute begin alike.
 *
 * @module
 */

const LENGTH = 8;

/**
 * What a person reads, and types.
 *
 * @example The ending
 * ```ts
 * import assert from "node:assert/strict";
 * import { shortId } from "./short_id.ts";
 *
 * assert.equal(shortId("01a1fec6-1b87-7d40-afec-61bdbad43739"), "bad43739");
 * ```
 */
export function shortId(id: string): string {
  return id.slice(-LENGTH);
}

/** What may stand for an id: some characters of it, or all of them. */
const PART_REGEXP = /^[0-9a-f-]{4,36}$/;

/** Whether `word` is long enough to stand for an id, and of its characters. */
export function isPart(word: string): boolean {
  return PART_REGEXP.test(word);
}

/** Whether `word` stands for `id`: its beginning or its ending, or all of it. */
export function standsFor(word: string, id: string): boolean {
  return word === id ||
    isPart(word) && (id.startsWith(word) || id.endsWith(word));
}
