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

type Counting = Pick<Effects, "consume" | "attempt">;

/** Effects of which only counting is there. */
function counting(over: Partial<Counting>): Counting {
  return {
    consume: () => Promise.resolve({ ok: true }),
    attempt: () => Promise.resolve(1),
    ...over,
  };
}

Deno.test("withCounts() lets pass what has room", async () => {
  const effects = counting({});
  const { decision } = await withCounts(action, decided(), effects);
  assert.equal(decision.verdict, "allow");
});

Deno.test("withCounts() throttles what has none, and says when", async () => {
  const effects = counting({
    consume: () =>
      Promise.resolve({ ok: false, rule: "policy/slow", retryAfterMs: 700 }),
  });
  const { decision } = await withCounts(action, decided(), effects);
  assert.equal(decision.verdict, "throttle");
  assert.equal(decision.retryAfterMs, 700);
  assert.equal(decision.reasons[0]?.rule, "policy/slow");
});

Deno.test("withCounts() asks to wait where the budget says so, and no longer than it may", async () => {
  const effects = counting({
    consume: () =>
      Promise.resolve({ ok: false, rule: "policy/slow", retryAfterMs: 2_000 }),
  });
  const waiting = [{ ...budget, onExcess: "wait" as const }];
  const asked = async (budgets: readonly Budget[], turns: number, ms: number) =>
    (await withCounts(action, decided({ budgets }), effects, { turns, ms }))
      .waitMs;
  assert.equal(await asked(waiting, 0, 0), 2_000);
  assert.equal(await asked(waiting, 1, 3_000), 2_000);
  assert.equal(await asked(waiting, 1, 3_001), undefined);
  assert.equal(await asked(waiting, 8, 0), undefined);
  assert.equal(await asked([budget], 0, 0), undefined);
});

Deno.test("withCounts() blocks what it cannot count", async () => {
  const effects = counting({
    consume: () => Promise.reject(new Error("database is locked")),
  });
  const { decision } = await withCounts(action, decided(), effects);
  assert.equal(decision.verdict, "block");
  assert.match(decision.reasons[0]?.message ?? "", /database is locked/);
});

Deno.test("withCounts() counts nothing for what is refused or asked", async () => {
  const effects = counting({
    consume: () => Promise.reject(new Error("must not be asked")),
  });
  for (const verdict of ["block", "escalate"] as const) {
    const { decision } = await withCounts(
      action,
      decided({ verdict }),
      effects,
    );
    assert.equal(decision.verdict, verdict);
  }
});

Deno.test("withCounts() numbers the attempts of a refused action; the third is final", async () => {
  const keys: string[] = [];
  const effects = counting({
    attempt: (key) => {
      keys.push(key);
      return Promise.resolve(keys.length);
    },
  });
  const refused = decided({ verdict: "block" });
  const attempts = [];
  for (let i = 0; i < 3; i++) {
    attempts.push(
      (await withCounts(action, refused, effects)).decision.attempt,
    );
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
  await withCounts({ ...action, clientRetries: 7 }, refused, effects);
  assert.equal(new Set(keys).size, 2);
});

Deno.test("withCounts() refuses all the same when attempts cannot be counted", async () => {
  const effects = counting({
    attempt: () => Promise.reject(new Error("no disk")),
  });
  const refused = decided({ verdict: "block" });
  const { decision } = await withCounts(action, refused, effects);
  assert.deepEqual(decision, refused);
});
