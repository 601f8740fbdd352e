// Copyright 2026 the airg authors. Apache-2.0 license.
import assert from "node:assert/strict";
import fc from "fast-check";
import { compileTextRegex } from "./text_regex.ts";

Deno.test.each([
  {
    regex: "drop\\s+table",
    yes: ["DROP  TABLE x", "a; drop table b"],
    no: ["droptable", "drop"],
  },
  { regex: "^-?1$", yes: ["1", "-1"], no: ["11", "-11", ""] },
  { regex: "a{2,3}$", yes: ["aa", "baaa"], no: ["a", "aab"] },
  { regex: "a{2}", yes: ["aa"], no: ["a"] },
  { regex: "^(?:ab|c[d-f]*)$", yes: ["ab", "c", "cdef"], no: ["abc", "cg"] },
  { regex: "[^a-c]", yes: ["d"], no: ["abc", ""] },
  { regex: "[]x-]", yes: ["]", "-", "x"], no: ["y"] },
  { regex: "\\bin\\b", yes: ["in", "a in b"], no: ["into", "bin"] },
  { regex: "\\Bin", yes: ["bin"], no: ["in"] },
  { regex: "^a|b", yes: ["a", "xb"], no: ["xa"] },
  { regex: "(?:^|,)a", yes: ["a", "x,a"], no: ["xa"] },
  { regex: "^(?:^a)?b", yes: ["ab", "b"], no: ["xb"] },
  { regex: "a.b", yes: ["a\nb"], no: ["ab"] },
  { regex: "", yes: ["", "x"], no: [] },
  { regex: "\\.[A-F]", yes: [".b", ".B"], no: ["xb", ".g"] },
  { regex: "(?:a?){3}b", yes: ["b", "aaab"], no: ["a"] },
  { regex: "(a*)*b", yes: ["aab", "b"], no: ["a"] },
])("/$regex/ finds what it should", ({ regex, yes, no }) => {
  const test = compileTextRegex(regex);
  assert.deepEqual(yes.filter((text) => !test(text)), []);
  assert.deepEqual(no.filter((text) => test(text)), []);
});

Deno.test.each([
  { regex: "(a" },
  { regex: "a)" },
  { regex: "[a" },
  { regex: "*a" },
  { regex: "a**" },
  { regex: "a\\" },
  { regex: "(?=a)" },
  { regex: "\\p" },
  { regex: "a{2000}" },
  { regex: "a{3,2}" },
  { regex: "(?:a{1000}){1000}" },
  { regex: "[[:alpha:]]" },
])("/$regex/ is refused", ({ regex }) => {
  assert.throws(() => compileTextRegex(regex), SyntaxError);
});

Deno.test("a pattern finds what JavaScript's finds", () => {
  const atom = fc.constantFrom(
    "a",
    "b",
    ".",
    "[ab]",
    "[^a]",
    "\\w",
    "\\b",
    "^",
    "$",
  );
  const piece = fc.tuple(atom, fc.constantFrom("", "", "?", "{1,2}"))
    .map(([a, r]) => /^(?:\\b|\^|\$)$/.test(a) ? a : a + r);
  const row = fc.array(piece, { maxLength: 4 }).map((all) => all.join(""));
  const regex = fc.tuple(row, row).map(([a, b]) => `(?:${a}|${b})`);
  const text = fc.string({ unit: fc.constantFrom("a", "b", " ", "\n") });
  fc.assert(fc.property(regex, text, (source, word) => {
    assert.equal(
      compileTextRegex(source)(word),
      new RegExp(source, "is").test(word),
    );
  }));
});

Deno.test("time grows with the text, not with what a pattern could try", () => {
  // A backtracking engine needs longer than the universe is old.
  const test = compileTextRegex("^(?:(?:a+)+)+$");
  assert.equal(test("a".repeat(5_000) + "b"), false);
});
