// Copyright 2026 the airg authors. Apache-2.0 license.
import assert from "node:assert/strict";
import fc from "fast-check";
import { bytesOfName, nameOfBytes } from "./byte_names.ts";

const bytes = fc.uint8Array({ maxLength: 40 });

Deno.test("bytesOfName() gives back the bytes of any name", () => {
  fc.assert(fc.property(bytes, (name) => {
    assert.deepEqual([...bytesOfName(nameOfBytes(name))], [...name]);
  }));
});

Deno.test("nameOfBytes() reads what is UTF-8 as it is", () => {
  fc.assert(fc.property(fc.string({ unit: "grapheme" }), (name) => {
    assert.equal(nameOfBytes(new TextEncoder().encode(name)), name);
  }));
});

Deno.test("nameOfBytes() gives two names two texts", () => {
  fc.assert(fc.property(bytes, bytes, (one, other) => {
    const same = one.length === other.length &&
      one.every((byte, at) => byte === other[at]);
    assert.equal(nameOfBytes(one) === nameOfBytes(other), same);
  }));
});

Deno.test.each([
  { name: [0xff], text: "\udcff" },
  { name: [0xc3, 0xa9], text: "é" },
  { name: [0xc3], text: "\udcc3" },
  { name: [0xed, 0xa0, 0x80], text: "\udced\udca0\udc80" },
  { name: [0xc0, 0xaf], text: "\udcc0\udcaf" },
  { name: [0xf0, 0x9f, 0x98, 0x80, 0x80], text: "😀\udc80" },
])("nameOfBytes() reads $name", ({ name, text }) => {
  assert.equal(nameOfBytes(Uint8Array.from(name)), text);
});
