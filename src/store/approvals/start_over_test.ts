// Copyright 2026 the airg authors. Apache-2.0 license.
import assert from "node:assert/strict";
import {
  ask,
  copyAway,
  DATABASE,
  grant,
  KEYS,
  OPERATOR,
  putBack,
  START,
  use,
  withFolder,
  withStore,
} from "../../../test/support/approvals.ts";
import { repairAt } from "./start_over.ts";

const PAGE = 4096;

function optionsIn(folder: string): Parameters<typeof repairAt>[0] {
  return { database: `${folder}/${DATABASE}`, keys: `${folder}/${KEYS}` };
}

Deno.test.each(
  [
    { what: "all pages but the first", from: PAGE },
    { what: "all of it", from: 0 },
  ],
)(
  "a damaged database is moved aside, and nothing of it is used again: $what",
  ({ from }) =>
    withFolder((folder) => {
      withStore(folder, (store) => {
        grant(store, "rm a");
        grant(store, "rm b");
        assert.equal(use(store, "rm b"), "granted", "control");
      });
      copyAway(folder);
      const { database } = optionsIn(folder);
      const bytes = Deno.readFileSync(database);
      Deno.writeFileSync(database, bytes.fill(0xa5, from));
      const opened = () => withStore(folder, (store) => use(store, "rm a"));
      assert.throws(
        opened,
        /Cannot use .*approvals\.db: .*(?:malformed|not a d)/,
      );
      const { movedTo } = repairAt(optionsIn(folder), OPERATOR, START);
      assert(movedTo !== undefined);
      assert.deepEqual(Deno.readFileSync(movedTo), bytes);
      withStore(folder, (store) => {
        assert.equal(store.trouble(), undefined);
        assert.deepEqual(store.grants(START), []);
        assert.equal(use(store, "rm a"), "pending");
      });
      // The old one, mended and put back.
      putBack(folder);
      withStore(folder, (store) => {
        assert.match(store.trouble() ?? "", /older than what happened/);
        assert.throws(() => use(store, "rm a"), /older than what happened/);
      });
    }),
);

Deno.test("what can be read is repaired in its place", () =>
  withFolder((folder) => {
    withStore(folder, (store) => grant(store, "rm a"));
    const done = repairAt(optionsIn(folder), OPERATOR, START);
    assert.deepEqual(done, { revoked: 1, expired: 0, setAside: 0 });
    withStore(folder, (store) => {
      const { asker } = ask("rm a");
      const [request] = store.list({ limit: 9 });
      assert.equal(request?.asker.agent, asker.agent);
      assert.equal(request?.state, "revoked");
    });
  }));
