// Copyright 2026 the airg authors. Apache-2.0 license.

/**
 * One byte form for a JSON value, so that equal values have equal hashes.
 *
 * After RFC 8785: keys sorted by UTF-16 code units, no white space, numbers and
 * strings as ECMAScript writes them. One difference: where the RFC wants an
 * error for a lone surrogate, it is written as an escape such as `\ud800`.
 * Agents send such text, and a record of it must still be possible.
 *
 * @module
 */

/**
 * Writes a JSON value in its one byte form.
 *
 * Members whose value is `undefined` are left out.
 *
 * @throws {TypeError} If a part of `value` is not JSON (a function, `NaN`, an
 * instance of a class).
 *
 * @example The order of keys does not matter
 * ```ts
 * import assert from "node:assert/strict";
 * import { canonicalJson } from "./canonical_json.ts";
 *
 * assert.equal(canonicalJson({ b: [1.0, -0], a: "é" }), `{"a":"é","b":[1,0]}`);
 * ```
 */
export function canonicalJson(value: unknown): string {
  switch (typeof value) {
    case "string":
    case "boolean":
      return JSON.stringify(value);
    case "number":
      if (Number.isFinite(value)) return JSON.stringify(value);
      break;
    case "object":
      if (value === null) return "null";
      if (Array.isArray(value)) return `[${value.map(canonicalJson).join()}]`;
      if (isPlain(value)) return members(value);
  }
  throw new TypeError(`Cannot write as JSON: ${String(value)}`);
}

function members(value: Record<string, unknown>): string {
  const written: string[] = [];
  for (const key of Object.keys(value).sort()) {
    const member = value[key];
    if (member === undefined) continue;
    written.push(`${JSON.stringify(key)}:${canonicalJson(member)}`);
  }
  return `{${written.join()}}`;
}

function isPlain(value: object): value is Record<string, unknown> {
  const prototype = Object.getPrototypeOf(value);
  return prototype === Object.prototype || prototype === null;
}
