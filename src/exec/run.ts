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
import { type Attempt, attempt } from "./attempt.ts";
import { contained, searchPath } from "./environment.ts";
import { type Handoff, watchHandoff } from "./handoff.ts";
import { lateSockets } from "./late_sockets.ts";
import { denialsIn, denialText } from "./refusals.ts";
import type { RefusalSite } from "./refusal_rules.ts";
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
  try {
    for (const rung of machine.rungs ?? RUNGS) {
      const tryOnce = () =>
        attempt({
          launcher: machine.launcher,
          runFolder: machine.runFolder,
          streams: options.streams,
          maxOutputChars: settings.execution.maxOutputChars,
          stop: clock.signal,
          ...(options.onOutput && { onOutput: options.onOutput }),
          instruct: (statusSocket, token) =>
            launchInstruction(
              rung,
              profile,
              {
                ...found,
                cwd: action.cwd,
                env: environment(rung, machine, profile, settings),
              },
              {
                ...machine,
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
      if (tried.kind === "unavailable" && !clock.signal.aborted) {
        lacks.push(`${rung}: ${tried.message}`);
        continue;
      }
      const ended = clock.why();
      return finish(tried, {
        rung,
        profile,
        lacks,
        handoff,
        refusalSite: {
          profile,
          settings: settings.sandbox,
          cwd: action.cwd,
          home: machine.identity?.home ?? machine.callerEnv["HOME"] ?? "/",
        },
        quarantine: machine.quarantine,
        durationMs: Math.round(performance.now() - startedAt),
        ...(ended && { ended }),
      });
    }
  } finally {
    clock.stop();
  }
  return {
    kind: "not-started",
    why: "containment-unavailable",
    message: `No containment holds here: ${lacks.join("; ")}`,
    remedy: "Run `airg sandbox-check`: it names each cause and its cure",
  };
}

interface Ending {
  readonly rung: Rung;
  readonly profile: Profile;
  readonly lacks: readonly string[];
  readonly handoff: Handoff;
  readonly refusalSite: RefusalSite;
  readonly quarantine: string;
  readonly durationMs: number;
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
  const denials = denialsIn(tried.stderr.text, ending.refusalSite);
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
    kernelRefusals: denials.map(denialText),
    ...(denials.length > 0 && { denials }),
    quarantined: ending.handoff.collect(ending.quarantine),
  };
}

/** errno of a path that is not there. */
const ENOENT = 2;
/** errno of a file that is no program and names no interpreter. */
const ENOEXEC = 8;

function appliedContainment(
  tried: Attempt & { readonly kind: "ran" },
  { rung, profile, lacks }: Ending,
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
    network: profile.network,
    landlockAbi: tried.applied.landlockAbi,
    seccompInstructions: tried.applied.seccompInstructions,
    skipped: tried.skipped.map(({ key, index }) =>
      targets[key]?.[index] ?? `${key} ${index}`
    ),
    degraded: [
      ...lacks,
      ...(rung === "bare" ? MISSING_IN_BARE : []),
      ...socketsSaid(profile, tried.applied.landlockAbi),
    ],
  };
}

function socketsSaid(profile: Profile, landlockAbi: number): string[] {
  if (Deno.build.os !== "linux") return [];
  const table = Deno.readTextFileSync("/proc/net/unix");
  return lateSockets(profile, landlockAbi, table).map((path) =>
    `${path}: a program of the host listens there since the run began, and could be reached`
  );
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
