// Copyright 2026 the airg authors. Apache-2.0 license.

/**
 * `airg policy check`: finds what is wrong with a policy file before airg does.
 *
 * @module
 */

import { checkExamples } from "../policy/examples.ts";
import { compilePolicy } from "../policy/compile.ts";
import { parsePolicy } from "../policy/parse.ts";
import type { NotEnforced, PolicyProblem } from "../policy/settings.ts";
import { absolutePath } from "../action/words.ts";
import { printable } from "../base/printable.ts";
import { type Context, UsageError } from "./command.ts";
import { EXIT_CONFIG } from "./exit.ts";
import { readText } from "./explainer.ts";
import type { Invocation } from "./flags.ts";
import { notEnforcedLine, problemLines } from "./problems.ts";
import { complain } from "./terminal.ts";

/** What a check finds. */
interface Findings {
  readonly problems: readonly PolicyProblem[];
  readonly notEnforced: readonly NotEnforced[];
}

/** Checks one file. */
export async function run(
  { operands, switches, rest }: Invocation,
  { terminal, surroundings }: Context,
): Promise<number> {
  const [file, ...more] = [...operands, ...rest ?? []];
  if (file === undefined || more.length > 0) {
    throw new UsageError("expected one FILE");
  }
  const text = await readPolicy(absolutePath(file, surroundings.cwd));
  if (text instanceof Error) {
    complain(terminal, `cannot read ${file}: ${text.message}`);
    return EXIT_CONFIG;
  }
  const { problems, notEnforced } = check(text);
  const errors = problems.filter(({ severity }) => severity === "error").length;
  const valid = errors === 0;
  if (switches.has("json")) {
    terminal.out(JSON.stringify({ file, valid, problems, notEnforced }));
  } else {
    for (const problem of problems) {
      problemLines(file, problem).forEach(terminal.out);
    }
    for (const setting of notEnforced) {
      terminal.out(notEnforcedLine(file, setting));
    }
    const warnings = problems.length - errors;
    terminal.out(
      `${printable(file)}: ${
        valid ? "valid" : "not valid"
      }, ${errors} errors, ` +
        `${warnings} warnings, ${notEnforced.length} settings not enforced`,
    );
  }
  return valid ? 0 : EXIT_CONFIG;
}

async function readPolicy(path: string): Promise<string | Error> {
  try {
    return await readText(path);
  } catch (error) {
    if (error instanceof Error) return error;
    throw error;
  }
}

function check(text: string): Findings {
  const parsed = parsePolicy(text);
  if (!parsed.ok) return { problems: parsed.error, notEnforced: [] };
  const { document, warnings } = parsed.value;
  const { notEnforced } = compilePolicy(document, {
    hash: "",
    home: "/nonexistent",
  });
  return { problems: [...warnings, ...checkExamples(document)], notEnforced };
}
