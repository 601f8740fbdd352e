// Copyright 2026 the airg authors. Apache-2.0 license.
import assert from "node:assert/strict";
import fc from "fast-check";
import { canonicalJson } from "./canonical_json.ts";
import { sha256Hex, sha256HexOf } from "./digest.ts";
import { UUID_RANDOM_BYTES, uuidv7 } from "./id.ts";
import { printable } from "./printable.ts";

Deno.test("sha256Hex() agrees with crypto.subtle on any bytes", async () => {
  await fc.assert(fc.asyncProperty(
    fc.uint8Array({ maxLength: 300 }),
    async (bytes) => {
      const digest = await crypto.subtle.digest(
        "SHA-256",
        bytes as BufferSource,
      );
      assert.equal(sha256Hex(bytes), new Uint8Array(digest).toHex());
    },
  ));
});

Deno.test("sha256HexOf() says the same of short and long text", async () => {
  for (const length of [0, 100, 16 * 1024 - 1, 16 * 1024, 50_000]) {
    const text = "é".repeat(length);
    assert.equal(await sha256HexOf(text), sha256Hex(text));
  }
});

Deno.test("sha256Hex() hashes text as UTF-8, over a block's border too", () => {
  assert.equal(
    sha256Hex("abc"),
    "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad",
  );
  assert.equal(sha256Hex("é"), sha256Hex(new Uint8Array([0xc3, 0xa9])));
});

Deno.test("canonicalJson() reads back as the same value, whatever the order of keys", () => {
  fc.assert(fc.property(fc.jsonValue(), (value) => {
    const text = canonicalJson(value);
    // A negative zero has no form of its own in JSON (RFC 8785, 3.2.2.3).
    assert.deepEqual(JSON.parse(text), JSON.parse(JSON.stringify(value)));
    assert.equal(canonicalJson(JSON.parse(text)), text);
  }));
});

Deno.test("canonicalJson() refuses what is not JSON", () => {
  for (const value of [NaN, Infinity, () => 0, new Map(), 1n]) {
    assert.throws(() => canonicalJson({ value }), TypeError);
  }
});

Deno.test("uuidv7() has the form of RFC 9562 and sorts by time", () => {
  const random = new Uint8Array(UUID_RANDOM_BYTES).fill(255);
  const early = uuidv7(1_700_000_000_000, random);
  assert.match(
    early,
    /^[0-9a-f]{8}-[0-9a-f]{4}-7[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/,
  );
  assert(early < uuidv7(1_700_000_000_001, new Uint8Array(UUID_RANDOM_BYTES)));
});

Deno.test("printable() leaves nothing a terminal would obey", () => {
  // Controls, C1, bidirectional overrides, zero-width and line separators.
  const obeyed = /[\p{Cc}\u200b-\u200f\u2028-\u202e\u2060-\u2069\ufeff]/u;
  fc.assert(fc.property(fc.string({ unit: "binary" }), (text) => {
    assert.doesNotMatch(printable(text), obeyed);
  }));
  assert.equal(printable("plain text, with é"), "plain text, with é");
  assert.match(printable("\x1b[2J"), /\[2J/);
});
