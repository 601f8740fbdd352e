// Copyright 2026 the airg authors. Apache-2.0 license.

/**
 * `airg server`: MCP on standard input and output, or what a client must be
 * told to start it.
 *
 * @module
 */

import { build, VERSION } from "./build_info.ts";
import {
  type Context,
  ENDING_SIGNALS,
  type EndingSignal,
  UsageError,
} from "./command.ts";
import type { Invocation } from "./flags.ts";
import { linesOf } from "./lines.ts";
import { complain, notify } from "./terminal.ts";
import { folderWithin } from "./within.ts";

/** Serves, or prints a client's configuration. */
export async function run(
  invocation: Invocation,
  context: Context,
): Promise<number> {
  const { values, operands, rest } = invocation;
  if (operands.length > 0 || rest !== undefined) {
    throw new UsageError(
      `unexpected word: ${[...operands, ...rest ?? []][0] ?? "--"}`,
    );
  }
  if (values.has("http")) {
    throw new UsageError(
      "--http comes in a later version",
      "this version serves on stdin and stdout: run `airg server`",
    );
  }
  const client = values.get("print-config");
  if (client !== undefined) {
    const { printConfig } = await import("./client_config.ts");
    return printConfig(client, invocation, context);
  }
  return await serveHere(invocation, context);
}

async function serveHere(
  { values }: Invocation,
  context: Context,
): Promise<number> {
  const { terminal, surroundings } = context;
  const session = surroundings.env["AIRG_AGENT_SESSION_ID"] ||
    crypto.randomUUID();
  const parts = await context.assemble({
    source: "ai-agent",
    session,
    warn: (message) => notify(terminal, message),
    ...Object.fromEntries(
      ["workspace", "policy", "agent"].flatMap((name) => {
        const value = values.get(name);
        return value === undefined ? [] : [[name, value]];
      }),
    ),
  });
  if (!parts.ok) {
    complain(terminal, parts.error.message, parts.error.hint);
    return parts.error.status;
  }
  for (const notice of parts.value.notices) notify(terminal, notice);
  const { noteSavedReport } = await import("./saved_report.ts");
  const problem = await noteSavedReport(surroundings, parts.value.note);
  if (problem !== undefined) notify(terminal, problem);
  const { serve, lineTransport, MAX_MESSAGE_BYTES } = await loadProtocol();
  keepProtocolClean();
  const controller = new AbortController();
  let by: EndingSignal | undefined;
  const stop = context.onSignal((name) => {
    by ??= name;
    controller.abort();
  });
  const transport = lineTransport({
    input: linesOf(context.stdin(), MAX_MESSAGE_BYTES),
    output: Deno.stdout,
  });
  try {
    await serve(
      { parts: parts.value, version: VERSION, build: build(), folderWithin },
      transport,
      {
        signal: controller.signal,
        onProblem: (message) => notify(terminal, message),
      },
    );
    await atMost(LAST_WORDS_MS, transport.drained());
  } finally {
    stop();
  }
  return by === undefined ? 0 : 128 + ENDING_SIGNALS[by];
}

/**
 * Loads the protocol's code: from source, or the bundle beside the program's
 * own main module. No variable has a say in it.
 */
async function loadProtocol(): Promise<typeof import("../mcp/entry.ts")> {
  const url = build() === "source"
    ? import.meta.resolve("../mcp/entry.ts")
    : new URL("./mcp.js", Deno.mainModule).href;
  return await import(url);
}

/** Milliseconds a client that closed its end has to read the last answers. */
const LAST_WORDS_MS = 500;

async function atMost(ms: number, work: Promise<void>): Promise<void> {
  let timer: ReturnType<typeof setTimeout> | undefined;
  const late = new Promise<void>((resolve) => timer = setTimeout(resolve, ms));
  await Promise.race([work, late]);
  clearTimeout(timer);
}

/** Standard output is the protocol's alone; a stray line would break it. */
function keepProtocolClean(): void {
  const { console } = globalThis;
  console.log = console.info = console.debug = console.error;
}
