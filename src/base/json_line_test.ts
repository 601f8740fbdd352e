// Copyright 2026 the airg authors. Apache-2.0 license.
import assert from "node:assert/strict";
import fc from "fast-check";
import { jsonLine } from "./json_line.ts";

Deno.test("jsonLine() is the same value, and nothing that a terminal obeys or hides", () => {
  const text = fc.string({
    unit: fc.oneof(
      fc.integer({ min: 0, max: 0xffff }).map((code) =>
        String.fromCharCode(code)
      ),
      fc.constantFrom("\x1b[2J", "\x7f", "\x9b", "\u202e", "\u{e0041}", '"'),
    ),
  });
  fc.assert(fc.property(text, (value) => {
    const line = jsonLine({ value });
    assert.deepEqual(JSON.parse(line), { value });
    assert.doesNotMatch(line, /[\p{Cc}\p{Cf}\p{Zl}\p{Zp}]/u);
  }));
});
