// Copyright 2026 the airg authors. Apache-2.0 license.

/**
 * The tools an agent gets: name, text, schemas, and the action each one asks
 * the guard for. No tool decides anything, and none approves.
 *
 * @module
 */

import type {
  CallToolResult,
  ToolAnnotations,
} from "@modelcontextprotocol/sdk/types";
import type { z } from "zod";
import type { Assembled } from "../cli/assembled.ts";
import type { Result } from "../base/result.ts";
import { act } from "./act.ts";
import { failure } from "./answers.ts";
import { checkAction } from "./check.ts";
import type { Dialogs } from "./elicit.ts";
import type { News } from "./progress.ts";
import { waitForApproval } from "./wait_for_approval.ts";
import * as schemas from "./schemas.ts";

/** Name under which clients register this server. */
export const SERVER_NAME = "ai-runtime-guard";

/** What the program around the server gives it. */
export interface Host {
  readonly parts: Assembled;
  readonly version: string;
  readonly build: string;
  /** Real path of a folder in the workspace, or what is wrong with it. */
  readonly folderWithin: (
    folder: string,
    workspace: string,
  ) => Promise<Result<string, string>>;
}

/** What one call may use. */
export interface Call {
  readonly host: Host;
  /** Name the client gave of itself; untrusted text. */
  readonly client?: string;
  /** Fires when the client cancels or is gone. */
  readonly signal: AbortSignal;
  /** The client as somebody to ask, where it says that it can. */
  readonly dialogs?: Dialogs;
  /** Present when the client wants to hear how it goes. */
  readonly tell?: (news: News) => Promise<void>;
}

/** One tool. */
export interface Tool {
  readonly name: string;
  readonly title: string;
  readonly description: string;
  readonly annotations: ToolAnnotations;
  readonly input: z.ZodObject;
  readonly output: z.ZodObject;
  /** Checks `raw` against `input`, then does it. */
  readonly call: (raw: unknown, call: Call) => Promise<CallToolResult>;
}

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
  tool({
    name: "read_file",
    title: "Read a file",
    description:
      "Reads a text file, whole or some of its lines, if the policy allows it.",
    annotations: { readOnlyHint: true, openWorldHint: false },
    input: schemas.ReadInput,
    output: schemas.ReadOutput,
    call: ({ path, offset, limit }, call) =>
      act({ kind: "read", path }, call, { offset, limit }),
  }),
  tool({
    name: "write_file",
    title: "Write a file",
    description:
      "Writes a file whole, replacing what was there, if the policy allows it. The folder must exist.",
    annotations: {
      readOnlyHint: false,
      destructiveHint: true,
      idempotentHint: true,
      openWorldHint: false,
    },
    input: schemas.WriteInput,
    output: schemas.WriteOutput,
    call: ({ path, content }, call) =>
      act({ kind: "write", path, content }, call),
  }),
  tool({
    name: "list_directory",
    title: "List a folder",
    description:
      "Lists a folder with type, size and time of each entry, if the policy allows it.",
    annotations: { readOnlyHint: true, openWorldHint: false },
    input: schemas.ListInput,
    output: schemas.ListOutput,
    call: ({ path }, call) => act({ kind: "list", path }, call),
  }),
];

interface ToolSpec<Input extends z.ZodObject> extends Omit<Tool, "call"> {
  readonly input: Input;
  readonly call: (
    args: z.output<Input>,
    call: Call,
  ) => Promise<CallToolResult>;
}

function tool<Input extends z.ZodObject>(spec: ToolSpec<Input>): Tool {
  return {
    ...spec,
    async call(raw, call) {
      const args = spec.input.safeParse(raw ?? {});
      if (args.success) return await spec.call(args.data, call);
      const problems = args.error.issues.map(({ path, message }) =>
        path.length === 0 ? message : `${path.join(".")}: ${message}`
      );
      return failure(
        `Invalid arguments for ${spec.name}: ${problems.join("; ")}`,
      );
    },
  };
}

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
