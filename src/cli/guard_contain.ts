// Copyright 2026 the airg authors. Apache-2.0 license.

/**
 * The guard's `contain` effect on this machine: the profile that an action
 * runs in.
 *
 * @module
 */

import { isChange } from "../action/action.ts";
import { sha256Hex } from "../base/digest.ts";
import { systemClock } from "../base/clock.ts";
import type { workspaceIndex } from "../exec/handoff.ts";
import {
  containProfile,
  type Disk,
  type SearchMemory,
} from "../guard/contain.ts";
import type { Effects } from "../guard/effects.ts";
import { ephemeralProfile, wantsCopy } from "../guard/ephemeral.ts";
import { namedProfile } from "../guard/named_profile.ts";
import { kindOf, namesIn } from "../platform/machine.ts";
import { resolveExisting } from "../platform/real_path.ts";
import { treeNames, treeStat, treeText } from "../platform/tree.ts";
import { agentStarted } from "../policy/agents.ts";
import type { Decision } from "../policy/decision.ts";
import type { PolicySettings } from "../policy/settings.ts";
import type { LivePolicy } from "./live_policy.ts";
import { settingsIn } from "./profiled.ts";
import type { RunSite } from "./run_site.ts";
import { readSearchMemory, saveSearchMemory } from "./search_memory_file.ts";

const DISK: Disk = {
  kindOf,
  resolve: (path) => resolveExisting(path) ?? undefined,
  listFolder: namesIn,
  namesIn: treeNames,
  statOf: treeStat,
  textOf: treeText,
};

/** Contains by the policy of now, with what the last search remembered. */
export function containOn(
  site: RunSite,
  policy: LivePolicy,
  index: ReturnType<typeof workspaceIndex>,
): Effects["contain"] {
  const { places } = site;
  const memoryFile = `${site.machine.runFolder}/${
    sha256Hex(places.workspace).slice(0, 16)
  }.names`;
  let memory: SearchMemory | undefined;
  return ({ action, programs }, decision) => {
    const settings = withDecidedNetwork(
      settingsIn(policy, decision.containment.profile),
      decision,
    );
    memory ??= readSearchMemory(memoryFile);
    const plain = containProfile(
      settings,
      {
        ...places,
        ...site.boundSockets(),
        // Reading changes nothing, so nothing needs to be kept from it.
        obeyed: action.kind === "exec" || isChange(action)
          ? index.look().toPin
          : [],
      },
      DISK,
      {
        programs: programs.map(({ name }) => name),
        memory,
        clock: systemClock,
      },
    );
    saveSearchMemory(memoryFile, memory);
    const profile = namedProfile(plain, {
      settings,
      home: places.home,
      agent: action.kind === "exec" ? agentStarted(action.command) : undefined,
    }, DISK);
    // The file tools write into the workspace itself, so they get none.
    return wantsCopy(decision) && !isChange(action)
      ? ephemeralProfile(profile, decision, site.ephemeral(decision.id))
      : profile;
  };
}

/** What a person approved, once or by a rule, runs with the network they saw, not with the policy's. */
function withDecidedNetwork(
  settings: PolicySettings,
  { containment: { network }, mode, reasons, verdict }: Decision,
): PolicySettings {
  // That it needs the network is told of what is allowed only where a rule answers it.
  const byRule = verdict === "allow" && network === "open" &&
    reasons.some(({ code }) => code === "network.needed");
  if (mode !== "enforce" || verdict !== "escalate" && !byRule) return settings;
  return { ...settings, sandbox: { ...settings.sandbox, network } };
}
