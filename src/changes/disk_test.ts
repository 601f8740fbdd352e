// Copyright 2026 the airg authors. Apache-2.0 license.
import assert from "node:assert/strict";
import { watchDisk } from "./disk.ts";

const GIB = 1024 ** 3;

/** Answers one after the other; the watch is asked again only when one is left. */
async function fired(answers: readonly number[]): Promise<boolean> {
  const left = [...answers];
  const asked = Promise.withResolvers<void>();
  using watch = watchDisk("/nowhere", {
    freeBytes: () => Promise.resolve(left.shift() ?? 0),
    pause: (ended) => {
      if (left.length > 0) return Promise.resolve();
      asked.resolve();
      return new Promise((resolve) => {
        ended.addEventListener("abort", () => resolve(), { once: true });
      });
    },
  });
  const { full } = watch;
  const stopped = new Promise<void>((resolve) => {
    full.addEventListener("abort", () => resolve(), { once: true });
  });
  await Promise.race([asked.promise, stopped]);
  return full.aborted;
}

Deno.test.each([
  { answers: [9 * GIB, 2 * GIB], want: false },
  { answers: [9 * GIB, GIB - 1], want: true },
  // Little was free at the start: half of it may go.
  { answers: [GIB / 2, GIB / 4], want: false },
  { answers: [GIB / 2, GIB / 4 - 1], want: true },
])("watchDisk() with $answers bytes free fires: $want", async (c) => {
  assert.equal(await fired(c.answers), c.want);
});

Deno.test("watchDisk() lets a run go on whose disk cannot be asked", async () => {
  using watch = watchDisk("/nowhere", {
    freeBytes: () => Promise.reject(new Error("no such disk")),
    pause: () => Promise.resolve(),
  });
  await Promise.resolve();
  assert.equal(watch.full.aborted, false);
});
