// Copyright 2026 the airg authors. Apache-2.0 license.

/**
 * Identifiers that sort by the time they were made.
 *
 * @module
 */

/** Random bytes that {@linkcode uuidv7} takes. */
export const UUID_RANDOM_BYTES = 10;

/** Milliseconds that fit into a UUIDv7: 48 bits. */
const LATEST_MS = 2 ** 48 - 1;

/**
 * Makes a UUID version 7 (RFC 9562, section 5.7).
 *
 * @param nowMs Milliseconds since the Unix epoch.
 * @param random {@linkcode UUID_RANDOM_BYTES} bytes nobody can guess.
 * @throws {RangeError} If the time or the number of bytes does not fit.
 *
 * @example The time comes first, so text order is the order of time
 * ```ts
 * import assert from "node:assert/strict";
 * import { uuidv7 } from "./id.ts";
 *
 * const random = new Uint8Array(10);
 * assert.equal(uuidv7(1, random), "00000000-0001-7000-8000-000000000000");
 * assert(uuidv7(1, random) < uuidv7(2, random));
 * ```
 */
export function uuidv7(nowMs: number, random: Uint8Array): string {
  if (!Number.isInteger(nowMs) || nowMs < 0 || nowMs > LATEST_MS) {
    throw new RangeError(`Cannot make an id: the time is ${nowMs}`);
  }
  if (random.length !== UUID_RANDOM_BYTES) {
    throw new RangeError(
      `Cannot make an id: there are ${random.length} random bytes, ${UUID_RANDOM_BYTES} are needed`,
    );
  }
  const bytes = random.slice();
  bytes[0] = 0x70 | (bytes[0]! & 0x0f); // version 7
  bytes[2] = 0x80 | (bytes[2]! & 0x3f); // variant 10
  const time = nowMs.toString(16).padStart(12, "0");
  const rest = bytes.toHex();
  return [
    time.slice(0, 8),
    time.slice(8),
    rest.slice(0, 4),
    rest.slice(4, 8),
    rest.slice(8),
  ].join("-");
}
