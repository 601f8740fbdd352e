// Copyright 2026 the airg authors. Apache-2.0 license.

/**
 * The MCP server: messages to tools, and an end that leaves nothing behind.
 *
 * @module
 */

import { contentAlone } from "./file_answers.ts";
import { Server } from "@modelcontextprotocol/sdk/server";
import type { Transport } from "@modelcontextprotocol/sdk/shared/transport";
// The package points at no declarations for the name that runs.
// @ts-types="@modelcontextprotocol/sdk/types"
import {
  CallToolRequestSchema,
  type CallToolResult,
  ErrorCode,
  ListToolsRequestSchema,
  McpError,
} from "@modelcontextprotocol/sdk/types.js";
import { z } from "zod";
import type { QuestionMode } from "../approval/question.ts";
import { printable } from "../base/printable.ts";
import { askedOfNothing, type Dialogs } from "./elicit.ts";
import type { News } from "./progress.ts";
import { type Host, SERVER_NAME, TOOLS } from "./tools.ts";

const INSTRUCTIONS =
  "Commands and files of the workspace go through these tools. Each call is judged by the user's policy; a refusal says why and what would be accepted instead. Commands run contained: they see a private /tmp, write only in the workspace, and reach the network only if the policy allows it. Where a person has to approve, the refusal names a request: wait_for_approval says the answer, and the same call repeated uses it.";

/** Characters of a client's name that are kept. */
const CLIENT_CHARS = 120;

/** How a server is watched and ended. */
export interface ServeOptions {
  /** Ends the server, as a client does that goes away. */
  readonly signal?: AbortSignal;
  /** Takes what went wrong on the wire; untrusted text. */
  readonly onProblem?: (message: string) => void;
}

/**
 * Serves one client until it is gone; then ends what still runs for it.
 *
 * @returns Once every command has ended and is recorded.
 */
export async function serve(
  host: Host,
  transport: Transport,
  options: ServeOptions = {},
): Promise<void> {
  const server = new Server(
    { name: SERVER_NAME, version: host.version },
    { capabilities: { tools: {} }, instructions: INSTRUCTIONS },
  );
  const gone = new AbortController();
  const asked = askedOfNothing();
  const takeIdZero = onceOnly(() => server.ping());
  const running = new Set<Promise<CallToolResult>>();
  const ended = new Promise<void>((resolve) => {
    server.onclose = () => {
      gone.abort();
      resolve();
    };
  });
  server.onerror = (error) => options.onProblem?.(error.message);
  server.setRequestHandler(ListToolsRequestSchema, () => ({
    tools: showsDataAlone(server) ? LISTED_FOR_DATA_ALONE : LISTED,
  }));
  server.setRequestHandler(CallToolRequestSchema, async (request, extra) => {
    const { name, arguments: args } = request.params;
    const tool = TOOLS.find((tool) => tool.name === name);
    if (tool === undefined) throw unknownTool(name);
    const token = extra._meta?.progressToken;
    const client = clientName(server);
    const modes = modesOf(server);
    const result = tool.call(args, {
      host,
      signal: AbortSignal.any([extra.signal, gone.signal]),
      ending: gone.signal,
      ...(client !== undefined && { client }),
      ...(modes.size > 0 && {
        dialogs: {
          ...{ asked, modes },
          create(params, how) {
            takeIdZero();
            return extra.sendRequest(
              { method: "elicitation/create", params },
              z.unknown(),
              how,
            );
          },
          complete: (elicitationId) =>
            extra.sendNotification({
              method: "notifications/elicitation/complete",
              params: { elicitationId },
            }),
        } satisfies Dialogs,
      }),
      ...(token !== undefined && {
        tell: (news: News) =>
          extra.sendNotification({
            method: "notifications/progress",
            params: { progressToken: token, ...news },
          }),
      }),
    });
    running.add(result);
    try {
      const isForContent = CONTENT_FIRST.has(name) && showsDataAlone(server);
      return isForContent ? contentAlone(await result) : await result;
    } finally {
      running.delete(result);
    }
  });
  const stop = () => void server.close();
  options.signal?.addEventListener("abort", stop, { once: true });
  await server.connect(transport);
  if (options.signal?.aborted) stop();
  await ended;
  options.signal?.removeEventListener("abort", stop);
  await Promise.allSettled(running);
}

const LISTED = TOOLS.map((tool) => ({
  name: tool.name,
  title: tool.title,
  description: tool.description,
  annotations: { title: tool.title, ...tool.annotations },
  inputSchema: objectSchema(tool.input, "input"),
  ...(tool.output && { outputSchema: objectSchema(tool.output, "output") }),
}));

/** Tools whose content some clients would not show beside data. */
const CONTENT_FIRST: ReadonlySet<string> = new Set(["read_file"]);

const LISTED_FOR_DATA_ALONE = LISTED.map((tool) => {
  const { outputSchema: _, ...rest } = tool;
  return CONTENT_FIRST.has(tool.name) ? rest : tool;
});

/** Whether the client shows a model no content where there is data; see file_answers.ts. */
function showsDataAlone(server: Server): boolean {
  return /^claude[ -]code\b/i.test(server.getClientVersion()?.name ?? "");
}

function objectSchema(
  schema: z.ZodObject,
  io: "input" | "output",
): { type: "object"; [key: string]: unknown } {
  const { $schema: _, ...rest } = z.toJSONSchema(schema, { io });
  return { ...rest, type: "object" };
}

function unknownTool(name: string): McpError {
  const names = TOOLS.map((tool) => tool.name).join(", ");
  const shown = printable(name.slice(0, CLIENT_CHARS));
  return new McpError(
    ErrorCode.InvalidParams,
    `Unknown tool: ${shown}; this server has ${names}`,
  );
}

/**
 * Does it at the first call alone. Clients on the SDK of v1 drop a cancellation
 * of request 0 (typescript-sdk#2283), so that no dialog should be that one.
 */
function onceOnly(act: () => Promise<unknown>): () => void {
  let isDone = false;
  return () => {
    if (isDone) return;
    isDone = true;
    // Whether it is answered matters to nobody.
    act().catch(() => undefined);
  };
}

/** How this client said that it can be asked. */
function modesOf(server: Server): ReadonlySet<QuestionMode> {
  const said = server.getClientCapabilities()?.elicitation;
  const modes = ["form", "url"] as const;
  return new Set(modes.filter((mode) => said?.[mode] !== undefined));
}

function clientName(server: Server): string | undefined {
  const client = server.getClientVersion();
  if (client === undefined) return undefined;
  return `${client.name} ${client.version}`.slice(0, CLIENT_CHARS);
}
