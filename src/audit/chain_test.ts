// Copyright 2026 the airg authors. Apache-2.0 license.
import assert from "node:assert/strict";
import fc from "fast-check";
import { EMPTY, follows, type Head, link, readLine } from "./chain.ts";
import type { Fields } from "./record.ts";

/** Checks a list of lines; the head after the last, or where it broke. */
function verify(lines: readonly string[]): Head | number {
  let head = EMPTY;
  for (const [i, text] of lines.entries()) {
    const line = readLine(text);
    if (!line.ok || follows(head, line) !== undefined) return i;
    head = line.head;
  }
  return head;
}

const fields = fc.dictionary(
  fc.string().filter((key) => !["seq", "prev", "hash", "time"].includes(key)),
  fc.oneof(fc.string({ unit: "binary" }), fc.integer(), fc.boolean()),
) as fc.Arbitrary<Fields>;

const log = fc.array(fields, { minLength: 2, maxLength: 8 }).map((events) => {
  let head = EMPTY;
  return events.map((event) => {
    const linked = link(head, "2026-01-01T00:00:00.000Z", event);
    head = linked.head;
    return linked.line;
  });
});

Deno.test("a chain of any records verifies", () => {
  fc.assert(fc.property(log, (lines) => {
    const head = verify(lines);
    assert(typeof head === "object" && head.seq === lines.length);
  }));
});

// What a person with write access to the file could do, in one step.
const tamper: Record<string, (lines: string[], i: number) => string[]> = {
  "an edited field": (lines, i) =>
    lines.with(i, lines[i]!.replace('"seq":', '"sep":1,"seq":')),
  "an edited time": (lines, i) =>
    lines.with(i, lines[i]!.replace("2026-01-01", "2026-01-02")),
  "a blank": (lines, i) => lines.with(i, lines[i]!.replace(",", ", ")),
  "a doubled key": (lines, i) =>
    lines.with(i, lines[i]!.replace('"seq":', '"seq":1,"seq":')),
  "a removed record": (lines, i) => lines.toSpliced(i, 1),
  "a repeated record": (lines, i) => lines.toSpliced(i, 0, lines[i]!),
  "two swapped records": (lines, i) =>
    lines.with(i, lines[i + 1]!).with(i + 1, lines[i]!),
  "an inserted record": (lines, i) =>
    lines.toSpliced(i, 0, link(EMPTY, "2026-01-01T00:00:00.000Z", {}).line),
};

for (const [name, change] of Object.entries(tamper)) {
  Deno.test(`the chain breaks at ${name}, wherever it is but at the end`, () => {
    fc.assert(fc.property(log, fc.nat(), (lines, n) => {
      const at = n % (lines.length - 1);
      const result = verify(change(lines, at));
      assert(typeof result === "number", "it still verifies");
      assert(result >= at && result <= at + 1);
    }));
  });
}
