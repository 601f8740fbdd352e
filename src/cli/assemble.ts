// Copyright 2026 the airg authors. Apache-2.0 license.

/**
 * Puts the parts together: the one place where policy, containment, running
 * and recording meet the guard.
 *
 * @module
 */

import { isChange, type Origin } from "../action/action.ts";
import { readAction } from "../action/read.ts";
import { monotonicClock, systemClock } from "../base/clock.ts";
import { UUID_RANDOM_BYTES, uuidv7 } from "../base/id.ts";
import { fail, ok, type Result } from "../base/result.ts";
import { keptFromWriting } from "../exec/approved_files.ts";
import type { FileOptions, FileTools } from "../files/file_effect.ts";
import { workspaceIndex } from "../exec/handoff.ts";
import { run } from "../exec/run.ts";
import {
  containProfile,
  type Disk,
  type SearchMemory,
} from "../guard/contain.ts";
import { readSearchMemory, saveSearchMemory } from "./search_memory_file.ts";
import { sha256Hex } from "../base/digest.ts";
import { withUnseen } from "../guard/unseen.ts";
import { namedProfile } from "../guard/named_profile.ts";
import type { Effects } from "../guard/effects.ts";
import { ephemeralProfile, wantsCopy } from "../guard/ephemeral.ts";
import { type Dirs, ensureDirs, findDirs } from "../platform/dirs.ts";
import { kindOf, namesIn } from "../platform/machine.ts";
import { treeNames, treeStat, treeText } from "../platform/tree.ts";
import { diskLookup } from "../platform/disk_lookup.ts";
import { plainFiles } from "../platform/plain_files.ts";
import { resolveExisting } from "../platform/real_path.ts";
import type { Conclusion, Decision } from "../policy/decision.ts";
import type { PolicySettings } from "../policy/settings.ts";
import { agentStarted } from "../policy/agents.ts";
import { isProfileAllowed } from "../policy/profiles.ts";
import type { Counters } from "../store/counters.ts";
import { evaluate } from "../policy/evaluate.ts";
import type {
  Assembled,
  AssembleFailure,
  AssembleOptions,
  PolicyInForce,
  Surroundings,
} from "./assembled.ts";
import { approvalsOn } from "./guard_approvals.ts";
import { type Backups, backupsHere } from "./backups_here.ts";
import { backupsOn } from "./guard_backups.ts";
import { INSIDE_MESSAGE, isInsideRun } from "./inside.ts";
import { profiled, settingsIn, withAgentKeys } from "./profiled.ts";
import { openRecorder, type Recorder } from "./recorder.ts";
import { type LivePolicy, loadPolicy } from "./live_policy.ts";
import { withBackups } from "./backup/folder.ts";
import { ownPaths, prepareSite, type RunSite } from "./run_site.ts";
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

const DISK: Disk = {
  kindOf,
  resolve: (path) => resolveExisting(path) ?? undefined,
  listFolder: namesIn,
  namesIn: treeNames,
  statOf: treeStat,
  textOf: treeText,
};

function effectsOf(
  origin: Origin,
  policy: LivePolicy,
  { note, record, recordApproval, recordBackup }: Recorder,
  site: RunSite,
  dirs: Dirs,
  backups: Backups,
  { profileChosen, progress, sharesInput = false, warn }: {
    readonly profileChosen: boolean;
    readonly sharesInput?: boolean | undefined;
    readonly warn: AssembleOptions["warn"];
    readonly progress: AssembleOptions["progress"];
  },
): Effects {
  const { places } = site;
  const index = workspaceIndex(
    places.workspace,
    site.machine.launcher,
    site.machine.runFolder,
  );
  const machine = { ...site.machine, index };
  const counters = countersIn(dirs.state);
  const memoryFile = `${site.machine.runFolder}/${
    sha256Hex(places.workspace).slice(0, 16)
  }.names`;
  let memory: SearchMemory | undefined;
  let tools: Promise<FileTools> | undefined;
  return {
    clock: systemClock,
    monotonic: monotonicClock,
    newId: () =>
      uuidv7(
        systemClock(),
        crypto.getRandomValues(new Uint8Array(UUID_RANDOM_BYTES)),
      ),
    read: (action) => readAction(action, diskLookup({ home: places.home })),
    async decide(facts) {
      await policy.refresh();
      return withBrokenPolicy(
        evaluate(policy.current(), facts, {
          agent: origin.agent,
          protectedPaths: site.ownPaths,
          profileChosen,
        }),
        policy.inForce(),
      );
    },
    consume: async (budgets) =>
      (await counters()).consume(budgets, systemClock()),
    attempt: async (key) => (await counters()).attempt(key, systemClock()),
    sleep,
    approvals: approvalsOn({
      dirs,
      machine,
      places,
      settings: (profile) => settingsIn(policy, profile),
      files: plainFiles(),
      sharesInput,
      record: recordApproval,
      refresh: policy.refresh,
      warn(message) {
        warn?.(message);
        note(origin)("notice", { message }).catch((error) =>
          warn?.(`not in the log either: ${String(error)}`)
        );
      },
    }),
    contain({ action, programs }, decision) {
      const settings = withDecidedNetwork(
        settingsIn(policy, decision.containment.profile),
        decision,
      );
      memory ??= readSearchMemory(memoryFile);
      const plain = containProfile(
        settings,
        {
          ...places,
          ...site.boundSockets(),
          // Reading changes nothing, so nothing needs to be kept from it.
          obeyed: action.kind === "exec" || isChange(action)
            ? index.look().toPin
            : [],
        },
        DISK,
        {
          programs: programs.map(({ name }) => name),
          memory,
          clock: systemClock,
        },
      );
      saveSearchMemory(memoryFile, memory);
      const profile = namedProfile(plain, {
        settings,
        home: places.home,
        agent: action.kind === "exec"
          ? agentStarted(action.command)
          : undefined,
      }, DISK);
      // The file tools write into the workspace itself, so they get none.
      return wantsCopy(decision) && !isChange(action)
        ? ephemeralProfile(profile, decision, site.ephemeral(decision.id))
        : profile;
    },
    record,
    async run({ action }, profile, _proof, options) {
      const { ephemeral } = profile;
      const settings = withAgentKeys(
        settingsIn(policy, profile.name),
        action.command,
      );
      const now = async (signal = options.signal) => {
        const outcome = await run(action, profile, settings, machine, {
          ...options,
          ...(signal && { signal }),
        });
        return options.streams === "inherit" ? withUnseen(outcome) : outcome;
      };
      if (ephemeral === undefined) return await now();
      const { runHeld } = await import("../changes/hold.ts");
      return await runHeld(
        action,
        { ...profile, ephemeral },
        (full) => now(AbortSignal.any([full, ...listOf(options.signal)])),
      );
    },
    async file({ action }, profile, _proof, facts, saved) {
      tools ??= fileTools();
      const judged = facts.paths.map(({ path }) => path);
      const { carryOut } = await tools;
      const act = () =>
        carryOut(action, profile, {
          ...saved,
          judged,
          judge: judgeOf(policy, site.ownPaths, action.origin),
          maxDepth: policy.current().settings.maxDirectoryDepth,
          monotonic: monotonicClock,
        });
      return isChange(action)
        ? await keptFromWriting(judged, machine.atWork, act)
        : await act();
    },
    backup: backupsOn({
      enabled: backups.enabled,
      unread: backups.unread,
      open: backups.open,
      record: recordBackup,
      progress,
    }),
    restore: async (leave, profile) => {
      const act = () => backups.restore(leave, profile);
      const done = await keptFromWriting(
        leave.action.targets.map(({ path }) => path),
        machine.atWork,
        act,
      );
      return done.kind === "file-failed"
        ? { ...done, kind: "restore-failed", why: "changed" }
        : done;
    },
  };
}

/** None of it is loaded for commands. */
async function fileTools(): Promise<FileTools> {
  const { openFileTools } = await import("../files/file_effect.ts");
  return await openFileTools();
}

/** Whether what a tool finds below a folder could be named by itself. */
function judgeOf(
  policy: LivePolicy,
  protectedPaths: readonly string[],
  origin: Origin,
): NonNullable<FileOptions["judge"]> {
  return (path, use) => {
    const { mode, verdict } = evaluate(policy.current(), {
      action: { kind: use, origin, path },
      programs: [],
      paths: [{ path, word: path, access: use, span: [0, path.length] }],
      hosts: [],
      environment: [],
      variables: [],
      unknowns: [],
      lookups: [],
    }, { agent: origin.agent, protectedPaths });
    return verdict === "allow" || mode === "shadow";
  };
}

/** What a person approved, once or by a rule, runs with the network they saw, not with the policy's. */
function withDecidedNetwork(
  settings: PolicySettings,
  { containment: { network }, mode, reasons, verdict }: Decision,
): PolicySettings {
  // That it needs the network is told of what is allowed only where a rule answers it.
  const byRule = verdict === "allow" && network === "open" &&
    reasons.some(({ code }) => code === "network.needed");
  if (mode !== "enforce" || verdict !== "escalate" && !byRule) return settings;
  return { ...settings, sandbox: { ...settings.sandbox, network } };
}

function listOf<Value>(value: Value | undefined): Value[] {
  return value === undefined ? [] : [value];
}

/** Opens the counts when something is to be counted: SQLite costs a start 20 ms. */
function countersIn(state: string): () => Promise<Counters> {
  let opened: Promise<Counters> | undefined;
  const open = async (): Promise<Counters> => {
    const { openCounters } = await import("../store/counters.ts");
    return openCounters(`${state}/airg-counters.db`);
  };
  return () => {
    opened ??= open().catch((error) => {
      // A file that is mended is opened at the next try.
      opened = undefined;
      throw error;
    });
    return opened;
  };
}

function sleep(ms: number, signal?: AbortSignal): Promise<void> {
  return new Promise((resolve) => {
    if (signal?.aborted === true) return resolve();
    const timer = setTimeout(done, ms);
    signal?.addEventListener("abort", done, { once: true });
    function done(): void {
      clearTimeout(timer);
      signal?.removeEventListener("abort", done);
      resolve();
    }
  });
}

/** A changed policy that cannot be read is said on every decision. */
function withBrokenPolicy(
  conclusion: Conclusion,
  { broken }: PolicyInForce,
): Conclusion {
  if (broken === undefined) return conclusion;
  return {
    ...conclusion,
    reasons: [...conclusion.reasons, {
      code: "policy.stale",
      rule: "airg/policy-file",
      message: `The last good policy is in force: ${broken}`,
      remedy: "Mend the policy file; airg policy check names each problem",
      severity: "medium",
    }],
  };
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
