// Copyright 2026 the airg authors. Apache-2.0 license.

/**
 * Runs one permitted command inside the strongest containment the machine
 * gives, and says what became of it.
 *
 * @module
 */

import type { ExecAction } from "../action/action.ts";
import type { AppliedContainment, Outcome } from "../action/outcome.ts";
import type { PolicySettings } from "../policy/settings.ts";
import {
  type ContainedCommand,
  launchInstruction,
  type LaunchSite,
  type Rung,
  RUNGS,
} from "../../sandbox/launch.ts";
import {
  CACHE_INSIDE,
  type Profile,
  type RealPath,
} from "../../sandbox/profile.ts";
import { isWithin } from "../../sandbox/within.ts";
import { takeAppeared } from "./appeared.ts";
import { explained, shortfall, tryAgain } from "./again.ts";
import { type Attempt, attempt } from "./attempt.ts";
import { openBounds } from "./bounds.ts";
import type { GroupSource } from "./cgroup.ts";
import { contained, searchPath } from "./environment.ts";
import {
  type Handoff,
  watchHandoff,
  type WorkspaceIndex,
  workspaceIndex,
} from "./handoff.ts";
import { lateSockets } from "./late_sockets.ts";
import { watchMounts } from "./mount_watch.ts";
import { denialsIn, denialText } from "./refusals.ts";
import type { RefusalSite } from "./refusal_rules.ts";
import { mountsOf, pinsThatHeld, targetOf } from "./targets.ts";
import { isExecutableFile, resolveProgram } from "./resolve_program.ts";

/** How a caller follows and stops a run. */
export interface RunOptions {
  /** Ends the whole tree when it fires. */
  readonly signal?: AbortSignal;
  /**
   * `capture` keeps output up to the policy's limit; `inherit` passes the
   * caller's own streams through, with a private pty where they are terminals.
   */
  readonly streams: "capture" | "inherit";
  /** Called with each piece of captured output as it comes. */
  readonly onOutput?: (stream: "stdout" | "stderr", text: string) => void;
}

/** The machine, as far as running needs it. */
export interface Machine {
  readonly launcher: string;
  /** Private folder for sockets and instructions. */
  readonly runFolder: string;
  /** Private folder for files taken out of a workspace. */
  readonly quarantine: string;
  readonly arch: LaunchSite["arch"];
  readonly uid: number;
  readonly bubblewrap?: string;
  readonly cachesRoot: string;
  readonly maskFile: string;
  readonly temporary: RealPath;
  readonly ownFolders: readonly string[];
  /** What is known of the workspace from run to run; made anew where absent. */
  readonly index?: WorkspaceIndex;
  /** Rungs to try, strongest first; all of them but in tests. */
  readonly rungs?: readonly Rung[];
  readonly callerEnv: Readonly<Record<string, string | undefined>>;
  /** Home and name to show inside, when airg becomes another user. */
  readonly identity?: { readonly home: string; readonly name: string };
  /** Which system contains: the launcher's (absent), or macOS's own. */
  readonly os?: "linux" | "darwin";
  /** Absolute path of `sandbox-exec`; the system's own but in tests. */
  readonly sandboxExec?: string;
  /** Where control groups are looked for; other than the machine's own in tests. */
  readonly groups?: GroupSource;
}

/** Runs one command; never throws for what the machine lacks. */
export async function run(
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
    if (machine.os === "darwin") {
      // Linux need not load it.
      const { runInSeatbelt } = await import("./seatbelt_run.ts");
      return await runInSeatbelt({
        command: { ...found, cwd: action.cwd },
        profile,
        settings,
        machine,
        options,
        clock,
        described: {
          ...(profile.name !== undefined && { profile: profile.name }),
          ...(profile.notes !== undefined && { notes: profile.notes }),
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
              { ...profile, limits: bounds.limits() },
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
        profile,
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

interface Ending {
  readonly rung: Rung;
  readonly profile: Profile;
  readonly lacks: readonly string[];
  readonly handoff: Handoff;
  readonly refusalSite: RefusalSite;
  /** Private folder for what is taken away. */
  readonly quarantine: string;
  readonly durationMs: number;
  /** Causes, cures and what is not held: what it lacks beside `lacks`. */
  readonly weaker: readonly string[];
  /** What the run's control group refused. */
  readonly refused: readonly string[];
  readonly ended?: StopReason;
  /** Found by airg itself. */
  readonly lost?: string;
}

/** Why a tree is ended before its time. */
type StopReason = "timeout" | "cancelled" | "handoff" | "mask-lost";

async function finish(tried: Attempt, ending: Ending): Promise<Outcome> {
  if (tried.kind !== "ran") {
    // Found on the host a moment ago, and not there inside.
    const unseen = tried.kind === "failed" && tried.step === "execve" &&
      tried.errno === ENOENT;
    return {
      kind: "not-started",
      why: unseen ? "not-found" : "failed",
      message: ending.ended === undefined
        ? `Cannot start the command: ${tried.message}`
        : "Cannot start the command: it was ended first",
      ...(unseen && {
        remedy:
          "Inside, the host's /tmp, /var/tmp, /run and hidden files are not there: put the program, or what its first line names, elsewhere",
      }),
      ...(tried.kind === "failed" && tried.errno === ENOEXEC && {
        remedy: "Give the script a first line such as `#!/bin/sh`",
      }),
      ...(tried.kind === "failed" && tried.step === "execve" &&
        tried.errno === EACCES && ending.profile.readable !== undefined && {
        remedy:
          "The policy lists what can be read: add the program's folder to sandbox.read.allowed",
      }),
    };
  }
  const lost = tried.lost === undefined
    ? ending.lost
    : targetOf(ending.profile, tried.lost);
  const pinned = pinsThatHeld(tried, { ...ending, lost });
  return {
    kind: "exited",
    code: tried.code,
    stdout: tried.stdout.text,
    stderr: tried.stderr.text,
    truncated: {
      stdout: tried.stdout.truncated,
      stderr: tried.stderr.truncated,
    },
    durationMs: ending.durationMs,
    ...(ending.ended && { ended: ending.ended }),
    ...(lost !== undefined && { ended: "mask-lost" as const, lost }),
    containment: appliedContainment(tried, ending),
    ...denied(tried.stderr.text, ending),
    ...await settled(
      ending,
      (path) => pinned.some((pin) => isWithin(path, pin)),
      (path) => lost !== undefined && isWithin(path, lost),
    ),
  };
}

/** What was refused, by what the command and its control group say. */
function denied(
  stderr: string,
  { refusalSite, refused }: Pick<Ending, "refusalSite" | "refused">,
): Pick<Outcome & { kind: "exited" }, "kernelRefusals" | "denials"> {
  const denials = denialsIn(stderr, refusalSite);
  return {
    kernelRefusals: [...refused, ...denials.map(denialText)],
    ...(denials.length > 0 && { denials }),
  };
}

const UNWATCHED: Handoff = {
  follow: () => () => {},
  collect: () => Promise.resolve({ quarantined: [], reported: [] }),
};

/** What the scan after the run found, as the outcome says it. */
async function settled(
  { profile, handoff: watched, quarantine }: Pick<
    Ending,
    "profile" | "handoff" | "quarantine"
  >,
  wasPinned: (path: string) => boolean,
  wasLost: (path: string) => boolean,
): Promise<Pick<Outcome & { kind: "exited" }, "quarantined" | "handoff">> {
  const { quarantined: found, ...handoff } = await watched.collect(
    wasPinned,
    wasLost,
  );
  const quarantined = [
    ...found,
    ...takeAppeared(profile.absent ?? [], quarantine),
  ];
  const more = handoff.reported.length > 0 || handoff.incomplete !== undefined;
  return { quarantined, ...(more && { handoff }) };
}

/** errno of a path that is not there. */
const ENOENT = 2;
/** errno of a file that may not be run or read. */
const EACCES = 13;
/** errno of a file that is no program and names no interpreter. */
const ENOEXEC = 8;

function appliedContainment(
  tried: Attempt & { readonly kind: "ran" },
  { rung, profile, lacks, weaker }: Ending,
): AppliedContainment {
  return {
    rung,
    ...(profile.name !== undefined && { profile: profile.name }),
    ...(profile.notes !== undefined && { notes: profile.notes }),
    network: profile.network,
    landlockAbi: tried.applied.landlockAbi,
    seccompInstructions: tried.applied.seccompInstructions,
    skipped: tried.skipped.map((target) => targetOf(profile, target)),
    degraded: [
      ...lacks,
      ...(rung === "bare" ? MISSING_IN_BARE : []),
      ...(rung === "bare" && tried.applied.landlockAbi < SIGNALS_HELD_ABI
        ? [
          "bare: the user's other processes, airg among them, can be signalled",
        ]
        : []),
      ...weaker,
      ...socketsSaid(profile, tried.applied.landlockAbi),
    ],
    ...(profile.notes && { notes: profile.notes }),
  };
}

function socketsSaid(profile: Profile, landlockAbi: number): string[] {
  if (Deno.build.os !== "linux") return [];
  const table = Deno.readTextFileSync("/proc/net/unix");
  return lateSockets(profile, landlockAbi, table).map((path) =>
    `${path}: a program of the host listens there since the run began, and could be reached`
  );
}

/** Landlock's first ABI that keeps signals in the domain (Linux 6.12). */
const SIGNALS_HELD_ABI = 6;

/** What a process without namespaces can do that it otherwise could not. */
const MISSING_IN_BARE = [
  "bare: git hooks and settings that exist in the workspace can be changed until the run is over",
  "bare: the names of other users can be read",
  "bare: the host's processes and /tmp can be seen; files there cannot be changed",
] as const;

function findProgram(
  { command, cwd }: ExecAction,
  machine: Machine,
): Pick<ContainedCommand, "program" | "argv"> | undefined {
  const lookup = {
    path: searchPath(machine.callerEnv["PATH"]),
    cwd,
    isExecutable: isExecutableFile,
  };
  if (command.form === "shell") {
    const program = ["/bin/bash", "/bin/sh"].find(isExecutableFile);
    if (program === undefined) return undefined;
    return { program, argv: [program, "-c", "--", command.text] };
  }
  const [name, ...rest] = command.argv;
  if (name === undefined) return undefined;
  const program = resolveProgram(name, lookup);
  return program === undefined ? undefined : { program, argv: [name, ...rest] };
}

function notFound({ command }: ExecAction): Outcome {
  const name = command.form === "argv" ? command.argv[0] ?? "" : "/bin/sh";
  return {
    kind: "not-started",
    why: "not-found",
    message: `Cannot find the program ${JSON.stringify(name)}`,
    remedy: "Name a program on PATH, or give its path",
  };
}

function environment(
  rung: Rung,
  machine: Machine,
  profile: Profile,
  settings: PolicySettings,
): Record<string, string> {
  const uid = profile.owner?.uid ?? machine.uid;
  const bare = rung === "bare";
  return contained({
    caller: machine.callerEnv,
    pass: settings.sandbox.env.pass,
    set: settings.sandbox.env.set,
    cacheInside: bare ? profile.cache : CACHE_INSIDE,
    temporary: bare ? machine.temporary : "/tmp",
    ...(!bare && { runtimeFolder: `/run/user/${uid}` }),
    masked: hidesInside(profile),
    ...(machine.identity && { identity: machine.identity }),
  });
}

function hidesInside({ hidden, workspace, writable }: Profile): boolean {
  const roots = [workspace, ...writable];
  return hidden.some(({ path }) => roots.some((root) => isWithin(path, root)));
}

function timeoutMs(action: ExecAction, settings: PolicySettings): number {
  const most = settings.execution.maxTimeoutSeconds * 1000;
  return Math.min(action.timeoutMs ?? most, most);
}

/** A longer timer would fire at once. */
const LONGEST_TIMER_MS = 2 ** 31 - 1;

/** Fires when the time is over or the caller cancels, and knows which it was. */
function stopClock(
  ms: number,
  cancelled: AbortSignal | undefined,
): {
  readonly signal: AbortSignal;
  readonly why: () => StopReason | undefined;
  readonly end: (reason: StopReason) => void;
  readonly stop: () => void;
} {
  const controller = new AbortController();
  let why: StopReason | undefined;
  const end = (reason: StopReason) => {
    why ??= reason;
    controller.abort();
  };
  const cancel = () => end("cancelled");
  // Not setTimeout, which loads Node's timers (6 ms of a cold start).
  const timer = AbortSignal.timeout(Math.min(ms, LONGEST_TIMER_MS));
  const timedOut = () => end("timeout");
  timer.addEventListener("abort", timedOut, { once: true });
  if (cancelled?.aborted) cancel();
  cancelled?.addEventListener("abort", cancel, { once: true });
  return {
    signal: controller.signal,
    why: () => why,
    end,
    stop() {
      timer.removeEventListener("abort", timedOut);
      cancelled?.removeEventListener("abort", cancel);
    },
  };
}

function listFolder(path: string): string[] {
  return [...Deno.readDirSync(path)].map((entry) => entry.name);
}
