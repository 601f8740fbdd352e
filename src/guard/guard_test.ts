// Copyright 2026 the airg authors. Apache-2.0 license.
import assert from "node:assert/strict";
import type { Action } from "../action/action.ts";
import type { Outcome } from "../action/outcome.ts";
import type { Conclusion, Verdict } from "../policy/decision.ts";
import { realPath } from "../../sandbox/profile.ts";
import { fakeApprovals } from "../../test/support/fake_approvals.ts";
import type { Effects, Started } from "./effects.ts";
import { handle } from "./guard.ts";

const origin = {
  agent: "a",
  session: "s",
  source: "ai-agent",
  workspace: "/w",
} as const;
const exec: Action = {
  kind: "exec",
  origin,
  command: { form: "shell", text: "ls" },
  cwd: "/w",
};
const read: Action = { kind: "read", origin, path: "a" };
const done: Outcome = { kind: "read", text: "", bytes: 0 };

/** Fails the nth effect and none other, and keeps a list of what happened. */
function failing(
  nth: number,
  verdict: Verdict = "allow",
): { effects: Effects; log: string[] } {
  const log: string[] = [];
  let calls = 0;
  const step = <T>(name: string, value: T): T => {
    if (++calls === nth) throw new Error(`injected at ${name}`);
    log.push(name);
    return value;
  };
  const conclusion: Conclusion = {
    verdict,
    reasons: [{ code: "c", rule: "r", message: "m", severity: "info" }],
    mode: "enforce",
    policy: { hash: "sha256:0", agent: "a" },
    containment: { profile: "workspace", network: "deny", ephemeral: false },
  };
  const profile = {
    workspace: realPath("/w"),
    writable: [],
    pinned: [],
    anchors: [],
    hidden: [],
    network: "none",
    limits: {},
    cache: realPath("/c"),
  } as const;
  return {
    log,
    effects: {
      clock: () => 0,
      monotonic: () => 0,
      newId: () => "id",
      read: (action) =>
        step("read", {
          action,
          programs: [],
          paths: [],
          hosts: [],
          environment: [],
          variables: [],
          unknowns: [],
          lookups: [],
        }),
      decide: () => step("decide", conclusion),
      consume: () => Promise.resolve(step("consume", { ok: true as const })),
      attempt: () => Promise.resolve(step("attempt", 1)),
      sleep: () => Promise.resolve(),
      approvals: fakeApprovals(),
      contain: () => step("contain", profile),
      record: async ({ event }) =>
        await step(`record ${event}`, { seq: 1 } as Started),
      run: async () => await step("run", done),
      file: async () => await step("file", done),
    },
  };
}

for (const [action, verb] of [[exec, "run"], [read, "file"]] as const) {
  Deno.test(`handle() never does "${verb}" before it is recorded, whichever step fails`, async () => {
    const whole = [
      "read",
      "decide",
      "contain",
      "record started",
      verb,
      "record finished",
    ];
    for (let nth = 1;; nth++) {
      const { effects, log } = failing(nth);
      try {
        const answer = await handle(action, effects);
        assert.deepEqual(log, whole);
        assert.equal(answer.allowed && answer.outcome, done);
        assert.equal(nth, whole.length + 1);
        break; // Past the last step: nothing failed this time.
      } catch (error) {
        assert.match(String(error), /injected/);
        assert.deepEqual(log, whole.slice(0, nth - 1));
      }
    }
  });
}

Deno.test.each(
  [
    { verdict: "throttle" },
    { verdict: "escalate" },
    { verdict: "block" },
  ] as const,
)("handle() records and does nothing else on $verdict", async ({ verdict }) => {
  for (const action of [exec, read]) {
    // Where nobody can be asked, what escalates stays refused.
    const { effects: { approvals: _, ...effects }, log } = failing(0, verdict);
    const answer = await handle(action, effects);
    assert.equal(answer.allowed, false);
    assert.equal(answer.decision.verdict, verdict);
    assert.deepEqual(log, [
      "read",
      "decide",
      // Only what is blocked is numbered.
      ...verdict === "block" ? ["attempt"] : [],
      "record decision",
    ]);
  }
});

const SLOW = {
  key: "k",
  rule: "policy/slow",
  limit: 1,
  windowMs: 1_000,
  onExcess: "wait",
  maxWaitMs: 5_000,
  mode: "enforce",
} as const;

/** Effects with a budget that has room only after one wait of a second. */
function waiting(after: () => void): { effects: Effects; log: string[] } {
  const { effects, log } = failing(0);
  let full = true;
  return {
    log,
    effects: {
      ...effects,
      decide: async (facts) => ({
        ...await effects.decide(facts),
        budgets: [SLOW],
      }),
      consume: async (budgets) =>
        full
          ? { ok: false, rule: SLOW.rule, retryAfterMs: 1_000 }
          : await effects.consume(budgets),
      sleep: (ms) => {
        log.push(`sleep ${ms}`);
        full = false;
        after();
        return Promise.resolve();
      },
    },
  };
}

Deno.test("handle() reads and decides again after it waited for a budget", async () => {
  const { effects, log } = waiting(() => {});
  const answer = await handle(exec, effects);
  assert.equal(answer.allowed, true);
  assert.deepEqual(log.slice(0, 6), [
    ...["read", "decide", "sleep 1000"],
    ...["read", "decide", "consume"],
  ]);
});

Deno.test("handle() does not run what was cancelled while it waited", async () => {
  const cancel = new AbortController();
  const { effects, log } = waiting(() => cancel.abort());
  const answer = await handle(exec, effects, {
    streams: "capture",
    signal: cancel.signal,
  });
  assert.equal(answer.decision.verdict, "throttle");
  assert.deepEqual(log, ["read", "decide", "sleep 1000", "record decision"]);
});

Deno.test("handle() refuses sandbox where the profile holds nothing, and runs it where it does", async () => {
  const { effects, log } = failing(0, "sandbox");
  assert.equal((await handle(exec, effects)).allowed, false);
  assert.deepEqual(log, ["read", "decide", "contain", "record decision"]);
  const folder = realPath("/h");
  const ephemeral = { id: "i", folder, layers: folder };
  let seen: unknown;
  const answer = await handle(exec, {
    ...effects,
    contain: (facts, decision) => ({
      ...effects.contain(facts, decision),
      ephemeral,
    }),
    run: (_permit, profile) => {
      seen = profile.ephemeral;
      return Promise.resolve(done);
    },
  });
  assert.equal(answer.allowed, true);
  assert.deepEqual(seen, ephemeral);
});
