// Copyright 2026 the airg authors. Apache-2.0 license.

/**
 * Groups of version 1 for one run: one in the tree of each controller. Mostly
 * root's, in a container or on a machine that has both versions.
 *
 * @module
 */

import { systemClock } from "../base/clock.ts";
import { type Controller, groupRefusals } from "../../sandbox/cgroup.ts";
import { v1Place, v1Settings } from "../../sandbox/cgroup_v1.ts";
import type { Limits } from "../../sandbox/profile.ts";
import type { GroupSource, RunGroup } from "./cgroup.ts";
import {
  isOurs,
  isSwap,
  killGroup,
  makeFolder,
  readIfThere,
  refusedSettings,
  removed,
  removeGroup,
  sweepGroups,
} from "./cgroup_files.ts";

interface Folder {
  readonly controller: Controller;
  readonly path: string;
  readonly swapless: boolean;
}

/**
 * Makes groups that hold the limits of these controllers.
 *
 * @returns `undefined` where none can be made.
 */
export function openV1Groups(
  limits: Limits,
  controllers: readonly Controller[],
  { cgroup, mountinfo }: GroupSource,
): RunGroup | undefined {
  const folders = controllers.flatMap((controller): Folder[] => {
    const parent = v1Place(controller, cgroup, mountinfo);
    if (parent === undefined || !isOurs(parent)) return [];
    sweepGroups(parent, systemClock());
    const made = makeGroup(parent, controller, limits);
    return made === undefined ? [] : [made];
  });
  if (folders.length === 0) return undefined;
  const textOf = (controller: Controller, file: string) => {
    const folder = folders.find((one) => one.controller === controller);
    return folder === undefined ? "" : readIfThere(`${folder.path}/${file}`);
  };
  return {
    procs: folders.map(({ path }) => `${path}/cgroup.procs`),
    held: folders.map(({ controller }) => controller),
    ...(folders.some(({ swapless }) => swapless) && {
      swapless: true as const,
    }),
    kill: () => folders.forEach(({ path }) => killGroup(path)),
    async close() {
      const said = groupRefusals(limits, {
        memory: textOf("memory", "memory.oom_control"),
        pids: textOf("pids", "pids.events"),
      });
      for (const { path } of folders) await removeGroup(path);
      return said;
    },
  };
}

/** The group, if it holds what it is for. */
function makeGroup(
  parent: string,
  controller: Controller,
  limits: Limits,
): Folder | undefined {
  const path = makeFolder(parent);
  if (path === undefined) return undefined;
  const refused = refusedSettings(
    path,
    v1Settings(limits).filter((one) => one.controller === controller),
  );
  if (refused.every(isSwap)) {
    return { controller, path, swapless: refused.length > 0 };
  }
  removed(path);
  return undefined;
}
