// Copyright 2026 the airg authors. Apache-2.0 license.
import assert from "node:assert/strict";
import fc from "fast-check";
import { fitted } from "./cells.ts";
import { type Mark, underlined } from "./underline.ts";
import { shownWords } from "../../policy/shown_words.ts";

interface Case {
  readonly name: string;
  readonly script: string;
  readonly marks: readonly Mark[];
  readonly want: readonly string[];
}

const CASES: Case[] = [
  {
    name: "one word of one line",
    script: "ls && rm -rf /",
    marks: [[6, 14]],
    want: ["  ls && rm -rf /", "        ^^^^^^^^"],
  },
  { name: "no mark", script: "ls", marks: [], want: ["  ls"] },
  { name: "an empty script", script: "", marks: [[0, 0]], want: [""] },
  {
    name: "marks that overlap, twice and out of order",
    script: "aa bb cc",
    marks: [[3, 8], [3, 5], [0, 2]],
    want: ["  aa bb cc", "  ^^ ^^^^^"],
  },
  {
    name: "an empty mark, one past the end, one before the start",
    script: "ab",
    marks: [[1, 1], [2, 9], [-1, 1]],
    want: ["  ab", "   ^"],
  },
  {
    name: "a tab and an escape sequence",
    script: "\t\x1b[31m rm",
    marks: [[7, 9]],
    want: ["  \\t\\x1b[31m rm", "             ^^"],
  },
  {
    name: "wide characters before and in the mark",
    script: "echo 世界😀; rm 界",
    marks: [[11, 15]],
    want: ["  echo 世界😀; rm 界", "               ^^^^^"],
  },
  {
    name: "a combining mark, a bidi override and a lone surrogate",
    script: "e\u0301\u202e\ud800 rm",
    marks: [[5, 7]],
    want: ["  e\\u{301}\\u{202e}\\u{d800} rm", `${" ".repeat(27)}^^`],
  },
  {
    name: "a mark over two lines",
    script: "a 'b\nc' d",
    marks: [[2, 7]],
    want: ["  1 | a 'b", "    |   ^^", "  2 | c' d", "    | ^^"],
  },
];

for (const { name, script, marks, want } of CASES) {
  Deno.test(`underlined() shows ${name}`, () => {
    assert.deepEqual(underlined(script, marks), want);
  });
}

Deno.test("underlined() leaves out lines of a long script that nothing speaks of", () => {
  const lines = Array.from({ length: 100 }, (_, i) => `echo ${i}`);
  const script = lines.join("\n");
  const start = script.indexOf("echo 50");
  assert.deepEqual(underlined(script, [[start, start + 4]]), [
    "      …",
    "   50 | echo 49",
    "   51 | echo 50",
    "      | ^^^^",
    "   52 | echo 51",
    "      …",
  ]);
});

Deno.test("underlined() cuts a long line around each mark", () => {
  const script = `${"a".repeat(500)} rm ${"b".repeat(500)} dd`;
  const out = underlined(script, [[501, 503], [1005, 1007]], 40);
  assert.deepEqual(out, [
    `  …${"a".repeat(15)} rm ${"b".repeat(17)}…`,
    `   ${" ".repeat(16)}^^`,
    `  …${"b".repeat(15)} dd`,
    `   ${" ".repeat(16)}^^`,
  ]);
});

Deno.test("underlined() is 80 columns at most, printable, and in step", () => {
  const text = fc.string({
    unit: fc.constantFrom("a", " ", "\n", "\t", "\x1b", "世", "\u0301", "😀"),
    maxLength: 400,
  });
  const mark = fc.tuple(fc.nat(420), fc.nat(40))
    .map(([start, length]): Mark => [start, start + length]);
  fc.assert(fc.property(text, fc.array(mark, { maxLength: 4 }), (script, m) => {
    for (const line of underlined(script, m)) {
      assert.doesNotMatch(line, /[\p{Cc}\p{Cf}\p{M}]/u);
      const columns = line.replaceAll(/[世😀]/gu, "xx").length;
      assert(columns <= 80, `${columns}: ${line}`);
    }
  }));
});

Deno.test("underlined() takes a long script without a pause", () => {
  const script = "rm x; ".repeat(200_000);
  const marks = Array.from(
    { length: 1000 },
    (_, i): Mark => [6 * i, 6 * i + 4],
  );
  assert.equal(underlined(script, marks).length, 10);
});

Deno.test.each([
  { words: ["rm", "a b", "*"], want: "rm 'a b' '*'" },
  { words: ["rm", "\0$", "\0+"], want: "rm … …" },
  { words: ["rm", "x/\0*.tmp", "f\0?"], want: "rm x/*.tmp f?" },
  { words: ["a'\0$ b"], want: `'a'\\'''…' b'` },
  { words: ["", "\0x"], want: "'' …x" },
])("shownWords() shows $words", ({ words, want }) => {
  assert.equal(shownWords(words), want);
});

Deno.test("fitted() cuts by columns, not by characters", () => {
  assert.equal(fitted("世界世界", 8), "世界世界");
  assert.equal(fitted("世界世界", 7), "世界世…");
  assert.equal(fitted("ab\x1b", 4), "ab…");
});
