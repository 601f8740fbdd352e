// Copyright 2026 the airg authors. Apache-2.0 license.
import assert from "node:assert/strict";
import fc from "fast-check";
import { type OptionSpecs, readFlags } from "./flags.ts";

const specs: OptionSpecs = {
  policy: { value: "FILE", summary: "" },
  number: { value: "N", short: "n", summary: "" },
  json: { short: "j", summary: "" },
};

Deno.test.each(
  [
    { name: "a value after a space", words: ["--policy", "a"], want: "a" },
    { name: "a value after =", words: ["--policy=a=b"], want: "a=b" },
    { name: "an empty value after =", words: ["--policy="], want: "" },
    { name: "a dash after =", words: ["--policy=--x"], want: "--x" },
    { name: "a single dash", words: ["--policy", "-"], want: "-" },
  ],
)("readFlags() takes $name", ({ words, want }) => {
  const read = readFlags(words, specs);
  assert(read.ok);
  assert.equal(read.value.values.get("policy"), want);
});

Deno.test.each(
  [
    { name: "a space", words: ["-n", "5"] },
    { name: "nothing", words: ["-n5"] },
    { name: "=", words: ["-n=5"] },
    { name: "the long name", words: ["--number", "5"] },
  ],
)("readFlags() takes a short option's value after $name", ({ words }) => {
  const read = readFlags(words, specs);
  assert(read.ok);
  assert.equal(read.value.values.get("number"), "5");
});

Deno.test.each(
  [
    {
      name: "an unknown option",
      words: ["--jsno"],
      want: { message: "unknown option: --jsno", hint: "did you mean --json?" },
    },
    {
      name: "an unknown letter",
      words: ["-la"],
      want: { message: "unknown option: -la" },
    },
    {
      name: "a name from Object.prototype",
      words: ["--constructor"],
      want: { message: "unknown option: --constructor" },
    },
    {
      name: "a missing value",
      words: ["--policy"],
      want: { message: "--policy needs a value", hint: "write --policy=FILE" },
    },
    {
      name: "an option where a value should be",
      words: ["--policy", "--json"],
      want: { message: "--policy needs a value", hint: "write --policy=FILE" },
    },
    {
      name: "a value for a switch",
      words: ["--json=yes"],
      want: { message: "--json takes no value" },
    },
    {
      name: "an option given twice",
      words: ["--policy", "a", "--policy=b"],
      want: { message: "--policy is given twice" },
    },
  ],
)("readFlags() refuses $name", ({ words, want }) => {
  assert.deepEqual(readFlags(words, specs), { ok: false, error: want });
});

Deno.test("readFlags() leaves everything after -- alone", () => {
  const read = readFlags(["a", "--json", "--", "--json", "--", "-x"], specs);
  assert(read.ok);
  assert.deepEqual(read.value, {
    values: new Map(),
    switches: new Set(["json"]),
    operands: ["a"],
    rest: ["--json", "--", "-x"],
  });
});

Deno.test("readFlags() never throws, and keeps the words after --", () => {
  const word = fc.oneof(
    fc.constantFrom("--policy", "--json", "-n", "-n5", "-", "--", "a"),
    fc.string(),
  );
  fc.assert(fc.property(fc.array(word), (words) => {
    const read = readFlags(words, specs);
    const end = words.indexOf("--");
    if (!read.ok) return;
    assert.deepEqual(
      read.value.rest,
      end < 0 ? undefined : words.slice(end + 1),
    );
  }));
});
