// Copyright 2026 the airg authors. Apache-2.0 license.

/**
 * The profiles a run can have, by name: what each changes of the policy's own
 * settings, and why. One table; `airg run --profile`, `sandbox.profile` and
 * the documentation read it.
 *
 * A profile never gives back a hidden path (but an agent's own folder), never
 * takes a layer away, and never reaches the policy's lists.
 *
 * @module
 */

import type { PolicySettings } from "./settings.ts";

/** Every profile of this version, the default first. */
export const PROFILE_NAMES = [
  "workspace",
  "readonly",
  "ephemeral",
  "network",
  "devel",
  "browser",
  "agent",
  "ci",
] as const;

/** One of {@linkcode PROFILE_NAMES}. */
export type ProfileName = typeof PROFILE_NAMES[number];

/** What one profile changes. */
export interface NamedProfile {
  /** For a person who chooses. */
  readonly summary: string;
  /** Why it may be so. */
  readonly reason: string;
  /** Absent: the policy's. */
  readonly network?: "open";
  /** The workspace and every further root can be read only. */
  readonly readonly?: true;
  /** What is written goes to a copy that a person applies or discards. */
  readonly ephemeral?: true;
  /** Processes of the run may read and write each other's memory directly. */
  readonly tracing?: true;
  /** The configuration folder of the agent that is started is there, and writable. */
  readonly agentFolders?: true;
  /** Seconds a run may take instead of the policy's, if that is less. */
  readonly leastTimeoutSeconds?: number;
  /** Variables set inside. */
  readonly env?: Readonly<Record<string, string>>;
  /** Variables of the caller that pass beside the built-in list. */
  readonly pass?: readonly string[];
  /** Said in every outcome. */
  readonly note?: string;
  /** It gives more than the policy's own settings do: the policy must name it. */
  readonly mustBeNamed?: true;
}

/** The sentence for whatever happens inside a whole agent's run. */
export const NOT_JUDGED_INSIDE = "contained, not judged inside";

/** Days a whole agent may run; its end is the person's to choose. */
const AGENT_SECONDS = 7 * 24 * 3600;
/** Hosted runners end a job after six hours. */
const CI_SECONDS = 6 * 3600;

/** The table. */
export const PROFILES: Readonly<Record<ProfileName, NamedProfile>> = {
  workspace: {
    summary: "the workspace is writable, the rest read-only",
    reason: "What building and testing a project needs, and no more",
  },
  readonly: {
    summary: "nothing can be written but private temporary files",
    reason:
      "Looking at a project needs no write; package caches stay the run's own",
    readonly: true,
  },
  ephemeral: {
    summary: "writes go to a copy of the workspace that a person applies",
    reason: "Work whose result should be looked at before it counts",
    ephemeral: true,
  },
  network: {
    summary: "as workspace, with the machine's whole network",
    reason:
      "Open is open: the host's loopback, its private network and every address; so the policy must name it, unless it has opened the network itself",
    network: "open",
    mustBeNamed: true,
  },
  devel: {
    summary: "as workspace, for debuggers and profilers",
    reason:
      "ptrace is there in every profile, because Landlock's domain keeps it to the run's own processes; the faster process_vm_* calls are held by the same check",
    tracing: true,
  },
  browser: {
    summary: "as workspace, with what Chromium needs to start and render",
    reason:
      "Chromium's own sandbox wants new user namespaces, which would give every program of the run the kernel's least tested parts; airg's walls hold without it, so it is started with --no-sandbox",
    // Chromium looks here before it looks in the home folder, which is
    // read-only and hides browser profiles.
    env: { CHROME_CONFIG_HOME: "/tmp/chromium" },
  },
  agent: {
    summary: "a whole agent, with its own configuration folder",
    reason:
      "An agent writes its sessions and needs its own key; its settings that start programs on the host stay as they are. airg sees the agent, not each command in it",
    agentFolders: true,
    leastTimeoutSeconds: AGENT_SECONDS,
    note: NOT_JUDGED_INSIDE,
  },
  ci: {
    summary: "as workspace, for long builds that nobody watches",
    reason:
      "A build takes longer than a command; CI=true keeps tools from asking",
    leastTimeoutSeconds: CI_SECONDS,
    env: { CI: "true" },
  },
};

/** Which profiles a policy that lists none lets a caller choose. */
const FREE_PROFILES: readonly ProfileName[] = PROFILE_NAMES.filter(
  (name) => PROFILES[name].mustBeNamed === undefined,
);

/**
 * Profiles that a rule can give what it matches, tightest first. Not the
 * network, which no word of a command may open, and not a copy, which is a
 * verdict of its own.
 */
export const RULE_PROFILES = [
  "readonly",
  "workspace",
  "devel",
  "browser",
  "ci",
  "agent",
] as const satisfies readonly ProfileName[];

/**
 * The profile of one action.
 *
 * @param given The caller's choice, else the policy's own.
 * @param byCaller Whether `given` is the caller's choice: then a rule may only
 * take writing away.
 * @param rules Those of the rules that matched.
 */
export function profileFor(
  given: ProfileName,
  byCaller: boolean,
  rules: readonly ProfileName[],
): ProfileName {
  if (rules.includes("readonly")) return "readonly";
  if (byCaller) return given;
  return RULE_PROFILES.find((name) => rules.includes(name)) ?? given;
}

/** Narrows a word to a profile's name. */
export function isProfileName(word: string): word is ProfileName {
  return PROFILE_NAMES.some((name) => name === word);
}

/** Whether the policy lets a run have this profile. */
export function isProfileAllowed(
  name: ProfileName,
  { sandbox }: PolicySettings,
): boolean {
  if (sandbox.profiles !== undefined) return sandbox.profiles.includes(name);
  return name === sandbox.profile || FREE_PROFILES.includes(name) ||
    (PROFILES[name].network === "open" && sandbox.network === "open");
}

/** The settings a run with this profile has. */
export function withProfile(
  settings: PolicySettings,
  name: ProfileName,
): PolicySettings {
  const profile = PROFILES[name];
  const { execution, sandbox } = settings;
  return {
    ...settings,
    execution: {
      ...execution,
      maxTimeoutSeconds: Math.max(
        execution.maxTimeoutSeconds,
        profile.leastTimeoutSeconds ?? 0,
      ),
    },
    sandbox: {
      ...sandbox,
      profile: name,
      network: profile.network ?? sandbox.network,
      env: {
        pass: [...sandbox.env.pass, ...profile.pass ?? []],
        set: { ...profile.env, ...sandbox.env.set },
      },
    },
  };
}
