// Copyright 2026 the airg authors. Apache-2.0 license.

/**
 * Makes the control group of one run, and takes it away again.
 *
 * Only runs whose policy sets a limit that needs a group get one: moving a
 * process into a group waits for the whole machine (cgroup_threadgroup_rwsem)
 * and can take milliseconds.
 *
 * @module
 */

import { systemClock } from "../base/clock.ts";
import {
  type Controller,
  controllersIn,
  groupPlace,
  groupRefusals,
  groupsAbove,
  type GroupSetting,
  groupSettings,
} from "../../sandbox/cgroup.ts";
import type { Limits } from "../../sandbox/profile.ts";
import {
  isOurs,
  isRefused,
  isSwap,
  isThere,
  killGroup,
  makeFolder,
  readIfThere,
  refusedSettings,
  removeGroup,
  sweepGroups,
} from "./cgroup_files.ts";
import { openV1Groups } from "./cgroup_v1.ts";

/** The group of one run. */
export interface RunGroup {
  /** Absolute paths of the files that the launcher writes itself into. */
  readonly procs: readonly string[];
  /** Controllers that hold a limit. */
  readonly held: readonly Controller[];
  /** The kernel does not count swap, so its limit is not among those. */
  readonly swapless?: true;
  /** Ends every process in it at once. */
  readonly kill: () => void;
  /** Ends what is left, removes the group, and says what it refused. */
  readonly close: () => Promise<readonly string[]>;
}

/** Why a run has no group. */
export interface NoGroup {
  readonly why: string;
}

/** Where groups are looked for; other than the machine's own in tests. */
export interface GroupSource {
  readonly cgroup: string;
  readonly mountinfo: string;
}

/**
 * Makes a group that holds as many of the limits as this machine lets it.
 *
 * @returns `undefined` where no limit needs one.
 */
export function openGroup(
  limits: Limits,
  source: GroupSource = ownSource(),
): RunGroup | NoGroup | undefined {
  const settings = groupSettings(limits);
  if (settings.length === 0) return undefined;
  const wanted = [...new Set(settings.map(({ controller }) => controller))];
  const parent = findParent(source, wanted);
  const group = "why" in parent ? parent : ownGroup(parent, settings, limits);
  const held = "procs" in group ? group.held : [];
  const left = wanted.filter((name) => !held.includes(name));
  const older = openV1Groups(limits, left, source);
  return older === undefined
    ? group
    : "procs" in group
    ? together(group, older)
    : older;
}

function ownGroup(
  parent: Parent,
  settings: readonly GroupSetting[],
  limits: Limits,
): RunGroup | NoGroup {
  sweepGroups(parent.path, systemClock());
  return makeGroup(parent, settings, limits);
}

/** A machine may have some controllers in each of the versions. */
function together(one: RunGroup, other: RunGroup): RunGroup {
  return {
    procs: [...one.procs, ...other.procs],
    held: [...one.held, ...other.held],
    ...((one.swapless ?? other.swapless) && { swapless: true as const }),
    kill() {
      one.kill();
      other.kill();
    },
    close: async () => [...await one.close(), ...await other.close()],
  };
}

interface Parent {
  readonly path: string;
  readonly has: readonly Controller[];
}

/** The nearest group of ours in which a child gets the controllers. */
function findParent(
  source: GroupSource,
  wanted: readonly Controller[],
): Parent | NoGroup {
  const place = groupPlace(source.cgroup, source.mountinfo);
  if (place === undefined) return { why: "cgroup v2 is not mounted here" };
  const ours = groupsAbove(place).filter(isOurs);
  if (ours.length === 0) {
    return {
      why: `the control group ${place.own} is not delegated to this user`,
    };
  }
  const parents = ours.map((path): Parent => ({
    path,
    has: wanted.filter((name) =>
      controllersIn(readIfThere(`${path}/cgroup.subtree_control`))
        .includes(name)
    ),
  }));
  const whole = parents.find(({ has }) => has.length === wanted.length);
  if (whole !== undefined) return whole;
  const made = handDown(place.own, wanted);
  if (made !== undefined) return made;
  const [best] = parents.toSorted((a, b) => b.has.length - a.has.length);
  if (best === undefined || best.has.length === 0) {
    return {
      why: `the control group ${place.own} has no ${
        wanted.join(", ")
      } to hand on`,
    };
  }
  return best;
}

/**
 * Lets children of our own group have the controllers, where nobody else is in
 * it: a group that holds processes may not hand controllers down, but for the
 * root of the whole tree.
 */
function handDown(
  own: string,
  wanted: readonly Controller[],
): Parent | undefined {
  const offered = controllersIn(readIfThere(`${own}/cgroup.controllers`));
  const has = wanted.filter((name) => offered.includes(name));
  if (!isOurs(own) || has.length === 0) return undefined;
  try {
    // The root of the tree has no type, and no such rule.
    if (isThere(`${own}/cgroup.type`)) {
      const inside = readIfThere(`${own}/cgroup.procs`).trim().split("\n");
      if (inside.length !== 1 || inside[0] !== String(Deno.pid)) {
        return undefined;
      }
      Deno.mkdirSync(`${own}/airg`, { recursive: true });
      Deno.writeTextFileSync(`${own}/airg/cgroup.procs`, String(Deno.pid));
    }
    Deno.writeTextFileSync(
      `${own}/cgroup.subtree_control`,
      has.map((name) => `+${name}`).join(" "),
    );
    return { path: own, has };
  } catch (error) {
    if (isRefused(error)) return undefined;
    throw error;
  }
}

function makeGroup(
  { path, has }: Parent,
  settings: readonly GroupSetting[],
  limits: Limits,
): RunGroup | NoGroup {
  const folder = makeFolder(path);
  if (folder === undefined) return { why: `cannot make a group in ${path}` };
  const refused = refusedSettings(
    folder,
    settings.filter(({ controller }) => has.includes(controller)),
  );
  const failed = new Set(
    refused.filter((one) => !isSwap(one)).map(({ controller }) => controller),
  );
  return {
    procs: [`${folder}/cgroup.procs`],
    held: has.filter((name) => !failed.has(name)),
    ...(refused.some(isSwap) && { swapless: true as const }),
    kill: () => killGroup(folder),
    async close() {
      const said = groupRefusals(limits, {
        memory: readIfThere(`${folder}/memory.events`),
        pids: readIfThere(`${folder}/pids.events`),
      });
      await removeGroup(folder);
      return said;
    },
  };
}

function ownSource(): GroupSource {
  return {
    cgroup: readIfThere("/proc/self/cgroup"),
    mountinfo: readIfThere("/proc/self/mountinfo"),
  };
}
