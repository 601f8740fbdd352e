// Copyright 2026 the airg authors. Apache-2.0 license.

/**
 * Judges command texts in a made-up workspace, for tests of whole policies.
 *
 * @module
 */

import type { Action, Command } from "../../src/action/action.ts";
import { readAction } from "../../src/action/read.ts";
import { normalizePath } from "../../src/action/words.ts";
import {
  type CompiledPolicy,
  compilePolicy,
} from "../../src/policy/compile.ts";
import type { Conclusion } from "../../src/policy/decision.ts";
import { evaluate } from "../../src/policy/evaluate.ts";
import { parsePolicy } from "../../src/policy/parse.ts";

/** Where everything is asked. */
const WORKSPACE = "/work/site";

/** Home folder of the person. */
const HOME = "/home/ann";

/** airg's own folders in these tests. */
const OWN = ["/home/ann/.config/ai-runtime-guard", "/state"];

/** Compiles a policy written as a value; throws where it has a problem. */
export function policyOf(document: unknown): CompiledPolicy {
  const parsed = parsePolicy(JSON.stringify(document));
  if (!parsed.ok) throw new TypeError(JSON.stringify(parsed.error));
  return compilePolicy(parsed.value.document, { hash: "sha256:0", home: HOME });
}

/** Judges one command; `links` maps names in the workspace to what they lead to. */
export function judge(
  policy: CompiledPolicy,
  command: string | Command,
  links: Readonly<Record<string, string>> = {},
): Conclusion {
  const action: Action = {
    kind: "exec",
    origin: origin(),
    command: typeof command === "string"
      ? { form: "shell", text: command }
      : command,
    cwd: WORKSPACE,
  };
  return judgeAction(policy, action, links);
}

/** Judges any action. */
export function judgeAction(
  policy: CompiledPolicy,
  action: Action,
  links: Readonly<Record<string, string>> = {},
): Conclusion {
  const resolve = (path: string): string => {
    const plain = normalizePath(path);
    const target = links[plain.slice(WORKSPACE.length + 1)];
    return target === undefined ? plain : normalizePath(
      target.startsWith("/") ? target : `${WORKSPACE}/${target}`,
    );
  };
  const facts = readAction(action, { home: HOME, resolve });
  return evaluate(policy, facts, { agent: "codex-1", protectedPaths: OWN });
}

/** Who asks in these tests. */
export function origin(): Action["origin"] {
  return {
    agent: "codex-1",
    session: "s",
    source: "ai-agent",
    workspace: WORKSPACE,
  };
}
