// Copyright 2026 the airg authors. Apache-2.0 license.
// The real SDK client is asked, and a person answers there or elsewhere.
import assert from "node:assert/strict";
import { eventually } from "../../test/support/airg.ts";
import { memoryStore } from "../../test/support/memory_approvals.ts";
import type { ApprovalRecord } from "../audit/event.ts";
import type { Elicitation } from "../policy/settings.ts";
import type { ElicitResult } from "@modelcontextprotocol/sdk/types";
import type { ClientCapabilities } from "@modelcontextprotocol/sdk/types";
import {
  accept,
  approvalOf,
  asForm,
  asPage,
  BOTH,
  connect,
  RM,
} from "../../test/support/elicited.ts";
import { firstTextOf } from "../../test/support/mcp.ts";
Deno.test.each(
  [
    ["the policy says nothing", undefined, BOTH],
    ["the client cannot be asked", asForm, {}],
    ["the client only opens pages", asForm, { elicitation: { url: {} } }],
    ["the client only shows forms", asPage, { elicitation: { form: {} } }],
    ["the client only shows forms, as older ones say it", asPage, {
      elicitation: {},
    }],
  ] satisfies [
    string,
    (() => Elicitation) | undefined,
    ClientCapabilities,
  ][],
)("no client is asked where %s", async (_, elicitation, capabilities) => {
  await using site = await connect({
    capabilities,
    ...(elicitation && { elicitation }),
    settings: { waitMs: 50 },
  });
  const result = await site.call("execute_command", RM);
  assert.equal(approvalOf(result), "request-1");
  assert(!firstTextOf(result).includes("client was not asked"));
  assert.deepEqual(site.asked, []);
  assert.equal(site.store.all()[0]?.state, "pending");
  assert.equal(site.runs(), 0);
});

Deno.test.each([0, 60_000])(
  "an approval in a form runs it exactly once, with wait_seconds of %d ms",
  async (waitMs) => {
    const records: ApprovalRecord[] = [];
    await using site = await connect({
      elicitation: asForm,
      records,
      settings: { waitMs },
    });
    site.reply(accept({ answer: "approve", note: "only this time" }));
    const result = await site.call("execute_command", RM);
    assert.equal(result.isError, undefined, firstTextOf(result));
    assert.equal(site.runs(), 1);
    const [request] = site.store.all();
    const who = {
      uid: 1,
      user: "op",
      how: "elicitation",
      client: "test-client 1",
    };
    assert.equal(request?.state, "consumed");
    assert.deepEqual(request?.answeredBy, who);
    assert.deepEqual(site.store.grants(1_000), []);
    assert.deepEqual(
      records.map(({ what }) => what),
      ["asked", "shown", "approved", "consumed"],
    );
    const [, , approved] = records;
    assert.deepEqual(approved?.who, who);
    assert.equal(approved?.digest, request?.digest);
    assert.equal(
      approved?.why,
      "the agent's client vouched for it: only this time",
    );
    site.reply({ action: "decline" });
    const again = await site.call("execute_command", RM);
    assert.equal(again.isError, true);
    assert.equal(site.store.all()[1]?.state, "denied");
    assert.equal(site.runs(), 1);
  },
);

Deno.test("the form shows what the operator's view shows, and the digest that is approved", async () => {
  await using site = await connect({ elicitation: asForm });
  site.reply({ action: "cancel" });
  await site.call("execute_command", RM);
  const [asked] = site.asked;
  assert(asked !== undefined && asked.mode !== "url");
  const [request] = site.store.all();
  assert(asked.message.includes("| rm x\n"));
  assert(asked.message.includes(`digest:    ${request?.digest}`));
  assert(asked.message.includes("Because of the test"));
  assert(asked.message.includes('client "test-client 1"'));
  const { properties, required } = asked.requestedSchema;
  assert.deepEqual(required, ["answer"]);
  const { answer } = properties;
  assert(answer !== undefined && "enum" in answer);
  assert.deepEqual(answer.enum, ["deny", "approve"]);
  for (const property of Object.values(properties)) {
    assert(!("default" in property));
  }
});

Deno.test("a client that fills in defaults approves nothing by it", async () => {
  await using site = await connect({
    elicitation: asForm,
    capabilities: { elicitation: { form: { applyDefaults: true } } },
  });
  site.reply({ action: "accept", content: {} });
  await site.call("execute_command", RM);
  assert.equal(site.store.all()[0]?.state, "pending");
});

Deno.test.each(
  [
    [{ action: "decline" }, undefined],
    [
      { action: "accept", content: { answer: "deny", note: "use staging" } },
      "use staging",
    ],
  ] satisfies [ElicitResult, string | undefined][],
)("%j denies, with the words", async (reply, words) => {
  await using site = await connect({ elicitation: asForm });
  site.reply(reply);
  const result = await site.call("execute_command", RM);
  assert.match(firstTextOf(result), /A person denied this/);
  if (words !== undefined) assert(firstTextOf(result).includes(words));
  const [request] = site.store.all();
  assert.equal(request?.state, "denied");
  assert.equal(request?.answeredBy?.how, "elicitation");
  assert.equal(site.runs(), 0);
});

Deno.test("a dialog that is put away leaves the request waiting, and does not come back for it", async () => {
  await using site = await connect({ elicitation: asForm });
  site.reply({ action: "cancel" });
  for (let i = 0; i < 3; i++) {
    const result = await site.call("execute_command", RM);
    assert.equal(approvalOf(result), "request-1");
  }
  assert.equal(site.asked.length, 1);
  assert.equal(site.store.all()[0]?.state, "pending");
  site.store.yes();
  await site.call("execute_command", RM);
  assert.equal(site.runs(), 1);
});

Deno.test("an answer elsewhere wins, and the client is told that it is no longer asked", async () => {
  await using site = await connect({ elicitation: asForm });
  const call = site.call("execute_command", RM);
  await eventually("it is asked", () => site.asked.length === 1);
  site.store.yes();
  const result = await call;
  assert.equal(result.isError, undefined, firstTextOf(result));
  await eventually("the dialog ends", () => site.cancelled() === 1);
  // Too late: a yes to what is used up.
  site.answerNow(accept({ answer: "approve" }));
  const again = site.call("execute_command", RM);
  await eventually("it is asked anew", () => site.asked.length === 2);
  assert.deepEqual(site.store.all().map(({ state }) => state), [
    "consumed",
    "pending",
  ]);
  site.store.no("no more");
  assert.match(firstTextOf(await again), /no more/);
  assert.equal(site.runs(), 1);
});

Deno.test("the first answer of two clients wins, and it runs once", async () => {
  const store = memoryStore();
  const options = { elicitation: asForm, store };
  await using one = await connect(options);
  await using other = await connect(options);
  const calls = [one, other].map((site) => site.call("execute_command", RM));
  await eventually(
    "both are asked",
    () => one.asked.length + other.asked.length === 2,
  );
  assert.equal(store.all().length, 1);
  one.answerNow(accept({ answer: "approve" }));
  await eventually("it runs", () => one.runs() + other.runs() === 1);
  other.answerNow(accept({ answer: "approve" }));
  await one.client.close();
  await other.client.close();
  await Promise.allSettled(calls);
  assert.equal(one.runs() + other.runs(), 1);
  assert.equal(store.all()[0]?.state, "consumed");
  assert.deepEqual(store.grants(1_000), []);
});

Deno.test("a cancelled call takes its dialog away, and asks again when it is repeated", async () => {
  await using site = await connect({ elicitation: asForm });
  const stop = new AbortController();
  const call = site.call("execute_command", RM, { signal: stop.signal });
  await eventually("it is asked", () => site.asked.length === 1);
  stop.abort();
  await assert.rejects(call);
  await eventually("the dialog ends", () => site.cancelled() === 1);
  site.answerNow(accept({ answer: "approve" }));
  site.reply({ action: "cancel" });
  await site.call("execute_command", RM);
  assert.equal(site.asked.length, 2);
  assert.equal(site.store.all()[0]?.state, "pending");
  assert.equal(site.runs(), 0);
});

Deno.test("a call that waits long enough takes its dialog away", async () => {
  await using site = await connect({
    elicitation: asForm,
    settings: { waitMs: 40 },
  });
  const result = await site.call("execute_command", RM);
  assert.equal(approvalOf(result), "request-1");
  await eventually("the dialog ends", () => site.cancelled() === 1);
  site.answerNow(accept({ answer: "approve" }));
  await site.call("server_info", {});
  assert.equal(site.store.all()[0]?.state, "pending");
});

Deno.test("a client that is put off by a dialog still waits for the store", async () => {
  await using site = await connect({
    elicitation: asForm,
    settings: { waitMs: 60_000 },
  });
  site.reply({ action: "cancel" });
  const call = site.call("execute_command", RM);
  await eventually("it is asked", () => site.asked.length === 1);
  site.store.yes();
  assert.equal((await call).isError, undefined);
  assert.equal(site.cancelled(), 0);
});

Deno.test("progress is told while the dialog is open", async () => {
  await using site = await connect({ elicitation: asForm });
  const news: (string | undefined)[] = [];
  const call = site.call("execute_command", RM, {
    onprogress: ({ message }) => news.push(message),
  });
  await eventually("it is told", () => news.length > 0);
  site.answerNow(accept({ answer: "approve" }));
  await call;
  assert.match(news[0] ?? "", /has not answered request-1 yet/);
});

Deno.test("a page is opened at the operator's address, with the id and nothing else", async () => {
  await using site = await connect({ elicitation: asPage });
  site.reply({ action: "accept" });
  const call = site.call("execute_command", RM);
  await eventually("it is asked", () => site.asked.length === 1);
  const [asked] = site.asked;
  assert(asked?.mode === "url");
  assert.equal(asked.url, "https://own.example/a/request-1?of=request-1");
  assert(!asked.message.includes("rm"));
  site.store.yes();
  assert.equal((await call).isError, undefined);
  assert.equal(site.runs(), 1);
  await eventually("it is told", () => site.completed.length === 1);
  assert.deepEqual(site.completed, [asked.elicitationId]);
});

Deno.test.each(
  [
    { action: "accept" },
    { action: "accept", content: { answer: "approve" } },
    { action: "decline" },
    { action: "cancel" },
  ] satisfies ElicitResult[],
)("a reply to a page answers nothing: $action", async (reply) => {
  const records: ApprovalRecord[] = [];
  await using site = await connect({
    elicitation: asPage,
    records,
    settings: { waitMs: 40 },
  });
  site.reply(reply);
  const result = await site.call("execute_command", RM);
  assert.equal(approvalOf(result), "request-1");
  assert.equal(site.store.all()[0]?.state, "pending");
  assert.deepEqual(records.map(({ what }) => what), ["asked"]);
  assert.deepEqual(site.completed, []);
});

Deno.test("with a passphrase set a page is opened all the same", async () => {
  await using site = await connect({
    elicitation: asPage,
    hasPassphrase: () => true,
  });
  site.reply({ action: "decline" });
  await site.call("execute_command", RM);
  assert.equal(site.asked.length, 1);
});

Deno.test("a client has only so many dialogs open", async () => {
  await using site = await connect({ elicitation: asForm });
  const calls = Array.from(
    { length: 8 },
    (_, i) => site.call("execute_command", { command: `rm ${i}` }),
  );
  await eventually("they are asked", () => site.asked.length === 8);
  const result = await site.call("execute_command", { command: "rm more" });
  assert.equal(approvalOf(result), "request-9");
  assert.equal(site.asked.length, 8);
  site.reply({ action: "cancel" });
  site.answerNow({ action: "cancel" });
  await Promise.all(calls);
});
