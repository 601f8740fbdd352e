// Copyright 2026 the airg authors. Apache-2.0 license.

/**
 * What a profile chosen by name changes of the sandbox profile that the policy
 * makes (policy/profiles.ts is the table).
 *
 * @module
 */

import type { AgentPlaces } from "../policy/agents.ts";
import { PROFILES } from "../policy/profiles.ts";
import type { PolicySettings } from "../policy/settings.ts";
import {
  type Profile,
  type RealPath,
  realPath,
} from "../../sandbox/profile.ts";
import { foldersBetween, isWithin } from "../../sandbox/within.ts";
import type { Disk } from "./contain.ts";

/** What {@linkcode namedProfile} depends on besides the profile itself. */
export interface NamedSite {
  readonly settings: PolicySettings;
  /** Home of the user that the command runs as. */
  readonly home: string;
  /** The agent that is started, if it is one of the table. */
  readonly agent?: AgentPlaces | undefined;
}

/** Said in every result and record of a run that has the machine's network. */
const OPEN_NETWORK = "the machine's whole network is open to this run";

/** Applies the profile that the settings name. */
export function namedProfile(
  profile: Profile,
  site: NamedSite,
  disk: Disk,
): Profile {
  const named = PROFILES[site.settings.sandbox.profile];
  const notes = [
    ...profile.notes ?? [],
    ...(named.note === undefined ? [] : [named.note]),
    ...(profile.network === "open" ? [OPEN_NETWORK] : []),
  ];
  const changed: Profile = {
    ...profile,
    name: site.settings.sandbox.profile,
    ...(notes.length > 0 && { notes }),
    ...(named.readonly && { readonly: true }),
    ...(named.tracing && { tracing: true }),
  };
  return named.agentFolders && site.agent !== undefined
    ? withAgent(changed, site.agent, site, disk)
    : changed;
}

function withAgent(
  profile: Profile,
  agent: AgentPlaces,
  { home, settings }: NamedSite,
  disk: Disk,
): Profile {
  const own = existing(agent.own, home, disk);
  const hidden = profile.hidden.filter(({ path }) =>
    !own.some((root) => isWithin(path, root)) ||
    hidesByName(settings, path, home)
  );
  const pinned = existing(agent.pinned, home, disk)
    .filter((path) => !hidden.some((entry) => isWithin(path, entry.path)));
  const anchors = [...pinned, ...hidden.map(({ path }) => path)]
    .flatMap((path) => own.flatMap((root) => foldersBetween(path, root)))
    .filter((folder) => !pinned.some((pin) => isWithin(folder, pin)))
    .map(realPath);
  return {
    ...profile,
    writable: [
      ...profile.writable,
      ...own.filter((path) =>
        ![profile.workspace, ...profile.writable].some((root) =>
          isWithin(path, root)
        ) && !hidden.some((entry) => isWithin(path, entry.path))
      ),
    ],
    hidden,
    absent: missing(agent.pinned, own, home, disk),
    pinned: [...new Set([...profile.pinned, ...pinned])].sort(),
    anchors: [...new Set([...profile.anchors, ...anchors])].sort(),
  };
}

/** Real paths of what is there, beneath the home folder and nowhere else. */
function existing(
  paths: readonly string[],
  home: string,
  disk: Disk,
): RealPath[] {
  return paths.flatMap((path) => {
    const real = disk.resolve(`${home}/${path}`);
    // A link out of the home folder would open what it leads to.
    const there = real !== undefined && disk.kindOf(real) !== undefined &&
      isWithin(real, home) && real !== home;
    return there ? [realPath(real)] : [];
  });
}

/** Real paths of what is not there, in folders that are. */
function missing(
  paths: readonly string[],
  own: readonly RealPath[],
  home: string,
  disk: Disk,
): RealPath[] {
  return paths.flatMap((path) => {
    const whole = `${home}/${path}`;
    const at = whole.lastIndexOf("/");
    const folder = disk.resolve(whole.slice(0, at));
    const inOwn = folder !== undefined &&
      own.some((root) => isWithin(folder, root));
    if (!inOwn || disk.kindOf(whole) !== undefined) return [];
    return [realPath(`${folder}${whole.slice(at)}`)];
  });
}

/** Whether the policy's own list hides it: what an operator wrote stays. */
function hidesByName(
  { sandbox }: PolicySettings,
  path: string,
  home: string,
): boolean {
  return sandbox.hidden.some((entry) => {
    if (entry.startsWith("/")) return isWithin(path, entry);
    if (entry === "~") return true;
    if (entry.startsWith("~/")) {
      return isWithin(path, `${home}${entry.slice(1)}`);
    }
    return path.endsWith(`/${entry}`);
  });
}
