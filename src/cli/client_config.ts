// Copyright 2026 the airg authors. Apache-2.0 license.

/**
 * `airg server --print-config CLIENT`: prints, changes nothing.
 *
 * @module
 */

import { CLIENTS, type Snippet } from "./client_facts.ts";
import { type Context, UsageError } from "./command.ts";
import type { Invocation } from "./flags.ts";
import { nearest } from "./nearest.ts";

/** Prints what to paste into the configuration of `client`. */
export function printConfig(
  client: string,
  { values }: Invocation,
  { terminal, surroundings, self }: Context,
): number {
  const facts = Object.hasOwn(CLIENTS, client) ? CLIENTS[client] : undefined;
  if (facts === undefined) {
    const near = nearest(client, Object.keys(CLIENTS));
    throw new UsageError(
      `unknown client: ${client}`,
      near === undefined
        ? `this version knows: ${Object.keys(CLIENTS).join(", ")}`
        : `did you mean ${near}?`,
    );
  }
  const { env, cwd } = surroundings;
  const workspace = values.get("workspace") ?? (env["AIRG_WORKSPACE"] || cwd);
  const policy = values.get("policy");
  const entry = facts.entry({
    command: self.path,
    args: [...self.before, "server"],
    env: {
      AIRG_AGENT_ID: values.get("agent") ?? (env["AIRG_AGENT_ID"] || client),
      AIRG_WORKSPACE: absolute(workspace, cwd),
      ...(policy !== undefined && { AIRG_POLICY_PATH: absolute(policy, cwd) }),
    },
  });
  const lines = [
    ...section("Put this entry into", entry),
    ...facts.deny.flatMap((snippet) =>
      section("Deny the client's own tools in", snippet)
    ),
    "# What stays outside airg, whatever is set above:",
    ...facts.outside.map((sentence) => `# - ${sentence}`),
  ];
  lines.forEach(terminal.out);
  return 0;
}

function section(lead: string, { file, text }: Snippet): string[] {
  return [`# ${lead} ${file}:`, "", text, ""];
}

function absolute(path: string, cwd: string): string {
  const parts: string[] = [];
  const whole = path.startsWith("/") ? path : `${cwd}/${path}`;
  for (const part of whole.split("/")) {
    if (part === "..") parts.pop();
    else if (part !== "" && part !== ".") parts.push(part);
  }
  return `/${parts.join("/")}`;
}
