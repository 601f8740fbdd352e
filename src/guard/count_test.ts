// Copyright 2026 the airg authors. Apache-2.0 license.
import assert from "node:assert/strict";
import type { Action } from "../action/action.ts";
import type { Decision } from "../policy/decision.ts";
import type { Budget } from "../policy/throttle.ts";
import { withCounts } from "./count.ts";
import type { Effects } from "./effects.ts";

const action: Action = {
  kind: "exec",
  origin: {
    agent: "codex-1",
    session: "s",
    source: "ai-agent",
    workspace: "/work/site",
  },
  command: { form: "shell", text: "make" },
  cwd: "/work/site",
};
const budget: Budget = {
  key: "k",
  rule: "policy/slow",
  limit: 1,
  windowMs: 1_000,
  onExcess: "fail",
  maxWaitMs: 5_000,
  mode: "enforce",
};

function decided(over: Partial<Decision> = {}): Decision {
  return {
    id: "1",
    verdict: "allow",
    mode: "enforce",
    reasons: [{
      code: "policy.no_rule",
      rule: "built-in/allow",
      message: "",
      severity: "info",
    }],
    policy: { hash: "sha256:0", agent: "codex-1" },
    containment: { profile: "workspace", network: "deny", ephemeral: false },
    elapsedUs: 1,
    budgets: [budget],
    ...over,
  };
}

type Counting = Pick<Effects, "consume" | "attempt" | "sleep">;

/** Effects of which only counting is there; `slept` says how long was waited. */
function counting(
  over: Partial<Counting>,
): { readonly effects: Effects; readonly slept: number[] } {
  const slept: number[] = [];
  const parts: Counting = {
    consume: () => Promise.resolve({ ok: true }),
    attempt: () => Promise.resolve(1),
    sleep: (ms) => {
      slept.push(ms);
      return Promise.resolve();
    },
    ...over,
  };
  return { effects: parts as Effects, slept };
}

Deno.test("withCounts() lets pass what has room", async () => {
  const { effects } = counting({});
  assert.equal((await withCounts(action, decided(), effects)).verdict, "allow");
});

Deno.test("withCounts() throttles what has none, and says when", async () => {
  const { effects } = counting({
    consume: () =>
      Promise.resolve({ ok: false, rule: "policy/slow", retryAfterMs: 700 }),
  });
  const decision = await withCounts(action, decided(), effects);
  assert.equal(decision.verdict, "throttle");
  assert.equal(decision.retryAfterMs, 700);
  assert.equal(decision.reasons[0]?.rule, "policy/slow");
});

Deno.test("withCounts() waits where the budget says so, and no longer than it may", async () => {
  let tries = 0;
  const { effects, slept } = counting({
    consume: () =>
      Promise.resolve(
        ++tries > 2
          ? { ok: true }
          : { ok: false, rule: "policy/slow", retryAfterMs: 2_000 },
      ),
  });
  const budgets = [{ ...budget, onExcess: "wait" as const }];
  const passed = await withCounts(action, decided({ budgets }), effects);
  assert.deepEqual([passed.verdict, slept], ["allow", [2_000, 2_000]]);
  tries = -1;
  const late = await withCounts(action, decided({ budgets }), effects);
  assert.equal(late.verdict, "throttle");
});

Deno.test("withCounts() blocks what it cannot count", async () => {
  const { effects } = counting({
    consume: () => Promise.reject(new Error("database is locked")),
  });
  const decision = await withCounts(action, decided(), effects);
  assert.equal(decision.verdict, "block");
  assert.match(decision.reasons[0]?.message ?? "", /database is locked/);
});

Deno.test("withCounts() counts nothing for what is refused or asked", async () => {
  const { effects } = counting({
    consume: () => Promise.reject(new Error("must not be asked")),
  });
  for (const verdict of ["block", "escalate"] as const) {
    const decision = await withCounts(action, decided({ verdict }), effects);
    assert.equal(decision.verdict, verdict);
  }
});

Deno.test("withCounts() numbers the attempts of a refused action; the third is final", async () => {
  const keys: string[] = [];
  const { effects } = counting({
    attempt: (key) => {
      keys.push(key);
      return Promise.resolve(keys.length);
    },
  });
  const refused = decided({ verdict: "block" });
  const attempts = [];
  for (let i = 0; i < 3; i++) {
    attempts.push((await withCounts(action, refused, effects)).attempt);
  }
  assert.deepEqual(attempts.map((one) => one?.finalBlock), [
    false,
    false,
    true,
  ]);
  assert.equal(new Set(keys).size, 1);
  const other: Action = { ...action, cwd: "/work/site/sub" };
  await withCounts(other, refused, effects);
  assert.equal(new Set(keys).size, 2);
});

Deno.test("withCounts() refuses all the same when attempts cannot be counted", async () => {
  const { effects } = counting({
    attempt: () => Promise.reject(new Error("no disk")),
  });
  const refused = decided({ verdict: "block" });
  assert.deepEqual(await withCounts(action, refused, effects), refused);
});
