// Copyright 2026 the airg authors. Apache-2.0 license.
import assert from "node:assert/strict";
import { shortId } from "../approval/short_id.ts";
import { EXITED, fakeParts } from "../../test/support/fake_parts.ts";
import { fakeContext } from "../../test/support/fake_context.ts";
import type { Outcome } from "../action/outcome.ts";
import type { Verdict } from "../policy/decision.ts";
import { dispatch } from "./command.ts";
import { COMMANDS } from "./commands.ts";

const workspace = await Deno.realPath(".");

Deno.test.each(
  [
    { verdict: "block", status: 77, says: "airg: blocked" },
    {
      verdict: "escalate",
      status: 75,
      says: "airg: refused for now: this needs a person's approval",
    },
    {
      verdict: "sandbox",
      status: 75,
      says:
        "airg: refused: this may only change an ephemeral copy of the workspace, and file tools have none",
    },
    {
      verdict: "throttle",
      status: 75,
      says: "airg: refused for now: the budget is used up",
    },
  ] as const,
)("run: $verdict exits $status and says why", async (c) => {
  const { parts, log } = fakeParts({ workspace, verdict: c.verdict });
  const fake = fakeContext({ parts });
  const status = await dispatch(COMMANDS, ["run", "--", "x"], fake.context);
  assert.equal(status, c.status);
  assert.deepEqual(fake.err, [
    c.says,
    "airg: reason: Because of the test (test.reason, rule test/rule)",
    "airg: hint: Something else",
    ...c.verdict === "escalate"
      ? [
        "airg: request: request-1, waits until 1970-01-01T00:10:01.000Z",
        `airg: hint: a person answers with: airg approvals approve ${
          shortId("request-1")
        }; then run the same again`,
      ]
      : [],
    ...c.verdict === "block"
      ? ["airg: reason: Attempt 1 of 3 (policy.attempt, rule test/rule)"]
      : [],
  ]);
  assert.deepEqual(log, ["decision"]);
  assert.deepEqual(fake.out, []);
  assert.equal(fake.listening(), 0);
});

const notStarted = (
  why: (Outcome & { kind: "not-started" })["why"],
): Outcome => ({ kind: "not-started", why, message: "no", remedy: "so" });

Deno.test.each(
  [
    { name: "its own status", outcome: { ...EXITED, code: 3 }, status: 3 },
    { name: "127", outcome: notStarted("not-found"), status: 127 },
    { name: "69", outcome: notStarted("containment-unavailable"), status: 69 },
    { name: "70", outcome: notStarted("failed"), status: 70 },
  ],
)("run: a command exits with $name", async ({ outcome, status }) => {
  const { parts } = fakeParts({
    workspace,
    run: () => Promise.resolve(outcome),
  });
  const fake = fakeContext({ parts });
  const argv = ["run", "--shell", "x"];
  assert.equal(await dispatch(COMMANDS, argv, fake.context), status);
  assert.deepEqual(
    fake.err,
    outcome.kind === "exited" ? [] : ["airg: error: no", "airg: hint: so"],
  );
});

Deno.test("run: a command that stays is ended first, then airg, with 128+n", async () => {
  const { parts, log } = fakeParts({
    workspace,
    run: (_permit, _profile, _proof, { signal, streams }) => {
      assert.equal(streams, "inherit");
      return new Promise((resolve) => {
        signal?.addEventListener("abort", () => {
          resolve({ ...EXITED, code: 137, ended: "cancelled" });
        });
        // The command may do what it likes with the first three.
        for (const name of ["SIGINT", "SIGINT", "SIGTERM"] as const) {
          fake.raise(name);
          assert.equal(signal?.aborted, false);
        }
        fake.raise("SIGTERM");
      });
    },
  });
  const fake = fakeContext({ parts });
  const status = await dispatch(COMMANDS, ["run", "--", "x"], fake.context);
  assert.equal(status, 143);
  assert.deepEqual(log, ["started", "finished"]);
  assert.equal(fake.listening(), 0);
});

Deno.test("run: a signal that comes while a backup is made ends it, and nothing runs", async () => {
  const { parts, log } = fakeParts({
    workspace,
    run: () => Promise.reject(new Error("It ran")),
    backup: (_facts, _decision, _profile, signal) => {
      assert.equal(signal?.aborted, false);
      fake.raise("SIGINT");
      assert.equal(signal.aborted, true);
      return Promise.resolve(undefined);
    },
  });
  const fake = fakeContext({ parts });
  const status = await dispatch(COMMANDS, ["run", "--", "x"], fake.context);
  assert.equal(status, 130);
  assert.deepEqual(log, ["started", "finished"]);
  assert.match(fake.err[0] ?? "", /Nothing was done: airg was told to end/);
  assert.equal(fake.listening(), 0);
});

Deno.test("run: a signal that comes after the command ends the look after", async () => {
  let looking: AbortSignal | undefined;
  const { parts } = fakeParts({
    workspace,
    run: () => Promise.resolve({ ...EXITED, code: 4 }),
    backup: () =>
      Promise.resolve({
        kind: "saved",
        expect: () => undefined,
        finish(ending) {
          looking = ending;
          assert.equal(ending?.aborted, false);
          fake.raise("SIGTERM");
          return Promise.resolve({ id: "i", count: 1, unsaved: [] });
        },
      }),
  });
  const fake = fakeContext({ parts });
  assert.equal(await dispatch(COMMANDS, ["run", "--", "x"], fake.context), 4);
  assert.equal(looking?.aborted, true);
});

Deno.test("run: a command that ends on a signal gives its own status", async () => {
  const { parts } = fakeParts({
    workspace,
    run: () => {
      fake.raise("SIGTERM");
      return Promise.resolve({ ...EXITED, code: 4 });
    },
  });
  const fake = fakeContext({ parts });
  assert.equal(await dispatch(COMMANDS, ["run", "--", "x"], fake.context), 4);
});

Deno.test("run --json: decision and outcome are lines on stderr", async () => {
  const { parts } = fakeParts({ workspace, notices: ["mind this"] });
  const fake = fakeContext({ parts });
  const argv = ["run", "--json", "--", "x"];
  assert.equal(await dispatch(COMMANDS, argv, fake.context), 0);
  const lines = fake.err.map((line) => JSON.parse(line));
  assert.deepEqual(lines.map((line) => Object.keys(line)[0]), [
    "notice",
    "decision",
    "outcome",
  ]);
  assert.equal(lines[1].decision.verdict satisfies Verdict, "allow");
  assert.deepEqual(lines[2].outcome, EXITED);
});

Deno.test("run: notices and what the kernel did are told once", async () => {
  const { parts } = fakeParts({
    workspace,
    notices: ["mind \x1b this"],
    run: () =>
      Promise.resolve({
        ...EXITED,
        ended: "timeout",
        durationMs: 1500,
        kernelRefusals: ["write to /etc"],
      }),
  });
  const fake = fakeContext({ parts });
  await dispatch(COMMANDS, ["run", "--", "x"], fake.context);
  assert.deepEqual(fake.err, [
    "airg: notice: mind \\x1b this",
    "airg: notice: ended after 1.5 s: its time was up",
    "airg: notice: refused by the kernel: write to /etc",
  ]);
});

Deno.test.each(
  [
    { argv: [], says: "give a command" },
    { argv: ["--"], says: "expected a command" },
    { argv: ["--shell", "a", "--", "b"], says: "give a command" },
    { argv: ["ls"], says: "unexpected word: ls" },
    { argv: ["--profile", "root", "--", "a"], says: "unknown profile: root" },
    { argv: ["--timeout", "0", "--", "a"], says: "--timeout wants seconds" },
    { argv: ["--timeout", "1e3", "--", "a"], says: "--timeout wants seconds" },
  ],
)("run $argv is a usage error", async ({ argv, says }) => {
  const fake = fakeContext();
  assert.equal(await dispatch(COMMANDS, ["run", ...argv], fake.context), 64);
  assert(fake.err[0]?.includes(says), fake.err[0]);
  assert.deepEqual(fake.asked, []);
});

Deno.test("run: what stops the parts from being put together is told", async () => {
  const fake = fakeContext({
    failure: { status: 78, message: "bad policy", hint: "mend it" },
  });
  const argv = ["run", "--workspace", "/w", "--agent=a", "--", "x"];
  assert.equal(await dispatch(COMMANDS, argv, fake.context), 78);
  assert.deepEqual(fake.err, [
    "airg: error: bad policy",
    "airg: hint: mend it",
  ]);
  const asked = fake.asked.map(({ warn: _, ...rest }) => rest);
  assert.deepEqual(asked, [
    { workspace: "/w", agent: "a", source: "ai-agent", sharesInput: true },
  ]);
});

Deno.test("run: what cannot be recorded does not run", async () => {
  let ran = false;
  const { parts } = fakeParts({
    workspace,
    record: () => Promise.reject(new Error("No space left on device")),
    run: () => {
      ran = true;
      return Promise.resolve(EXITED);
    },
  });
  const fake = fakeContext({ parts });
  assert.equal(await dispatch(COMMANDS, ["run", "--", "x"], fake.context), 70);
  assert.deepEqual(fake.err, ["airg: error: No space left on device"]);
  assert.equal(ran, false);
});
