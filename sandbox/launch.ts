// Copyright 2026 the airg authors. Apache-2.0 license.

/**
 * Profile + command -> what the launcher is told.
 *
 * The ladder (DESIGN.md section 6) has three rungs; each is a different way to
 * give the same profile, and none is chosen silently: the caller tries them in
 * order and reports the one that held.
 *
 * @module
 */

import { bubblewrapArgs, withoutOptions } from "./bubblewrap.ts";
import { instructionBytes, type InstructionRecord } from "./instruction.ts";
import {
  type Ruleset,
  rulesetInNamespaces,
  rulesetWithoutNamespaces,
} from "./landlock.ts";
import type { Profile, RealPath } from "./profile.ts";
// `ptrace` is allowed in these: the launcher applies Landlock before the filter
// or does not start the command, so whoever can call it is inside the domain.
import generated from "./seccomp_programs.json" with { type: "text" };

/** Ways to contain, strongest first. */
export const RUNGS = ["full", "bwrap", "bare"] as const;

/** One of {@linkcode RUNGS}. */
export type Rung = typeof RUNGS[number];

/** What is started, with nothing left to look up. */
export interface ContainedCommand {
  /** Absolute path of the program. */
  readonly program: string;
  /** All words, `argv[0]` first. */
  readonly argv: readonly [string, ...string[]];
  /** Absolute folder to start in. */
  readonly cwd: string;
  readonly env: Readonly<Record<string, string>>;
}

/** What the launcher needs to know about the machine and this run. */
export interface LaunchSite {
  readonly arch: "x86_64" | "aarch64";
  /** The user airg runs as. */
  readonly uid: number;
  /** Absolute path of bubblewrap; absent when there is none. */
  readonly bubblewrap?: string;
  /** Options that this bubblewrap has been found not to know. */
  readonly unknownOptions?: readonly string[];
  /** Listening unix socket for the launcher's status. */
  readonly statusSocket: string;
  /** 32 hex digits that the launcher says back. */
  readonly token: string;
  /** `cgroup.procs` of each group that the run is to be in. */
  readonly cgroups?: readonly string[];
  /** `auto`: descriptors that are terminals become a private pty. */
  readonly pty: "auto" | "none";
  /** Folder on the host under which every workspace's cache lies. */
  readonly cachesRoot: string;
  /** Empty file of mode 0000; what hidden files are covered with in the `bwrap` rung. */
  readonly maskFile: string;
  /** Private folder for temporary files in the `bare` rung. */
  readonly temporary: RealPath;
  /** Folders to make as the owner, outermost first, when airg is root and becomes the owner. */
  readonly ownFolders: readonly string[];
  /** Names in a folder; only the `bare` rung asks. */
  readonly listFolder: (path: string) => readonly string[];
}

/** `ll-path` records that the launcher takes. */
const MAX_RULES = 4096;

/** Lowest Landlock ABI that is accepted: 2 has REFER, without which every rename across folders fails. */
const LOWEST_LANDLOCK_ABI = 2;

/**
 * Writes the launcher's instruction for one rung.
 *
 * @returns The bytes, or why this rung cannot give this profile.
 * @throws {RangeError} If the command or a path cannot be written down.
 */
export function launchInstruction(
  rung: Rung,
  profile: Profile,
  command: ContainedCommand,
  site: LaunchSite,
): { readonly bytes: Uint8Array<ArrayBuffer> } | { readonly refused: string } {
  if (profile.incomplete !== undefined) return { refused: profile.incomplete };
  if (rung !== "bare" && site.bubblewrap === undefined) {
    return { refused: "bubblewrap is not installed" };
  }
  if (rung === "bare" && profile.network === "open") {
    return {
      refused:
        "without namespaces an open network would reach the host's own sockets",
    };
  }
  if (rung !== "full" && profile.ephemeral !== undefined) {
    return { refused: NO_COPY };
  }
  const ruleset = rung === "bare"
    ? rulesetWithoutNamespaces(profile, site.temporary, site.listFolder)
    : rulesetInNamespaces(profile);
  if (ruleset === undefined) {
    return {
      refused:
        "without namespaces a hidden path inside a writable folder stays readable",
    };
  }
  if (ruleset.rules.length > MAX_RULES) {
    return { refused: `${ruleset.rules.length} rules for files are too many` };
  }
  return {
    bytes: instructionBytes([
      ["rung", rung],
      ["status", site.statusSocket],
      ["token", site.token],
      ...(site.cgroups ?? []).map((path) => ["cgroup", path] as const),
      ...ownerRecords(profile, site),
      ...overlayRecords(profile),
      ...viewRecords(rung, profile, site),
      ["pty", site.pty],
      ...commandRecords(command),
      ...limitRecords(profile),
      ...landlockRecords(ruleset),
      ["seccomp", seccompFor(rung, profile, site)],
    ]),
  };
}

function ownerRecords(
  profile: Profile,
  site: LaunchSite,
): InstructionRecord[] {
  const { owner } = profile;
  if (owner === undefined) return [];
  return [
    ["owner", `${owner.uid} ${owner.gid}`],
    ...[...site.ownFolders, ...layerFolders(profile)]
      .map((path) => ["own-dir", path] as const),
  ];
}

/** Why a lower rung cannot stand in. */
const NO_COPY =
  "an ephemeral run needs the launcher's own mount namespace: bubblewrap alone would put the copy of the workspace above the masks";

/** Folders that hold what an ephemeral run writes, outermost first. */
export function layerFolders({ ephemeral }: Profile): string[] {
  if (ephemeral === undefined) return [];
  const { layers } = ephemeral;
  return [
    layers,
    ...["workspace", "cache"].flatMap((name) => [
      `${layers}/${name}`,
      `${layers}/${name}/upper`,
      `${layers}/${name}/work`,
    ]),
  ];
}

function overlayRecords(
  { ephemeral, ...profile }: Profile,
): InstructionRecord[] {
  if (ephemeral === undefined) return [];
  return (["workspace", "cache"] as const).flatMap((name) => [
    ["overlay", profile[name]],
    ["layers", `${ephemeral.layers}/${name}`],
  ]);
}

function viewRecords(
  rung: Rung,
  profile: Profile,
  site: LaunchSite,
): InstructionRecord[] {
  if (rung === "bare" || site.bubblewrap === undefined) return [];
  const args = bubblewrapArgs(profile, {
    masks: rung === "full" ? "outer" : { maskFile: site.maskFile },
    cachesRoot: site.cachesRoot,
    uid: profile.owner?.uid ?? site.uid,
  });
  return [
    ["bwrap", site.bubblewrap],
    ...withoutOptions(args, site.unknownOptions ?? [])
      .map((arg) => ["barg", arg] as const),
    ...(rung === "full" ? maskRecords(profile) : []),
    ...replacementRecords(profile),
  ];
}

/** In both rungs bubblewrap mounts them: nothing of the host's holds the content. */
function replacementRecords({ replaced = [] }: Profile): InstructionRecord[] {
  return replaced.flatMap(({ content, path }): InstructionRecord[] => [
    ["replace", path],
    ["content", content],
  ]);
}

function maskRecords(profile: Profile): InstructionRecord[] {
  return [
    ["attach", profile.workspace],
    ...profile.anchors.map((path) => ["anchor", path] as const),
    ...profile.pinned.map((path) => ["pin", path] as const),
    ...(profile.copied ?? []).flatMap(({ from, path }): InstructionRecord[] => [
      ["copy", path],
      ["copy-from", from],
    ]),
    ...profile.hidden.map(({ path, kind }) =>
      [kind === "folder" ? "hide-dir" : "hide-file", path] as const
    ),
  ];
}

function commandRecords(command: ContainedCommand): InstructionRecord[] {
  return [
    ["cwd", command.cwd],
    ["exec", command.program],
    ...command.argv.map((word) => ["arg", word] as const),
    ...Object.entries(command.env).map(([name, value]) =>
      ["env", `${name}=${value}`] as const
    ),
  ];
}

function limitRecords({ limits }: Profile): InstructionRecord[] {
  const limit = (
    name: string,
    value: number | undefined,
  ): InstructionRecord[] =>
    value === undefined ? [] : [["rlimit", `${name} ${value} ${value}`]];
  return [
    // A core file is a copy of memory, secrets included, in the workspace.
    ...limit("CORE", 0),
    ...limit("NOFILE", limits.openFiles),
    ...limit("NPROC", limits.processes),
    ...limit("FSIZE", limits.fileSize),
    ...limit("AS", limits.addressSpace),
    ...limit("CPU", limits.cpuSeconds),
    ...limit("DATA", limits.dataSize),
  ];
}

function landlockRecords(ruleset: Ruleset): InstructionRecord[] {
  const hex = (mask: bigint) => `0x${mask.toString(16)}`;
  return [
    ["ll-abi-min", String(LOWEST_LANDLOCK_ABI)],
    ["ll-fs", hex(ruleset.fs)],
    ["ll-net", hex(ruleset.net)],
    ["ll-scope", hex(ruleset.scope)],
    ...ruleset.rules.map(({ rights, path }) =>
      ["ll-path", `${hex(rights)} ${path}`] as const
    ),
  ];
}

function seccompFor(
  rung: Rung,
  profile: Profile,
  site: LaunchSite,
): Uint8Array {
  const caller = (profile.owner?.uid ?? site.uid) === 0 ? "root" : "user";
  const network = rung === "bare" ? "none-without-namespace" : "namespace";
  programs ??= JSON.parse(generated) as Record<string, string>;
  const kind = profile.tracing ? " tracing" : "";
  const program = programs[`${site.arch} ${caller} ${network}${kind}`];
  if (program === undefined) {
    throw new RangeError(
      `Cannot contain: no system call filter for ${site.arch}`,
    );
  }
  return Uint8Array.fromBase64(program);
}

/** Programs by what they depend on, from `seccomp.ts` by way of `deno task gen`. */
let programs: Readonly<Record<string, string>> | undefined;
