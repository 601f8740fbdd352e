// Copyright 2026 the airg authors. Apache-2.0 license.
// Rows that were edited, and keys that changed.
import assert from "node:assert/strict";
import { DatabaseSync } from "node:sqlite";
import {
  ask,
  DATABASE,
  edit,
  grant,
  KEYS,
  leave,
  OPERATOR,
  SETTINGS,
  START,
  use,
  withFolder,
  withStore,
} from "../../../test/support/approvals.ts";

const WITH_A = "(SELECT id FROM requests WHERE body LIKE '%rm a%')";

Deno.test.each([
  [
    "a grant's content",
    "grants",
    `UPDATE grants SET body =
    replace(body, 'codex-1', 'codex-2') WHERE request = ${WITH_A}`,
  ],
  [
    "a grant's mac",
    "grants",
    `UPDATE grants SET mac = upper(mac) || 'x'
    WHERE request = ${WITH_A}`,
  ],
  [
    "a grant's column",
    "grants",
    `UPDATE grants SET until = until + 1
    WHERE request = ${WITH_A}`,
  ],
  [
    "a grant's key",
    "grants",
    `UPDATE grants SET key = 7
    WHERE request = ${WITH_A}`,
  ],
  [
    "the row of another grant",
    "grants",
    `UPDATE grants SET
    body = (SELECT body FROM grants WHERE request <> ${WITH_A}),
    mac = (SELECT mac FROM grants WHERE request <> ${WITH_A})
    WHERE request = ${WITH_A}`,
  ],
  [
    "its request",
    "requests",
    `UPDATE requests SET
    body = replace(body, '/w', '/x') WHERE id = ${WITH_A}`,
  ],
])(
  "a damaged row is used by nobody and told of, and others still work: %s",
  (_, table, sql) =>
    withFolder((folder) =>
      withStore(folder, (store) => {
        const id = grant(store, "rm a");
        grant(store, "rm b");
        assert.deepEqual(store.damaged(), []);
        edit(folder, sql);
        const found = store.damaged();
        assert.equal(found.length, 1);
        assert.equal(found[0]?.table, table);
        if (table === "requests") assert.equal(found[0]?.id, id);
        assert.equal(use(store, "rm a"), "pending");
        assert.equal(use(store, "rm b"), "granted");
        const { setAside } = store.repair(OPERATOR, START);
        assert.equal(setAside, 1);
        assert.deepEqual(store.damaged(), []);
      })
    ),
);

Deno.test("a used grant that is written open again is not used again", () =>
  withFolder((folder) =>
    withStore(folder, (store) => {
      grant(store, "rm a");
      edit(
        folder,
        "CREATE TABLE old AS SELECT * FROM grants; CREATE TABLE older AS SELECT * FROM requests",
      );
      assert.equal(use(store, "rm a"), "granted");
      // The rows of before, whole and well signed.
      edit(
        folder,
        "REPLACE INTO grants SELECT * FROM old; REPLACE INTO requests SELECT * FROM older",
      );
      assert.throws(() => use(store, "rm a"), /the history has its use/);
      store.repair(OPERATOR, START);
      assert.equal(use(store, "rm a"), "pending");
    })
  ));

Deno.test("a damaged request cannot be answered, and past its time it holds nobody up", () =>
  withFolder((folder) =>
    withStore(folder, (store) => {
      const id = leave(store, ask("rm a"));
      edit(folder, "UPDATE requests SET body = body || ' '");
      const answer = { who: OPERATOR };
      assert.throws(
        () => store.deny(id, answer, START),
        new RegExp(`Cannot answer request ${id}`),
      );
      const late = START + SETTINGS.ttlMs;
      assert.deepEqual(store.pending(late), []);
      const version = new DatabaseSync(`${folder}/${DATABASE}`);
      const read = () => version.prepare("PRAGMA data_version").get();
      const before = read();
      assert.deepEqual(store.pending(late + 1), []);
      assert.deepEqual(read(), before);
      version.close();
    })
  ));

Deno.test("damaged history is left out and told of", () =>
  withFolder((folder) =>
    withStore(folder, (store) => {
      const id = grant(store, "rm a");
      edit(
        folder,
        "UPDATE history SET body = replace(body, 'jo', 'al') WHERE what = 'approved'",
      );
      assert.deepEqual(store.history(id).map(({ what }) => what), ["asked"]);
      const [row] = store.damaged();
      assert.equal(row?.table, "history");
      assert.equal(row?.id, "2");
    })
  ));

Deno.test("a counter that was edited or taken away stops all grants", () =>
  withFolder((folder) => {
    withStore(folder, (store) => grant(store, "rm a"));
    edit(
      folder,
      "UPDATE meta SET body = replace(body, '\"epoch\":0', '\"epoch\":9')",
    );
    withStore(folder, (store) => {
      assert.throws(() => use(store, "rm a"), /counter does not verify/);
    });
    edit(folder, "DELETE FROM meta");
    withStore(folder, (store) => {
      assert.throws(() => use(store, "rm a"), /counter does not verify/);
      assert.equal(store.repair(OPERATOR, START).revoked, 1);
      assert.equal(use(store, "rm a"), "pending");
    });
  }));

Deno.test("keys that are lost make all grants void, and the store can be repaired", () =>
  withFolder((folder) => {
    withStore(folder, (store) => grant(store, "rm a"));
    Deno.removeSync(`${folder}/${KEYS}`);
    withStore(folder, (store) => {
      assert.throws(() => use(store, "rm a"), /does not verify/);
      assert.equal(store.repair(OPERATOR, START).setAside, 4);
      assert.equal(use(store, "rm a"), "pending");
    });
  }));

Deno.test("after a rotation old rows verify, and every process signs anew", () =>
  withFolder((folder) =>
    withStore(folder, (one) =>
      withStore(folder, (other) => {
        const id = grant(one, "rm a");
        assert.equal(one.rotateKey(START).id, 2);
        assert.equal(other.history(id).length, 2);
        assert.equal(use(other, "rm a"), "granted");
        grant(other, "rm b");
        using database = new DatabaseSync(`${folder}/${DATABASE}`);
        const keys = database.prepare("SELECT key FROM grants").all();
        assert.deepEqual(keys.map(({ key }) => key), [2, 2]);
        assert.deepEqual(one.damaged(), []);
        assert.equal(use(one, "rm b"), "granted");
      }))
  ));
