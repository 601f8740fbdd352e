// Copyright 2026 the airg authors. Apache-2.0 license.

/**
 * Limits of a whole run, as a control group of version 2 holds them (the older
 * version in `cgroup_v1.ts`), and what is said where none can be made (pure).
 *
 * A limit of a process (rlimit) is no limit of a run: ten processes have ten
 * times the memory. So every limit that only a group can hold is either held,
 * or named as not held.
 *
 * Source: the kernel's Documentation/admin-guide/cgroup-v2.rst.
 *
 * @module
 */

import type { Limits } from "./profile.ts";

/** A controller that limits need. */
export type Controller = "memory" | "pids" | "cpu";

/** One value to write into a file of the group. */
export interface GroupSetting {
  readonly controller: Controller;
  readonly file: string;
  readonly value: string;
}

/** Where this process's group is. */
export interface GroupPlace {
  /** Where the version 2 hierarchy is mounted. */
  readonly mount: string;
  /** This process's own group, absolute; the mount or a folder beneath it. */
  readonly own: string;
}

/**
 * Processes that hold a run and are not the command's: the launcher and
 * bubblewrap twice. On a terminal its keeper is one more, and the command has
 * one less.
 */
export const HOLDERS = 3;

/** Microseconds in which a processor's share is counted; the kernel's default. */
export const CPU_PERIOD = 100_000;

/** Microseconds of each period that so many processors' worth of time is. */
export function quotaOf(processors: number): number {
  return Math.max(1000, Math.round(processors * CPU_PERIOD));
}

/** What to write for these limits; empty where none needs a group. */
export function groupSettings(limits: Limits): GroupSetting[] {
  const { memory, swap, processes, processors } = limits;
  return [
    ...setting("memory", "memory.max", memory),
    ...setting("memory", "memory.swap.max", swap),
    ...setting(
      "pids",
      "pids.max",
      processes === undefined ? undefined : processes + HOLDERS,
    ),
    ...setting(
      "cpu",
      "cpu.max",
      processors === undefined
        ? undefined
        : `${quotaOf(processors)} ${CPU_PERIOD}`,
    ),
  ];
}

function setting(
  controller: Controller,
  file: string,
  value: number | string | undefined,
): GroupSetting[] {
  return value === undefined
    ? []
    : [{ controller, file, value: String(value) }];
}

/**
 * Finds this process's group in `/proc/self/cgroup` and the mount of the
 * hierarchy in `/proc/self/mountinfo`.
 *
 * @returns `undefined` where version 2 is not mounted, or the group lies
 * outside of what is mounted.
 */
export function groupPlace(
  cgroup: string,
  mountinfo: string,
): GroupPlace | undefined {
  const path = /^0::(\/.*)$/m.exec(cgroup)?.[1];
  if (path === undefined) return undefined;
  for (const line of mountinfo.split("\n")) {
    const found = /^\d+ \d+ \S+ (\S+) (\S+) .*- cgroup2 /.exec(line);
    if (found === null) continue;
    const [, top = "/", mount = ""] = found.map(unescaped);
    const own = groupBelow(mount, top, path);
    if (own !== undefined) return { mount, own };
  }
  return undefined;
}

/**
 * The folder of the group `path`, where the group `top` is mounted at `mount`:
 * a container may show a part of the tree only.
 */
export function groupBelow(
  mount: string,
  top: string,
  path: string,
): string | undefined {
  const below = top === "/"
    ? path
    : path === top
    ? "/"
    : path.startsWith(`${top}/`)
    ? path.slice(top.length)
    : undefined;
  if (below === undefined || below.startsWith("/..")) return undefined;
  return `${mount}${below}`.replace(/\/$/, "");
}

/** The groups from `own` up to the mount, nearest first. */
export function groupsAbove({ mount, own }: GroupPlace): string[] {
  const found = [own];
  let at = own;
  while (at.length > mount.length && at.startsWith(`${mount}/`)) {
    at = at.slice(0, at.lastIndexOf("/"));
    found.push(at);
  }
  return found;
}

/** The names in a file such as `cgroup.controllers`. */
export function controllersIn(text: string): string[] {
  return text.trim().split(/\s+/).filter((name) => name !== "");
}

/** What limits have no effect, or less than asked, for which run. */
export interface Unheld {
  /** Why no group holds them; absent: a group does. */
  readonly why?: string;
  /** Controllers that the group has. */
  readonly held: readonly Controller[];
  /** The kernel of that group does not count swap. */
  readonly swapless?: true;
  /** The kernel's user id of the command is 0. */
  readonly root: boolean;
  /** The command has a user namespace of its own. */
  readonly namespaces: boolean;
}

/** Limits as processes alone can hold them, in place of what a group would. */
export function limitsWithout(
  limits: Limits,
  held: readonly Controller[],
): Limits {
  const { processes, ...others } = limits;
  return {
    ...others,
    // The group counts the run; RLIMIT_NPROC would count the user's others too.
    ...(processes !== undefined && !held.includes("pids") && { processes }),
    ...(limits.memory !== undefined && !held.includes("memory") &&
      { dataSize: Math.min(limits.memory, limits.dataSize ?? Infinity) }),
  };
}

/** Sentences about limits that are not held as asked. */
export function unheldLimits(
  limits: Limits,
  { why, held, swapless, root, namespaces }: Unheld,
): string[] {
  const because = why ?? "the group lacks the controller";
  const said: string[] = [];
  if (limits.memory !== undefined && !held.includes("memory")) {
    said.push(
      `limits: each process may hold ${limits.memory} bytes of data, the run as a whole is not limited: ${because}`,
    );
  }
  if (limits.swap !== undefined && !held.includes("memory")) {
    said.push(`limits: swap is not limited: ${because}`);
  } else if (limits.swap !== undefined && swapless) {
    said.push("limits: swap is not limited: this kernel does not count it");
  }
  if (limits.processors !== undefined && !held.includes("cpu")) {
    said.push(`limits: processor time of the run is not limited: ${because}`);
  }
  if (limits.processes !== undefined && !held.includes("pids")) {
    if (root) {
      said.push(
        `limits: processes are not limited, the kernel exempts root: ${because}`,
      );
    } else if (!namespaces) {
      said.push(
        `limits: processes are counted together with all of this user's: ${because}`,
      );
    }
  }
  return said;
}

/** What the group refused or ended, from `memory.events` and `pids.events`. */
export function groupRefusals(
  limits: Limits,
  events: { readonly memory: string; readonly pids: string },
): string[] {
  const count = (text: string, name: string) =>
    Number(new RegExp(`^${name} (\\d+)$`, "m").exec(text)?.[1] ?? 0);
  const killed = count(events.memory, "oom_kill");
  const refused = count(events.pids, "max");
  return [
    ...(killed > 0
      ? [
        `the run reached its memory limit of ${limits.memory} bytes; the kernel ended ${killed} of its processes`,
      ]
      : []),
    ...(refused > 0
      ? [
        `the run reached its limit of ${limits.processes} processes; ${refused} more were refused`,
      ]
      : []),
  ];
}

/** Octal escapes of mountinfo (proc_pid_mountinfo(5)). */
export function unescaped(text: string): string {
  return text.replace(
    /\\([0-7]{3})/g,
    (_, digits: string) => String.fromCharCode(Number.parseInt(digits, 8)),
  );
}
