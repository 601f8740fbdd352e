// Copyright 2026 the airg authors. Apache-2.0 license.

// Every known way out of the list has a recipe, a test of its own, or a reason.
import assert from "node:assert/strict";
import { RECIPES } from "../../sandbox/recipes/all.ts";
import { NOT_TRIED } from "../../sandbox/recipes/not_tried.ts";

/** Numbers of the list that are of another issue: the network by name, macOS. */
const ELSEWHERE = [
  { from: 81, to: 105, why: "the network by name" },
  { from: 108, to: 112, why: "the network by name" },
  { from: 113, to: 122, why: "macOS" },
] as const;

/** The last number of the list. */
const LAST = 129;

Deno.test("escape: every number of the list is tried, or says why not", () => {
  const covered = new Set([
    ...RECIPES.map(({ number }) => number),
    ...NOT_TRIED.map(({ number }) => number),
  ]);
  const missing = Array.from({ length: LAST }, (_, n) => n + 1).filter((n) =>
    !covered.has(n) && !ELSEWHERE.some(({ from, to }) => from <= n && n <= to)
  );
  assert.deepEqual(missing, []);
});

Deno.test("escape: ids are unique", () => {
  const ids = RECIPES.map(({ id }) => id);
  assert.deepEqual(ids.filter((id, n) => ids.indexOf(id) !== n), []);
});

Deno.test.each(NOT_TRIED.filter(({ test }) => test !== undefined))(
  "escape: #$number is tried by $test",
  async ({ number, test }) => {
    const text = await Deno.readTextFile(
      new URL(`../../${test}`, import.meta.url),
    );
    assert(
      text.includes(`#${number} `) || NAMED[number]?.test(text),
      `no test there says #${number}`,
    );
  },
);

/** Tests older than the list, by what they say instead of a number. */
const NAMED: Readonly<Record<number, RegExp>> = {
  123: /without bubblewrap the bare rung is taken/,
  127: /AppArmor/,
  128: /proc/,
};

for (const { number, tries, why } of NOT_TRIED.filter((one) => !one.test)) {
  Deno.test({
    name: `escape: #${number} ${tries} (cannot be tried: ${why})`,
    ignore: true,
    fn: () => assert.fail("there is nothing to try"),
  });
}
