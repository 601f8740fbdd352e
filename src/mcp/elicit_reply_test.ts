// Copyright 2026 the airg authors. Apache-2.0 license.
// Clients that reply badly, and whatever else could approve.
import assert from "node:assert/strict";
import { TOOLS } from "./tools.ts";
// @ts-types="@modelcontextprotocol/sdk/types"
import { CallToolResultSchema } from "@modelcontextprotocol/sdk/types.js";
import {
  accept,
  approvalOf,
  asForm,
  connect,
  connectRaw,
  RM,
} from "../../test/support/elicited.ts";
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
    await using site = await connectRaw({ elicitation: asForm });
    const { id } = await site.callAndBeAsked();
    site.send({ jsonrpc: "2.0", id, result: reply });
    await site.result();
    site.assertNothingApproved();
    assert.equal(site.store.all()[0]?.state, "pending");
  },
);

Deno.test("an error for a reply approves nothing", async () => {
  await using site = await connectRaw({ elicitation: asForm });
  const { id } = await site.callAndBeAsked();
  site.send({ jsonrpc: "2.0", id, error: { code: -32601, message: "yes" } });
  await site.result();
  site.assertNothingApproved();
});

Deno.test("a reply that nobody asked for, before or after, approves nothing", async () => {
  await using site = await connectRaw({ elicitation: asForm });
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
    await using site = await connectRaw({ elicitation: asForm });
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
