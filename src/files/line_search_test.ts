// Copyright 2026 the airg authors. Apache-2.0 license.
import assert from "node:assert/strict";
import fc from "fast-check";
import { lineSearch } from "./line_search.ts";

async function linesWith(pattern: string, text: string): Promise<string[]> {
  const search = await lineSearch(pattern, false);
  return [...search(text)].flatMap((one) =>
    typeof one === "string" ? [] : [`${one.number}:${one.text}`]
  );
}

/** The same by JavaScript's own expressions, a line at a time. */
function plainly(pattern: string, text: string): string[] {
  const lines = text.endsWith("\n") ? text.slice(0, -1) : text;
  return lines.split("\n").flatMap((line, n) =>
    new RegExp(pattern).test(line) ? [`${n + 1}:${line}`] : []
  );
}

Deno.test("a text of several parts is searched like one of one line each", async () => {
  const line = fc.constantFrom("a", "ab", "", "b", "ba ab", "a".repeat(60));
  const texts = fc.array(line, { minLength: 1, maxLength: 200 })
    .map((lines) => `${lines.join("\n")}\n`);
  const patterns = fc.constantFrom("^a", "a$", "^$", "b+", "\\bab\\b", "a.*b");
  await fc.assert(
    fc.asyncProperty(texts, patterns, async (text, pattern) => {
      // So many steps that a part is as short as can be.
      const slow = `${pattern}|x{2,900}z`;
      const many = text.repeat(3);
      assert.deepEqual(await linesWith(slow, many), plainly(slow, many));
      assert.deepEqual(await linesWith(pattern, many), plainly(pattern, many));
    }),
    { numRuns: 30 },
  );
});

Deno.test.each([
  { pattern: "x{0,1000}".repeat(200) },
  { pattern: "((ab){30}c){30}".repeat(20) },
  { pattern: "(\\pL{1000})".repeat(100) },
])("what repeats too much is refused: %#", async ({ pattern }) => {
  await assert.rejects(lineSearch(pattern, false), /repeats too much/);
});

Deno.test.each([
  { pattern: "([0-9]{1,3}\\.){3}[0-9]{1,3}", text: "10.0.0.1" },
  { pattern: "\\{1000000\\}[{9999999]", text: "{1000000}{" },
  { pattern: "([a-z]+){1,3}".repeat(10), text: "abcdefghijklmnop" },
])("control: $pattern is read", async ({ pattern, text }) => {
  assert.deepEqual(await linesWith(pattern, text), [`1:${text}`]);
});

Deno.test("what fits across lines lets others have their turn", async () => {
  const search = await lineSearch("(?s)a.*b", false);
  const [first, second] = search(`${"a\n".repeat(10_000)}b`);
  assert.deepEqual([first, second], ["more", "more"]);
});

Deno.test("a line that is too long for the pattern is said", async () => {
  const search = await lineSearch("x{900}y{900}", false);
  assert.deepEqual([...search("x".repeat(1_000_000))], ["too-much"]);
});
