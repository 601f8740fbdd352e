// Copyright 2026 the airg authors. Apache-2.0 license.

/**
 * The same limits for control groups of version 1, where a machine has nothing
 * better (pure). Each controller has a tree of its own.
 *
 * Source: the kernel's Documentation/admin-guide/cgroup-v1/.
 *
 * @module
 */

import {
  type Controller,
  CPU_PERIOD,
  groupBelow,
  type GroupSetting,
  HOLDERS,
  quotaOf,
  unescaped,
} from "./cgroup.ts";
import type { Limits } from "./profile.ts";

/** What to write for these limits, in the order in which it is taken. */
export function v1Settings(limits: Limits): GroupSetting[] {
  const { memory, swap, processes, processors } = limits;
  return [
    ...(memory === undefined ? [] : [
      memorySetting("memory.limit_in_bytes", memory),
      // Counts both, and may not be below the former.
      ...(swap === undefined
        ? []
        : [memorySetting("memory.memsw.limit_in_bytes", memory + swap)]),
    ]),
    ...(processes === undefined ? [] : [{
      controller: "pids" as const,
      file: "pids.max",
      value: String(processes + HOLDERS),
    }]),
    ...(processors === undefined ? [] : [
      cpuSetting("cpu.cfs_period_us", CPU_PERIOD),
      cpuSetting("cpu.cfs_quota_us", quotaOf(processors)),
    ]),
  ];
}

function memorySetting(file: string, value: number): GroupSetting {
  return { controller: "memory", file, value: String(value) };
}

function cpuSetting(file: string, value: number): GroupSetting {
  return { controller: "cpu", file, value: String(value) };
}

/**
 * This process's own group in the tree of one controller, absolute.
 *
 * @param cgroup `/proc/self/cgroup`
 * @param mountinfo `/proc/self/mountinfo`
 */
export function v1Place(
  controller: Controller,
  cgroup: string,
  mountinfo: string,
): string | undefined {
  const path = cgroup.split("\n").map((line) =>
    /^\d+:([^:]+):(\/.*)$/.exec(line)
  )
    .find((found) => found?.[1]?.split(",").includes(controller))?.[2];
  if (path === undefined) return undefined;
  for (const line of mountinfo.split("\n")) {
    const found = /^\d+ \d+ \S+ (\S+) (\S+) .*- cgroup \S+ (\S+)$/.exec(line);
    if (!found?.[3]?.split(",").includes(controller)) continue;
    const [, top = "/", mount = ""] = found.map(unescaped);
    const own = groupBelow(mount, top, path);
    if (own !== undefined) return own;
  }
  return undefined;
}
