// Copyright 2026 the airg authors. Apache-2.0 license.

/**
 * Runs one permitted command on macOS, inside `sandbox-exec`.
 *
 * The first step inside is a shell that proves that the rules hold: it fails
 * to read a file that is hidden, and leaves a mark that nothing inside can
 * take away. Without the mark nothing counts as run.
 *
 * Tested with a stand-in for `sandbox-exec`; never run on a Mac.
 *
 * @module
 */

import type { AppliedContainment, Outcome } from "../action/outcome.ts";
import type { PolicySettings } from "../policy/settings.ts";
import type { ContainedCommand } from "../../sandbox/launch.ts";
import { type Profile, realPath } from "../../sandbox/profile.ts";
import { seatbeltArgs } from "../../sandbox/seatbelt.ts";
import { contained } from "./environment.ts";
import { type GroupRun, runGroup } from "./seatbelt_group.ts";
import {
  openScratch,
  readMark,
  type Scratch,
  stepWords,
} from "./seatbelt_scratch.ts";

type Exited = Outcome & { readonly kind: "exited" };

/** What one run on macOS needs. */
export interface SeatbeltRequest {
  readonly command: Omit<ContainedCommand, "env">;
  readonly profile: Profile;
  readonly settings: {
    readonly execution: Pick<PolicySettings["execution"], "maxOutputChars">;
    readonly sandbox: Pick<PolicySettings["sandbox"], "env">;
  };
  readonly machine: {
    readonly cachesRoot: string;
    readonly callerEnv: Readonly<Record<string, string | undefined>>;
    readonly sandboxExec?: string;
  };
  readonly options: {
    readonly streams: "capture" | "inherit";
    readonly onOutput?: (stream: "stdout" | "stderr", text: string) => void;
  };
  /** Looks at what the run left for the host to obey; called after its end. */
  readonly denied: (
    stderr: string,
  ) => Pick<Exited, "kernelRefusals"> & Partial<Exited>;
  readonly handedOff: () => Promise<
    Pick<Exited, "quarantined"> & Partial<Exited>
  >;
  /** What the outcome says of the profile besides what held it. */
  readonly described?: Partial<AppliedContainment>;
  readonly clock: {
    readonly signal: AbortSignal;
    readonly why: () => Exited["ended"];
  };
}

/** Never looked for on PATH, which the agent may have changed. */
const SANDBOX_EXEC = "/usr/bin/sandbox-exec";

/** What a run on macOS lacks compared to one on Linux; said in every result. */
const MISSING = [
  "seatbelt: the user's other processes can be listed, and the environment they started with read",
  "seatbelt: a process that leaves its group and its parent outlives the run; it stays contained",
  "seatbelt: /tmp can neither be read nor written; TMPDIR is private",
  "seatbelt: with an open network the host's own addresses are reached",
] as const;

/** Runs one command; never throws for what the machine lacks. */
export async function runInSeatbelt(
  request: SeatbeltRequest,
): Promise<Outcome> {
  const { profile } = request;
  if (profile.owner !== undefined) {
    return unavailable(
      `as root airg cannot become the workspace's owner (${profile.owner.uid}) on macOS`,
      "Run airg as the owner of the workspace",
    );
  }
  const scratch = openScratch();
  try {
    return await runIn(request, scratch);
  } finally {
    scratch.remove();
  }
}

async function runIn(
  request: SeatbeltRequest,
  scratch: Scratch,
): Promise<Outcome> {
  const { profile, machine, options, command } = request;
  const made = seatbeltArgs(profile, {
    tag: scratch.tag,
    temporary: scratch.temporary,
    cachesRoot: realPath(machine.cachesRoot),
    proof: scratch.proof,
    terminal: options.streams === "inherit",
  });
  if ("refused" in made) return unavailable(made.refused);
  const [, ...words] = command.argv;
  const run = await runGroup({
    program: machine.sandboxExec ?? SANDBOX_EXEC,
    args: [
      ...made.args,
      ...stepWords(scratch, profile.limits),
      command.program,
      ...words,
    ],
    cwd: command.cwd,
    env: environment(request, scratch),
    streams: options.streams,
    maxOutputChars: request.settings.execution.maxOutputChars,
    stop: request.clock.signal,
    ...(options.onOutput && { onOutput: options.onOutput }),
  });
  return await outcome(request, scratch, run);
}

async function outcome(
  { profile, clock, denied, described, handedOff }: SeatbeltRequest,
  scratch: Scratch,
  run: GroupRun,
): Promise<Outcome> {
  if (run.kind === "failed") return unavailable(run.message);
  const mark = readMark(scratch, profile.limits);
  const ended = clock.why();
  if (mark === undefined) {
    return ended === undefined ? notHeld(run) : {
      kind: "not-started",
      why: "failed",
      message: "Cannot start the command: it was ended first",
    };
  }
  return {
    kind: "exited",
    code: run.code,
    stdout: run.stdout.text,
    stderr: run.stderr.text,
    truncated: {
      stdout: run.stdout.truncated,
      stderr: run.stderr.truncated,
    },
    durationMs: run.durationMs,
    ...(ended && { ended }),
    containment: {
      ...described,
      rung: "seatbelt",
      network: profile.network,
      landlockAbi: 0,
      seccompInstructions: 0,
      skipped: [],
      degraded: [
        ...MISSING,
        ...mark.unheld.map((name) => `seatbelt: the limit ${name} is not held`),
      ],
    },
    ...denied(run.stderr.text),
    ...await handedOff(),
  };
}

function environment(
  { profile, settings, machine }: SeatbeltRequest,
  scratch: Scratch,
): Record<string, string> {
  return contained({
    caller: machine.callerEnv,
    pass: settings.sandbox.env.pass,
    set: settings.sandbox.env.set,
    cacheInside: profile.cache,
    temporary: scratch.temporary,
  });
}

/** The status of the first step where a hidden file could be read. */
const NOT_HELD = 125;

function notHeld(run: GroupRun & { readonly kind: "ran" }): Outcome {
  const said = run.stderr.text.trim().split("\n")[0]?.slice(0, 300);
  if (run.code === NOT_HELD) {
    return unavailable("a file that the rules hide could be read");
  }
  return unavailable(
    `sandbox-exec ended with status ${run.code}${said ? `: ${said}` : ""}`,
    "Run airg outside of any other sandbox, then `airg sandbox-check`",
  );
}

function unavailable(cause: string, remedy?: string): Outcome {
  return {
    kind: "not-started",
    why: "containment-unavailable",
    message: `No containment holds here: seatbelt: ${cause}`,
    remedy: remedy ??
      "Run `airg sandbox-check`: it names each cause and its cure",
  };
}
