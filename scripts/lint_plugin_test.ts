// Copyright 2026 the airg authors. Apache-2.0 license.
import assert from "node:assert/strict";
import plugin from "./lint_plugin.ts";

interface Case {
  readonly name: string;
  readonly path: string;
  readonly source: string;
  readonly found: readonly string[];
}

const cases: readonly Case[] = [
  {
    name: "the clock outside base/clock.ts",
    path: "/r/src/guard/a.ts",
    source: "Date.now(); new Date(); new Date(0); performance.now();",
    found: ["no-ambient-effects", "no-ambient-effects"],
  },
  {
    name: "the clock inside base/clock.ts",
    path: "/r/src/base/clock.ts",
    source: "Date.now();",
    found: [],
  },
  {
    name: "the environment in sandbox/",
    path: "/r/sandbox/a.ts",
    source: 'Deno.env.get("HOME");',
    found: ["no-ambient-effects"],
  },
  {
    name: "durations and random ids in a pure layer",
    path: "/r/src/policy/a.ts",
    source: "performance.now(); crypto.randomUUID();",
    found: ["no-ambient-effects", "no-ambient-effects"],
  },
  {
    name: "effects in a test",
    path: "/r/src/base/a_test.ts",
    source: "Date.now(); Deno.lstatSync('/');",
    found: [],
  },
  {
    name: "a file read in a pure layer",
    path: "/r/src/policy/a.ts",
    source: 'Deno.readTextFileSync("x"); fetch("x"); new Worker("x");',
    found: ["no-input-output", "no-input-output", "no-input-output"],
  },
  {
    name: "a file read in an effect",
    path: "/r/src/audit/a.ts",
    source: 'Deno.readTextFileSync("x");',
    found: [],
  },
  {
    name: "arrow functions at the top level",
    path: "/r/src/audit/a.ts",
    source:
      "const a = () => 1; export const b = () => 2; function c() { return () => 3; }",
    found: ["no-top-level-arrow", "no-top-level-arrow"],
  },
  {
    name: "a failure dropped",
    path: "/r/src/audit/a.ts",
    source: "try { a(); } catch { /* why */ } try { a(); } catch (e) { b(e); }",
    found: ["no-empty-catch"],
  },
  {
    name: "error messages",
    path: "/r/src/audit/a.ts",
    source: `
      new Error("Cannot open the log: it is a folder");
      new TypeError(\`Cannot open \${path}\`);
      new AuditError("cannot open.");
      new RangeError("Cannot open: it isn't there");
      new Error(\`Cannot open \${path}.\`);
      new Error("Waiting...");
      new UsageError("unknown command: frobnicate");
    `,
    found: [
      "error-message-style",
      "error-message-style",
      "error-message-style",
      "error-message-style",
    ],
  },
];

for (const { name, path, source, found } of cases) {
  Deno.test(`lint plugin: ${name}`, () => {
    const diagnostics = Deno.lint.runPlugin(plugin, path, source);
    assert.deepEqual(
      diagnostics.map(({ id }) => id.replace("airg/", "")),
      found,
    );
  });
}
