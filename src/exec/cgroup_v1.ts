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
  isRefused,
  killGroup,
  readIfThere,
  removeGroup,
  sweepGroups,
} from "./cgroup_files.ts";

interface Folder {
  readonly controller: Controller;
  readonly path: string;
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
    const path = makeGroup(parent, controller, limits);
    return path === undefined ? [] : [{ controller, path }];
  });
  if (folders.length === 0) return undefined;
  const textOf = (controller: Controller, file: string) => {
    const folder = folders.find((one) => one.controller === controller);
    return folder === undefined ? "" : readIfThere(`${folder.path}/${file}`);
  };
  return {
    procs: folders.map(({ path }) => `${path}/cgroup.procs`),
    held: folders.map(({ controller }) => controller),
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
): string | undefined {
  const random = crypto.getRandomValues(new Uint8Array(6)).toHex();
  const folder = `${parent}/airg-${Deno.pid}-${random}`;
  try {
    Deno.mkdirSync(folder, { mode: 0o755 });
  } catch (error) {
    if (isRefused(error)) return undefined;
    throw error;
  }
  for (const setting of v1Settings(limits)) {
    if (setting.controller !== controller) continue;
    try {
      Deno.writeTextFileSync(`${folder}/${setting.file}`, setting.value, {
        create: false,
      });
    } catch (error) {
      if (!isRefused(error)) throw error;
      // A kernel without swap accounting has no such file.
      if (setting.file === "memory.memsw.limit_in_bytes") continue;
      removeIfEmpty(folder);
      return undefined;
    }
  }
  return folder;
}

function removeIfEmpty(folder: string): void {
  try {
    Deno.removeSync(folder);
  } catch (error) {
    if (!isRefused(error)) throw error;
  }
}
