// Copyright 2026 the airg authors. Apache-2.0 license.

/**
 * `airg policy explain`: says what would be decided, and why.
 *
 * @module
 */

import type { Command } from "../../action/action.ts";
import { absolutePath } from "../../action/words.ts";
import { type Context, UsageError } from "../command.ts";
import { EXIT_CONFIG } from "../exit.ts";
import type { Invocation } from "../flags.ts";
import { agentOf, loadPolicy } from "./load.ts";
import { reportLines } from "./report.ts";

/** Explains one command, or one a line. */
export async function run(
  invocation: Invocation,
  context: Context,
): Promise<number> {
  const { values, switches } = invocation;
  const { terminal, surroundings } = context;
  const command = commandOf(invocation);
  const agent = agentOf(invocation, context);
  const loaded = await loadPolicy(values.get("policy"), agent, context);
  if (loaded === undefined) return EXIT_CONFIG;
  const { explainer, policy } = loaded;
  const cwd = absolutePath(values.get("cwd") ?? "", surroundings.cwd)
    .replace(/(?<=.)\/$/, "");
  if (command === undefined) {
    const { explainBatch } = await import("./batch.ts");
    return await explainBatch(explainer, policy, cwd, context);
  }
  const { decision, facts } = explainer.explain(policy, { command, cwd });
  if (switches.has("json")) terminal.out(JSON.stringify(decision));
  else reportLines(decision, facts).forEach(terminal.out);
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
