// Copyright 2026 the airg authors. Apache-2.0 license.
import assert from "node:assert/strict";
import fc from "fast-check";
import type { CodeFacts, Language } from "./code_facts.ts";
import { scanCode } from "./scan_code.ts";
import { DANGEROUS, HARMLESS } from "./testdata_code.ts";

/** Facts in one line, such as `sh rm x | delete! y`; holes are `^$`. */
function shown(facts: CodeFacts): string {
  return [
    ...facts.programs.map(({ argv }) => `run ${argv.join(" ")}`),
    ...facts.shells.map(({ text }) => `sh ${text}`),
    ...facts.paths.map(({ path, access, recursive }) =>
      `${access}${recursive ? "!" : ""} ${path}`
    ),
    ...facts.addresses.map(({ text }) => `net ${text}`),
    ...facts.unread.map(() => "unread"),
  ].join(" | ").replaceAll("\0", "^");
}

Deno.test("scanCode() finds what code does, or says that it cannot", () => {
  for (const [language, code, wanted] of DANGEROUS) {
    assert.match(
      shown(scanCode(language, code)),
      wanted,
      `${language}: ${code}`,
    );
  }
});

Deno.test("scanCode() finds nothing in code that only computes and prints", () => {
  for (const [language, code] of HARMLESS) {
    assert.equal(shown(scanCode(language, code)), "", `${language}: ${code}`);
  }
});

const languages = [...new Set(DANGEROUS.map(([language]) => language))];
const pieces = DANGEROUS.map(([, code]) => code);

/** Pieces of real code in any order, cut anywhere. */
const shredded = fc.array(
  fc.tuple(fc.constantFrom(...pieces), fc.nat(80), fc.nat(80)).map((
    [code, from, length],
  ) => code.slice(from, from + length)),
  { maxLength: 12 },
).map((parts) => parts.join(""));

Deno.test("scanCode() never throws, and its spans lie in the code", () => {
  fc.assert(
    fc.property(
      fc.constantFrom<Language>(...languages),
      fc.oneof(fc.string({ unit: "binary" }), shredded),
      (language, code) => {
        const facts = scanCode(language, code);
        for (const found of Object.values(facts).flat()) {
          const [start, end] = found.span;
          assert(start >= 0 && start <= end, `${language}: ${code}`);
        }
      },
    ),
    { numRuns: 2_000 },
  );
});
