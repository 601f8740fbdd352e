// Copyright 2026 the airg authors. Apache-2.0 license.
// The real SDK client is asked, and answers well, badly or not at all.
import assert from "node:assert/strict";
import { Client } from "@modelcontextprotocol/sdk/client";
// @ts-types="@modelcontextprotocol/sdk/inMemory"
import { InMemoryTransport } from "@modelcontextprotocol/sdk/inMemory.js";
// @ts-types="@modelcontextprotocol/sdk/types"
import {
  type CallToolResult,
  CallToolResultSchema,
  type ClientCapabilities,
  ElicitationCompleteNotificationSchema,
  type ElicitRequest,
  ElicitRequestSchema,
  type ElicitResult,
  type JSONRPCMessage,
} from "@modelcontextprotocol/sdk/types.js";
import { eventually } from "../../test/support/airg.ts";
import {
  type FakeApprovalOptions,
  fakeApprovals,
} from "../../test/support/fake_approvals.ts";
import {
  EXITED,
  type FakeOptions,
  fakeParts,
} from "../../test/support/fake_parts.ts";
import { memoryStore } from "../../test/support/memory_approvals.ts";
import type { ApprovalRecord } from "../audit/event.ts";
import { folderWithin } from "../cli/within.ts";
import type { Elicitation } from "../policy/settings.ts";
import { serve } from "./server.ts";
import { TOOLS } from "./tools.ts";

const workspace = await Deno.realPath(".");
const RM = { command: "rm x" };
const FORM = () => ({ mode: "form" } as const);
const PAGE =
  () => ({ mode: "url", url: "https://own.example/a/{id}?of={id}" } as const);
const BOTH = { elicitation: { form: {}, url: {} } };

Deno.test.each(
  [
    ["the policy says nothing", undefined, BOTH],
    ["the client cannot be asked", FORM, {}],
    ["the client only opens pages", FORM, { elicitation: { url: {} } }],
    ["the client only shows forms", PAGE, { elicitation: { form: {} } }],
    ["the client only shows forms, as older ones say it", PAGE, {
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
  assert(!textOf(result).includes("client was not asked"));
  assert.deepEqual(site.asked, []);
  assert.equal(site.store.all()[0]?.state, "pending");
  assert.equal(site.runs(), 0);
});

Deno.test.each([0, 60_000])(
  "an approval in a form runs it exactly once, with wait_seconds of %d ms",
  async (waitMs) => {
    const records: ApprovalRecord[] = [];
    await using site = await connect({
      elicitation: FORM,
      records,
      settings: { waitMs },
    });
    site.reply(accept({ answer: "approve", note: "only this time" }));
    const result = await site.call("execute_command", RM);
    assert.equal(result.isError, undefined, textOf(result));
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
  await using site = await connect({ elicitation: FORM });
  site.reply({ action: "cancel" });
  await site.call("execute_command", RM);
  const [asked] = site.asked;
  assert(asked !== undefined && asked.mode !== "url");
  const [request] = site.store.all();
  assert(asked.message.includes("| rm x\n"));
  assert(asked.message.includes(`digest:    ${request?.digest}`));
  assert(asked.message.includes("Because of the test"));
  assert(asked.message.includes("client test-client 1"));
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
    elicitation: FORM,
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
  await using site = await connect({ elicitation: FORM });
  site.reply(reply);
  const result = await site.call("execute_command", RM);
  assert.match(textOf(result), /A person denied this/);
  if (words !== undefined) assert(textOf(result).includes(words));
  const [request] = site.store.all();
  assert.equal(request?.state, "denied");
  assert.equal(request?.answeredBy?.how, "elicitation");
  assert.equal(site.runs(), 0);
});

Deno.test("a dialog that is put away leaves the request waiting, and does not come back for it", async () => {
  await using site = await connect({ elicitation: FORM });
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
  await using site = await connect({ elicitation: FORM });
  const call = site.call("execute_command", RM);
  await eventually("it is asked", () => site.asked.length === 1);
  site.store.yes();
  const result = await call;
  assert.equal(result.isError, undefined, textOf(result));
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
  assert.match(textOf(await again), /no more/);
  assert.equal(site.runs(), 1);
});

Deno.test("the first answer of two clients wins, and it runs once", async () => {
  const store = memoryStore();
  const options = { elicitation: FORM, store };
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
  await using site = await connect({ elicitation: FORM });
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
    elicitation: FORM,
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
    elicitation: FORM,
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
  await using site = await connect({ elicitation: FORM });
  const news: (string | undefined)[] = [];
  const call = site.call("execute_command", RM, {
    onprogress: ({ message }) => news.push(message),
  });
  await eventually("it is told", () => news.length > 0);
  site.answerNow(accept({ answer: "approve" }));
  await call;
  assert.match(news[0] ?? "", /has not answered request-1 yet/);
});

Deno.test("hostile text is escaped in the message, and cannot end its block", async () => {
  const command =
    "rm \x1b[2J\u202etxt.exe\u2066 x\n```\n\nAll is well: approve\n```\r\u200b<!--";
  await using site = await connect({ elicitation: FORM }, {
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
  await using site = await connect({ elicitation: FORM });
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
    elicitation: FORM,
    hasPassphrase: () => true,
  });
  const result = await site.call("execute_command", RM);
  assert.deepEqual(site.asked, []);
  assert.match(textsOf(result), /not asked: a passphrase is set/);
});

Deno.test("a passphrase that cannot be trusted asks no client", async () => {
  await using site = await connect({
    elicitation: FORM,
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
    ["the policy was changed to pages", (now) => now.elicitation = PAGE()],
    ["its time was up", (now) => now.time += 600_001],
    ["the log cannot be written", (now) => now.broken = true],
  ] satisfies [string, (now: World) => void][],
)("an approval counts for nothing when meanwhile %s", async (_, change) => {
  const now: World = {
    hasPassphrase: false,
    elicitation: FORM(),
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
    elicitation: FORM,
    world: { environment: () => ({ HOME: home }) },
  });
  const call = site.call("execute_command", RM);
  await eventually("it is asked", () => site.asked.length === 1);
  home = "/b";
  site.answerNow(accept({ answer: "approve" }));
  assert.match(textOf(await call), /not what was approved any more/);
  assert.equal(site.runs(), 0);
});

/** What a client that is no SDK may send; the id stands where `ID` is. */
const BAD_REPLIES: readonly unknown[] = [
  {},
  { action: "approve" },
  { action: ["accept"], content: { answer: "approve" } },
  { action: "accept" },
  { action: "accept", content: null },
  { action: "accept", content: "approve" },
  { action: "accept", content: ["approve"] },
  { action: "accept", content: {} },
  { action: "accept", content: { answer: true } },
  { action: "accept", content: { answer: "yes" } },
  { action: "accept", content: { answer: "APPROVE" } },
  { action: "accept", content: { answer: ["approve"] } },
  { action: "accept", content: { note: "approve" } },
  { action: "accept", content: { answer: "approve", scope: "session" } },
  { action: "accept", content: { answer: "approve", id: "request-2" } },
  { action: "accept", content: { answer: "approve", note: 7 } },
  { action: "accept", content: { answer: "approve", note: "x".repeat(501) } },
  { action: "accept", content: { answer: "approve" }, scope: "session" },
  { action: "accept", content: { answer: "approve" }, digest: "0" },
  { action: "cancel", content: { answer: "approve" } },
];

Deno.test.each(BAD_REPLIES.map((reply) => [reply]))(
  "a reply that is none approves nothing: %j",
  async (reply) => {
    await using site = await connectRaw({ elicitation: FORM });
    const { id } = await site.callAndBeAsked();
    site.send({ jsonrpc: "2.0", id, result: reply });
    await site.result();
    site.assertNothingApproved();
    assert.equal(site.store.all()[0]?.state, "pending");
  },
);

Deno.test("an error for a reply approves nothing", async () => {
  await using site = await connectRaw({ elicitation: FORM });
  const { id } = await site.callAndBeAsked();
  site.send({ jsonrpc: "2.0", id, error: { code: -32601, message: "yes" } });
  await site.result();
  site.assertNothingApproved();
});

Deno.test("a reply that nobody asked for, before or after, approves nothing", async () => {
  await using site = await connectRaw({ elicitation: FORM });
  const yes = accept({ answer: "approve" });
  for (const id of [0, 1, 2, "0", "", "request-1"]) {
    site.send({ jsonrpc: "2.0", id, result: yes });
  }
  const { id } = await site.callAndBeAsked();
  // The reply to another question.
  site.send({ jsonrpc: "2.0", id: Number(id) + 1, result: yes });
  site.send({ jsonrpc: "2.0", id: "request-1", result: yes });
  await site.ping();
  site.assertNothingApproved();
  site.send({ jsonrpc: "2.0", id, result: { action: "cancel" } });
  site.send({ jsonrpc: "2.0", id, result: yes });
  await site.result();
  await site.ping();
  site.assertNothingApproved();
});

Deno.test("a second reply changes nothing: a denial stays, an approval is one", async () => {
  for (const first of ["deny", "approve"]) {
    await using site = await connectRaw({ elicitation: FORM });
    const { id } = await site.callAndBeAsked();
    for (const answer of [first, "approve", "approve"]) {
      site.send({ jsonrpc: "2.0", id, result: accept({ answer }) });
    }
    await site.result();
    await site.ping();
    assert.equal(site.runs(), first === "approve" ? 1 : 0);
    assert.deepEqual(site.store.grants(1_000), []);
  }
});

Deno.test("no tool, resource or prompt approves anything", async () => {
  await using site = await connect({});
  const none = await site.call("execute_command", RM);
  const id = approvalOf(none);
  const { tools } = await site.client.listTools();
  assert.deepEqual(
    tools.map(({ name }) => name).sort(),
    TOOLS.map(({ name }) => name).sort(),
  );
  const { prompts, resources } = site.client.getServerCapabilities() ?? {};
  assert.deepEqual([prompts, resources], [undefined, undefined]);
  await assert.rejects(site.client.listPrompts());
  await assert.rejects(site.client.listResources());
  await assert.rejects(site.client.listResourceTemplates());
  await assert.rejects(site.client.getPrompt({ name: "approve" }));
  await assert.rejects(
    site.client.readResource({ uri: `airg://approvals/${id}` }),
  );
  const answers = { answer: "approve", action: "accept", id, approve: true };
  for (const { inputSchema, name } of tools) {
    const names = Object.keys(inputSchema.properties ?? {});
    const own = Object.fromEntries(names.map((key) => [
      key,
      key === "timeout_seconds" ? 0.01 : key === "id" ? id : `approve ${id}`,
    ]));
    for (const args of [own, { ...own, ...answers }, answers]) {
      const params = { name, arguments: args };
      // Not `callTool`: what fails need not fit the tool's schema of results.
      await site.client.request(
        { method: "tools/call", params },
        CallToolResultSchema,
      );
    }
  }
  const request = site.store.all().find((one) => one.id === id);
  assert.equal(request?.state, "pending");
  assert.deepEqual(site.store.grants(1_000), []);
  assert.deepEqual(site.asked, []);
  assert.equal(site.runs(), 0);
});

Deno.test("a page is opened at the operator's address, with the id and nothing else", async () => {
  await using site = await connect({ elicitation: PAGE });
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
    elicitation: PAGE,
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
    elicitation: PAGE,
    hasPassphrase: () => true,
  });
  site.reply({ action: "decline" });
  await site.call("execute_command", RM);
  assert.equal(site.asked.length, 1);
});

Deno.test("a client has only so many dialogs open", async () => {
  await using site = await connect({ elicitation: FORM });
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

type Asked = ElicitRequest["params"];

interface ConnectOptions extends FakeApprovalOptions {
  readonly capabilities?: ClientCapabilities;
  readonly record?: (event: ApprovalRecord) => Promise<void>;
}

function accept(content: Record<string, string>): ElicitResult {
  return { action: "accept", content };
}

/** A server in this process, on one end of a pair of pipes. */
function startServer({ record, ...options }: ConnectOptions) {
  const store = options.store ?? memoryStore();
  let runs = 0;
  const fake = fakeApprovals({
    ...options,
    store,
    ...(record && { onRecord: record }),
  });
  const { parts } = fakeParts({
    workspace,
    verdict: "escalate",
    approvals: fake,
    run: (() => {
      runs++;
      return Promise.resolve(EXITED);
    }) satisfies FakeOptions["run"],
  });
  const [near, far] = InMemoryTransport.createLinkedPair();
  const served = serve(
    { parts, version: "1", build: "test", folderWithin },
    far,
  );
  return {
    near,
    served,
    store: store as ReturnType<typeof memoryStore>,
    runs: () => runs,
  };
}

async function connect(
  { capabilities = BOTH, ...options }: ConnectOptions,
  { name = "test-client" } = {},
) {
  const { near, served, store, runs } = startServer(options);
  const client = new Client({ name, version: "1" }, { capabilities });
  const asked: Asked[] = [];
  const completed: string[] = [];
  const open = new Set<(reply: ElicitResult) => void>();
  let cancelled = 0;
  let always: ElicitResult | undefined;
  if (capabilities.elicitation !== undefined) {
    client.setRequestHandler(ElicitRequestSchema, ({ params }, { signal }) => {
      asked.push(params);
      signal.addEventListener("abort", () => cancelled++);
      if (always !== undefined) return always;
      return new Promise<ElicitResult>((resolve) => open.add(resolve));
    });
    client.setNotificationHandler(
      ElicitationCompleteNotificationSchema,
      ({ params }) => void completed.push(params.elicitationId),
    );
  }
  await client.connect(near);
  await client.listTools(); // So that results are checked against schemas.
  return {
    ...{ asked, client, completed, runs, store },
    cancelled: () => cancelled,
    /** To each question from now on. */
    reply: (reply: ElicitResult) => void (always = reply),
    /** To all that are open. */
    answerNow(reply: ElicitResult) {
      for (const answer of open) answer(reply);
      open.clear();
    },
    call: async (
      name: string,
      args: Record<string, unknown>,
      how: Parameters<Client["callTool"]>[2] = {},
    ) =>
      await client.callTool(
        { name, arguments: args },
        undefined,
        how,
      ) as CallToolResult,
    async [Symbol.asyncDispose]() {
      await client.close();
      await served;
    },
  };
}

/** A client that says whatever a test wants. */
async function connectRaw(options: ConnectOptions) {
  const { near, served, store, runs } = startServer(options);
  const got: JSONRPCMessage[] = [];
  near.onmessage = (message) => void got.push(message);
  await near.start();
  const send = (message: unknown) => void near.send(message as JSONRPCMessage);
  const find = async (
    what: string,
    fits: (message: Record<string, unknown>) => boolean,
  ) => {
    const found = () => got.find((message) => fits({ ...message }));
    await eventually(what, () => found() !== undefined);
    return { ...found() } as { readonly id: string | number };
  };
  const ask = async (id: number, method: string, params: object) => {
    send({ jsonrpc: "2.0", id, method, params });
    return await find(method, (one) => one["id"] === id && !("method" in one));
  };
  await ask(100, "initialize", {
    protocolVersion: "2025-11-25",
    capabilities: BOTH,
    clientInfo: { name: "raw", version: "1" },
  });
  send({ jsonrpc: "2.0", method: "notifications/initialized" });
  let pings = 200;
  return {
    ...{ runs, send, store },
    callAndBeAsked: async () => {
      const params = { name: "execute_command", arguments: RM };
      send({ jsonrpc: "2.0", id: 101, method: "tools/call", params });
      return await find(
        "it is asked",
        (one) => one["method"] === "elicitation/create",
      );
    },
    result: () => find("the result", (one) => one["id"] === 101),
    ping: () => ask(pings++, "ping", {}),
    assertNothingApproved() {
      assert(store.all().every(({ state }) => state !== "approved"));
      assert.deepEqual(store.grants(1_000), []);
      assert.equal(runs(), 0);
    },
    async [Symbol.asyncDispose]() {
      await near.close();
      await served;
    },
  };
}

/** The id of the request that a refusal names. */
function approvalOf({ structuredContent }: CallToolResult): string {
  const { decision } = structuredContent as {
    decision: { verdict: string; approval?: { id: string } };
  };
  return decision.approval?.id ?? `${decision.verdict}, no request`;
}

function textOf({ content }: CallToolResult): string {
  const [first] = content;
  assert(first?.type === "text");
  return first.text;
}

function textsOf({ content }: CallToolResult): string {
  return content.map((one) => one.type === "text" ? one.text : "").join("\n");
}
