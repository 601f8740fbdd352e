// Copyright 2026 the airg authors. Apache-2.0 license.

/**
 * `airg policy check`: finds what is wrong with a policy file before airg does.
 *
 * @module
 */

import { checkExamples } from "../../policy/examples.ts";
import { compilePolicy } from "../../policy/compile.ts";
import {
  locateProblems,
  parseOverlay,
  parsePolicy,
} from "../../policy/parse.ts";
import type { PolicyDocument } from "../../policy/schema.ts";
import { listUnready } from "../../policy/unready.ts";
import type { NotEnforced, PolicyProblem } from "../../policy/settings.ts";
import { absolutePath } from "../../action/words.ts";
import { printable } from "../../base/printable.ts";
import { fail, ok, type Result } from "../../base/result.ts";
import { findDirs } from "../../platform/dirs.ts";
import { resolveExisting } from "../../platform/real_path.ts";
import { type Context, UsageError } from "../command.ts";
import { EXIT_CONFIG } from "../exit.ts";
import { findPolicy, readText } from "../explainer.ts";
import type { Invocation } from "../flags.ts";
import { notEnforcedLine, problemLines } from "../problems.ts";
import { secretFrom } from "../approvals/webhook_secret.ts";
import { readPolicyText } from "./text.ts";
import { complain } from "../terminal.ts";
import { rootSite, unfitRoot } from "../write_roots.ts";
import { isWorkspaceFile } from "../workspace_policy.ts";

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
  const base = isWorkspaceFile(file)
    ? await baseDocument(surroundings)
    : undefined;
  if (base?.ok === false) {
    complain(terminal, base.error);
    return EXIT_CONFIG;
  }
  const { problems, notEnforced } = base === undefined
    ? check(text, surroundings)
    : checkOverlay(text, base.value);
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

const NOWHERE = { hash: "", home: "/nonexistent" };

function check(
  text: string,
  { env, os }: Context["surroundings"],
): Findings {
  const parsed = parsePolicy(text);
  if (!parsed.ok) return { problems: parsed.error, notEnforced: [] };
  const { document, warnings } = parsed.value;
  const { notEnforced, settings } = compilePolicy(document, NOWHERE);
  const dirs = findDirs(env, os);
  const home = resolveExisting(env["HOME"] || "/nonexistent") ?? "/nonexistent";
  const unfit = dirs.ok
    ? unfitRoot(document, settings.sandbox.writable, rootSite(home, dirs.value))
    : undefined;
  const agents = Object.keys(document.agent_overrides ?? {});
  const refused = agents.flatMap((agent) =>
    compilePolicy(document, { ...NOWHERE, agent }).refused
  );
  const problems = [
    ...warnings,
    ...(unfit === undefined ? [] : [unfit]),
    ...listUnready(document),
    ...unsigned(document),
    ...refused,
    ...checkExamples(document),
  ];
  return { problems: locateProblems(text, problems), notEnforced };
}

/** A webhook that is not sent, as nothing signs it; the file may be made later. */
function unsigned({ approvals }: PolicyDocument): PolicyProblem[] {
  const { webhook } = approvals ?? {};
  const secret = webhook && secretFrom(webhook.secret_file);
  if (secret === undefined || secret.ok) return [];
  const { cure, message } = secret.error;
  return [{
    severity: "warning",
    pointer: "/approvals/webhook/secret_file",
    message: `no webhook is sent: ${message}`,
    cure,
  }];
}

/** A workspace's file is checked against the policy it would lie over. */
function checkOverlay(text: string, base: PolicyDocument): Findings {
  const parsed = parseOverlay(text);
  if (!parsed.ok) return { problems: parsed.error, notEnforced: [] };
  const workspace = parsed.value.overlay;
  const { refused } = compilePolicy(base, { ...NOWHERE, workspace });
  const { rules = [] } = workspace;
  const problems = [
    ...listUnready(workspace),
    ...refused,
    ...checkExamples({ version: 1, rules }),
  ];
  return { problems: locateProblems(text, problems), notEnforced: [] };
}

/** The document an overlay in a workspace would lie over, or why there is none. */
async function baseDocument(
  surroundings: Context["surroundings"],
): Promise<Result<PolicyDocument, string>> {
  const source = await findPolicy(surroundings, undefined);
  if (!source.ok) return source;
  const parsed = await readPolicyText(source.value.text, "look-only");
  return parsed.ok
    ? ok(parsed.value.document)
    : fail(`broken policy ${source.value.name}: ${parsed.error[0]?.message}`);
}
