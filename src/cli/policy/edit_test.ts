// Copyright 2026 the airg authors. Apache-2.0 license.
import assert from "node:assert/strict";
import { parse, type ParseError } from "jsonc-parser";
import type { PolicyRule } from "../../policy/schema.ts";
import { withoutRule, withRule } from "./edit.ts";

const RULE: PolicyRule = {
  id: "approved.x",
  match: { program: "rm" },
  verdict: "allow",
  reason: "r",
};

const LAID_OUT = [
  {
    name: "comments everywhere",
    text: `{
  // top
  "version": 1,
  "rules": [
    // first
    { "id": "a" }, // after a
    { "id": "b" }  // after b
    /* end, "rules": [ */
  ],
  "unknown": "block" // tail
}
`,
  },
  {
    name: "commas at the end",
    text: `{
\t"version": 1,
\t"rules": [
\t\t{ "id": "a" },
\t],
}
`,
  },
  {
    name: "lines that end as in Windows",
    text: `{\r\n  "rules": [\r\n    {"id": "a"}\r\n  ]\r\n}\r\n`,
  },
  {
    name: "a byte order mark",
    text: `\uFEFF{\n  "rules": [\n    { "id": "a" }\n  ]\n}\n`,
  },
];

Deno.test.each(LAID_OUT)(
  "a rule goes in and comes out again and leaves $name as it was",
  ({ text }) => {
    const more = withRule(text, RULE);
    const errors: ParseError[] = [];
    const { rules } = parse(more.replace(/^\uFEFF/, ""), errors, {
      allowTrailingComma: true,
    });
    assert.deepEqual(errors, []);
    assert.deepEqual(rules.at(-1), RULE);
    assert.equal(withoutRule(more, RULE.id), text);
    // Only lines came: what was there stands in the same order.
    const before = text.split(/\r?\n/);
    const after = more.split(/\r?\n/);
    let at = 0;
    for (const line of after) {
      const own = before[at];
      if (
        own !== undefined &&
        line.replaceAll(",", "") === own.replaceAll(",", "")
      ) at++;
    }
    assert.equal(at, before.length, more);
  },
);

Deno.test.each([
  { text: "{}", rules: 1 },
  { text: '{"version":1}', rules: 1 },
  { text: '{ "rules": [] }', rules: 1 },
  { text: '{ "rules": [{ "id": "a" }] }', rules: 2 },
  { text: '{\n  "version": 1, // last\n}\n', rules: 1 },
  { text: '{\n  "version": 1 // last, with a comma\n}', rules: 1 },
  { text: '{\n  "rules": [\n  ]\n}\n', rules: 1 },
])("a rule goes into $text", ({ text, rules }) => {
  const more = withRule(text, RULE);
  const errors: ParseError[] = [];
  const value = parse(more, errors, { allowTrailingComma: true });
  assert.deepEqual(errors, [], more);
  assert.equal(value.rules.length, rules);
  const less = withoutRule(more, RULE.id) ?? "";
  assert.equal(
    parse(less, errors, { allowTrailingComma: true }).rules.length,
    rules - 1,
  );
  assert.deepEqual(errors, [], less);
});

Deno.test("one of several rules comes out, wherever it stands", () => {
  const text = '{"rules": [{"id": "a"}, {"id": "b"}, {"id": "c"}]}';
  const left = (id: string) =>
    parse(withoutRule(text, id) ?? "").rules.map(({ id }: PolicyRule) => id);
  assert.deepEqual(left("a"), ["b", "c"]);
  assert.deepEqual(left("b"), ["a", "c"]);
  assert.deepEqual(left("c"), ["a", "b"]);
  assert.equal(withoutRule(text, "d"), undefined);
});
