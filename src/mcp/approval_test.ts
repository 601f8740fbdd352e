// Copyright 2026 the airg authors. Apache-2.0 license.
// The real SDK client waits while somebody else answers the store.
import assert from "node:assert/strict";
import { Client } from "@modelcontextprotocol/sdk/client";
// @ts-types="@modelcontextprotocol/sdk/inMemory"
import { InMemoryTransport } from "@modelcontextprotocol/sdk/inMemory.js";
import type { CallToolResult } from "@modelcontextprotocol/sdk/types";
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
import { folderWithin } from "../cli/within.ts";
import { serve } from "./server.ts";
import { TOOLS } from "./tools.ts";
import { callOn, firstTextOf } from "../../test/support/mcp.ts";

const workspace = await Deno.realPath(".");
const RM = { command: "rm x" };

Deno.test("a refusal names the request, its reason and how to wait", async () => {
  await using site = await connect();
  const result = await site.call("execute_command", RM);
  assert.equal(result.isError, true);
  const { id, expiresAt } = approvalOf(result);
  assert.equal(id, "request-1");
  assert.match(firstTextOf(result), /^\[POLICY BLOCK\] .*Because of the test/);
  assert(firstTextOf(result).includes("Call wait_for_approval with this id"));
  assert(firstTextOf(result).includes(expiresAt));
});

Deno.test("wait_for_approval returns when another caller approves, and the same call then runs once", async () => {
  await using site = await connect();
  await site.call("execute_command", RM);
  const news: (string | undefined)[] = [];
  const waiting = site.call("wait_for_approval", { id: "request-1" }, {
    onprogress: ({ message }) => news.push(message),
  });
  await eventually("it is told", () => news.length > 0);
  assert.match(news[0] ?? "", /has not answered request-1 yet/);
  assert.equal(site.store.yes().ok, true);
  const { structuredContent } = await waiting;
  assert.equal(structuredContent?.["state"], "approved");
  const ran = await site.call("execute_command", RM);
  assert.equal(ran.isError, undefined, firstTextOf(ran));
  assert.equal(site.runs(), 1);
  const used = await site.call("wait_for_approval", { id: "request-1" });
  assert.equal(used.structuredContent?.["state"], "consumed");
  const again = await site.call("execute_command", RM);
  assert.equal(approvalOf(again).id, "request-2");
  assert.equal(site.runs(), 1);
});

Deno.test("wait_for_approval brings the operator's words, made printable", async () => {
  await using site = await connect();
  await site.call("execute_command", RM);
  const waiting = site.call("wait_for_approval", { id: "request-1" });
  site.store.no("use \x1b[31mstaging instead");
  const result = await waiting;
  assert.equal(result.structuredContent?.["state"], "denied");
  assert.equal(
    firstTextOf(result),
    "denied: A person denied it. Do something else\nThe person says: use \\x1b[31mstaging instead",
  );
  const again = await site.call("execute_command", RM);
  assert.match(
    firstTextOf(again),
    /^\[POLICY BLOCK\] A person denied this and says: use .*staging/,
  );
});

Deno.test("wait_for_approval ends when the request does", async () => {
  let now = 1_000;
  await using site = await connect({ now: () => now });
  await site.call("execute_command", RM);
  const waiting = site.call("wait_for_approval", { id: "request-1" });
  now += 600_001;
  assert.equal((await waiting).structuredContent?.["state"], "expired");
});

Deno.test("wait_for_approval says what voided an approval", async () => {
  let home = "/a";
  await using site = await connect({
    world: { environment: () => ({ HOME: home }) },
  });
  await site.call("execute_command", RM);
  site.store.yes();
  home = "/b";
  const refused = await site.call("execute_command", RM);
  assert.match(firstTextOf(refused), /not what was approved any more: the env/);
  assert.equal(approvalOf(refused).id, "request-2");
  const { structuredContent } = await site.call("wait_for_approval", {
    id: "request-1",
  });
  assert.equal(structuredContent?.["state"], "voided");
  assert.equal(structuredContent?.["why"], "the environment changed");
  assert.equal(site.runs(), 0);
});

Deno.test("wait_for_approval gives up when its time is over, and says pending", async () => {
  await using site = await connect();
  await site.call("execute_command", RM);
  const { isError, structuredContent } = await site.call("wait_for_approval", {
    id: "request-1",
    timeout_seconds: 0.05,
  });
  assert.equal(isError, undefined);
  assert.equal(structuredContent?.["state"], "pending");
});

Deno.test("wait_for_approval knows nothing of anybody else's requests", async () => {
  const store = memoryStore();
  await using other = await connect({ store }, { session: "other" });
  await using site = await connect({ store });
  await other.call("execute_command", RM);
  for (const id of ["request-1", "no-such"]) {
    const result = await site.call("wait_for_approval", { id });
    assert.equal(
      firstTextOf(result),
      "Error: No request of this session has this id",
    );
  }
});

Deno.test("a cancelled wait ends, and another goes on", async () => {
  const looks = { count: 0 };
  const store = memoryStore();
  const counted = { ...store, version: () => (looks.count++, store.version()) };
  await using site = await connect({ store: counted });
  await site.call("execute_command", RM);
  const stop = new AbortController();
  const cancelled = site.call("wait_for_approval", { id: "request-1" }, {
    signal: stop.signal,
  });
  await eventually("it looks", () => looks.count > 2);
  stop.abort();
  await assert.rejects(cancelled);
  // Closing waits for what still runs: a wait that went on would hold it up.
  assert.equal(store.pending(1_000).length, 1);
});

Deno.test("execute_command waits itself where the policy says so", async () => {
  await using site = await connect({ settings: { waitMs: 60_000 } });
  const news: (string | undefined)[] = [];
  const call = site.call("execute_command", RM, {
    onprogress: ({ message }) => news.push(message),
  });
  await eventually("it is told", () => news.length > 0);
  assert.equal(site.runs(), 0);
  site.store.yes();
  const result = await call;
  assert.equal(result.isError, undefined, firstTextOf(result));
  assert.equal(site.runs(), 1);
});

Deno.test("progress grows from waiting into running", async () => {
  const started = Promise.withResolvers<void>();
  await using site = await connect({ settings: { waitMs: 60_000 } }, {
    // A first line of output is told 250 ms after the start.
    run: async (_permit, _profile, _proof, { onOutput }) => {
      while (news.length < told + 2) {
        onOutput?.("stdout", `line ${news.length}\n`);
        await new Promise((resolve) => setTimeout(resolve, 20));
      }
      started.resolve();
      return EXITED;
    },
  });
  const news: number[] = [];
  let told = 0;
  const call = site.call("execute_command", RM, {
    onprogress: ({ progress }) => news.push(progress),
  });
  await eventually("it is told", () => news.length > 1);
  told = news.length;
  site.store.yes();
  await started.promise;
  await call;
  assert.deepEqual(news, [...new Set(news)].sort((a, b) => a - b));
});

Deno.test("execute_command that waited brings a denial", async () => {
  await using site = await connect({ settings: { waitMs: 60_000 } });
  const call = site.call("execute_command", RM);
  await eventually("it asks", () => site.store.all().length === 1);
  site.store.no("not today");
  assert.match(
    firstTextOf(await call),
    /A person denied this and says: not today/,
  );
  assert.equal(site.store.all().length, 1);
});

Deno.test("execute_command gives up waiting with the request's id", async () => {
  await using site = await connect({ settings: { waitMs: 30 } });
  const result = await site.call("execute_command", RM);
  assert.equal(approvalOf(result).id, "request-1");
  assert.equal(site.store.all().length, 1);
});

Deno.test("a cancelled execute_command uses up nothing", async () => {
  await using site = await connect({ settings: { waitMs: 60_000 } });
  const stop = new AbortController();
  const call = site.call("execute_command", RM, { signal: stop.signal });
  await eventually("it asks", () => site.store.all().length === 1);
  stop.abort();
  await assert.rejects(call);
  site.store.yes();
  assert.equal(site.store.grants(1_000).length, 1);
  assert.equal(site.runs(), 0);
});

Deno.test("a store that fails while it is waited for is said, and nothing runs", async () => {
  const store = memoryStore();
  let broken = false;
  await using site = await connect({
    store: {
      ...store,
      version() {
        if (broken) throw new Error("The disk is gone");
        return store.version();
      },
    },
    settings: { waitMs: 60_000 },
  });
  const call = site.call("execute_command", RM);
  await eventually("it asks", () => store.all().length === 1);
  broken = true;
  assert.equal(firstTextOf(await call), "Error: The disk is gone");
  assert.equal(site.runs(), 0);
});

Deno.test("no tool approves: whatever each is called with, the request stays pending", async () => {
  await using site = await connect();
  await site.call("execute_command", RM);
  const id = "request-1";
  const words = [id, "approve", `airg approvals approve ${id}`, "yes", "y"];
  const { tools } = await site.client.listTools();
  for (const { inputSchema, name } of tools) {
    const names = Object.keys(inputSchema.properties ?? {});
    assert(
      // Runtime Guard's name: it says that a plan was seen, and gives no right.
      names.filter((key) => key !== "restore_token")
        .every((key) => !/approv|token|grant|confirm/i.test(key)),
      `${name} takes ${names}`,
    );
    for (const word of words) {
      const args: Record<string, unknown> = {};
      for (const key of names) {
        if (inputSchema.required?.includes(key)) args[key] = word;
        if (key === "timeout_seconds") args[key] = 0.01;
      }
      await site.call(name, args);
    }
  }
  const request = site.store.all().find((one) => one.id === id);
  assert.equal(request?.state, "pending");
  assert.equal(site.store.grants(1_000).length, 0);
  assert.equal(site.runs(), 0);
  assert.deepEqual(
    TOOLS.map((tool) => tool.name).filter((name) => /approv/.test(name)),
    ["wait_for_approval"],
  );
});

async function connect(
  options: FakeApprovalOptions = {},
  { run, ...origin }: {
    readonly session?: string;
    readonly run?: FakeOptions["run"];
  } = {},
) {
  const store = memoryStore();
  let runs = 0;
  const { parts } = fakeParts({
    workspace,
    verdict: "escalate",
    approvals: fakeApprovals({ store, ...options }),
    run: run ?? (() => {
      runs++;
      return Promise.resolve(EXITED);
    }),
  });
  const [near, far] = InMemoryTransport.createLinkedPair();
  const served = serve(
    {
      parts: { ...parts, origin: { ...parts.origin, ...origin } },
      version: "1",
      build: "test",
      folderWithin,
    },
    far,
  );
  const client = new Client({ name: "test-client", version: "1" });
  await client.connect(near);
  await client.listTools(); // So that results are checked against schemas.
  return {
    client,
    store,
    runs: () => runs,
    call: callOn(client),
    async [Symbol.asyncDispose]() {
      await client.close();
      await served;
    },
  };
}

function approvalOf(
  { structuredContent }: CallToolResult,
): { readonly id: string; readonly expiresAt: string } {
  const { decision } = structuredContent as {
    decision: { approval: { id: string; expiresAt: string } };
  };
  return decision.approval;
}
