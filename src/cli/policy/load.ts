// Copyright 2026 the airg authors. Apache-2.0 license.

/**
 * A policy for a subcommand that decides: found, compiled, or complained about.
 *
 * @module
 */

import { printable } from "../../base/printable.ts";
import { ok } from "../../base/result.ts";
import { DEFAULT_POLICY_TEXT } from "../../policy/builtin.ts";
import type { CompiledPolicy } from "../../policy/compile.ts";
import type { Context } from "../command.ts";
import { type Explainer, findPolicy, openExplainer } from "../explainer.ts";
import type { Invocation } from "../flags.ts";
import { readPolicyText } from "./text.ts";
import { problemLines } from "../problems.ts";
import { complain, type Terminal } from "../terminal.ts";

/** A policy ready to decide, and who it decides for. */
export interface LoadedPolicy {
  readonly explainer: Explainer;
  readonly policy: CompiledPolicy;
  /** As a person knows it: a path, or `built-in`. */
  readonly name: string;
  readonly text: string;
  readonly agent: string;
}

/** How a person names the policy that ships; a file of that name is `./built-in`. */
const BUILT_IN = { name: "built-in", text: DEFAULT_POLICY_TEXT };

/** The agent that `--agent` or the environment names. */
export function agentOf(
  { values }: Invocation,
  { surroundings }: Context,
): string {
  return values.get("agent") ??
    (surroundings.env["AIRG_AGENT_ID"] || "default");
}

/**
 * Loads the policy that `file` names, else the one in force.
 *
 * @returns `undefined` when it cannot be used; the terminal has been told why.
 */
export async function loadPolicy(
  file: string | undefined,
  agent: string,
  { surroundings, terminal }: Context,
): Promise<LoadedPolicy | undefined> {
  const source = file === BUILT_IN.name
    ? ok(BUILT_IN)
    : await findPolicy(surroundings, file);
  if (!source.ok) {
    complain(terminal, source.error);
    return undefined;
  }
  const { name, text } = source.value;
  const explainer = openExplainer(surroundings, agent);
  const policy = await explainer.compile(text, name);
  if (!policy.ok) {
    policy.error.flatMap((problem) => problemLines(name, problem))
      .forEach(terminal.err);
    complain(terminal, `cannot use the policy ${printable(name)}`);
    return undefined;
  }
  return { explainer, policy: policy.value, name, text, agent };
}

/** Says what is odd about a policy that is taken all the same. */
export async function tellWarnings(
  { name, text }: LoadedPolicy,
  terminal: Terminal,
): Promise<void> {
  const parsed = await readPolicyText(text, "look-only");
  if (!parsed.ok) return;
  parsed.value.warnings.flatMap((warning) => problemLines(name, warning))
    .forEach(terminal.err);
}
