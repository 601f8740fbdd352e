// Copyright 2026 the airg authors. Apache-2.0 license.

/**
 * The guard's effects on this machine: deciding by the policy of now, running,
 * the file tools, backups and counts.
 *
 * @module
 */

import { type FileAction, isChange, type Origin } from "../action/action.ts";
import type { Facts } from "../action/facts.ts";
import { readAction } from "../action/read.ts";
import { monotonicClock, systemClock } from "../base/clock.ts";
import { UUID_RANDOM_BYTES, uuidv7 } from "../base/id.ts";
import { keptFromWriting } from "../exec/approved_files.ts";
import type { FileOptions, FileTools } from "../files/file_effect.ts";
import { workspaceIndex } from "../exec/handoff.ts";
import { run } from "../exec/run.ts";
import { withUnseen } from "../guard/unseen.ts";
import type { Effects } from "../guard/effects.ts";
import type { Dirs } from "../platform/dirs.ts";
import { diskLookup } from "../platform/disk_lookup.ts";
import { plainFiles } from "../platform/plain_files.ts";
import { treeHands } from "../platform/tree_hands.ts";
import type { Conclusion } from "../policy/decision.ts";
import type { Counters } from "../store/counters.ts";
import { evaluate } from "../policy/evaluate.ts";
import type { AssembleOptions, PolicyInForce } from "./assembled.ts";
import { approvalsOn } from "./guard_approvals.ts";
import type { Backups } from "./backups_here.ts";
import { backupsOn } from "./guard_backups.ts";
import { containOn } from "./guard_contain.ts";
import { settingsIn, withAgentKeys } from "./profiled.ts";
import type { Recorder } from "./recorder.ts";
import type { LivePolicy } from "./live_policy.ts";
import type { RunSite } from "./run_site.ts";

/** Puts the effects together for one front end. */
export function effectsOf(
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
  let tools: Promise<FileTools> | undefined;
  const toolsHere = () => tools ??= fileTools();
  const toldTo = ({ origin }: FileAction, { paths }: Facts) => ({
    judged: paths.map(({ path }) => path),
    judge: judgeOf(policy, site.ownPaths, origin),
    maxDepth: policy.current().settings.maxDirectoryDepth,
    monotonic: monotonicClock,
  });
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
      trees: treeHands(),
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
    contain: containOn(site, policy, index),
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
      const { carryOut } = await toolsHere();
      const told = toldTo(action, facts);
      const act = () => carryOut(action, profile, { ...saved, ...told });
      return isChange(action)
        ? await keptFromWriting(told.judged, machine.atWork, act)
        : await act();
    },
    backup: backupsOn({
      refusal: async (action, facts, profile) =>
        (await toolsHere()).refusal(action, profile, toldTo(action, facts)),
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

function listOf<Value>(value: Value | undefined): Value[] {
  return value === undefined ? [] : [value];
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
