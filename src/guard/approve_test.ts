// Copyright 2026 the airg authors. Apache-2.0 license.
import assert from "node:assert/strict";
import { fakeApprovals } from "../../test/support/fake_approvals.ts";
import { EXITED, fakeParts } from "../../test/support/fake_parts.ts";
import { memoryStore } from "../../test/support/memory_approvals.ts";
import { makeScene } from "../../test/support/approval_scene.ts";
import type { Action } from "../action/action.ts";
import type { Grant, Redeemed } from "../approval/request.ts";
import type { Conclusion } from "../policy/decision.ts";
import type { Approved } from "./approve.ts";
import type { Approvals } from "./approvals.ts";
import type { Effects } from "./effects.ts";
import { handle } from "./guard.ts";

const action: Action = {
  kind: "exec",
  origin: { agent: "a", session: "s", source: "ai-agent", workspace: "/w" },
  command: { form: "argv", argv: ["rm", "x"] },
  cwd: "/w",
};

const escalated: Partial<Conclusion> = { verdict: "escalate" };

function guardOf(
  approvals: Approvals,
  over: Partial<Effects> = {},
  conclusion = escalated,
): { effects: Effects; log: string[] } {
  const { parts, log } = fakeParts({
    workspace: "/w",
    conclusion,
    approvals: {
      ...approvals,
      async record(event) {
        log.push(`approval ${event.what}`);
        await approvals.record(event);
      },
    },
    run() {
      log.push("run");
      return Promise.resolve(EXITED);
    },
  });
  return { effects: { ...parts.effects, ...over }, log };
}

Deno.test("what escalates is asked, approved, used once and recorded in this order", async () => {
  const store = memoryStore();
  const { effects, log } = guardOf(fakeApprovals({ store }));
  const asked = await handle(action, effects);
  assert.equal(asked.allowed, false);
  assert.deepEqual(asked.decision.approval, {
    id: "request-1",
    expiresAt: "1970-01-01T00:10:01.000Z",
  });
  assert.deepEqual(log.splice(0), ["approval asked", "decision"]);
  // The same again is the same request, and not told twice.
  const twice = await handle(action, effects);
  assert.equal(twice.decision.approval?.id, "request-1");
  assert.equal(store.all()[0]?.asks, 2);
  assert.deepEqual(log.splice(0), ["decision"]);
  store.yes();
  const { allowed, decision } = await handle(action, effects);
  assert.equal(allowed, true);
  assert.equal(decision.verdict, "escalate");
  assert.equal(decision.reasons[0]?.code, "approval.granted");
  assert.deepEqual(log.splice(0), [
    ...["approval consumed", "started", "run", "finished"],
  ]);
  const after = await handle(action, effects);
  assert.equal(after.allowed, false);
  assert.equal(after.decision.approval?.id, "request-2");
});

Deno.test("a grant for the session is used as often as it comes, in this session alone", async () => {
  const store = memoryStore();
  const { effects } = guardOf(fakeApprovals({ store }));
  await handle(action, effects);
  store.yes({ scope: { kind: "session" } });
  for (let i = 0; i < 3; i++) {
    assert.equal((await handle(action, effects)).allowed, true);
  }
  const other = { ...action, origin: { ...action.origin, session: "t" } };
  assert.equal((await handle(other, effects)).allowed, false);
});

Deno.test("a grant for a rule covers another action, and no other rule", async () => {
  const store = memoryStore();
  let rule = "policy/a";
  const { effects } = guardOf(fakeApprovals({ store }));
  const changing: Effects = {
    ...effects,
    decide: async (facts) => ({
      ...await effects.decide(facts),
      reasons: [{ code: "c", rule, message: "m", severity: "low" }],
    }),
  };
  await handle(action, changing);
  store.yes({ scope: { kind: "rule", ms: 1 } });
  const other: Action = {
    ...action,
    command: { form: "argv", argv: ["rm", "y"] },
  };
  assert.equal((await handle(other, changing)).allowed, true);
  rule = "policy/b";
  assert.equal((await handle(other, changing)).allowed, false);
});

Deno.test("a denial is told with the operator's words, and the same is not asked again for a while", async () => {
  let now = 1_000;
  const store = memoryStore();
  const { effects, log } = guardOf(
    fakeApprovals({ store, now: () => now }),
  );
  await handle(action, effects);
  store.no("use staging instead");
  now += 1_000;
  log.splice(0);
  for (let i = 0; i < 100; i++) {
    const { decision } = await handle(action, effects);
    assert.equal(decision.verdict, "throttle");
    assert.equal(decision.retryAfterMs, 299_000);
    assert.deepEqual(decision.reasons[0], {
      code: "approval.denied",
      rule: "airg/approvals",
      message: "A person denied this and says: use staging instead",
      remedy: "Do something else; the same is not asked again for 299 s",
      severity: "medium",
    });
  }
  assert.equal(store.all().length, 1);
  assert(log.every((line) => line === "decision"));
  now += 300_000;
  const later = await handle(action, effects);
  assert.equal(later.decision.verdict, "escalate");
});

const boom = () => Promise.reject(new Error("The disk is full"));

Deno.test.each(
  [
    { name: "grants", over: { grants: boom } },
    { name: "redeem", over: { redeem: boom } },
    { name: "touches", over: { touches: boom } },
    { name: "the record", over: { record: boom } },
  ] satisfies { name: string; over: Partial<Approvals> }[],
)("what cannot be asked for is refused: $name fails", async ({ over }) => {
  const approvals = fakeApprovals();
  const { effects, log } = guardOf({ ...approvals, ...over });
  const { allowed, decision } = await handle(action, effects);
  assert.equal(allowed, false);
  assert.equal(decision.verdict, "block");
  assert.equal(decision.approval, undefined);
  const [reason] = decision.reasons;
  assert.equal(reason?.code, "approval.unavailable");
  assert.match(reason.message, /The disk is full/);
  assert(reason.remedy !== undefined);
  assert(!log.includes("run"));
});

Deno.test("a use that cannot be recorded loses the grant and runs nothing", async () => {
  const store = memoryStore();
  const approvals = fakeApprovals({ store });
  const { effects, log } = guardOf(approvals);
  await handle(action, effects);
  store.yes();
  const failing = { ...effects, approvals: { ...approvals, record: boom } };
  const lost = await handle(action, failing);
  assert.equal(lost.decision.reasons[0]?.code, "approval.unavailable");
  const next = await handle(action, effects);
  assert.equal(next.decision.approval?.id, "request-2");
  assert(!log.includes("run"));
});

Deno.test("a log that fails before the run loses the grant and runs nothing", async () => {
  const store = memoryStore();
  const { effects, log } = guardOf(fakeApprovals({ store }));
  await handle(action, effects);
  store.yes();
  const failing = { ...effects, record: boom };
  await assert.rejects(() => handle(action, failing), /The disk is full/);
  assert.equal(store.grants(1_000).length, 0);
  assert(!log.includes("run"));
});

const GRANT: Grant = {
  id: "g",
  request: "r",
  scope: "once",
  agent: "a",
  session: "s",
  workspace: "/w",
  digest: "",
  rules: ["test/rule"],
  madeAt: 0,
  expiresAt: 5_000,
  uses: 1,
  state: "used",
};

Deno.test.each(
  [
    { name: "another digest", grant: { digest: "0" } },
    { name: "another agent", grant: { agent: "b" } },
    { name: "another session", grant: { session: "t" } },
    { name: "another workspace", grant: { workspace: "/v" } },
    { name: "other rules", grant: { scope: "rule", rules: ["x/y"] } },
    { name: "a time that is over", grant: { scope: "rule", expiresAt: 999 } },
  ] satisfies { name: string; grant: Partial<Grant> }[],
)("a store that gives a grant with $name is not believed", async (c) => {
  const redeem = (): Promise<Redeemed> =>
    Promise.resolve({ kind: "granted", grant: { ...GRANT, ...c.grant } });
  const { effects, log } = guardOf({ ...fakeApprovals(), redeem });
  const { decision } = await handle(action, effects);
  assert.equal(decision.verdict, "block");
  assert.match(decision.reasons[0]?.message ?? "", /grant that does not fit/);
  assert(!log.includes("run"));
});

Deno.test("a store that voids without end is not asked without end", async () => {
  const store = memoryStore();
  const approvals = fakeApprovals({ store });
  const { effects: first } = guardOf(approvals);
  await handle(action, first);
  const [request] = store.all();
  assert(request !== undefined);
  const redeem = (): Promise<Redeemed> =>
    Promise.resolve({
      kind: "voided",
      request: { ...request, state: "voided" },
      why: "so",
    });
  const { effects } = guardOf({ ...approvals, redeem });
  assert.equal((await handle(action, effects)).decision.verdict, "block");
});

Deno.test("a budget that is used up keeps the grant", async () => {
  const store = memoryStore();
  const budgets: Conclusion["budgets"] = [{
    key: "k",
    rule: "policy/slow",
    limit: 1,
    windowMs: 1_000,
    onExcess: "wait",
    maxWaitMs: 5_000,
    mode: "enforce",
  }];
  const conclusion: Partial<Conclusion> = { ...escalated, budgets };
  const { effects } = guardOf(fakeApprovals({ store }), {}, conclusion);
  let uses = 0;
  const counting = (ok: boolean): Effects => ({
    ...effects,
    consume() {
      uses++;
      return Promise.resolve(
        ok ? { ok } : { ok, rule: "policy/slow", retryAfterMs: 700 },
      );
    },
  });
  await handle(action, counting(true));
  assert.equal(uses, 0, "asking uses no budget");
  store.yes();
  const { allowed, decision } = await handle(action, counting(false));
  assert.equal(allowed, false);
  assert.equal(decision.verdict, "throttle");
  assert.equal(decision.retryAfterMs, 700);
  assert.equal((await handle(action, counting(true))).allowed, true);
  assert.equal(uses, 2);
});

Deno.test("shadow and other verdicts ask nobody", async () => {
  const grants = () => assert.fail("it asked");
  const approvals = { ...fakeApprovals(), grants };
  for (
    const conclusion of [
      { verdict: "escalate", mode: "shadow" },
      { verdict: "allow" },
      { verdict: "block" },
      { verdict: "throttle" },
    ] satisfies Partial<Conclusion>[]
  ) {
    const { effects } = guardOf(approvals, {}, conclusion);
    await handle(action, effects);
  }
});

Deno.test("what nobody waits for any more uses up no grant", async () => {
  const store = memoryStore();
  const { effects } = guardOf(fakeApprovals({ store }));
  await handle(action, effects);
  store.yes();
  const signal = AbortSignal.abort();
  const answer = await handle(action, effects, { streams: "capture", signal });
  assert.equal(answer.allowed, false);
  assert.equal(store.grants(1_000).length, 1);
});

Deno.test("approving what needs the network runs that one action with it, and says so", async () => {
  await using scene = await makeScene({ rules: [] });
  const command = "curl -O https://a.example/x";
  const asked = await scene.exec(command);
  assert.equal(asked.decision.verdict, "escalate");
  assert.equal(asked.decision.containment.network, "deny");
  assert.equal(scene.store.all()[0]?.subject.network, "open");
  assert.deepEqual(scene.store.all()[0]?.subject.hosts, ["a.example"]);
  scene.store.yes();
  assert.equal((await scene.exec(command)).allowed, true);
  assert.equal(scene.ran().network, "open");
  assert.match(scene.ran().notes, /network, because a person approved it/);
  assert.equal((await scene.exec(command)).allowed, false);
  assert.equal((await scene.exec("true")).allowed, true);
  assert.equal(scene.ran().network, "none");
});

Deno.test("what is approved for another reason has the policy's network", async () => {
  await using scene = await makeScene();
  await scene.exec("true");
  scene.store.yes();
  assert.equal((await scene.exec("true")).allowed, true);
  assert.equal(scene.ran().network, "none");
});

Deno.test("a write is asked with its difference, never with its content", async () => {
  await using scene = await makeScene();
  await scene.put("x.txt", "one\ntwo\n");
  await scene.write("x.txt", "one\nthree\n");
  const [request] = scene.store.all();
  assert.match(request?.touches?.diff ?? "", /^-two\n\+three$/m);
  assert.equal(request?.touches?.files, 1);
  const { content, path } = request.subject.action;
  assert.deepEqual([content, path], [undefined, "x.txt"]);
  scene.store.yes();
  assert.equal((await scene.write("x.txt", "one\nthree\n")).allowed, true);
  assert.deepEqual(scene.log.slice(-4), [
    ...["approval consumed", "started", "file", "finished"],
  ]);
});

Deno.test("a write that was to be held is refused, and nobody is asked", async () => {
  await using scene = await makeScene({
    rules: [{
      ...{ id: "ask", match: { tool: ["write"] } },
      ...{ verdict: "escalate", reason: "r" },
    }],
    sandbox: { ephemeral: true },
  });
  const { decision } = await scene.write("x.txt", "x");
  assert.equal(decision.verdict, "sandbox");
  assert.equal(scene.store.all().length, 0);
});

Deno.test("an Approved cannot be written by hand", () => {
  // @ts-expect-error the brand is not exported, so only approve() makes one
  const forged: Approved = { grant: GRANT, decision: "d" };
  assert(forged);
});

Deno.test("what the policy blocks by now is granted no more, and says so", async () => {
  const store = memoryStore();
  const { effects, log } = guardOf(fakeApprovals({ store }));
  await handle(action, effects);
  store.yes();
  const blocking: Effects = {
    ...effects,
    decide: async (facts) => ({
      ...await effects.decide(facts),
      verdict: "block",
    }),
  };
  const other: Action = { ...action, command: { form: "argv", argv: ["rm"] } };
  await handle(other, blocking);
  assert.equal(
    store.grants(1_000).length,
    1,
    "control: not for another action",
  );
  log.splice(0);
  const { allowed, decision } = await handle(action, blocking);
  assert.equal(allowed, false);
  assert.deepEqual(log, ["approval voided", "decision"]);
  assert.equal(decision.verdict, "block");
  assert.equal(decision.reasons.at(-1)?.code, "approval.voided");
  assert.equal(store.all()[0]?.why, "the policy blocks it now: test/rule");
  assert.equal((await handle(action, effects)).allowed, false);
});

Deno.test.each(
  [
    { name: "cannot be asked", over: { forbid: boom }, says: true },
    {
      name: "was never made",
      over: { isThere: () => false, forbid: boom },
      says: false,
    },
  ] satisfies { name: string; over: Partial<Approvals>; says: boolean }[],
)("what is blocked stays so where the store $name", async ({ over, says }) => {
  const { effects } = guardOf(
    { ...fakeApprovals(), ...over },
    {},
    { verdict: "block" },
  );
  const { allowed, decision } = await handle(action, effects);
  assert.equal(allowed, false);
  assert.equal(decision.verdict, "block");
  const codes = decision.reasons.map(({ code }) => code);
  assert.equal(codes.includes("approval.unavailable"), says);
});
