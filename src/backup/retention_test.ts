// Copyright 2026 the airg authors. Apache-2.0 license.
import assert from "node:assert/strict";
import fc from "fast-check";
import {
  chooseGone,
  hashesOf,
  type Limits,
  type Sizes,
  type Summary,
  type SummaryItem,
} from "./retention.ts";

const NOW = Date.UTC(2026, 10, 21);
const HOUR = 3_600_000;
const DAY = 24 * HOUR;

const item: fc.Arbitrary<SummaryItem> = fc.record({
  path: fc.constantFrom("/w/a", "/w/b", "/w/c"),
  content: fc.constantFrom("1", "2", "3", "4"),
  gone: fc.boolean(),
}).map((made) => ({ ...made, type: "file", size: 10 }));

const events: fc.Arbitrary<Summary[]> = fc.array(
  fc.record({
    age: fc.integer({ min: 0, max: 60 * 24 }),
    items: fc.uniqueArray(item, { maxLength: 3, selector: ({ path }) => path }),
  }),
  { maxLength: 25 },
).map((made) =>
  made.map(({ age, items }, n) => ({
    folder: `${String(99_999 - age).padStart(5, "0")}-${n}`,
    at: NOW - age * HOUR,
    workspace: "/w",
    items,
  }))
);

const limits: fc.Arbitrary<Limits> = fc.record({
  onContentChangeOnly: fc.boolean(),
  maxVersions: fc.integer({ min: 1, max: 5 }),
  retentionDays: fc.constantFrom(0, 1, 10, 30),
  maxBytes: fc.constantFrom(0, 10, 25, 60, 1_000),
});

const OBJECTS = new Map([["1", 10], ["2", 10], ["3", 10], ["4", 10]]);

/** Of an event: 7 bytes. */
function sizesOf(all: readonly Summary[]): Sizes {
  const events = new Map(all.map(({ folder }) => [folder, 7]));
  return { objects: OBJECTS, events };
}

function keyOf({ path, content }: SummaryItem): string {
  return `${path} ${content}`;
}

function split(
  all: readonly Summary[],
  limits: Limits,
): { gone: readonly Summary[]; left: Summary[]; fits: boolean } {
  const { gone, fits } = chooseGone(all, sizesOf(all), limits, NOW);
  const going = new Set(gone.map(({ event }) => event));
  return {
    gone: [...going],
    left: all.filter((event) => !going.has(event)),
    fits,
  };
}

Deno.test("chooseGone() never takes the only copy of what was deleted in the last day", () => {
  fc.assert(fc.property(events, limits, (all, limits) => {
    const { left } = split(all, limits);
    const held = new Set(left.flatMap(({ items }) => items.map(keyOf)));
    for (const { at, items } of all) {
      if (at <= NOW - DAY) continue;
      for (const item of items) {
        if (item.gone) assert(held.has(keyOf(item)), keyOf(item));
      }
    }
  }));
});

Deno.test("chooseGone() takes nothing that no limit asks for", () => {
  fc.assert(fc.property(events, (all) => {
    const { gone, fits } = split(all, {
      onContentChangeOnly: true,
      maxVersions: 1_000,
      retentionDays: 0,
      maxBytes: 1_000,
    });
    assert.deepEqual([gone.length, fits], [0, true]);
  }));
});

Deno.test("chooseGone() says truly whether the rest fits", () => {
  fc.assert(fc.property(events, limits, (all, limits) => {
    const { left, fits } = split(all, limits);
    const hashes = new Set(left.flatMap(({ items }) => [...hashesOf(items)]));
    const bytes = hashes.size * 10 + left.length * 7;
    assert.equal(fits, bytes <= limits.maxBytes);
  }));
});

Deno.test("chooseGone() keeps nothing too old but what is precious", () => {
  fc.assert(fc.property(events, limits, (all, limits) => {
    const { left } = split(all, limits);
    if (limits.retentionDays === 0) return;
    const precious = new Set(
      all.filter(({ at }) => at > NOW - DAY)
        .flatMap(({ items }) => items.filter(({ gone }) => gone).map(keyOf)),
    );
    for (const { at, items } of left) {
      if (at >= NOW - limits.retentionDays * DAY) continue;
      assert(items.some((item) => precious.has(keyOf(item))));
    }
  }));
});

Deno.test("chooseGone() by versions leaves enough newer ones of each path", () => {
  fc.assert(fc.property(events, fc.integer({ min: 1, max: 4 }), (all, max) => {
    const limits = {
      onContentChangeOnly: false,
      maxVersions: max,
      retentionDays: 0,
      maxBytes: 1_000,
    };
    const { gone, left } = split(all, limits);
    for (const event of gone) {
      for (const { path } of event.items) {
        const newer = left.filter((other) =>
          other.at >= event.at && other.items.some((item) => item.path === path)
        );
        assert(newer.length >= max);
      }
    }
  }));
});

Deno.test("chooseGone() gives the same answer for what it left", () => {
  fc.assert(fc.property(events, limits, (all, limits) => {
    const { left, fits } = split(all, limits);
    if (fits) {
      assert.equal(
        split(left, { ...limits, maxVersions: 1_000 }).gone.length,
        0,
      );
    }
  }));
});

Deno.test("chooseGone() takes the oldest first for size", () => {
  const all = [1, 2, 3].map((n): Summary => ({
    folder: `f${9 - n}`,
    at: NOW - (n + 2) * DAY,
    workspace: "/w",
    items: [{
      path: "/w/a",
      type: "file",
      content: `${n}`,
      size: 10,
      gone: false,
    }],
  }));
  const { gone, bytes } = chooseGone(all, sizesOf(all), {
    onContentChangeOnly: true,
    maxVersions: 5,
    retentionDays: 0,
    maxBytes: 34,
  }, NOW);
  assert.deepEqual(gone.map(({ event, why }) => [event.folder, why]), [
    ["f6", "size"],
  ]);
  assert.equal(bytes, 34);
});

Deno.test("chooseGone() takes events that hold no content, for what they take themselves", () => {
  const all = [1, 2, 3].map((n): Summary => ({
    folder: `f${n}`,
    at: NOW - (9 - n) * HOUR,
    workspace: "/w",
    items: [{
      path: `/w/${n}`,
      type: "absent",
      content: "",
      size: 0,
      gone: false,
    }],
  }));
  const { gone, bytes } = chooseGone(all, sizesOf(all), {
    onContentChangeOnly: true,
    maxVersions: 5,
    retentionDays: 0,
    maxBytes: 15,
  }, NOW);
  assert.deepEqual(gone.map(({ event }) => event.folder), ["f1"]);
  assert.equal(bytes, 14);
});
