// Copyright 2026 the airg authors. Apache-2.0 license.
import assert from "node:assert/strict";
import fc from "fast-check";
import {
  ask,
  leave,
  openWithin,
  OPERATOR,
  say,
  SETTINGS,
  START,
  withFolder,
} from "../../../test/support/approvals.ts";
import { advance, OVERTAKEN_MS } from "./time.ts";

const DAY = 86_400_000;

Deno.test("advance() never goes back, and goes on by what the clock goes on", () => {
  fc.assert(fc.property(
    fc.array(fc.integer({ min: -DAY, max: DAY })),
    (steps) => {
      let remembered = { clock: START, time: 7 };
      let now = START;
      let wanted = 7;
      for (const step of steps) {
        // Small steps back are two processes that overtake each other.
        const ms = step < 0 && step >= -OVERTAKEN_MS ? 0 : step;
        now += ms;
        wanted += Math.max(0, ms);
        remembered = advance(remembered, now);
        assert.equal(remembered.time, wanted);
      }
    },
  ));
});

Deno.test("advance() lets two processes overtake each other without counting twice", () => {
  let remembered = { clock: START, time: 0 };
  for (let n = 0; n < 100; n++) {
    remembered = advance(remembered, START + 10 * n + 5_000);
    remembered = advance(remembered, START + 10 * n);
  }
  assert.equal(remembered.time, 990 + 5_000);
});

Deno.test("a clock that goes back revives nothing and prolongs nothing", () =>
  withFolder((folder) => {
    const store = openWithin(folder);
    const id = leave(store, ask("rm a"));
    assert(say(store, id).ok);
    const waiting = leave(store, ask("rm b"));
    const late = START + SETTINGS.ttlMs;
    assert.deepEqual(store.grants(late), []);
    // A day back: what has expired stays so.
    const early = START - DAY;
    assert.deepEqual(store.grants(early), []);
    assert.equal(store.state(waiting, ask("").asker, early)?.state, "expired");
    assert.equal(store.redeem(ask("rm a"), SETTINGS, early).kind, "pending");
    // What is made then is shown by the clock of then, and lasts as long.
    const [request] = store.pending(early);
    assert.equal(request?.askedAt, early);
    assert.equal(request?.expiresAt, early + SETTINGS.ttlMs);
    assert(say(store, request!.id, early).ok);
    const used = (now: number) => store.redeem(ask("rm a"), SETTINGS, now).kind;
    assert.deepEqual(store.grants(early + SETTINGS.ttlMs - 1).length, 1);
    assert.equal(used(early + SETTINGS.ttlMs), "pending");
    store.close();
  }));

Deno.test("a clock that jumps ahead and back again ends what it passed", () =>
  withFolder((folder) => {
    const store = openWithin(folder);
    assert(say(store, leave(store, ask("rm a"))).ok);
    store.pending(START + 10 * 365 * DAY);
    assert.deepEqual(store.grants(START + 1), []);
    // And all goes on by the clock of now.
    const id = leave(store, ask("rm b"), START + 1);
    assert(store.deny(id, { who: OPERATOR }, START + 2).ok);
    const said = store.redeem(ask("rm b"), SETTINGS, START + 2 + 59_999);
    assert.equal(said.kind, "denied");
    const after = store.redeem(ask("rm b"), SETTINGS, START + 2 + 60_000);
    assert.equal(after.kind, "pending");
    store.close();
  }));

Deno.test("a grant that was looked at cannot be looked at for ever", () =>
  withFolder((folder) => {
    const store = openWithin(folder);
    assert(say(store, leave(store, ask("rm a"))).ok);
    let now = START;
    let open = 0;
    // Forward nearly to the end and back, again and again.
    for (let round = 0; round < 20; round++) {
      now += 300_000;
      open += store.grants(now).length;
      now -= 299_000;
      store.grants(now);
    }
    assert.equal(open, 1);
    store.close();
  }));
