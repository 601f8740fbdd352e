// Copyright 2026 the airg authors. Apache-2.0 license.
import assert from "node:assert/strict";
import { DatabaseSync } from "node:sqlite";
import {
  ask,
  kindOf,
  leave,
  openWithin,
  OPERATOR,
  say,
  SETTINGS,
  START,
  storeTest,
  withFolder,
} from "../../../test/support/approvals.ts";
import type { Subject } from "../../approval/subject.ts";
import { type Approvals, openApprovals } from "./store.ts";

storeTest(
  "a request is what was asked, waits, and is seen by its asker alone",
  (store) => {
    const what = ask("rm -r build");
    const left = store.redeem(what, SETTINGS, START);
    assert(left.kind === "pending");
    const { id, digest, ...rest } = left.request;
    assert.match(digest, /^[0-9a-f]{64}$/);
    assert.deepEqual(rest, {
      ...what,
      state: "pending",
      askedAt: START,
      expiresAt: START + SETTINGS.ttlMs,
      asks: 1,
    });
    assert.deepEqual(store.state(id, what.asker, START), left.request);
    assert.deepEqual(store.find(id), left.request);
    assert.deepEqual(store.alike(id.slice(0, 18), undefined, START), [
      left.request,
    ]);
    for (const other of ["agent", "session", "workspace"]) {
      const asker = { ...what.asker, [other]: "another" };
      assert.equal(store.state(id, asker, START), undefined);
    }
  },
);

storeTest("identical pending requests share one entry and count", (store) => {
  const id = leave(store, ask("rm -r build"));
  assert.equal(leave(store, ask("rm -r build")), id);
  assert.notEqual(leave(store, ask("rm -r Build")), id);
  assert.notEqual(leave(store, ask("rm -r build", { session: "s2" })), id);
  assert.deepEqual(store.pending(START).map(({ asks }) => asks), [2, 1, 1]);
});

storeTest("a grant is used once, by exactly what was approved", (store) => {
  const id = leave(store, ask("rm -r build"));
  const said = say(store, id);
  assert(said.ok);
  assert.equal(said.request.state, "approved");
  for (const [text, over] of Object.entries(OTHERS)) {
    assert.equal(kindOf(store, ask(text, over)), "pending", text);
  }
  const used = store.redeem(ask("rm -r build"), SETTINGS, START);
  assert(used.kind === "granted");
  assert.deepEqual(used.grant, { ...said.grant, uses: 1, state: "used" });
  assert.equal(store.state(id, ask("").asker, START)?.state, "consumed");
  assert.equal(kindOf(store, ask("rm -r build")), "pending");
  assert.deepEqual(
    store.history(id).map(({ seq: _, ...event }) => event),
    [
      { what: "asked", request: id, asker: ask("").asker, at: START },
      {
        what: "approved",
        request: id,
        grant: said.grant?.id,
        who: OPERATOR,
        at: START,
      },
      {
        what: "consumed",
        request: id,
        grant: said.grant?.id,
        asker: ask("").asker,
        at: START,
      },
    ],
  );
});

/** What a grant for `rm -r build` is not for, and leaves alone. */
const OTHERS: Record<string, Parameters<typeof ask>[1]> = {
  "rm -r Build": {},
  "rm -r  build": {},
  "rm -r build ": {},
  "rm -r build\u00a0": {},
  "rm -r build": { session: "s2" },
};

Deno.test.each(
  [
    ["a script's content", {
      files: [{ path: "/usr/bin/rm", sha256: "01", role: "program" }],
    }, /another content/],
    ["the paths it leads to", {
      paths: [{ path: "/etc", access: "delete" }],
    }, /paths it leads to/],
    ["the environment", { environment: ["LD_PRELOAD=x"] }, /the environment/],
    ["the hosts", { hosts: ["evil.example"] }, /the hosts/],
    ["the network", { network: "open" }, /network/],
  ] satisfies [string, Partial<Subject>, RegExp][],
)(
  "a grant is voided when %s changed",
  (_, over, why) =>
    withFolder((folder) => {
      using disposable = closing(openWithin(folder));
      const { store } = disposable;
      const id = leave(store, ask("rm -r build"));
      assert(say(store, id).ok);
      const changed = ask("rm -r build", { subject: over });
      const voided = store.redeem(changed, SETTINGS, START);
      assert(voided.kind === "voided");
      assert.match(voided.why, why);
      assert.equal(voided.request.state, "voided");
      // Nor is it there for what had been approved.
      assert.equal(kindOf(store, ask("rm -r build")), "pending");
      assert.equal(store.history(id).at(-1)?.what, "voided");
    }),
);

function closing(store: Approvals): Disposable & { readonly store: Approvals } {
  return { store, [Symbol.dispose]: () => store.close() };
}

storeTest(
  "a grant is voided when the policy objects by a rule nobody saw",
  (store) => {
    const id = leave(store, ask("rm -r build"));
    assert(say(store, id).ok);
    const stricter = ask("rm -r build", { rules: ["default/rm", "own/no-rm"] });
    const voided = store.redeem(stricter, SETTINGS, START);
    assert(voided.kind === "voided");
    assert.equal(
      voided.why,
      "the policy now objects for another reason: own/no-rm",
    );
    const milder = ask("rm x", { rules: ["a", "b"] });
    assert(say(store, leave(store, milder)).ok);
    assert.equal(kindOf(store, ask("rm x", { rules: ["b"] })), "granted");
  },
);

storeTest(
  "a denial is remembered with its words, in any session, for a while",
  (store) => {
    const id = leave(store, ask("rm -r build"));
    const answer = { who: OPERATOR, message: "use staging instead" };
    assert(store.deny(id, answer, START).ok);
    const again = ask("rm -r build", { session: "s2" });
    const denied = store.redeem(again, SETTINGS, START + 1_000);
    assert(denied.kind === "denied");
    assert.equal(denied.retryAfterMs, SETTINGS.deniedMs - 1_000);
    assert.equal(denied.request.message, "use staging instead");
    assert.equal(denied.request.asks, 2);
    // Whatever it would be fed; another script is another command.
    const fed = ask("rm -r build", { subject: { input: "a pipe" } });
    assert.equal(kindOf(store, fed, START + 1_000), "denied");
    const other = ask("rm -r build", { subject: { files: [] } });
    assert.equal(kindOf(store, other, START + 1_000), "pending");
    assert.equal(kindOf(store, again, START + SETTINGS.deniedMs - 1), "denied");
    assert.equal(kindOf(store, again, START + SETTINGS.deniedMs), "pending");
  },
);

storeTest(
  "a grant for the session is used as often as it comes, there alone",
  (store) => {
    const id = leave(store, ask("make clean"));
    assert(say(store, id, START, { kind: "session" }).ok);
    for (const uses of [1, 2, 3]) {
      const used = store.redeem(ask("make clean"), SETTINGS, START);
      assert(used.kind === "granted");
      assert.equal(used.grant.uses, uses);
    }
    const other = ask("make clean", { session: "s2" });
    assert.equal(kindOf(store, other), "pending");
    const narrow = { ...SETTINGS, wider: false };
    assert.equal(
      store.redeem(ask("make clean"), narrow, START).kind,
      "pending",
    );
  },
);

storeTest(
  "a grant for a rule covers what that rule alone objects to, until its end",
  (store) => {
    const id = leave(store, ask("rm -r a"));
    assert(say(store, id, START, { kind: "rule", ms: 3_600_000 }).ok);
    const late = START + 3_600_000;
    assert.equal(kindOf(store, ask("rm -r b", { session: "s2" })), "granted");
    assert.equal(
      kindOf(store, ask("x", { rules: ["default/rm", "y"] })),
      "pending",
    );
    assert.equal(kindOf(store, ask("rm -r b", { agent: "other" })), "pending");
    assert.equal(kindOf(store, ask("rm -r c"), late - 1), "granted");
    assert.equal(kindOf(store, ask("rm -r c"), late), "pending");
  },
);

storeTest("shown() is noted once for each person", (store) => {
  const id = leave(store, ask("rm"));
  for (const how of ["watch", "watch", "terminal"] as const) {
    store.shown(id, { ...OPERATOR, how }, START);
  }
  store.shown(crypto.randomUUID(), OPERATOR, START);
  const shown = store.history(id).filter(({ what }) => what === "shown");
  assert.deepEqual(shown.map(({ who }) => who?.how), ["watch", "terminal"]);
});

storeTest(
  "version() changes with what can be seen, and not with mere looking",
  (store, folder) => {
    using other = closing(openWithin(folder));
    const versions = [store.version()];
    const note = () => versions.push(other.store.version());
    const id = leave(store, ask("rm"));
    note();
    assert(say(store, id).ok);
    note();
    assert.equal(kindOf(store, ask("rm")), "granted");
    note();
    assert.equal(new Set(versions).size, 4);
    store.pending(START + 60_000);
    store.state(id, ask("rm").asker, START + 120_000);
    assert.equal(other.store.version(), versions.at(-1));
  },
);

storeTest(
  "alike() finds by a beginning or an ending, the newest first, and by nothing else",
  (store) => {
    const a = leave(store, ask("a"));
    const b = leave(store, ask("b"));
    const ids = (part: string, states?: readonly ("pending" | "approved")[]) =>
      store.alike(part, states, START).map(({ id }) => id);
    assert.deepEqual(ids(a.slice(0, 8)), [b, a]);
    assert.deepEqual(ids(a.slice(-8)), [a]);
    assert.deepEqual(ids(a), [a]);
    assert(say(store, b).ok);
    assert.deepEqual(ids(a.slice(0, 8), ["pending"]), [a]);
    assert.deepEqual(ids(a.slice(0, 8), ["approved"]), [b]);
    for (
      const bad of [
        "",
        "%",
        "____",
        "a' OR 1",
        a.slice(0, 3),
        `${a}0`,
        "ffffffff",
      ]
    ) {
      assert.deepEqual(ids(bad), [], bad);
      assert.equal(store.find(bad), undefined, bad);
    }
    assert.equal(store.find(a.slice(0, 18)), undefined);
  },
);

storeTest(
  "alike() does not find what has expired among what waits",
  (store) => {
    const id = leave(store, ask("a"));
    const [end, later] = [id.slice(-8), START + SETTINGS.ttlMs + 1];
    assert.equal(store.alike(end, ["pending"], START).length, 1);
    assert.equal(store.alike(end, ["pending"], later).length, 0);
    assert.equal(store.alike(end, undefined, later).length, 1);
  },
);

storeTest("list() filters by state, newest first", (store) => {
  const ids = ["a", "b", "c"].map((text, n) =>
    leave(store, ask(text), START + n)
  );
  assert(say(store, ids[1]!).ok);
  const list = (...states: ("pending" | "approved")[]) =>
    store.list({ states, limit: 10 }).map(({ id }) => id);
  assert.deepEqual(list("pending"), [ids[2], ids[0]]);
  assert.deepEqual(list("approved"), [ids[1]]);
  assert.equal(store.list({ limit: 2 }).length, 2);
});

storeTest(
  "one agent cannot have more pending requests than a person can bear",
  (store, folder) => {
    for (let n = 0; n < 3; n++) leave(store, ask(`rm ${n}`));
    using database = new DatabaseSync(`${folder}/state/approvals.db`);
    // As if there were as many.
    database.exec(
      `WITH RECURSIVE many (n) AS
         (SELECT 1 UNION ALL SELECT n + 1 FROM many WHERE n < 5000)
       INSERT INTO requests SELECT n, 'pending', 1e15, n, '',
         (SELECT place FROM requests LIMIT 1), 1, '', '' FROM many`,
    );
    assert.throws(
      () => leave(store, ask("rm 4")),
      /5000 of this agent are pending/,
    );
    leave(store, ask("rm 4", { agent: "other" }));
    database.exec(
      `WITH RECURSIVE many (n) AS
         (SELECT 1 UNION ALL SELECT n + 1 FROM many WHERE n < 15000)
       INSERT INTO requests SELECT 'o' || n, 'pending', 1e15, 'o' || n, '',
         n, 1, '', '' FROM many`,
    );
    assert.throws(
      () => leave(store, ask("rm 4", { agent: "another" })),
      /20000 of all agents are pending/,
    );
  },
);

storeTest(
  "an agent that was denied twenty times asks for nothing new for a while",
  (store) => {
    for (let n = 0; n < 20; n++) {
      assert.equal(kindOf(store, ask(`rm ${n}`), START), "pending");
      const id = leave(store, ask(`rm ${n}`));
      store.deny(id, { who: OPERATOR, message: "stop" }, START + n);
    }
    const later = START + 1_000;
    const refused = store.redeem(ask("rm -- 1"), SETTINGS, later);
    assert(refused.kind === "denied");
    assert.equal(refused.others, 20);
    assert.equal(refused.request.message, "stop");
    assert.equal(refused.retryAfterMs, SETTINGS.deniedMs - 1_000);
    const other = ask("rm -- 1", { agent: "other" });
    assert.equal(kindOf(store, other, later), "pending");
    const free = START + SETTINGS.deniedMs;
    assert.equal(kindOf(store, ask("rm -- 1"), free), "pending");
  },
);

storeTest(
  "an approval for a session leaves open which commits names stand for",
  (store) => {
    const push = (sha256: string) =>
      ask("git push", {
        subject: {
          files: [{ path: "/w/.git/refs", role: "revision", sha256 }],
        },
      });
    const answer = (scope: "once" | "session") => {
      const id = leave(store, push("a"));
      assert(say(store, id, START, { kind: scope }).ok);
    };
    answer("once");
    assert.equal(kindOf(store, push("b"), START), "voided");
    answer("session");
    assert.equal(kindOf(store, push("b"), START), "granted");
    assert.equal(kindOf(store, push("c"), START), "granted");
  },
);

storeTest(
  "an approval for a session leaves open what lies in a folder that is deleted",
  (store) => {
    const clean = (sha256: string) =>
      ask("rm -r build", {
        subject: { files: [{ path: "/w/build/**", role: "removed", sha256 }] },
      });
    const answer = (scope: "once" | "session") => {
      const id = leave(store, clean("a"));
      assert(say(store, id, START, { kind: scope }).ok);
    };
    answer("once");
    assert.equal(kindOf(store, clean("b"), START), "voided");
    answer("session");
    assert.equal(kindOf(store, clean("b"), START), "granted");
  },
);

storeTest("what is not known whole is approved once at most", (store) => {
  const part = { path: "/w/**", sha256: "a", members: [] };
  const tree = { files: 1, bytes: 1, more: true } as const;
  const asks: [string, Partial<Subject>, boolean][] = [
    ["more", { files: [{ ...part, role: "input", tree }] }, false],
    ["wide", { files: [{ ...part, role: "input", unbound: true }] }, false],
    ["gone", { files: [{ ...part, role: "removed", tree }] }, true],
    ["all", {
      files: [{ ...part, role: "input", tree: { files: 1, bytes: 1 } }],
    }, true],
  ];
  for (const [text, subject, isWide] of asks) {
    const id = leave(store, ask(text, { subject }));
    const said = say(store, id, START, { kind: "session" });
    assert.equal(said.ok, isWide, text);
    if (!said.ok) assert.equal(said.why, "not-allowed");
    if (!isWide) assert(say(store, id, START, { kind: "once" }).ok, text);
  }
});

storeTest("what nobody reads before saying yes is not asked for", (store) => {
  assert.throws(
    () => leave(store, ask(`rm ${"x".repeat(300_000)}`)),
    /more than 262144/,
  );
  leave(store, ask(`rm ${"x".repeat(200_000)}`));
});
storeTest(
  "one agent cannot leave more for a watch to read than it can bear",
  (store, folder) => {
    leave(store, ask("rm 1"));
    using database = new DatabaseSync(`${folder}/state/approvals.db`);
    database.exec(
      `INSERT INTO requests SELECT 'large', 'pending', 1e15, 'large', '',
         (SELECT place FROM requests LIMIT 1), 1,
         printf('%.*c', 16 * 1024 * 1024, 'x'), ''`,
    );
    assert.throws(
      () => leave(store, ask("rm 2")),
      /16777216 bytes of this agent are pending/,
    );
    // Who asks again is not refused, nor is anybody else.
    leave(store, ask("rm 1"));
    leave(store, ask("rm 2", { agent: "other" }));
  },
);

storeTest(
  "files are for the user alone, and the folders too",
  async (_, folder) => {
    for (
      const name of [
        "state/approvals.db",
        "state/approvals.db-wal",
        "state/approvals.db-shm",
        "state/approvals.head",
      ]
    ) {
      assert.equal(
        ((await Deno.stat(`${folder}/${name}`)).mode ?? 0) & 0o777,
        0o600,
      );
    }
    const key = `${folder}/config/approvals.hmac.key`;
    assert.equal(((await Deno.stat(key)).mode ?? 0) & 0o777, 0o600);
    assert.equal(
      ((await Deno.stat(`${folder}/state`)).mode ?? 0) & 0o777,
      0o700,
    );
  },
);

storeTest(
  "a secret of the environment signs instead of the key file",
  (_, folder) => {
    const options = {
      database: `${folder}/other/approvals.db`,
      keys: `${folder}/other/key`,
      secret: "correct horse battery",
    };
    using one = closing(openApprovals(options, START));
    assert(say(one.store, leave(one.store, ask("rm"))).ok);
    assert.throws(() => Deno.statSync(options.keys), Deno.errors.NotFound);
    using wrong = closing(
      openApprovals({ ...options, secret: "another horse battery" }, START),
    );
    assert.match(wrong.store.trouble() ?? "", /does not verify/);
    assert.throws(() => kindOf(wrong.store, ask("rm")), /Cannot rely on/);
    assert.equal(kindOf(one.store, ask("rm")), "granted");
  },
);

storeTest("what no rule objects to is not asked for", (store) => {
  const nothing = ask("rm", { rules: [] });
  assert.throws(() => kindOf(store, nothing), /no rule objects/);
});

storeTest(
  "a head that somebody holds is not waited for for ever",
  async (store, folder) => {
    using file = await Deno.open(`${folder}/state/approvals.head`, {
      write: true,
    });
    await file.lock(true);
    assert.throws(
      () => kindOf(store, ask("rm")),
      /Cannot lock .*approvals.head/,
    );
    await file.unlock();
    assert.equal(kindOf(store, ask("rm")), "pending");
  },
);
