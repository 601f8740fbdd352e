// Copyright 2026 the airg authors. Apache-2.0 license.
import assert from "node:assert/strict";
import { heard, type Ringing, SILENT } from "./ringing.ts";

/** What each look tells of. */
function told(looks: readonly (readonly [number, readonly string[]])[]) {
  let ringing: Ringing = SILENT;
  return looks.map(([now, ids]) => {
    const one = heard(ringing, ids, now);
    ringing = one.next;
    return one.told;
  });
}

/** `count` ids. */
function ids(count: number): string[] {
  return Array.from({ length: count }, (_, i) => `id-${i}`);
}

Deno.test("what waits from the start rings for nobody; the next rings at once", () => {
  assert.deepEqual(told([[0, ids(3)], [100, ids(3)], [200, ids(4)]]), [
    0,
    0,
    1,
  ]);
});

Deno.test("what comes soon after is told together, once, when the pause is over", () => {
  assert.deepEqual(
    told([
      [0, []],
      [1_000, ids(1)],
      [1_100, ids(3)],
      [5_900, ids(6)],
      [6_000, ids(6)],
      [6_100, ids(6)],
      [99_000, ids(6)],
    ]),
    [0, 1, 0, 0, 5, 0, 0],
  );
});

Deno.test("what was answered before its turn is not told", () => {
  assert.deepEqual(
    told([[0, []], [1_000, ids(1)], [2_000, ids(4)], [3_000, ids(2)], [
      6_000,
      ids(2),
    ]]),
    [0, 1, 0, 0, 1],
  );
  assert.deepEqual(
    told([[0, []], [1_000, ids(1)], [2_000, ids(4)], [6_000, []]]),
    [0, 1, 0, 0],
  );
});

Deno.test("a flood of ten minutes rings less and less, and all of it is told", () => {
  const looks = Array.from(
    { length: 600 },
    (_, i) => [i * 1_000, ids(i)] as const,
  );
  const rings = told(looks).flatMap((count, i) =>
    count === 0 ? [] : [{ count, at: i * 1_000 }]
  );
  assert.deepEqual(rings.slice(0, 6).map(({ at }) => at), [
    ...[1_000, 6_000, 16_000, 36_000, 76_000, 136_000],
  ]);
  assert(rings.length < 15, String(rings.length));
  const last = looks.findLast(([now]) => now === rings.at(-1)?.at);
  const sum = rings.reduce((total, { count }) => total + count, 0);
  assert.equal(sum, last?.[1].length);
});

Deno.test("after a while of silence the pause is short again", () => {
  const flood = [
    [-1, []],
    ...[0, 5_000, 15_000].map((now, n) => [now, ids(n + 1)] as const),
  ] as const;
  assert.deepEqual(told([...flood, [34_900, ids(4)], [35_000, ids(4)]]), [
    ...[0, 1, 1, 1, 0, 1],
  ]);
  assert.deepEqual(told([...flood, [60_000, ids(4)], [65_000, ids(5)]]), [
    ...[0, 1, 1, 1, 1, 1],
  ]);
});

Deno.test("a clock that is put back does not silence it", () => {
  assert.deepEqual(
    told([[90_000, []], [91_000, ids(1)], [1_000, ids(2)]]),
    [0, 1, 1],
  );
});
