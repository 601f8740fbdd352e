// Copyright 2026 the airg authors. Apache-2.0 license.
// A backslash before a line break takes both away, also inside a token: what
// bash reads after that is never hidden from airg.
import assert from "node:assert/strict";
import { printShell } from "../../src/shell/print.ts";
import { readShell } from "../../src/shell/read_script.ts";

Deno.test.each([
  ["a reserved word", "!\\\n a", "! a"],
  ["a reserved word before a list", "if\\\n a; then b; fi", "if a; then b; fi"],
  ["a delimiter", "a <<E\\\nF\n$(b)\nEF", "a <<EF\n$(b)\nEF\n"],
  ["the end of a document", "a <<EF\nE\\\nF\nb", "a <<EF\nEF\nb"],
  ["a quoted document", "a <<'EF'\nE\\\nEF", "a <<'EF'\nE\\\nEF\n"],
  ["a word", "a b\\\nc", "a bc"],
])("a line break in %s is none", (_, text, printed) => {
  const { script, unknowns } = readShell(text);
  assert.deepEqual(unknowns, []);
  assert.equal(printShell(script), printed);
});

Deno.test.each([
  [`"$\\\n(a)"`],
  ["a $\\\n{b}"],
  ["a $b\\\nc"],
  ["a\\\n=b c"],
  ["i\\\nf a; then b; fi"],
  ["a=([b]\\\n=c)"],
  ["a ${b:\\\n-c}"],
])("a line break in %j is not read", (text) => {
  const codes = readShell(text).unknowns.map(({ code }) => code);
  assert.deepEqual(codes, ["shell.expansion"]);
});

Deno.test.each([
  ["a command in a test", "[[ -e <(a) ]]", "[[ -e <(a) ]]"],
  ["a pattern", "a @(b|c)", "a @(b|c)"],
  ["a quoted sign", "a \\@b", "a '@'b"],
  ["braces after a name and quotes", "a $x''{b,c}", "a ${x}{b,c}"],
])("reads %s", (_, text, printed) => {
  const { script, unknowns } = readShell(text);
  assert.deepEqual(unknowns, []);
  assert.equal(printShell(script), printed);
});
