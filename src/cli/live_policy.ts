// Copyright 2026 the airg authors. Apache-2.0 license.

/**
 * The policy in force: read when the process starts, read again when its file
 * changes, and kept as it was when the new text is broken.
 *
 * @module
 */

import { fail, ok, type Result } from "../base/result.ts";
import { DEFAULT_POLICY_TEXT } from "../policy/builtin.ts";
import { type CompiledPolicy, compilePolicy } from "../policy/compile.ts";
import type { PolicyDocument } from "../policy/schema.ts";
import type { PolicyProblem, PolicySettings } from "../policy/settings.ts";
import type { PolicyInForce } from "./assembled.ts";
import { readPolicyText } from "./policy/text.ts";
import {
  hashWith,
  readWorkspacePolicy,
  workspaceFile,
} from "./workspace_policy.ts";

/** The policy in force, and how it is looked at again. */
export interface LivePolicy {
  /** Looks at the file again; a broken one changes nothing but what is said. */
  readonly refresh: () => Promise<void>;
  readonly current: () => CompiledPolicy;
  readonly inForce: () => PolicyInForce;
}

/** Why there is no policy to start with. */
export interface PolicyFailure {
  readonly message: string;
  readonly hint: string;
}

interface Loaded {
  readonly compiled: CompiledPolicy;
  readonly hasOverlay: boolean;
  readonly warnings: PolicyInForce["warnings"];
}

/** What loading needs to know besides the path. */
export interface LoadOptions {
  /** The built-in policy stands in for a file that is not there; a path somebody wrote down never turns into another policy. */
  readonly mayBeMissing: boolean;
  /** Real, absolute home folder of the user. */
  readonly home: string;
  /** Whose `agent_overrides` apply. */
  readonly agent: string;
  /** Absolute; its own file lies over the policy. */
  readonly workspace: string;
  /** What this machine makes impossible; such a policy counts as broken. */
  readonly unfit?: (
    document: PolicyDocument,
    settings: PolicySettings,
  ) => PolicyProblem | undefined;
}

/**
 * Loads the policy at `path`.
 *
 * @param path Absolute.
 */
export async function loadPolicy(
  path: string,
  options: LoadOptions,
): Promise<Result<LivePolicy, PolicyFailure>> {
  const overlay = workspaceFile(options.workspace);
  const look = () => ({ own: versionOf(path), over: versionOf(overlay) });
  let seen = look();
  const first = await load(path, options);
  if (!first.ok) return first;
  let loaded = first.value;
  let broken: string | undefined;
  const reload = async () => {
    // A file that was there and is gone must not loosen what it said.
    const again = await load(path, { ...options, mayBeMissing: false });
    const lost = again.ok && loaded.hasOverlay && !again.value.hasOverlay;
    broken = !again.ok
      ? again.error.message
      : lost
      ? `${overlay} is gone`
      : undefined;
    if (again.ok && !lost) loaded = again.value;
  };
  // Everybody who decides after a change waits for the same reading of it.
  let reading = Promise.resolve();
  const refresh = async () => {
    const now = look();
    if (now.own !== seen.own || now.over !== seen.over) {
      seen = now;
      reading = reload();
    }
    await reading;
  };
  return ok({
    refresh,
    current: () => loaded.compiled,
    inForce: () => ({
      path: seen.own === undefined && broken === undefined ? "built-in" : path,
      hash: loaded.compiled.hash,
      notEnforced: loaded.compiled.notEnforced,
      warnings: loaded.warnings,
      ...(broken !== undefined && { broken }),
    }),
  });
}

async function load(
  path: string,
  options: LoadOptions,
): Promise<Result<Loaded, PolicyFailure>> {
  let text: string;
  try {
    const bytes = await Deno.readFile(path);
    text = new TextDecoder("utf-8", { fatal: true }).decode(bytes);
  } catch (error) {
    if (!(error instanceof Error)) throw error;
    const missing = error instanceof Deno.errors.NotFound;
    if (!missing || !options.mayBeMissing) {
      return fail({
        message: `cannot read the policy ${path}: ${error.message}`,
        hint: "name another file with --policy or AIRG_POLICY_PATH",
      });
    }
    text = DEFAULT_POLICY_TEXT;
  }
  const parsed = await readPolicyText(text, "keep");
  if (!parsed.ok) return brokenAt(path, parsed.error[0]);
  const overlay = await readWorkspacePolicy(options.workspace);
  if (!overlay.ok) {
    return fail({
      message: overlay.error,
      hint: `run: airg policy check ${workspaceFile(options.workspace)}`,
    });
  }
  const compiled = compilePolicy(parsed.value.document, {
    hash: hashWith(parsed.value.hash, overlay.value),
    home: options.home,
    agent: options.agent,
    ...(overlay.value !== undefined && { workspace: overlay.value.overlay }),
    ...(text === DEFAULT_POLICY_TEXT && { name: "default" }),
  });
  const unfit = options.unfit?.(parsed.value.document, compiled.settings);
  if (unfit !== undefined) {
    const { locateProblems } = await import("../policy/parse.ts");
    return brokenAt(path, locateProblems(text, [unfit])[0]);
  }
  return ok({
    compiled,
    hasOverlay: overlay.value !== undefined,
    warnings: [
      ...parsed.value.warnings,
      ...compiled.refused.map((problem) =>
        problem.pointer.startsWith("/agent_overrides/")
          ? problem
          : { ...problem, file: workspaceFile(options.workspace) }
      ),
    ],
  });
}

function brokenAt(
  path: string,
  problem: PolicyProblem | undefined,
): Result<never, PolicyFailure> {
  const place = problem?.line === undefined
    ? path
    : `${path}:${problem.line}:${problem.column}`;
  return fail({
    message: `broken policy: ${place}: ${problem?.message}`,
    hint: problem?.cure ?? `run: airg policy check ${path}`,
  });
}

/** Changes whenever the file does; `undefined` while there is none. */
function versionOf(path: string): string | undefined {
  try {
    const { mtime, size, ino, ctime } = Deno.statSync(path);
    return [mtime?.getTime(), ctime?.getTime(), size, ino].join(" ");
  } catch (error) {
    if (error instanceof Deno.errors.NotFound) return undefined;
    if (error instanceof Error) return `unreadable: ${error.name}`;
    throw error;
  }
}
