// Copyright 2026 the airg authors. Apache-2.0 license.

/**
 * Talks to `airg server`: through the real SDK client, or line by line.
 *
 * @module
 */

import assert from "node:assert/strict";
import { Client } from "@modelcontextprotocol/sdk/client";
// @ts-types="@modelcontextprotocol/sdk/client/stdio"
import { StdioClientTransport } from "@modelcontextprotocol/sdk/client/stdio.js";
import type {
  CallToolResult,
  ClientCapabilities,
} from "@modelcontextprotocol/sdk/types";
import { AIRG, type Site, startAirg } from "./airg.ts";

/** A server under the real client. */
export interface Connected {
  readonly client: Client;
  readonly pid: number;
  readonly call: (
    name: string,
    args: Record<string, unknown>,
    how?: Parameters<Client["callTool"]>[2],
  ) => Promise<CallToolResult>;
  /** All that the server said on standard error so far. */
  readonly stderr: () => string;
  readonly [Symbol.asyncDispose]: () => Promise<void>;
}

/** Calls tools through `client`. */
export function callOn(client: Client): Connected["call"] {
  return async (name, args, how = {}) =>
    await client.callTool(
      { name, arguments: args },
      undefined,
      how,
    ) as CallToolResult;
}

/** Starts `airg server` in `site` and shakes hands. */
export async function connectServer(
  site: Site,
  args: readonly string[] = [],
  { capabilities = {}, prepare }: {
    readonly capabilities?: ClientCapabilities;
    /** Before it shakes hands: handlers, for example. */
    readonly prepare?: (client: Client) => void;
  } = {},
): Promise<Connected> {
  const [command, ...before] = AIRG;
  const transport = new StdioClientTransport({
    command,
    args: [...before, "server", ...args],
    env: { ...site.env },
    cwd: site.workspace,
    stderr: "pipe",
  });
  let stderr = "";
  transport.stderr?.on("data", (chunk) => stderr += String(chunk));
  const client = new Client({ name: "test", version: "1" }, { capabilities });
  prepare?.(client);
  await client.connect(transport);
  await client.listTools(); // So that results are checked against schemas.
  return {
    client,
    pid: transport.pid ?? 0,
    call: callOn(client),
    stderr: () => stderr,
    [Symbol.asyncDispose]: () => client.close(),
  };
}

/** The first text of a result, which has to be one. */
export function firstTextOf({ content }: CallToolResult): string {
  const [first] = content;
  assert(first?.type === "text");
  return first.text;
}

/** The text of a result. */
export function textOf({ content }: CallToolResult): string {
  return content.map((part) => part.type === "text" ? part.text : "").join("");
}

/** A server under a client that may say anything. */
export interface RawServer {
  readonly child: Deno.ChildProcess;
  /** Sends a line: text as it is, anything else as JSON. */
  readonly send: (line: unknown) => Promise<void>;
  /** The next message; notifications too. */
  readonly next: () => Promise<Record<string, unknown>>;
  /** Closes the server's standard input. */
  readonly hangUp: () => Promise<void>;
  /** Stops to read what the server says. */
  readonly stopReading: () => Promise<void>;
  /** Waits for the end. @returns The exit status. */
  readonly ended: () => Promise<number>;
}

/** Starts `airg server` without shaking hands. */
export function startServer(site: Site): RawServer {
  const child = startAirg(site, ["server"]);
  const writer = child.stdin.getWriter();
  const lines = child.stdout.pipeThrough(new TextDecoderStream());
  const reader = lines.getReader();
  const stderr = child.stderr.pipeTo(new WritableStream());
  let held = "";
  return {
    child,
    async send(line) {
      const text = typeof line === "string" ? line : JSON.stringify(line);
      await writer.write(new TextEncoder().encode(`${text}\n`));
    },
    async next() {
      for (;;) {
        const end = held.indexOf("\n");
        if (end >= 0) {
          const line = held.slice(0, end);
          held = held.slice(end + 1);
          return JSON.parse(line);
        }
        const { value, done } = await reader.read();
        if (done) throw new Error("The server ended");
        held += value;
      }
    },
    hangUp: () => writer.close(),
    stopReading: () => reader.cancel(),
    async ended() {
      const { code } = await child.status;
      await reader.cancel();
      await stderr;
      return code;
    },
  };
}

/** A JSON-RPC request for a tool. */
export function callMessage(
  id: number,
  name: string,
  args: Record<string, unknown>,
  meta: Record<string, unknown> = {},
): Record<string, unknown> {
  const params = { name, arguments: args, _meta: meta };
  return { jsonrpc: "2.0", id, method: "tools/call", params };
}

/**
 * A test with the SDK's client. That waits with a timer for the server's end and
 * leaves it behind when the server was quicker, so leaks of this process are not
 * looked for.
 */
export function mcpTest(
  name: string,
  fn: (t: Deno.TestContext) => Promise<void>,
): void {
  Deno.test({
    name: `mcp: ${name}`,
    fn,
    sanitizeOps: false,
    sanitizeResources: false,
  });
}
