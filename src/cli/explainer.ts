// Copyright 2026 the airg authors. Apache-2.0 license.

/**
 * Deciding without anything that runs, records or writes: no state folder, no
 * launcher, any machine.
 *
 * @module
 */

import type { Action, Command } from "../action/action.ts";
import type { Facts, LookupAnswer } from "../action/facts.ts";
import { readAction } from "../action/read.ts";
import { recordedLookup } from "../action/recorded_lookup.ts";
import { monotonicClock, systemClock } from "../base/clock.ts";
import { UUID_RANDOM_BYTES, uuidv7 } from "../base/id.ts";
import { fail, ok, type Result } from "../base/result.ts";
import { findDirs } from "../platform/dirs.ts";
import { diskLookup } from "../platform/disk_lookup.ts";
import { resolveExisting } from "../platform/real_path.ts";
import { DEFAULT_POLICY_TEXT } from "../policy/builtin.ts";
import { type CompiledPolicy, compilePolicy } from "../policy/compile.ts";
import type { Decision } from "../policy/decision.ts";
import { evaluate } from "../policy/evaluate.ts";
import type { PolicyProblem } from "../policy/settings.ts";
import type { Surroundings } from "./assembled.ts";
import { readPolicyText } from "./policy/text.ts";
import { withBackups } from "./backup/folder.ts";
import { ownPaths } from "./run_site.ts";
import { hashWith, readWorkspacePolicy } from "./workspace_policy.ts";

/** What is asked about one command. */
export interface Question {
  readonly command: Command;
  /** Absolute. */
  readonly cwd: string;
  /** Absolute; absent: `AIRG_WORKSPACE`, else `cwd`. */
  readonly workspace?: string;
}

/** A decision, and what it was made from. */
export interface Explained {
  readonly decision: Decision;
  readonly facts: Facts;
}

/** Decides on commands; does nothing. */
export interface Explainer {
  /** Makes a policy ready, or says what is wrong with it. */
  readonly compile: (
    text: string,
    source?: PolicySource["name"],
  ) => Promise<Result<CompiledPolicy, readonly PolicyProblem[]>>;
  readonly decide: (policy: CompiledPolicy, question: Question) => Decision;
  readonly explain: (policy: CompiledPolicy, question: Question) => Explained;
  /**
   * Decides on any action.
   *
   * @param lookups Answers of the disk that were recorded; they stand in for
   * today's.
   */
  readonly judge: (
    policy: CompiledPolicy,
    action: Action,
    lookups?: readonly LookupAnswer[],
  ) => Explained;
}

/** Where the text of the policy in force is. */
export interface PolicySource {
  /** As a person knows it: a path, or `built-in`. */
  readonly name: string;
  readonly text: string;
}

/**
 * Finds the policy: `file`, else `AIRG_POLICY_PATH`, else the config folder's,
 * else the built-in one.
 *
 * Only the config folder's may be missing; a path somebody wrote down must not
 * silently turn into another policy.
 */
export async function findPolicy(
  { env, os, cwd }: Surroundings,
  file: string | undefined,
): Promise<Result<PolicySource, string>> {
  const named = file ?? (env["AIRG_POLICY_PATH"] || undefined);
  const dirs = findDirs(env, os);
  const path = named ?? (dirs.ok ? dirs.value.policy : undefined);
  const builtIn = { name: "built-in", text: DEFAULT_POLICY_TEXT };
  if (path === undefined) return ok(builtIn);
  const absolute = path.startsWith("/") ? path : `${cwd}/${path}`;
  try {
    return ok({ name: path, text: await readText(absolute) });
  } catch (error) {
    if (!(error instanceof Error)) throw error;
    if (named === undefined && error instanceof Deno.errors.NotFound) {
      return ok(builtIn);
    }
    return fail(`Cannot read the policy ${path}: ${error.message}`);
  }
}

/**
 * A file's text.
 *
 * @throws {TypeError} If it is not UTF-8.
 */
export async function readText(path: string): Promise<string> {
  const bytes = await Deno.readFile(path);
  return new TextDecoder("utf-8", { fatal: true, ignoreBOM: true })
    .decode(bytes);
}

/** What is airg's own under a policy. */
function protectedIn(
  dirs: ReturnType<typeof findDirs>,
  env: Surroundings["env"],
  settings: CompiledPolicy["settings"],
): readonly string[] {
  if (!dirs.ok) return [];
  const own = withBackups(dirs.value, env, settings);
  return [...ownPaths(own), own.cache].map((path) =>
    resolveExisting(path) ?? path
  );
}

/** Makes an {@linkcode Explainer} for `agent`. */
export function openExplainer(
  { env, os, cwd }: Surroundings,
  agent: string,
): Explainer {
  const dirs = findDirs(env, os);
  const home = resolveExisting(env["HOME"] || "/nonexistent") ?? "/nonexistent";
  // By where the policy has the backups.
  const known = new Map<string | undefined, readonly string[]>();
  const protectedBy = ({ settings }: CompiledPolicy): readonly string[] => {
    const { root } = settings.backups;
    const found = known.get(root) ?? protectedIn(dirs, env, settings);
    known.set(root, found);
    return found;
  };
  return {
    async compile(text, source) {
      const parsed = await readPolicyText(text, "look-only");
      if (!parsed.ok) return parsed;
      const overlay = await readWorkspacePolicy(
        resolveExisting(env["AIRG_WORKSPACE"] || cwd) ?? cwd,
      );
      if (!overlay.ok) {
        return fail([{
          severity: "error",
          pointer: "",
          message: overlay.error,
        }]);
      }
      return ok(compilePolicy(parsed.value.document, {
        hash: hashWith(parsed.value.hash, overlay.value),
        home,
        agent,
        ...(overlay.value !== undefined &&
          { workspace: overlay.value.overlay }),
        ...(source === "built-in" && { name: "default" }),
      }));
    },
    decide: (policy, question) => explainOne(policy, question).decision,
    explain: explainOne,
    judge,
  };

  function explainOne(
    policy: CompiledPolicy,
    { command, cwd, workspace }: Question,
  ): Explained {
    const inside = workspace ?? (env["AIRG_WORKSPACE"] || cwd);
    return judge(policy, {
      kind: "exec",
      origin: {
        agent,
        session: "explain",
        source: "human-operator",
        workspace: resolveExisting(inside) ?? inside,
      },
      command,
      cwd: resolveExisting(cwd) ?? cwd,
    });
  }

  function judge(
    policy: CompiledPolicy,
    action: Action,
    lookups: readonly LookupAnswer[] = [],
  ): Explained {
    const before = monotonicClock();
    const disk = diskLookup({ home, user: env["USER"] });
    const facts = readAction(action, recordedLookup(lookups, disk));
    const protectedPaths = protectedBy(policy);
    const conclusion = evaluate(policy, facts, { agent, protectedPaths });
    const elapsedUs = Math.round((monotonicClock() - before) * 1000);
    const random = crypto.getRandomValues(new Uint8Array(UUID_RANDOM_BYTES));
    const id = uuidv7(systemClock(), random);
    return { decision: { id, ...conclusion, elapsedUs }, facts };
  }
}
