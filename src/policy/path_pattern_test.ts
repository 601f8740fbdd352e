// Copyright 2026 the airg authors. Apache-2.0 license.
import assert from "node:assert/strict";
import fc from "fast-check";
import { matchesName } from "./path_pattern.ts";

Deno.test.each([
  { pattern: "*.pem", name: "a.pem", want: true },
  { pattern: "?*.pem", name: ".pem", want: false },
  { pattern: "mkfs.*", name: "mkfs.ext4", want: true },
  { pattern: "a*b*c", name: "axxbyybzc", want: true },
  { pattern: "a*b", name: "ab ", want: false },
])("matchesName($pattern, $name) is $want", ({ pattern, name, want }) => {
  assert.equal(matchesName(pattern, name), want);
});

Deno.test("matchesName() finds every name made from its pattern", () => {
  const part = fc.string({ unit: fc.constantFrom("a", "b", ".") });
  fc.assert(fc.property(fc.array(fc.tuple(part, part)), (pairs) => {
    const pattern = pairs.map(([fixed]) => `${fixed}*`).join("");
    assert(matchesName(pattern, pairs.flat().join("")));
  }));
});

Deno.test("matchesName() stays quick on a hostile pattern", () => {
  const before = performance.now();
  matchesName("a*".repeat(50) + "b", "a".repeat(5_000));
  assert(performance.now() - before < 500);
});
