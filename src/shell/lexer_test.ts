// Copyright 2026 the airg authors. Apache-2.0 license.
import assert from "node:assert/strict";
import fc from "fast-check";
import { readShell } from "./lexer.ts";
import { MAX_TEXT, MAX_WORD } from "./limits.ts";
import { quoteWords } from "./quote.ts";

const word = fc.string({ unit: "grapheme" })
  .map((text) => text.replaceAll("\0", "").toWellFormed());

Deno.test("readShell() reads back every list of words that quoteWords() wrote", () => {
  fc.assert(fc.property(fc.array(word, { minLength: 1 }), (words) => {
    // A plain first word, so that no word is taken for a keyword.
    const { commands, unknowns } = readShell(`x ${quoteWords(words)}`);
    assert.deepEqual(unknowns, []);
    assert.deepEqual(
      commands.map((command) => command.words.map(({ text }) => text)),
      [["x", ...words]],
    );
  }));
});

Deno.test("readShell() never throws, and spans stay in the text", () => {
  fc.assert(
    fc.property(fc.string({ unit: "binary" }), (text) => {
      const { commands, unknowns } = readShell(text);
      for (const { span: [start, end] } of [...commands, ...unknowns]) {
        assert(0 <= start && start <= end && end <= text.length + 1);
      }
    }),
    { numRuns: 1_000 },
  );
});

Deno.test("readShell() gives a word's span as the text it was written in", () => {
  const text = `A=1 cd 'a b' && r""m -f "c" >'o ut'`;
  const { commands } = readShell(text);
  const written = commands.flatMap(({ words, assignments, redirections }) =>
    [...assignments, ...words, ...redirections].map(({ span }) =>
      text.slice(...span)
    )
  );
  assert.deepEqual(written, [
    "A=1",
    "cd",
    "'a b'",
    'r""m',
    "-f",
    '"c"',
    ">'o ut'",
  ]);
});

Deno.test.each([
  { name: "a NUL", text: "ls \0", code: "shell.nul" },
  { name: "a lone surrogate", text: "ls \ud800", code: "shell.encoding" },
  {
    name: "a text over the limit",
    text: "x".repeat(MAX_TEXT + 1),
    code: "shell.too_long",
  },
  {
    name: "a word over the limit",
    text: `ls ${"x".repeat(MAX_WORD + 1)}`,
    code: "shell.too_long",
  },
  {
    name: "too many commands",
    text: "a;".repeat(5_000),
    code: "shell.too_many_commands",
  },
])("readShell() refuses $name as $code", ({ text, code }) => {
  assert.deepEqual(readShell(text).unknowns.map((u) => u.code), [code]);
});

Deno.test("readShell() takes time that grows with the text, not faster", () => {
  const pieces = ["'a' ", '"', "\\\n", "a;", "$", "{", "#x\n", "> f "];
  for (const piece of pieces) {
    const text = piece.repeat(Math.floor(MAX_TEXT / piece.length));
    const before = performance.now();
    readShell(text);
    // Twenty times what it takes here; a quadratic scan takes minutes.
    assert(performance.now() - before < 4_000, JSON.stringify(piece));
  }
});
