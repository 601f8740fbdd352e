// Copyright 2026 the airg authors. Apache-2.0 license.
import assert from "node:assert/strict";
import {
  ask,
  leave,
  openWithin,
  say,
  SETTINGS,
  START,
  withFolder,
} from "../../../test/support/approvals.ts";
import type { Ask, Ban, Scope } from "../../approval/request.ts";

/** What is asked, whatever it leads to. */
function banOf({ asker, subject }: Ask): Ban {
  return { asker, subject, why: "the policy blocks it now: r" };
}

const SCOPES: readonly { readonly scope: Scope }[] = [
  { scope: { kind: "once" } },
  { scope: { kind: "session" } },
];

Deno.test.each(SCOPES)(
  "what is blocked is granted no more: $scope.kind",
  ({ scope }) =>
    withFolder((folder) => {
      using store = closing(openWithin(folder));
      const what = ask("rm -r build");
      const id = leave(store, what);
      assert(say(store, id, START, scope).ok);
      const others = [ask("rm -r Build"), ask("rm -r build", { session: "t" })];
      for (const other of others) {
        assert.deepEqual(store.forbid(banOf(other), START), []);
      }
      assert.equal(store.grants(START).length, 1, "control");
      // Also where the disk changed meanwhile: it is the same action.
      const now = ask("rm -r build", { subject: { files: [] } });
      const [gone] = store.forbid(banOf(now), START);
      assert.equal(gone?.grant.state, "voided");
      assert.equal(gone?.request.state, "voided");
      assert.deepEqual(store.grants(START), []);
      const last = store.history(id).at(-1);
      assert.equal(last?.what, "voided");
      assert.equal(last?.why, "the policy blocks it now: r");
      assert.equal(store.redeem(what, SETTINGS, START).kind, "pending");
    }),
);

Deno.test("a grant for a rule outlives one action that is blocked", () =>
  withFolder((folder) => {
    using store = closing(openWithin(folder));
    const what = ask("rm -r build");
    const scope = { kind: "rule", ms: 60_000 } as const;
    assert(say(store, leave(store, what), START, scope).ok);
    assert.deepEqual(store.forbid(banOf(what), START), []);
    assert.equal(store.grants(START).length, 1);
  }));

function closing<Store extends { readonly close: () => void }>(
  store: Store,
): Store & Disposable {
  return { ...store, [Symbol.dispose]: store.close };
}
