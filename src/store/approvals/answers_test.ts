// Copyright 2026 the airg authors. Apache-2.0 license.
// What a person answers: yes, no, no longer, and to a wrong id.
import assert from "node:assert/strict";
import {
  ask,
  kindOf,
  leave,
  OPERATOR,
  say,
  SETTINGS,
  START,
  storeTest,
} from "../../../test/support/approvals.ts";

storeTest(
  "what is wider than once is given only where the settings let it",
  (store) => {
    const id = leave(store, ask("rm"));
    const { digest } = store.pending(START)[0]!;
    const narrow = { ...SETTINGS, wider: false };
    for (
      const [scope, settings] of [
        [{ kind: "session" }, narrow],
        [{ kind: "rule", ms: 1_000 }, narrow],
        [{ kind: "rule", ms: 0 }, SETTINGS],
        [{ kind: "rule", ms: Infinity }, SETTINGS],
      ] as const
    ) {
      const answer = { scope, who: OPERATOR, digest };
      assert.deepEqual(store.approve(id, answer, settings, START), {
        ok: false,
        why: "not-allowed",
        state: "pending",
      });
    }
  },
);

storeTest("approve() wants the digest that the person saw", (store) => {
  const id = leave(store, ask("rm"));
  const answer = {
    scope: { kind: "once" },
    who: OPERATOR,
    digest: "0",
  } as const;
  assert.deepEqual(store.approve(id, answer, SETTINGS, START), {
    ok: false,
    why: "changed",
    state: "pending",
  });
});

storeTest("nothing leaves an end state", (store) => {
  const who = OPERATOR;
  const denied = leave(store, ask("a"));
  assert(store.deny(denied, { who }, START).ok);
  const expired = leave(store, ask("b"));
  const late = START + SETTINGS.ttlMs;
  const used = leave(store, ask("c"), START + 1);
  assert(say(store, used, START + 1).ok);
  assert.equal(kindOf(store, ask("c"), START + 1), "granted");
  const revoked = leave(store, ask("d"), START + 1);
  assert(say(store, revoked, START + 1).ok);
  assert(store.revoke(revoked, who, START + 1).ok);
  const states = { denied, expired, consumed: used, revoked };
  for (const [state, id] of Object.entries(states)) {
    const why = state === "expired" ? "expired" : "answered";
    const refused = { ok: false, why, state };
    assert.deepEqual(say(store, id, late), refused);
    assert.deepEqual(store.deny(id, { who }, late), refused);
    assert.deepEqual(store.revoke(id, who, late), refused);
  }
});

storeTest(
  "revoke() takes a request's or a grant's id, and the grant is gone",
  (store) => {
    for (const which of ["request", "grant"] as const) {
      const id = leave(store, ask(which));
      const said = say(store, id);
      assert(said.ok && said.grant !== undefined);
      assert.equal(store.grants(START).length, 1);
      const name = which === "request" ? id : said.grant.id;
      const revoked = store.revoke(name, OPERATOR, START);
      assert(revoked.ok);
      assert.equal(revoked.grant?.state, "revoked");
      assert.deepEqual(store.grants(START), []);
      assert.equal(kindOf(store, ask(which)), "pending");
    }
  },
);

storeTest("wrong ids pause who gives them, and never a right one", (store) => {
  const deny = (id: string, terminal = "/dev/pts/3", now = START) => {
    const said = store.deny(id, { who: { ...OPERATOR, terminal } }, now);
    return said.ok ? "ok" : said.why;
  };
  const wrong = () => deny(crypto.randomUUID());
  const right = leave(store, ask("rm"));
  const five = Array.from({ length: 5 }, wrong);
  assert.deepEqual(five, Array(5).fill("unknown"));
  assert.equal(wrong(), "paused");
  assert.equal(deny(crypto.randomUUID(), "/dev/pts/4"), "unknown");
  assert.equal(deny(right), "ok");
  assert.equal(wrong(), "paused");
  assert.equal(
    deny(crypto.randomUUID(), undefined, START + 600_000),
    "unknown",
  );
});

storeTest("no rule gives the network", (store) => {
  const needs = (command: string): ReturnType<typeof ask> => ({
    ...ask(command, { rules: ["/sandbox/network"] }),
    reasons: [{
      code: "network.needed",
      rule: "/sandbox/network",
      message: `${command} needs the network`,
      severity: "low",
    }],
  });
  const id = leave(store, needs("curl a.example"));
  const answer = say(store, id, START, { kind: "rule", ms: 60_000 });
  assert.equal(answer.ok, false);
  assert.equal(answer.ok || answer.why, "not-allowed");
  assert(say(store, id, START, { kind: "session" }).ok);
  const redeem = (what: ReturnType<typeof ask>) =>
    store.redeem(what, SETTINGS, START).kind;
  assert.equal(redeem(needs("curl a.example")), "granted");
  assert.equal(redeem(needs("curl evil.example")), "pending");
  // Nor where the same rule was approved for something else.
  const other = leave(store, ask("rm", { rules: ["/sandbox/network"] }));
  assert(say(store, other, START, { kind: "rule", ms: 60_000 }).ok);
  assert.equal(redeem(needs("curl more.example")), "pending");
});
