// Copyright 2026 the airg authors. Apache-2.0 license.
import assert from "node:assert/strict";
import { DatabaseSync } from "node:sqlite";
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
import { openKeys } from "./keys.ts";
import { prune } from "./prune.ts";

Deno.test("prune() forgets the oldest that have ended, with what belongs to them", () =>
  withFolder((folder) => {
    const store = openWithin(folder);
    const waiting = leave(store, ask("waiting"));
    const granted = leave(store, ask("granted"));
    assert(say(store, granted).ok);
    const used = leave(store, ask("used"));
    assert(say(store, used).ok);
    assert.equal(store.redeem(ask("used"), SETTINGS, START).kind, "granted");
    const denied = Array.from({ length: 9 }, (_, n) => {
      const id = leave(store, ask(`denied ${n}`));
      assert(store.deny(id, { who: OPERATOR }, START).ok);
      return id;
    });
    const path = store.place.database;
    using database = new DatabaseSync(path);
    const ledger = {
      ...{ path, head: store.place.head, database, damaged: new Map() },
      keys: openKeys(store.place.keys, START),
    };
    const ids = () =>
      store.list({ limit: 99 }).map(({ id }) => id).toReversed();
    const all = [waiting, granted, used, ...denied];
    prune(ledger, { deniedAfter: START, max: 6, slack: 6 });
    assert.deepEqual(ids(), all);
    // A denial that is in force is not forgotten, however many come after it.
    prune(ledger, { deniedAfter: START - 1, max: 6, slack: 5 });
    assert.deepEqual(ids(), [waiting, granted, ...denied]);
    prune(ledger, { deniedAfter: START, max: 6, slack: 5 });
    assert.deepEqual(ids(), [waiting, granted, ...denied.slice(3)]);
    assert.deepEqual(store.history(used), []);
    assert.equal(store.history(granted).length, 2);
    assert.equal(store.redeem(ask("granted"), SETTINGS, START).kind, "granted");
    // A database that is large keeps half of them, whatever their number.
    prune(ledger, { deniedAfter: START, max: 6, slack: 5, maxBytes: 1 });
    assert.deepEqual(ids(), [waiting, ...denied.slice(-5)]);
    // What waits is old, and so looked over each time, yet never forgotten.
    prune(ledger, { deniedAfter: START, max: 6, slack: 5 });
    assert.deepEqual(ids().slice(0, 1), [waiting]);
    store.close();
  }));
