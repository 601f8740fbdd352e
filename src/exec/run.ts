// Copyright 2026 the airg authors. Apache-2.0 license.

/**
 * Runs one permitted command inside the strongest containment the machine
 * gives, and says what became of it.
 *
 * @module
 */

import type { ExecAction } from "../action/action.ts";
import type { Outcome } from "../action/outcome.ts";
import type { PolicySettings } from "../policy/settings.ts";
import { launchInstruction, type Rung, RUNGS } from "../../sandbox/launch.ts";
import type { Profile } from "../../sandbox/profile.ts";
import { isWithin } from "../../sandbox/within.ts";
import { explained, shortfall, tryAgain } from "./again.ts";
import { busy, giveApproved } from "./approved_files.ts";
import { enter } from "./at_work.ts";
import { attempt } from "./attempt.ts";
import { openBounds } from "./bounds.ts";
import { environment, findProgram, notFound } from "./command.ts";
import { denied, finish, settled, UNWATCHED } from "./ending.ts";
import { watchHandoff, workspaceIndex } from "./handoff.ts";
import type { Machine, RunOptions } from "./machine.ts";
import { watchMounts } from "./mount_watch.ts";
import type { RefusalSite } from "./refusal_rules.ts";
import { stopClock } from "./stop_clock.ts";
import { mountsOf } from "./targets.ts";

export type { Machine, RunOptions } from "./machine.ts";

/** Runs one command; never throws for what the machine lacks. */
export async function run(
  action: ExecAction,
  profile: Profile,
  settings: PolicySettings,
  machine: Machine,
  options: RunOptions,
): Promise<Outcome> {
  if (machine.atWork === undefined) {
    return await runEntered(action, profile, settings, machine, options);
  }
  const { approved } = options;
  const entered = await enter(machine.atWork, profile, approved?.hold);
  if ("pid" in entered) return busy(entered);
  using _atWork = entered;
  const rungs = (machine.rungs ?? RUNGS).filter((rung) =>
    // There nothing can be mounted, so nothing would be left alone.
    rung !== "bare" || entered.heldByOthers.length === 0
  );
  return await runEntered(
    action,
    entered.profile,
    settings,
    { ...machine, rungs },
    options,
  );
}

async function runEntered(
  action: ExecAction,
  profile: Profile,
  settings: PolicySettings,
  machine: Machine,
  options: RunOptions,
): Promise<Outcome> {
  const found = findProgram(action, machine);
  if (found === undefined) return notFound(action);
  // What appears there during an ephemeral run, the run has not made.
  const handoff = profile.ephemeral === undefined
    ? watchHandoff(profile.workspace, {
      index: machine.index ??
        workspaceIndex(profile.workspace, machine.launcher),
      policy: settings.sandbox.handoff,
      quarantine: machine.quarantine,
      isPinned: (path) => profile.pinned.some((pin) => isWithin(path, pin)),
    })
    : UNWATCHED;
  const clock = stopClock(timeoutMs(action, settings), options.signal);
  const unfollow = handoff.follow(() => clock.end("handoff"));
  const startedAt = performance.now();
  const refusalSite: RefusalSite = {
    profile,
    settings: settings.sandbox,
    cwd: action.cwd,
    home: machine.identity?.home ?? machine.callerEnv["HOME"] ?? "/",
  };
  const lacks: string[] = [];
  const lacking = { rungs: lacks, options: [] };
  const bounds = openBounds(profile, machine.uid, machine.groups);
  let lost: string | undefined;
  let unwatch = () => {};
  const watchRung = (rung: Rung): (pid: number) => void => {
    if (rung !== "bwrap") return () => {};
    const mounts = mountsOf(profile);
    return (pid) => {
      unwatch = watchMounts(pid, mounts, (path) => {
        lost = path;
        clock.end("mask-lost");
      });
    };
  };
  try {
    const given = await giveApproved(options.approved ?? { files: [] }, {
      profile,
      runFolder: machine.runFolder,
    });
    if ("kind" in given) return given;
    using _given = given;
    if (machine.os === "darwin") {
      // Linux need not load it.
      const { runInSeatbelt } = await import("./seatbelt_run.ts");
      const { notes } = given.profileOn("bare");
      return await runInSeatbelt({
        command: { ...found, cwd: action.cwd },
        profile,
        settings,
        machine,
        options,
        clock,
        described: {
          ...(profile.name !== undefined && { profile: profile.name }),
          ...(notes !== undefined && { notes }),
        },
        denied: (stderr) => denied(stderr, { refusalSite, refused: [] }),
        // Its rules are by path: what they keep cannot come off.
        handedOff: () =>
          settled(
            { profile, handoff, quarantine: machine.quarantine },
            (path) => profile.pinned.some((pin) => isWithin(path, pin)),
            () => false,
          ),
      });
    }
    for (const rung of machine.rungs ?? RUNGS) {
      const seen = given.profileOn(rung);
      const tryOnce = () =>
        attempt({
          launcher: machine.launcher,
          runFolder: machine.runFolder,
          streams: options.streams,
          maxOutputChars: settings.execution.maxOutputChars,
          stop: clock.signal,
          killAll: bounds.kill,
          onBegin: watchRung(rung),
          ...(options.onOutput && { onOutput: options.onOutput }),
          instruct: (statusSocket, token) =>
            launchInstruction(
              rung,
              { ...seen, limits: bounds.limits() },
              {
                ...found,
                cwd: action.cwd,
                env: environment(rung, machine, profile, settings),
              },
              {
                ...machine,
                ...bounds.site(),
                unknownOptions: lacking.options,
                statusSocket,
                token,
                pty: options.streams === "inherit" ? "auto" : "none",
                listFolder,
              },
            ),
        });
      let tried = await tryOnce();
      // A socket of the host that was to be hidden went away between two looks
      // at it; nothing ran, and the next look no longer finds it.
      if (
        tried.kind === "failed" && tried.step === "mount" &&
        tried.errno === ENOENT
      ) tried = await tryOnce();
      tried = await tryAgain(tried, lacking, bounds, tryOnce);
      if (tried.kind === "unavailable" && !clock.signal.aborted) {
        lacks.push(`${rung}: ${tried.message}`);
        continue;
      }
      const ended = clock.why();
      unfollow();
      return await finish(tried, {
        weaker: await shortfall(rung, lacking, bounds, machine.launcher),
        refused: await bounds.close(),
        rung,
        profile: seen,
        lacks,
        handoff,
        refusalSite,
        quarantine: machine.quarantine,
        durationMs: Math.round(performance.now() - startedAt),
        ...(ended && { ended }),
        ...(lost !== undefined && { lost }),
      });
    }
  } finally {
    unfollow();
    unwatch();
    clock.stop();
    await bounds.close();
  }
  return {
    kind: "not-started",
    why: "containment-unavailable",
    message: `No containment holds here: ${lacks.join("; ")}`,
    remedy: [
      ...await explained(lacks, machine.launcher),
      "Run `airg sandbox-check`: it names each cause and its cure",
    ].join("; "),
  };
}

function listFolder(path: string): string[] {
  return [...Deno.readDirSync(path)].map((entry) => entry.name);
}

function timeoutMs(action: ExecAction, settings: PolicySettings): number {
  const most = settings.execution.maxTimeoutSeconds * 1000;
  return Math.min(action.timeoutMs ?? most, most);
}

/** errno of a path that is not there. */
const ENOENT = 2;
