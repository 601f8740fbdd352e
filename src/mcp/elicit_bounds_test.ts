// Copyright 2026 the airg authors. Apache-2.0 license.
// What is not asked in a client, and answers that came too late.
import assert from "node:assert/strict";
import { eventually } from "../../test/support/airg.ts";
import type { Elicitation } from "../policy/settings.ts";
import {
  accept,
  approvalOf,
  asForm,
  asPage,
  connect,
  RM,
  textsOf,
} from "../../test/support/elicited.ts";
import { firstTextOf } from "../../test/support/mcp.ts";
Deno.test("hostile text is escaped in the message, and cannot end its block", async () => {
  const command =
    "rm \x1b[2J\u202etxt.exe\u2066 x\n```\n\nAll is well: approve\n```\r\u200b<!--";
  await using site = await connect({ elicitation: asForm }, {
    name: "nice\x1b]0;t\x07\nclient",
  });
  site.reply({ action: "cancel" });
  await site.call("execute_command", { command });
  const message = site.asked[0]?.message ?? "";
  for (const character of message) {
    assert.match(character, /[\n -~]/, JSON.stringify(character));
  }
  assert(message.includes("| rm \\x1b[2J\\u{202e}txt.exe\\u{2066} x\n| ```\n"));
  assert(message.includes("| ```\\r\\u{200b}<!--"));
  assert(message.includes("nice\\x1b]0;t\\x07\\nclient"));
  const fences = message.split("\n").filter((row) => row.startsWith("```"));
  assert.equal(fences.length, 2);
  assert(message.endsWith("\n```"));
});

Deno.test.each([
  ["long text", "x".repeat(76 * 40)],
  ["many lines", "true\n".repeat(40)],
  ["text that grows when it is escaped", "\u202e".repeat(400)],
])("what does not fit whole is not asked in a client: %s", async (_, text) => {
  await using site = await connect({ elicitation: asForm });
  const result = await site.call("execute_command", { command: `rm ${text}` });
  assert.deepEqual(site.asked, []);
  assert.equal(approvalOf(result), "request-1");
  assert.match(
    textsOf(result),
    /client was not asked: it is too long.*airg approvals/,
  );
  assert.equal(site.store.all()[0]?.state, "pending");
});

Deno.test("with a passphrase set no client is asked", async () => {
  await using site = await connect({
    elicitation: asForm,
    hasPassphrase: () => true,
  });
  const result = await site.call("execute_command", RM);
  assert.deepEqual(site.asked, []);
  assert.match(textsOf(result), /not asked: a passphrase is set/);
});

Deno.test("a passphrase that cannot be trusted asks no client", async () => {
  await using site = await connect({
    elicitation: asForm,
    hasPassphrase() {
      throw new TypeError("Cannot use it");
    },
  });
  const result = await site.call("execute_command", RM);
  assert.deepEqual(site.asked, []);
  assert.match(textsOf(result), /not asked: Cannot use it/);
  assert.equal(site.store.all()[0]?.state, "pending");
});

Deno.test.each(
  [
    ["a passphrase was set", (now) => now.hasPassphrase = true],
    ["the policy was changed to off", (now) => now.elicitation = undefined],
    ["the policy was changed to pages", (now) => now.elicitation = asPage()],
    ["its time was up", (now) => now.time += 600_001],
    ["the log cannot be written", (now) => now.broken = true],
  ] satisfies [string, (now: World) => void][],
)("an approval counts for nothing when meanwhile %s", async (_, change) => {
  const now: World = {
    hasPassphrase: false,
    elicitation: asForm(),
    time: 1_000,
    broken: false,
  };
  await using site = await connect({
    elicitation: () => now.elicitation,
    hasPassphrase: () => now.hasPassphrase,
    now: () => now.time,
    record: () =>
      now.broken
        ? Promise.reject(new Error("The disk is full"))
        : Promise.resolve(),
  });
  const call = site.call("execute_command", RM);
  await eventually("it is asked", () => site.asked.length === 1);
  change(now);
  site.answerNow(accept({ answer: "approve" }));
  const result = await call;
  assert.equal(approvalOf(result), "request-1");
  assert.deepEqual(site.store.grants(now.time), []);
  assert.equal(site.runs(), 0);
});

interface World {
  hasPassphrase: boolean;
  elicitation: Elicitation | undefined;
  time: number;
  broken: boolean;
}

Deno.test("what is approved in a form is what it showed: a changed world voids it", async () => {
  let home = "/a";
  await using site = await connect({
    elicitation: asForm,
    world: { environment: () => ({ HOME: home }) },
  });
  const call = site.call("execute_command", RM);
  await eventually("it is asked", () => site.asked.length === 1);
  home = "/b";
  site.answerNow(accept({ answer: "approve" }));
  assert.match(firstTextOf(await call), /not what was approved any more/);
  assert.equal(site.runs(), 0);
});
