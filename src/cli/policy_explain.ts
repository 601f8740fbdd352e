// Copyright 2026 the airg authors. Apache-2.0 license.

/**
 * `airg policy explain`: says what would be decided, and why.
 *
 * @module
 */

import type { Command } from "../action/action.ts";
import { commandText } from "../action/read.ts";
import { absolutePath } from "../action/words.ts";
import { printable } from "../base/printable.ts";
import { explain } from "../policy/explain.ts";
import { type Context, UsageError } from "./command.ts";
import { EXIT_CONFIG } from "./exit.ts";
import { findPolicy, openExplainer } from "./explainer.ts";
import type { Invocation } from "./flags.ts";
import { problemLines } from "./problems.ts";
import { complain } from "./terminal.ts";

/** Explains one command, or one a line. */
export async function run(
  invocation: Invocation,
  context: Context,
): Promise<number> {
  const { values, switches } = invocation;
  const { terminal, surroundings } = context;
  const command = commandOf(invocation);
  const source = await findPolicy(surroundings, values.get("policy"));
  if (!source.ok) {
    complain(terminal, source.error);
    return EXIT_CONFIG;
  }
  const agent = values.get("agent") ??
    (surroundings.env["AIRG_AGENT_ID"] || "default");
  const explainer = openExplainer(surroundings, agent);
  const policy = await explainer.compile(source.value.text, source.value.name);
  if (!policy.ok) {
    const { name } = source.value;
    policy.error.flatMap((problem) => problemLines(name, problem))
      .forEach(terminal.err);
    complain(terminal, `cannot use the policy ${name}`);
    return EXIT_CONFIG;
  }
  const cwd = absolutePath(values.get("cwd") ?? "", surroundings.cwd)
    .replace(/(?<=.)\/$/, "");
  if (command === undefined) {
    const { explainBatch } = await import("./policy_batch.ts");
    return await explainBatch(explainer, policy.value, cwd, context);
  }
  const decision = explainer.decide(policy.value, { command, cwd });
  if (switches.has("json")) terminal.out(JSON.stringify(decision));
  else {
    for (const line of explain(decision, commandText(command))) {
      terminal.out(printable(line));
    }
  }
  return 0;
}

/** The command asked about; `undefined` with `--batch`. */
function commandOf(
  { values, switches, operands, rest }: Invocation,
): Command | undefined {
  const text = values.get("shell");
  if (operands.length > 0) {
    throw new UsageError(
      `unexpected word: ${operands[0]}`,
      "put `--` before the command: airg policy explain -- ARGV...",
    );
  }
  const forms = [text !== undefined, rest !== undefined, switches.has("batch")];
  if (forms.filter(Boolean).length !== 1) {
    throw new UsageError("give one of `-- ARGV...`, --shell TEXT and --batch");
  }
  if (text !== undefined) return { form: "shell", text };
  if (rest === undefined) return undefined;
  if (rest.length === 0) {
    throw new UsageError("expected a command after `--`");
  }
  return { form: "argv", argv: rest };
}
