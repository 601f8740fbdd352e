// Copyright 2026 the airg authors. Apache-2.0 license.

/**
 * Puts the parts together: the one place where policy, containment, running
 * and recording meet the guard.
 *
 * @module
 */

import type { Origin } from "../action/action.ts";
import { systemClock } from "../base/clock.ts";
import { fail, ok, type Result } from "../base/result.ts";
import { type Dirs, ensureDirs, findDirs } from "../platform/dirs.ts";
import { resolveExisting } from "../platform/real_path.ts";
import { isProfileAllowed } from "../policy/profiles.ts";
import type {
  Assembled,
  AssembleFailure,
  AssembleOptions,
  PolicyInForce,
  Surroundings,
} from "./assembled.ts";
import { backupsHere } from "./backups_here.ts";
import { effectsOf } from "./guard_effects.ts";
import { INSIDE_MESSAGE, isInsideRun } from "./inside.ts";
import { profiled } from "./profiled.ts";
import { openRecorder } from "./recorder.ts";
import { loadPolicy } from "./live_policy.ts";
import { withBackups } from "./backup/folder.ts";
import { ownPaths, prepareSite } from "./run_site.ts";
import { homeFolders, rootSite, unfitRoot } from "./write_roots.ts";
import { checkWorkspace } from "./workspace.ts";

/**
 * Puts the parts together for one front end.
 *
 * @returns The parts, or why not, with the exit status that says so.
 */
export async function assemble(
  surroundings: Surroundings,
  options: AssembleOptions,
): Promise<Result<Assembled, AssembleFailure>> {
  const { env, os, cwd } = surroundings;
  if (isInsideRun(env)) {
    return refuse(69, INSIDE_MESSAGE, "run the command itself, without airg");
  }
  const dirs = findDirs(env, os);
  if (!dirs.ok) return refuse(78, dirs.error.message, dirs.error.cure);
  const home = resolveExisting(env["HOME"] || "/nonexistent") ?? "/nonexistent";
  const workspace = checkWorkspace(
    options.workspace ?? (env["AIRG_WORKSPACE"] || cwd),
    { cwd, homes: homeFolders(home), ownFolders: foldersOf(dirs.value) },
  );
  if (!workspace.ok) {
    return refuse(64, workspace.error.message, workspace.error.hint);
  }
  const origin = originOf(options, env, workspace.value);
  const policyPath = options.policy === undefined
    ? dirs.value.policy
    : absolute(options.policy, cwd);
  const loaded = await loadPolicy(policyPath, {
    mayBeMissing: options.policy === undefined && !env["AIRG_POLICY_PATH"],
    home,
    agent: origin.agent,
    workspace: workspace.value,
    unfit: (document, { sandbox: { writable } }) =>
      writable.length === 0 ? undefined : unfitRoot(
        document,
        writable,
        rootSite(home, dirs.value, workspace.value),
      ),
  });
  if (!loaded.ok) return refuse(78, loaded.error.message, loaded.error.hint);
  const { profile } = options;
  const policy = profiled(loaded.value, profile);
  const { settings } = loaded.value.current();
  if (profile !== undefined && !isProfileAllowed(profile, settings)) {
    return refuse(
      77,
      `the policy does not allow the profile ${profile}`,
      `add it to sandbox.profiles in ${loaded.value.inForce().path}`,
    );
  }
  const made = ensureDirs(dirs.value);
  if (!made.ok) return refuse(78, made.error.message, made.error.cure);
  const recorder = await openRecorder(dirs.value, policy);
  if (!recorder.ok) return recorder;
  const places = withBackups(dirs.value, env, settings);
  const site = await prepareSite(
    surroundings,
    places,
    workspace.value,
    home,
    options.launcher,
  );
  if (!site.ok) return site;
  const secret = env["AIRG_APPROVAL_HMAC_SECRET"];
  const note = recorder.value.note(origin);
  const backups = backupsHere({
    workspace: workspace.value,
    root: resolveExisting(places.backups) ?? places.backups,
    keys: places.approvalsKey,
    ...(secret && { secret }),
    settings: () => policy.current().settings.backups,
    restoreSettings: () => policy.current().settings.restore,
    now: systemClock,
    redact: recorder.value.redact,
    progress: options.progress,
    async onPruned(pruned) {
      for (const item of pruned) await note("backup_pruned", { ...item });
    },
    async onEnded(sentence) {
      options.warn?.(sentence);
      await note("restore_ended", { what: sentence });
    },
  });
  await backups.end();
  return ok({
    backups,
    effects: effectsOf(
      origin,
      policy,
      recorder.value,
      site.value,
      places,
      backups,
      {
        profileChosen: profile !== undefined,
        sharesInput: options.sharesInput,
        warn: options.warn,
        progress: options.progress,
      },
    ),
    recordChanges: recorder.value.recordChanges,
    origin,
    policy: policy.inForce,
    note,
    logPath: recorder.value.path,
    notices: [
      ...recorder.value.notices,
      ...noticesOf(policy.inForce()),
    ],
    maxTimeoutSeconds: () =>
      policy.current().settings.execution.maxTimeoutSeconds,
  });
}

function originOf(
  options: AssembleOptions,
  env: Surroundings["env"],
  workspace: string,
): Origin {
  const agent = options.agent ?? (env["AIRG_AGENT_ID"] || "default");
  return {
    agent,
    session: options.session ??
      (env["AIRG_AGENT_SESSION_ID"] || `${agent} ${workspace}`),
    source: options.source,
    workspace,
  };
}

function noticesOf(policy: PolicyInForce): string[] {
  const pointers = policy.notEnforced.map(({ pointer }) => pointer);
  return [
    ...policy.warnings.map(({ file = policy.path, pointer, message }) =>
      `${file}: ${pointer}: ${message}`
    ),
    ...(pointers.length === 0 ? [] : [
      `this version does not enforce ${
        pointers.join(", ")
      } of ${policy.path}; \`airg policy check\` says what happens instead`,
    ]),
  ];
}

/** Real paths, so that a link cannot hide that a folder lies in the workspace. */
function foldersOf(dirs: Dirs): string[] {
  return ownPaths(dirs).map((path) => resolveExisting(path) ?? path);
}

function absolute(path: string, cwd: string): string {
  return path.startsWith("/") ? path : `${cwd}/${path}`;
}

function refuse(
  status: AssembleFailure["status"],
  message: string,
  hint: string,
): Result<never, AssembleFailure> {
  return fail({ status, message, hint });
}
