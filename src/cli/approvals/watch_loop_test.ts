// Copyright 2026 the airg authors. Apache-2.0 license.
import assert from "node:assert/strict";
import {
  memoryStore,
  requestFor,
} from "../../../test/support/approval_memory.ts";
import { fail } from "../../base/result.ts";
import type { Screen } from "./screen.ts";
import type { ApprovalsSite } from "./site.ts";
import { startWatch } from "./watch_loop.ts";

const A = requestFor({ id: "aaaaaaaa", command: "rm -rf a" });
const B = requestFor({ id: "bbbbbbbb", command: "rm -rf b" });

Deno.test("a key typed while the store was waited for approves nothing that came meanwhile", async () => {
  let now = A.askedAt;
  const memory = memoryStore([A]);
  const approved: string[] = [];
  const keys = Promise.withResolvers<void>();
  let looks = 0;
  const site = {
    clock: () => now,
    store: {
      ...memory,
      version: () => Math.min(looks, 1),
      pending() {
        if (looks++ === 0) return [A];
        // Locked by another process for five seconds; A is gone since.
        now += 5_000;
        return [B];
      },
      approve(id: string) {
        approved.push(id);
        return { ok: false, why: "unknown" };
      },
    },
    of: () =>
      Promise.resolve({ settings: {}, record: () => Promise.resolve() }),
  };
  let drawn = "";
  const screen: Screen = {
    size: () => ({ rows: 24, columns: 80 }),
    draw(rows) {
      drawn += rows.map(({ text }) => text).join("\n");
      if (drawn.includes("rm -rf b")) keys.resolve();
    },
    forget: () => undefined,
    suspend: () => undefined,
    bell: () => undefined,
    async *typed() {
      await keys.promise;
      // Meant for A.
      yield "a";
      yield "q";
      await Promise.withResolvers<void>().promise;
    },
    restore: () => undefined,
  };
  const watch = startWatch({
    site: site as unknown as ApprovalsSite,
    who: { uid: 1, user: "ana", how: "watch" },
    screen,
    desk: () => ({ look: () => Promise.resolve([]), close: () => undefined }),
    rules: { propose: () => Promise.resolve(fail("none")) },
    notify: () => undefined,
    signal: new AbortController().signal,
  });
  await watch.ended;
  assert.deepEqual(approved, []);
  assert.match(drawn, /the list changed just now/);
});

Deno.test("a flood of requests rings once, and again for all of them together", async () => {
  let now = A.askedAt;
  let looks = 0;
  const requests = Array.from(
    { length: 40 },
    (_, i) => requestFor({ id: `aaaa00${10 + i}` }),
  );
  const told: [number, number][] = [];
  let bells = 0;
  const enough = new AbortController();
  const site = {
    clock: () => now,
    store: {
      ...memoryStore(),
      version: () => looks,
      pending() {
        now += 1_000;
        if (looks >= 12) enough.abort();
        return requests.slice(0, 3 * looks++);
      },
    },
    of: () =>
      Promise.resolve({ settings: {}, record: () => Promise.resolve() }),
  };
  await startWatch({
    site: site as unknown as ApprovalsSite,
    who: { uid: 1, user: "ana", how: "watch" },
    screen: {
      size: () => ({ rows: 24, columns: 80 }),
      ...{ draw() {}, forget() {}, suspend() {}, restore() {} },
      bell: () => void bells++,
      // Nobody types.
      async *typed() {
        await Promise.withResolvers<void>().promise;
        yield "";
      },
    },
    desk: () => ({ look: () => Promise.resolve([]), close: () => undefined }),
    rules: { propose: () => Promise.resolve(fail("none")) },
    notify: (count) => told.push([now - A.askedAt, count]),
    signal: enough.signal,
  }).ended;
  assert.deepEqual(told, [[2_000, 3], [7_000, 15]]);
  assert.equal(bells, 2);
});
