// Copyright 2026 the airg authors. Apache-2.0 license.

/**
 * The tools an agent gets: name, text, schemas, and the action each one asks
 * the guard for. No tool decides anything, and none approves.
 *
 * @module
 */

import type { CallToolResult } from "@modelcontextprotocol/sdk/types";
import type { z } from "zod";
import { act } from "./act.ts";
import { BACKUP_TOOLS } from "./backup_tools.ts";
import { FILE_TOOLS } from "./file_tools.ts";
import { failure } from "./answers.ts";
import { checkAction } from "./check.ts";
import { type Call, type Host, type Tool, tool } from "./tool.ts";
import { waitForApproval } from "./wait_for_approval.ts";
import * as schemas from "./schemas.ts";

export type { Call, Host, Tool } from "./tool.ts";

/** Name under which clients register this server. */
export const SERVER_NAME = "ai-runtime-guard";

/** All tools, in the order clients list them. */
export const TOOLS: readonly Tool[] = [
  tool({
    name: "server_info",
    title: "About this server",
    description:
      "Says which airg this is, the workspace, the policy in force, and which of its settings this version does not enforce.",
    annotations: { readOnlyHint: true, openWorldHint: false },
    input: schemas.ServerInfoInput,
    output: schemas.ServerInfoOutput,
    call: (_, { host }) => Promise.resolve(serverInfo(host)),
  }),
  tool({
    name: "execute_command",
    title: "Run a command",
    description:
      "Runs shell text in the workspace, if the policy allows it, inside containment made by the operating system. A refusal says why and what would be accepted instead.",
    annotations: {
      readOnlyHint: false,
      destructiveHint: true,
      idempotentHint: false,
      openWorldHint: true,
    },
    input: schemas.ExecuteInput,
    output: schemas.ExecuteOutput,
    call: execute,
  }),
  tool({
    name: "check_command",
    title: "Ask what the policy says",
    description:
      "Says what the policy would decide on shell text, why, and which programs it would really start. Runs nothing; the question is recorded.",
    annotations: {
      readOnlyHint: true,
      destructiveHint: false,
      idempotentHint: true,
      openWorldHint: false,
    },
    input: schemas.CheckInput,
    output: schemas.CheckOutput,
    call: check,
  }),
  tool({
    name: "wait_for_approval",
    title: "Wait for a person's answer",
    description:
      "Waits until a person answers a request that a refusal named, and says the answer. It approves nothing; after `approved`, repeat the same call.",
    annotations: {
      readOnlyHint: true,
      idempotentHint: true,
      openWorldHint: false,
    },
    input: schemas.WaitInput,
    output: schemas.WaitOutput,
    call: ({ id, timeout_seconds: seconds }, { host, signal, tell }) =>
      waitForApproval(id, seconds * 1000, { ...host.parts, signal, tell }),
  }),
  ...FILE_TOOLS,
  ...BACKUP_TOOLS,
];

function serverInfo({ parts, version, build }: Host): CallToolResult {
  const { policy, origin, notices } = parts;
  const { path, hash, notEnforced, warnings, broken } = policy();
  const status = broken === undefined ? "ok" : "degraded";
  const facts = {
    status,
    name: SERVER_NAME,
    version,
    build,
    workspace: origin.workspace,
    agent: origin.agent,
    policy: { path, hash, warnings, ...(broken !== undefined && { broken }) },
    notEnforced,
    notices,
  };
  const line = [
    `${SERVER_NAME} ${version} (airg, ${build}): ${status}`,
    `workspace ${origin.workspace}`,
    `policy ${hash}`,
    ...(broken === undefined ? [] : [`policy file not taken: ${broken}`]),
    ...notEnforced.map(({ pointer, message }) =>
      `not enforced: ${pointer}: ${message}`
    ),
  ].join("; ");
  return { content: [{ type: "text", text: line }], structuredContent: facts };
}

async function execute(
  args: z.output<typeof schemas.ExecuteInput>,
  call: Call,
): Promise<CallToolResult> {
  const { command, timeout_seconds: seconds, cwd, retry_count: retries } = args;
  const { folderWithin, parts } = call.host;
  const { workspace } = parts.origin;
  const folder = await folderWithin(cwd ?? workspace, workspace);
  if (!folder.ok) return failure(folder.error);
  return await act({
    kind: "exec",
    command: { form: "shell", text: command },
    cwd: folder.value,
    ...(seconds !== undefined && { timeoutMs: Math.ceil(seconds * 1000) }),
    ...(retries > 0 && { clientRetries: retries }),
    ...(args.ephemeral && { ephemeral: true as const }),
  }, call);
}

async function check(
  { command, cwd }: z.output<typeof schemas.CheckInput>,
  { host: { parts, folderWithin }, client }: Call,
): Promise<CallToolResult> {
  const { workspace } = parts.origin;
  const folder = await folderWithin(cwd ?? workspace, workspace);
  if (!folder.ok) return failure(folder.error);
  return await checkAction({
    kind: "exec",
    origin: { ...parts.origin, ...(client !== undefined && { client }) },
    command: { form: "shell", text: command },
    cwd: folder.value,
  }, parts.effects);
}
