// Copyright 2026 the airg authors. Apache-2.0 license.
// Files that were put back from an older copy, taken away or led elsewhere.
import assert from "node:assert/strict";
import { openApprovals } from "./store.ts";
import {
  ask,
  copyAway,
  DATABASE,
  edit,
  grant,
  HEAD,
  KEYS,
  leave,
  openWithin,
  OPERATOR,
  putBack,
  say,
  START,
  use,
  withFolder,
  withStore,
} from "../../../test/support/approvals.ts";

Deno.test("an older copy that is put back gives nothing until it is repaired", () =>
  withFolder((folder) => {
    const [id, waiting] = withStore(folder, (store) => [
      grant(store, "rm a"),
      leave(store, ask("rm b")),
    ]);
    copyAway(folder);
    // Control: the same copy with nothing used since works.
    putBack(folder);
    withStore(folder, (store) => {
      assert.equal(store.trouble(), undefined);
      assert.equal(use(store, "rm a"), "granted");
    });
    putBack(folder);
    withStore(folder, (store) => {
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
    withStore(folder, (store) => assert.notEqual(store.trouble(), undefined));
  }));

Deno.test("a store that is open sees the file that was put in its place", () =>
  withFolder((folder) =>
    withStore(folder, (store) => {
      grant(store, "rm a");
      copyAway(folder);
      assert.equal(use(store, "rm a"), "granted");
      putBack(folder);
      assert.throws(() => use(store, "rm a"), /older than what happened/);
    })
  ));

Deno.test("two copies of one moment give one use together", () =>
  withFolder((folder) => {
    withStore(folder, (first) => {
      grant(first, "rm a");
      copyAway(folder);
      putBack(folder);
      withStore(
        folder,
        (second) => assert.equal(use(second, "rm a"), "granted"),
      );
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
      withStore(folder, (store) => {
        grant(store, "rm a");
        assert.equal(use(store, "rm a"), "granted");
        grant(store, "rm b");
      });
      harm(`${folder}/${HEAD}`);
      withStore(folder, (store) => {
        assert.match(store.trouble() ?? "", why);
        assert.throws(() => use(store, "rm b"), why);
        store.repair(OPERATOR, START);
        assert.equal(use(store, "rm b"), "pending");
      });
    }),
);

Deno.test("a database that is gone is made anew, empty, and counts on", () =>
  withFolder((folder) => {
    withStore(folder, (store) => {
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
    withStore(
      folder,
      (store) => assert.throws(() => use(store, "rm b"), /older/),
    );
  }));

Deno.test.each([DATABASE, HEAD, KEYS])(
  "%s may not be a link",
  (name) =>
    withFolder((folder) => {
      withStore(folder, (store) => grant(store, "rm a"));
      const path = `${folder}/${name}`;
      Deno.renameSync(path, `${path}.real`);
      Deno.symlinkSync(`${path}.real`, path);
      assert.throws(
        () => withStore(folder, (store) => use(store, "rm a")),
        /Cannot use .*: it is a symbolic link/,
      );
    }),
);

Deno.test.each([DATABASE, HEAD, KEYS])(
  "%s may not be open to others",
  (name) =>
    withFolder((folder) => {
      withStore(folder, (store) => grant(store, "rm a"));
      Deno.chmodSync(`${folder}/${name}`, 0o640);
      assert.throws(
        () => withStore(folder, (store) => use(store, "rm a")),
        /its mode is 640, so others may use it/,
      );
    }),
);

Deno.test("a folder that others may write to is not used", () =>
  withFolder((folder) => {
    withStore(folder, (store) => grant(store, "rm a"));
    Deno.chmodSync(`${folder}/state`, 0o777);
    assert.throws(() => openWithin(folder), /its mode is 777/);
  }));

Deno.test.each([
  ["no database", "x".repeat(4_096), /it is not a database/],
  ["cut short", undefined, /Cannot (open|read|use|write) .*approvals.db/],
])(
  "a file that is %s is refused and left as it is",
  (_, text, why) =>
    withFolder((folder) => {
      withStore(folder, (store) => grant(store, "rm a"));
      const path = `${folder}/${DATABASE}`;
      const bytes = text === undefined
        ? Deno.readFileSync(path).subarray(0, 6_000)
        : new TextEncoder().encode(text);
      Deno.writeFileSync(path, bytes);
      assert.throws(
        () => withStore(folder, (store) => use(store, "rm a")),
        why,
      );
      assert.deepEqual(Deno.readFileSync(path), bytes);
    }),
);

Deno.test("a crash between a use and the head loses the use, and nothing else", () =>
  withFolder((folder) => {
    withStore(folder, (store) => {
      grant(store, "rm a");
      grant(store, "rm b");
      Deno.copyFileSync(`${folder}/${HEAD}`, `${folder}/head`);
      assert.equal(use(store, "rm a"), "granted");
    });
    // As if the head had not been written yet.
    Deno.copyFileSync(`${folder}/head`, `${folder}/${HEAD}`);
    withStore(folder, (store) => {
      assert.equal(store.trouble(), undefined);
      assert.equal(use(store, "rm a"), "pending");
      copyAway(folder);
      assert.equal(use(store, "rm b"), "granted");
    });
    putBack(folder);
    withStore(folder, (store) => {
      assert.throws(() => use(store, "rm b"), /1 uses, .* knows of 2/);
    });
  }));

Deno.test("a use that cannot be told to the head is refused, and lost", () =>
  withFolder((folder) =>
    withStore(folder, (store) => {
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

Deno.test.each([
  ["with its log", "SELECT 1"],
  ["after a checkpoint", "PRAGMA wal_checkpoint(PASSIVE)"],
  ["after its log began anew", "PRAGMA wal_checkpoint(TRUNCATE)"],
])(
  "an older copy written over the open file gives no second use: %s",
  (_, sql) =>
    withFolder((folder) => {
      const store = openWithin(folder);
      grant(store, "rm a");
      for (let n = 0; n < 50; n++) leave(store, ask(`fill ${n}`));
      copyAway(folder);
      assert.equal(use(store, "rm a"), "granted");
      edit(folder, sql);
      Deno.copyFileSync(`${folder}/copy`, `${folder}/${DATABASE}`);
      let again = "refused";
      try {
        again = use(store, "rm a");
      } catch (error) {
        assert(error instanceof Error && error.name === "ApprovalStoreError");
      }
      assert.notEqual(again, "granted");
      store.close();
      withStore(folder, (store) => {
        try {
          again = use(store, "rm a");
        } catch (error) {
          assert(error instanceof Error && error.name === "ApprovalStoreError");
        }
        assert.notEqual(again, "granted");
      });
    }),
);

Deno.test("a key file that is damaged is named as such", () =>
  withFolder((folder) => {
    withStore(folder, (store) => grant(store, "rm a"));
    Deno.writeTextFileSync(`${folder}/${KEYS}`, '{"airg":"appro');
    assert.throws(() => withStore(folder, () => undefined), {
      name: "ApprovalStoreError",
      message: new RegExp(`Cannot use .*${KEYS}: it does not hold keys`),
      cure: /put back the key file/,
    });
  }));

Deno.test("a secret of the environment that can be guessed is refused", () =>
  withFolder((folder) => {
    const options = {
      database: `${folder}/${DATABASE}`,
      keys: `${folder}/${KEYS}`,
    };
    openApprovals({ ...options, secret: "0123456789abcdef" }, START).close();
    assert.throws(
      () => openApprovals({ ...options, secret: "0123456789abcde" }, START),
      {
        name: "ApprovalStoreError",
        message: /AIRG_APPROVAL_HMAC_SECRET: it has fewer than 16 bytes/,
        cure: /openssl rand/,
      },
    );
  }));
