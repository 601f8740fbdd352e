// Copyright 2026 the airg authors. Apache-2.0 license.

/**
 * `airg policy test`: whether a policy does what its authors say it does.
 *
 * @module
 */

import { absolutePath } from "../../action/words.ts";
import { printable } from "../../base/printable.ts";
import type { Verdict } from "../../policy/decision.ts";
import { checkExamples } from "../../policy/examples.ts";
import type { PolicyDocument } from "../../policy/schema.ts";
import type { PolicyProblem } from "../../policy/settings.ts";
import { type Context, UsageError } from "../command.ts";
import { EXIT_CONFIG, EXIT_USAGE } from "../exit.ts";
import { readText } from "../explainer.ts";
import type { Invocation } from "../flags.ts";
import { type Case, CASE_WORKSPACE, readCases } from "./cases.ts";
import { safeJson } from "./json.ts";
import {
  agentOf,
  type LoadedPolicy,
  loadPolicy,
  tellWarnings,
} from "./load.ts";
import { readPolicyText } from "./text.ts";
import { type Effect, effectOf } from "./verdict.ts";
import { problemLines } from "../problems.ts";
import { complain, type Terminal } from "../terminal.ts";

/** A test failed. */
const EXIT_FAILED = 1;

interface FiledCase extends Case {
  readonly file: string;
}

interface Failure extends FiledCase {
  readonly got: Verdict;
  readonly effect: Effect;
}

/** Tests one policy. */
export async function run(
  invocation: Invocation,
  context: Context,
): Promise<number> {
  const { values, switches, operands, rest } = invocation;
  const { terminal } = context;
  const cases = await readFiles([...operands, ...rest ?? []], context);
  if (cases === undefined) return EXIT_USAGE;
  const agent = agentOf(invocation, context);
  const loaded = await loadPolicy(values.get("policy"), agent, context);
  if (loaded === undefined) return EXIT_CONFIG;
  await tellWarnings(loaded, terminal);
  const document = await documentOf(loaded);
  const problems = checkExamples(document);
  const failures = cases.flatMap((filed) => judge(filed, loaded));
  const counts = {
    examples: countExamples(document),
    cases: cases.length,
    failures: problems.length + failures.length,
  };
  const passed = counts.failures === 0;
  if (switches.has("json")) {
    terminal.out(safeJson({
      policy: loaded.name,
      passed,
      ...counts,
      exampleProblems: problems,
      caseFailures: failures,
    }));
  } else tell(terminal, loaded.name, { problems, failures, counts });
  return passed ? 0 : EXIT_FAILED;
}

async function readFiles(
  files: readonly string[],
  { terminal, surroundings }: Context,
): Promise<readonly FiledCase[] | undefined> {
  const all: FiledCase[] = [];
  let bad = false;
  for (const file of files) {
    if (file === "") throw new UsageError("a FILE has no name");
    const text = await textOf(absolutePath(file, surroundings.cwd));
    if (text instanceof Error) {
      complain(terminal, `cannot read ${file}: ${text.message}`);
      bad = true;
      continue;
    }
    const cases = readCases(text);
    if (!cases.ok) {
      for (const { line, message } of cases.error) {
        complain(terminal, `${file}:${line}: ${message}`);
      }
      bad = true;
    } else all.push(...cases.value.map((one) => ({ ...one, file })));
  }
  return bad ? undefined : all;
}

async function textOf(path: string): Promise<string | Error> {
  try {
    return await readText(path);
  } catch (error) {
    if (error instanceof Error) return error;
    throw error;
  }
}

/** The document of a policy that has been compiled, so it is well formed. */
async function documentOf({ text }: LoadedPolicy): Promise<PolicyDocument> {
  const parsed = await readPolicyText(text, "look-only");
  if (!parsed.ok) throw new Error("The policy changed while it was tested");
  return parsed.value.document;
}

function judge(
  filed: FiledCase,
  { explainer, policy }: LoadedPolicy,
): Failure[] {
  const decision = explainer.decide(policy, {
    command: { form: "shell", text: filed.command },
    cwd: filed.cwd,
    workspace: CASE_WORKSPACE,
  });
  const effect = effectOf(decision);
  return effect.verdict === filed.wanted
    ? []
    : [{ ...filed, got: effect.verdict, effect }];
}

function countExamples({ rules = [] }: PolicyDocument): number {
  return rules.reduce(
    (sum, { examples }) =>
      sum + (examples?.match?.length ?? 0) + (examples?.no_match?.length ?? 0),
    0,
  );
}

function tell(
  terminal: Terminal,
  name: string,
  { problems, failures, counts }: {
    readonly problems: readonly PolicyProblem[];
    readonly failures: readonly Failure[];
    readonly counts: {
      readonly examples: number;
      readonly cases: number;
      readonly failures: number;
    };
  },
): void {
  for (const problem of problems) {
    problemLines(name, problem).forEach(terminal.out);
  }
  for (const failure of failures) {
    failureLines(failure).forEach(terminal.out);
  }
  const { examples, cases, failures: failed } = counts;
  terminal.out(
    `${printable(name)}: ${failed === 0 ? "passed" : "failed"}, ` +
      `${examples} examples, ${cases} cases, ${failed} failures`,
  );
}

function failureLines(
  { file, line, wanted, got, command, effect }: Failure,
): string[] {
  const shadow = effect.shadow === undefined
    ? ""
    : ` (shadow: ${effect.shadow})`;
  return [
    `${file}:${line}: wanted ${wanted}, got ${got}${shadow}: ${command}`,
    `  because: ${effect.message} [${effect.rule}]`,
  ].map((text) => printable(text));
}
