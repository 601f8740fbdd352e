// Copyright 2026 the airg authors. Apache-2.0 license.

/**
 * A server whose client can be asked: through the real SDK client, or line by
 * line by one that says whatever a test wants.
 *
 * @module
 */

import assert from "node:assert/strict";
import { Client } from "@modelcontextprotocol/sdk/client";
// @ts-types="@modelcontextprotocol/sdk/inMemory"
import { InMemoryTransport } from "@modelcontextprotocol/sdk/inMemory.js";
// @ts-types="@modelcontextprotocol/sdk/types"
import {
  type CallToolResult,
  type ClientCapabilities,
  ElicitationCompleteNotificationSchema,
  type ElicitRequest,
  ElicitRequestSchema,
  type ElicitResult,
  type JSONRPCMessage,
} from "@modelcontextprotocol/sdk/types.js";
import { eventually } from "./airg.ts";
import { type FakeApprovalOptions, fakeApprovals } from "./fake_approvals.ts";
import { EXITED, type FakeOptions, fakeParts } from "./fake_parts.ts";
import { memoryStore } from "./memory_approvals.ts";
import type { ApprovalRecord } from "../../src/audit/event.ts";
import { folderWithin } from "../../src/cli/within.ts";
import type { Elicitation } from "../../src/policy/settings.ts";
import { serve } from "../../src/mcp/server.ts";
import { callOn } from "./mcp.ts";

const workspace = await Deno.realPath(".");
/** A command that is asked about. */
export const RM = { command: "rm x" };
/** `approvals.elicitation` of a policy that has it on. */
export function asForm(): Elicitation {
  return { mode: "form" };
}

/** As {@linkcode asForm}, with a page. */
export function asPage(): Elicitation {
  return { mode: "url", url: "https://own.example/a/{id}?of={id}" };
}

/** A client that can be asked in every way. */
export const BOTH = { elicitation: { form: {}, url: {} } };

type Asked = ElicitRequest["params"];

type Store = ReturnType<typeof memoryStore>;

/** A client on the SDK. */
export interface AskedClient extends AsyncDisposable {
  readonly client: Client;
  readonly store: Store;
  readonly asked: readonly Asked[];
  /** Ids of the pages that it was told are done with. */
  readonly completed: readonly string[];
  readonly cancelled: () => number;
  readonly runs: () => number;
  /** To each question from now on. */
  readonly reply: (reply: ElicitResult) => void;
  /** To all that are open. */
  readonly answerNow: (reply: ElicitResult) => void;
  readonly call: (
    name: string,
    args: Record<string, unknown>,
    how?: Parameters<Client["callTool"]>[2],
  ) => Promise<CallToolResult>;
}

/** A client line by line. */
export interface RawClient extends AsyncDisposable {
  readonly store: Store;
  readonly runs: () => number;
  readonly send: (message: unknown) => void;
  /** Calls a tool. @returns The question. */
  readonly callAndBeAsked: () => Promise<{ readonly id: string | number }>;
  readonly result: () => Promise<unknown>;
  readonly ping: () => Promise<unknown>;
  readonly assertNothingApproved: () => void;
}

/** What a test replaces. */
export interface ConnectOptions extends FakeApprovalOptions {
  readonly capabilities?: ClientCapabilities;
  readonly record?: (event: ApprovalRecord) => Promise<void>;
}

/** A form that is sent off. */
export function accept(content: Record<string, string>): ElicitResult {
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

/** Connects a client on the SDK. */
export async function connect(
  { capabilities = BOTH, ...options }: ConnectOptions,
  { name = "test-client" } = {},
): Promise<AskedClient> {
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
    reply: (reply: ElicitResult) => void (always = reply),
    answerNow(reply: ElicitResult) {
      for (const answer of open) answer(reply);
      open.clear();
    },
    call: callOn(client),
    async [Symbol.asyncDispose]() {
      await client.close();
      await served;
    },
  };
}

/** Connects a client that says whatever a test wants. */
export async function connectRaw(
  options: ConnectOptions,
): Promise<RawClient> {
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
export function approvalOf({ structuredContent }: CallToolResult): string {
  const { decision } = structuredContent as {
    decision: { verdict: string; approval?: { id: string } };
  };
  return decision.approval?.id ?? `${decision.verdict}, no request`;
}

/** All text of a result. */
export function textsOf({ content }: CallToolResult): string {
  return content.map((one) => one.type === "text" ? one.text : "").join("\n");
}
