// Copyright 2026 the airg authors. Apache-2.0 license.

/**
 * The policy in force as a run with a named profile sees it.
 *
 * @module
 */

import type { Command } from "../action/action.ts";
import { agentStarted } from "../policy/agents.ts";
import {
  isProfileName,
  type ProfileName,
  PROFILES,
  withProfile,
} from "../policy/profiles.ts";
import type { PolicySettings } from "../policy/settings.ts";
import type { LivePolicy } from "./live_policy.ts";

/** Puts the chosen profile, or the policy's own, over each policy in force. */
export function profiled(
  policy: LivePolicy,
  chosen: ProfileName | undefined,
): LivePolicy {
  return {
    ...policy,
    current() {
      const compiled = policy.current();
      const { settings } = compiled;
      const name = chosen ?? settings.sandbox.profile;
      return { ...compiled, settings: withProfile(settings, name) };
    },
  };
}

/** The settings of one run: a rule may have given what it matched a profile. */
export function settingsIn(
  policy: LivePolicy,
  profile: string | undefined,
): PolicySettings {
  const { settings } = policy.current();
  return profile !== undefined && isProfileName(profile)
    ? withProfile(settings, profile)
    : settings;
}

/** Lets the keys of the agent that is started pass, where the profile is its. */
export function withAgentKeys(
  settings: PolicySettings,
  command: Command,
): PolicySettings {
  const { sandbox } = settings;
  if (!PROFILES[sandbox.profile].agentFolders) return settings;
  const keys = agentStarted(command)?.pass ?? [];
  const { env } = sandbox;
  return {
    ...settings,
    sandbox: { ...sandbox, env: { ...env, pass: [...env.pass, ...keys] } },
  };
}
