// Copyright 2026 the airg authors. Apache-2.0 license.

/**
 * How a run ended -> its outcome.
 *
 * @module
 */

import type { AppliedContainment, Outcome } from "../action/outcome.ts";
import type { Rung } from "../../sandbox/launch.ts";
import type { Profile } from "../../sandbox/profile.ts";
import { isWithin } from "../../sandbox/within.ts";
import { takeAppeared } from "./appeared.ts";
import type { Attempt } from "./attempt.ts";
import type { Handoff } from "./handoff.ts";
import { lateSockets } from "./late_sockets.ts";
import type { RefusalSite } from "./refusal_rules.ts";
import { denialsIn, denialText } from "./refusals.ts";
import type { StopReason } from "./stop_clock.ts";
import { pinsThatHeld, targetOf } from "./targets.ts";

/** All that is known of a run when its last try has ended. */
export interface Ending {
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

/** What became of a run. */
export async function finish(tried: Attempt, ending: Ending): Promise<Outcome> {
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
export function denied(
  stderr: string,
  { refusalSite, refused }: Pick<Ending, "refusalSite" | "refused">,
): Pick<Outcome & { kind: "exited" }, "kernelRefusals" | "denials"> {
  const denials = denialsIn(stderr, refusalSite);
  return {
    kernelRefusals: [...refused, ...denials.map(denialText)],
    ...(denials.length > 0 && { denials }),
  };
}

/** For a run whose writes do not reach the workspace. */
export const UNWATCHED: Handoff = {
  follow: () => () => {},
  collect: () => Promise.resolve({ quarantined: [], reported: [] }),
};

/** What the scan after the run found, as the outcome says it. */
export async function settled(
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
