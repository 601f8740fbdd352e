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
import { takeAppeared } from "./appeared.ts";
import { explained, shortfall, tryAgain } from "./again.ts";
import { type Attempt, attempt } from "./attempt.ts";
import { openBounds } from "./bounds.ts";
import type { GroupSource } from "./cgroup.ts";
import { contained, searchPath } from "./environment.ts";
import { type Handoff, watchHandoff } from "./handoff.ts";
import { refusalsIn } from "./refusals.ts";
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
  /** Rungs to try, strongest first; all of them but in tests. */
  readonly rungs?: readonly Rung[];
  readonly callerEnv: Readonly<Record<string, string | undefined>>;
  /** Home and name to show inside, when airg becomes another user. */
  readonly identity?: { readonly home: string; readonly name: string };
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
  const handoff = watchHandoff(profile.workspace);
  const clock = stopClock(timeoutMs(action, settings), options.signal);
  const startedAt = performance.now();
  const lacks: string[] = [];
  const lacking = { rungs: lacks, options: [] };
  const bounds = openBounds(profile, machine.uid, machine.groups);
  try {
    for (const rung of machine.rungs ?? RUNGS) {
      const tryOnce = () =>
        attempt({
          launcher: machine.launcher,
          runFolder: machine.runFolder,
          streams: options.streams,
          maxOutputChars: settings.execution.maxOutputChars,
          stop: clock.signal,
          killAll: bounds.kill,
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
      return finish(tried, {
        weaker: await shortfall(rung, lacking, bounds, machine.launcher),
        refused: await bounds.close(),
        rung,
        profile,
        lacks,
        handoff,
        quarantine: machine.quarantine,
        durationMs: Math.round(performance.now() - startedAt),
        ...(ended && { ended }),
      });
    }
  } finally {
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
  readonly quarantine: string;
  readonly durationMs: number;
  /** Causes, cures and what is not held: what it lacks beside `lacks`. */
  readonly weaker: readonly string[];
  /** What the run's control group refused. */
  readonly refused: readonly string[];
  readonly ended?: "timeout" | "cancelled";
}

function finish(tried: Attempt, ending: Ending): Outcome {
  if (tried.kind !== "ran") {
    return {
      kind: "not-started",
      why: "failed",
      message: ending.ended === undefined
        ? `Cannot start the command: ${tried.message}`
        : "Cannot start the command: it was ended first",
      ...(tried.kind === "failed" && tried.errno === ENOEXEC && {
        remedy: "Give the script a first line such as `#!/bin/sh`",
      }),
    };
  }
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
    containment: appliedContainment(tried, ending),
    kernelRefusals: [
      ...ending.refused,
      ...refusalsIn(tried.stderr.text),
    ],
    quarantined: [
      ...ending.handoff.collect(ending.quarantine),
      ...takeAppeared(ending.profile.absent ?? [], ending.quarantine),
    ],
  };
}

/** errno of a path that is not there. */
const ENOENT = 2;
/** errno of a file that is no program and names no interpreter. */
const ENOEXEC = 8;

function appliedContainment(
  tried: Attempt & { readonly kind: "ran" },
  { rung, profile, lacks, weaker }: Ending,
): AppliedContainment {
  const targets: Record<string, readonly string[]> = {
    "hide-dir": profile.hidden.filter((h) => h.kind === "folder")
      .map((h) => h.path),
    "hide-file": profile.hidden.filter((h) => h.kind === "file")
      .map((h) => h.path),
    pin: profile.pinned,
    anchor: profile.anchors,
  };
  return {
    rung,
    ...(profile.name !== undefined && { profile: profile.name }),
    ...(profile.notes !== undefined && { notes: profile.notes }),
    network: profile.network,
    landlockAbi: tried.applied.landlockAbi,
    seccompInstructions: tried.applied.seccompInstructions,
    skipped: tried.skipped.map(({ key, index }) =>
      targets[key]?.[index] ?? `${key} ${index}`
    ),
    degraded: [
      ...lacks,
      ...(rung === "bare" ? MISSING_IN_BARE : []),
      ...weaker,
    ],
  };
}

/** What a process without namespaces can do that it otherwise could not. */
const MISSING_IN_BARE = [
  "bare: git hooks and settings that exist in the workspace can be changed",
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
    ...(machine.identity && { identity: machine.identity }),
  });
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
  readonly why: () => "timeout" | "cancelled" | undefined;
  readonly stop: () => void;
} {
  const controller = new AbortController();
  let why: "timeout" | "cancelled" | undefined;
  const end = (reason: "timeout" | "cancelled") => {
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
    stop() {
      timer.removeEventListener("abort", timedOut);
      cancelled?.removeEventListener("abort", cancel);
    },
  };
}

function listFolder(path: string): string[] {
  return [...Deno.readDirSync(path)].map((entry) => entry.name);
}
