// Copyright 2026 the airg authors. Apache-2.0 license.

/**
 * One function a layer: tries it and says what came of it. Bubblewrap, which
 * has several, is in `probe_bubblewrap.ts`.
 *
 * @module
 */

import { groupPlace, groupsAbove } from "./cgroup.ts";
import { v1Place } from "./cgroup_v1.ts";
import type { Check, ContainedRun, ProbeEffects } from "./probe.ts";
import {
  explainUserNamespace,
  type Explanation,
  isOlder,
  type Machine,
  notTried,
  oneLine,
  wordsOf,
} from "./probe_machine.ts";

/**
 * The whole path once: the launcher, bubblewrap, Landlock, seccomp.
 *
 * @param parts The checks of what it is made of: they know causes better.
 */
export function containedCheck(
  run: ContainedRun,
  machine: Machine,
  parts: readonly Check[],
): Check {
  const check = { id: "contained", title: "a contained run" };
  if ("error" in run) {
    return {
      ...check,
      status: "fail",
      found: oneLine(run.error),
      ...(explainLandlockError(run.error, machine) ??
        explainByParts(machine, parts)),
    };
  }
  if (run.rung === "full") {
    return { ...check, status: "ok", found: "every layer held" };
  }
  const lost = run.rung === "bwrap"
    ? "bubblewrap makes the mounts; no ephemeral runs, many masks are slow"
    : "no namespaces: Landlock and seccomp alone, no sockets at all";
  return {
    ...check,
    status: "warn",
    found: lost,
    ...explainByParts(machine, parts),
  };
}

/** That airg is in a container explains nothing where namespaces can be had. */
function explainByParts(
  machine: Machine,
  parts: readonly Check[],
): Partial<Explanation> | undefined {
  const made = parts.some(({ id, status }) =>
    id === "user-namespace" && status === "ok"
  );
  const container = machine.container && !made;
  const explained = explainUserNamespace(
    { ...machine, container },
    machine.launcher,
  );
  if (explained !== undefined) return explained;
  const failed = parts.find(({ cause, status }) =>
    status === "fail" && cause !== undefined
  );
  return failed && {
    ...(failed.cause !== undefined && { cause: failed.cause }),
    ...(failed.cure !== undefined && { cure: failed.cure }),
  };
}

/** A user namespace, made by the program every system has for it. */
export async function userNamespaceCheck(
  { run }: ProbeEffects,
  machine: Machine,
): Promise<Check> {
  const check = { id: "user-namespace", title: "new user namespace" };
  const result = await run("/usr/bin/unshare", ["-Ur", "/bin/true"]);
  if (result === undefined) return notTried(check, "no /usr/bin/unshare");
  if (result.code === 0) return { ...check, status: "ok", found: "made" };
  return {
    ...check,
    status: "fail",
    found: wordsOf(result),
    ...explainUserNamespace(machine, machine.launcher),
  };
}

/** Landlock, as the launcher's own status says it was applied. */
export function landlockCheck(run: ContainedRun, machine: Machine): Check {
  const check = { id: "landlock", title: "Landlock" };
  const explained = "error" in run
    ? explainLandlockError(run.error, machine) ?? explainLandlock(machine)
    : explainLandlock(machine);
  if ("error" in run) {
    return explained === undefined
      ? notTried(check, "no contained run")
      : { ...check, status: "fail", found: "no contained run", ...explained };
  }
  const { landlockAbi: abi } = run;
  if (abi < 1) {
    return { ...check, status: "fail", found: "not applied", ...explained };
  }
  const missing = [
    abi < 2 ? "moving files between folders (2)" : "",
    abi < 3 ? "truncation (3)" : "",
    abi < 4 ? "TCP ports (4)" : "",
    abi < 5 ? "device ioctls (5)" : "",
    abi < 6 ? "signals and abstract sockets (6)" : "",
  ].filter((right) => right !== "");
  const found = `ABI ${abi}`;
  if (missing.length === 0) return { ...check, status: "ok", found };
  return {
    ...check,
    status: "warn",
    found,
    cause: `Linux ${machine.release} does not cover: ${missing.join(", ")}`,
    cure: "Linux 6.12 or newer has ABI 6",
  };
}

/** The filter, as the launcher's own status says it was applied. */
export function seccompCheck(run: ContainedRun, machine: Machine): Check {
  const check = { id: "seccomp", title: "system call filter" };
  const explained = machine.noSeccomp
    ? {
      cause: "the kernel has no seccomp filters (CONFIG_SECCOMP_FILTER)",
      cure: "run a distribution's own kernel",
    }
    : undefined;
  if ("error" in run) {
    return explained === undefined
      ? notTried(check, "no contained run")
      : { ...check, status: "fail", found: "no contained run", ...explained };
  }
  if (run.seccompInstructions < 1) {
    return { ...check, status: "fail", found: "not applied", ...explained };
  }
  const found = `${run.seccompInstructions} instructions`;
  return { ...check, status: "ok", found };
}

/** An overlay in a user namespace: what ephemeral runs need. */
export async function overlayCheck(
  { run }: ProbeEffects,
  machine: Machine,
): Promise<Check> {
  const check = { id: "overlay", title: "overlay for ephemeral runs" };
  // /mnt is there on every system; the namespace's own tmpfs covers it.
  const result = await run("/usr/bin/unshare", [
    "-Urm",
    "/bin/sh",
    "-c",
    `PATH=/usr/sbin:/usr/bin:/sbin:/bin
mount -t tmpfs none /mnt && cd /mnt && mkdir l u w m || exit 10
mount -t overlay none -o lowerdir=l,upperdir=u,workdir=w,userxattr m || exit 11`,
  ]);
  if (result === undefined) return notTried(check, "no /usr/bin/unshare");
  if (result.code === 0) return { ...check, status: "ok", found: "mounted" };
  const found = wordsOf(result);
  if (result.code !== 11) {
    const explained = explainUserNamespace(machine, machine.launcher);
    return { ...check, status: "fail", found, ...explained };
  }
  return {
    ...check,
    status: "warn",
    found,
    cause: isOlder(machine, 5, 11)
      ? `Linux ${machine.release} mounts overlays for root only`
      : "the kernel's overlay module is missing or not loaded",
    cure: isOlder(machine, 5, 11)
      ? "Linux 5.11 or newer"
      : "sudo modprobe overlay",
  };
}

/** Whether airg may make control groups of its own. */
export async function cgroupCheck(
  { readText, mayWrite }: ProbeEffects,
): Promise<Check> {
  const check = { id: "cgroup", title: "resource groups (cgroups)" };
  const mounts = await readText("/proc/self/mountinfo") ?? "";
  const groups = await readText("/proc/self/cgroup") ?? "";
  const older = await ownV1Groups(groups, mounts, mayWrite);
  if (older !== undefined) {
    return { ...check, status: "ok", found: `version 1: ${older.join(", ")}` };
  }
  const place = groupPlace(groups, mounts);
  const fallback = "limits are per process (rlimits), not for the whole tree";
  if (place === undefined) {
    return {
      ...check,
      status: "warn",
      found: fallback,
      cause: "cgroup v2 is not mounted",
      cure: "boot with systemd.unified_cgroup_hierarchy=1",
    };
  }
  if (/ - cgroup \S+ \S*\bpids\b/.test(mounts)) {
    return {
      ...check,
      status: "warn",
      found: fallback,
      cause:
        "the controllers belong to cgroup v1, which is not delegated to this user",
      cure: "boot with systemd.unified_cgroup_hierarchy=1",
    };
  }
  const folder = await firstOf(
    groupsAbove(place),
    (path) => mayWrite(`${path}/cgroup.procs`),
  );
  const controllers = await readText(`${folder}/cgroup.controllers`) ?? "";
  if (folder === undefined) {
    return {
      ...check,
      status: "warn",
      found: fallback,
      cause: `${place.own} is not delegated to this user`,
      cure: "systemd-run --user --scope -p Delegate=yes airg ...",
    };
  }
  const missing = ["memory", "pids", "cpu"].filter((name) =>
    !controllers.trim().split(" ").includes(name)
  );
  if (missing.length === 0) return { ...check, status: "ok", found: folder };
  return {
    ...check,
    status: "warn",
    found: `${folder}, without ${missing.join(", ")}`,
    cause: "the parent group does not pass these controllers on",
    cure:
      "sudo systemctl set-property user@.service Delegate='cpu memory pids'",
  };
}

/** Our groups in the trees of version 1, if all three let us make more. */
async function ownV1Groups(
  groups: string,
  mounts: string,
  mayWrite: ProbeEffects["mayWrite"],
): Promise<readonly string[] | undefined> {
  const found: string[] = [];
  for (const controller of ["memory", "pids", "cpu"] as const) {
    const path = v1Place(controller, groups, mounts);
    if (path === undefined || !await mayWrite(`${path}/cgroup.procs`)) {
      return undefined;
    }
    found.push(path);
  }
  return found;
}

/** The first that fits, in order. */
async function firstOf(
  paths: readonly string[],
  fits: (path: string) => Promise<boolean>,
): Promise<string | undefined> {
  for (const path of paths) if (await fits(path)) return path;
  return undefined;
}

/** What a name-based egress needs: a network namespace where every address is local. */
export async function egressCheck(
  { run }: ProbeEffects,
  machine: Machine,
): Promise<Check> {
  const check = { id: "egress", title: "network by name (DNS, egress)" };
  const result = await run("/usr/bin/unshare", [
    "-Urn",
    "/bin/sh",
    "-c",
    `PATH=/usr/sbin:/usr/bin:/sbin:/bin
command -v ip >/dev/null || exit 9
ip link set lo up || exit 10
ip route add local default dev lo || exit 11
ip -6 route add local default dev lo || exit 12`,
  ]);
  if (result === undefined) return notTried(check, "no /usr/bin/unshare");
  switch (result.code) {
    case 0:
      return { ...check, status: "ok", found: "all addresses can be local" };
    case 9:
      return notTried(check, "no ip program");
    case 12:
      return {
        ...check,
        status: "warn",
        found: "IPv4 only",
        cause: "the kernel has no IPv6",
        cure: "nothing to do: IPv6 addresses are unreachable inside as well",
      };
    default:
      return {
        ...check,
        status: "warn",
        found: wordsOf(result),
        ...explainUserNamespace(machine, machine.launcher),
      };
  }
}

/**
 * Why a run failed at Landlock, by the settings or else by what the kernel
 * answered (landlock(7)); `undefined` where it failed at something else.
 */
export function explainLandlockError(
  said: string,
  machine: Machine,
): Explanation | undefined {
  if (!/\blandlock\b/.test(said)) return undefined;
  const explained = explainLandlock(machine);
  if (explained !== undefined) return explained;
  return /not supported/i.test(said)
    ? {
      cause: "Landlock is built into the kernel and switched off",
      cure: "boot with landlock among the names of lsm=",
    }
    : {
      cause:
        "the kernel has no Landlock (CONFIG_SECURITY_LANDLOCK), or a container's filter refuses it",
      cure: "run a distribution's own kernel, 5.19 or newer",
    };
}

function explainLandlock(
  machine: Machine,
): Explanation | undefined {
  if (isOlder(machine, 5, 19)) {
    return {
      cause: `Linux ${machine.release} has no Landlock with ABI 2`,
      cure: "Linux 5.19 or newer; 6.12 or newer covers signals and sockets",
    };
  }
  if (machine.modules !== undefined && !machine.modules.includes("landlock")) {
    const list = ["landlock", ...machine.modules].join(",");
    return {
      cause: "Landlock is not among the active security modules",
      cure: `boot with lsm=${list}`,
    };
  }
  return undefined;
}
