// Copyright 2026 the airg authors. Apache-2.0 license.
import assert from "node:assert/strict";
import { fakeContext } from "../../../test/support/fake_context.ts";
import { dispatch } from "../command.ts";
import { COMMANDS } from "../commands.ts";

const argv = ["policy", "explain", "--batch"];

Deno.test("--batch answers each line in order, and the same policy is the same hash", async () => {
  const rules = (message: string) => ({
    version: 1,
    rules: [{
      id: "x",
      match: { program: "ls" },
      verdict: "block",
      reason: message,
    }],
  });
  const lines = Array.from({ length: 200 }, (_, id) => ({
    id,
    command: "ls",
    // More policies than are kept.
    ...(id % 2 === 0 && { policy: rules(`Reason ${id % 100}`) }),
  }));
  const fake = fakeContext({
    stdin: lines.map((line) => JSON.stringify(line)).join("\n"),
  });
  assert.equal(await dispatch(COMMANDS, argv, fake.context), 0);
  const answers = fake.out.map((line) => JSON.parse(line));
  assert.deepEqual(answers.map(({ id }) => id), lines.map(({ id }) => id));
  for (const { id, decision } of answers) {
    assert.equal(decision.verdict, id % 2 === 0 ? "block" : "allow");
    if (id % 2 === 0) {
      assert.equal(decision.reasons[0].message, `Reason ${id % 100}`);
    }
  }
  assert.equal(
    answers[4].decision.policy.hash,
    answers[104].decision.policy.hash,
  );
});

Deno.test("--batch answers a line before the next one comes", async () => {
  const { readable, writable } = new TransformStream<Uint8Array<ArrayBuffer>>();
  const writer = writable.getWriter();
  const fake = fakeContext();
  const context = { ...fake.context, stdin: () => readable };
  const ended = dispatch(COMMANDS, argv, context);
  for (const id of [1, 2]) {
    const line = `${JSON.stringify({ id, command: "ls" })}\n`;
    await writer.write(new TextEncoder().encode(line));
    while (fake.out.length < id) {
      await new Promise((resolve) => setTimeout(resolve, 1));
    }
  }
  await writer.close();
  assert.equal(await ended, 0);
});

Deno.test("explain works with no home and no folder of airg's", async () => {
  const fake = fakeContext({ env: {}, cwd: "/nowhere/at/all" });
  const one = ["policy", "explain", "--json", "--", "ls"];
  assert.equal(await dispatch(COMMANDS, one, fake.context), 0);
  assert.equal(JSON.parse(fake.out[0] ?? "").verdict, "allow");
  assert.deepEqual(fake.err, []);
});
