// Copyright 2026 the airg authors. Apache-2.0 license.
// Rows that were edited, files that were put back, taken away or led elsewhere.
import assert from "node:assert/strict";
import { DatabaseSync } from "node:sqlite";
import {
  ask,
  leave,
  openIn,
  OPERATOR,
  say,
  SETTINGS,
  START,
  withFolder,
} from "../../test/support/approvals.ts";
import type { Approvals } from "./approvals.ts";

const DATABASE = "state/approvals.db";
const HEAD = "state/approvals.head";
const KEYS = "config/approvals.hmac.key";

/** Opens the store for a piece of work. */
function using<T>(folder: string, work: (store: Approvals) => T): T {
  const store = openIn(folder);
  try {
    return work(store);
  } finally {
    store.close();
  }
}

function use(store: Approvals, command: string): string {
  return store.redeem(ask(command), SETTINGS, START).kind;
}

/** Leaves a request, and says yes to it. */
function grant(store: Approvals, command: string): string {
  const id = leave(store, ask(command));
  assert(say(store, id).ok);
  return id;
}

function edit(folder: string, sql: string): void {
  using database = new DatabaseSync(`${folder}/${DATABASE}`);
  database.exec(sql);
}

/** Copies the database as it is now, with what is only in its log. */
function copyAway(folder: string): void {
  edit(folder, "PRAGMA wal_checkpoint(TRUNCATE)");
  Deno.copyFileSync(`${folder}/${DATABASE}`, `${folder}/copy`);
}

function putBack(folder: string): void {
  for (const end of ["-wal", "-shm"]) {
    try {
      Deno.removeSync(`${folder}/${DATABASE}${end}`);
    } catch (error) {
      if (!(error instanceof Deno.errors.NotFound)) throw error;
    }
  }
  Deno.copyFileSync(`${folder}/copy`, `${folder}/new`);
  Deno.chmodSync(`${folder}/new`, 0o600);
  Deno.renameSync(`${folder}/new`, `${folder}/${DATABASE}`);
}

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
      using(folder, (store) => {
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
    using(folder, (store) => {
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
    using(folder, (store) => {
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
    using(folder, (store) => {
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

Deno.test("an older copy that is put back gives nothing until it is repaired", () =>
  withFolder((folder) => {
    const [id, waiting] = using(folder, (store) => [
      grant(store, "rm a"),
      leave(store, ask("rm b")),
    ]);
    copyAway(folder);
    // Control: the same copy with nothing used since works.
    putBack(folder);
    using(folder, (store) => {
      assert.equal(store.trouble(), undefined);
      assert.equal(use(store, "rm a"), "granted");
    });
    putBack(folder);
    using(folder, (store) => {
      assert.match(store.trouble() ?? "", /older than what happened: 0 uses/);
      const refusal = {
        name: "ApprovalStoreError",
        message: /Cannot rely on .*approvals.db: it is older/,
        cure: /airg approvals repair/,
      };
      assert.throws(() => use(store, "rm a"), refusal);
      assert.throws(() => use(store, "rm new"), refusal);
      assert.throws(() => say(store, waiting!), refusal);
      // Yet it can be looked at.
      assert.equal(store.pending(START).length, 1);
      assert.equal(store.grants(START).length, 1);
      const done = store.repair(OPERATOR, START);
      assert.deepEqual(done, { revoked: 1, expired: 1, setAside: 0 });
      assert.equal(store.trouble(), undefined);
      assert.deepEqual(store.grants(START), []);
      assert.deepEqual(store.pending(START), []);
      assert.equal(store.history(id!).at(-1)?.what, "revoked");
      assert.equal(use(store, "rm a"), "pending");
    });
    // The copy is old for what was repaired, too.
    putBack(folder);
    using(folder, (store) => assert.notEqual(store.trouble(), undefined));
  }));

Deno.test("a store that is open sees the file that was put in its place", () =>
  withFolder((folder) =>
    using(folder, (store) => {
      grant(store, "rm a");
      copyAway(folder);
      assert.equal(use(store, "rm a"), "granted");
      putBack(folder);
      assert.throws(() => use(store, "rm a"), /older than what happened/);
    })
  ));

Deno.test("two copies of one moment give one use together", () =>
  withFolder((folder) => {
    using(folder, (first) => {
      grant(first, "rm a");
      copyAway(folder);
      putBack(folder);
      using(folder, (second) => assert.equal(use(second, "rm a"), "granted"));
      assert.notEqual(use(first, "rm a"), "granted");
    });
  }));

Deno.test.each([
  ["taken away", (path: string) => Deno.removeSync(path), /is gone/],
  ["damaged", (path: string) => {
    const text = Deno.readTextFileSync(path);
    Deno.writeTextFileSync(path, text.replace("1", "0"));
  }, /does not verify/],
  ["emptied", (path: string) => Deno.truncateSync(path), /does not verify/],
])(
  "a head that is %s stops all grants",
  (_, harm, why) =>
    withFolder((folder) => {
      using(folder, (store) => {
        grant(store, "rm a");
        assert.equal(use(store, "rm a"), "granted");
        grant(store, "rm b");
      });
      harm(`${folder}/${HEAD}`);
      using(folder, (store) => {
        assert.match(store.trouble() ?? "", why);
        assert.throws(() => use(store, "rm b"), why);
        store.repair(OPERATOR, START);
        assert.equal(use(store, "rm b"), "pending");
      });
    }),
);

Deno.test("a database that is gone is made anew, empty, and counts on", () =>
  withFolder((folder) => {
    using(folder, (store) => {
      grant(store, "rm a");
      assert.equal(use(store, "rm a"), "granted");
      grant(store, "rm b");
      copyAway(folder);
      for (const end of ["", "-wal", "-shm"]) {
        try {
          Deno.removeSync(`${folder}/${DATABASE}${end}`);
        } catch (error) {
          if (!(error instanceof Deno.errors.NotFound)) throw error;
        }
      }
      assert.equal(use(store, "rm b"), "pending");
      grant(store, "rm c");
      assert.equal(use(store, "rm c"), "granted");
    });
    putBack(folder);
    using(folder, (store) => assert.throws(() => use(store, "rm b"), /older/));
  }));

Deno.test("a counter that was edited or taken away stops all grants", () =>
  withFolder((folder) => {
    using(folder, (store) => grant(store, "rm a"));
    edit(
      folder,
      "UPDATE meta SET body = replace(body, '\"epoch\":0', '\"epoch\":9')",
    );
    using(folder, (store) => {
      assert.throws(() => use(store, "rm a"), /counter does not verify/);
    });
    edit(folder, "DELETE FROM meta");
    using(folder, (store) => {
      assert.throws(() => use(store, "rm a"), /counter does not verify/);
      assert.equal(store.repair(OPERATOR, START).revoked, 1);
      assert.equal(use(store, "rm a"), "pending");
    });
  }));

Deno.test("keys that are lost make all grants void, and the store can be repaired", () =>
  withFolder((folder) => {
    using(folder, (store) => grant(store, "rm a"));
    Deno.removeSync(`${folder}/${KEYS}`);
    using(folder, (store) => {
      assert.throws(() => use(store, "rm a"), /does not verify/);
      assert.equal(store.repair(OPERATOR, START).setAside, 4);
      assert.equal(use(store, "rm a"), "pending");
    });
  }));

Deno.test("after a rotation old rows verify, and every process signs anew", () =>
  withFolder((folder) =>
    using(folder, (one) =>
      using(folder, (other) => {
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

Deno.test.each([DATABASE, HEAD, KEYS])(
  "%s may not be a link",
  (name) =>
    withFolder((folder) => {
      using(folder, (store) => grant(store, "rm a"));
      const path = `${folder}/${name}`;
      Deno.renameSync(path, `${path}.real`);
      Deno.symlinkSync(`${path}.real`, path);
      assert.throws(
        () => using(folder, (store) => use(store, "rm a")),
        /Cannot use .*: it is a symbolic link/,
      );
    }),
);

Deno.test.each([DATABASE, HEAD, KEYS])(
  "%s may not be open to others",
  (name) =>
    withFolder((folder) => {
      using(folder, (store) => grant(store, "rm a"));
      Deno.chmodSync(`${folder}/${name}`, 0o640);
      assert.throws(
        () => using(folder, (store) => use(store, "rm a")),
        /its mode is 640, so others may use it/,
      );
    }),
);

Deno.test("a folder that others may write to is not used", () =>
  withFolder((folder) => {
    using(folder, (store) => grant(store, "rm a"));
    Deno.chmodSync(`${folder}/state`, 0o777);
    assert.throws(() => openIn(folder), /its mode is 777/);
  }));

Deno.test.each([
  ["no database", "x".repeat(4_096), /it is not a database/],
  ["cut short", undefined, /Cannot (open|read|use|write) .*approvals.db/],
])(
  "a file that is %s is refused and left as it is",
  (_, text, why) =>
    withFolder((folder) => {
      using(folder, (store) => grant(store, "rm a"));
      const path = `${folder}/${DATABASE}`;
      const bytes = text === undefined
        ? Deno.readFileSync(path).subarray(0, 6_000)
        : new TextEncoder().encode(text);
      Deno.writeFileSync(path, bytes);
      assert.throws(() => using(folder, (store) => use(store, "rm a")), why);
      assert.deepEqual(Deno.readFileSync(path), bytes);
    }),
);

Deno.test("a crash between a use and the head loses the use, and nothing else", () =>
  withFolder((folder) => {
    using(folder, (store) => {
      grant(store, "rm a");
      grant(store, "rm b");
      Deno.copyFileSync(`${folder}/${HEAD}`, `${folder}/head`);
      assert.equal(use(store, "rm a"), "granted");
    });
    // As if the head had not been written yet.
    Deno.copyFileSync(`${folder}/head`, `${folder}/${HEAD}`);
    using(folder, (store) => {
      assert.equal(store.trouble(), undefined);
      assert.equal(use(store, "rm a"), "pending");
      copyAway(folder);
      assert.equal(use(store, "rm b"), "granted");
    });
    putBack(folder);
    using(folder, (store) => {
      assert.throws(() => use(store, "rm b"), /1 uses, .* knows of 2/);
    });
  }));

Deno.test("a use that cannot be told to the head is refused, and lost", () =>
  withFolder((folder) =>
    using(folder, (store) => {
      grant(store, "rm a");
      const head = `${folder}/${HEAD}`;
      const real = Deno.openSync;
      // The head is read first, then written.
      Deno.openSync = (path, options) => {
        if (path === head && options?.write === true) {
          throw Object.assign(new Error("No space left"), { code: "ENOSPC" });
        }
        return real(path, options);
      };
      try {
        assert.throws(() => use(store, "rm a"), /Cannot write .*No space left/);
      } finally {
        Deno.openSync = real;
      }
      assert.equal(use(store, "rm a"), "pending");
    })
  ));
