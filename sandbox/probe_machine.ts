// Copyright 2026 the airg authors. Apache-2.0 license.

/**
 * The machine's settings, and what they explain: cause and cure for a layer
 * that was tried and failed.
 *
 * @module
 */

import type { Check, ProbeEffects, ProbeRun } from "./probe.ts";

/** Settings that explain failures; nothing here is proof that a layer works. */
export interface Machine {
  /** `[major, minor]`; `[0, 0]` when unknown. */
  readonly kernel: readonly [number, number];
  readonly release: string;
  /** Name of the distribution's family: `debian`, `fedora`... */
  readonly family: string;
  /** A container runtime stands around airg, or a filter of somebody's. */
  readonly container: boolean;
  /** `kernel.apparmor_restrict_unprivileged_userns` is on. */
  readonly appArmorRestricts: boolean;
  /** A limit that forbids user namespaces, as `name=0`. */
  readonly forbids?: string;
  /** The kernel was built without user namespaces. */
  readonly noUserNamespaces: boolean;
  /** Active security modules, when they can be read. */
  readonly modules?: readonly string[];
  /** The kernel was built without seccomp filters. */
  readonly noSeccomp: boolean;
  /** Absolute path of the launcher. */
  readonly launcher: string;
}

/** Why something failed and what helps. */
export interface Explanation {
  readonly cause: string;
  readonly cure: string;
}

/** Reads the settings. */
export async function readMachine(
  effects: Pick<ProbeEffects, "readText" | "readLink" | "launcher">,
): Promise<Machine> {
  const { readText, readLink } = effects;
  const [
    release,
    osRelease,
    docker,
    podman,
    status,
    appArmor,
    most,
    clone,
    userNamespace,
    modules,
    actions,
  ] = await Promise.all([
    readText("/proc/sys/kernel/osrelease"),
    readText("/etc/os-release"),
    readText("/.dockerenv"),
    readText("/run/.containerenv"),
    readText("/proc/self/status"),
    readText("/proc/sys/kernel/apparmor_restrict_unprivileged_userns"),
    readText("/proc/sys/user/max_user_namespaces"),
    readText("/proc/sys/kernel/unprivileged_userns_clone"), // Debian's patch
    readLink("/proc/self/ns/user"),
    readText("/sys/kernel/security/lsm"),
    readText("/proc/sys/kernel/seccomp/actions_avail"),
  ]);
  const forbids = most?.trim() === "0"
    ? "user.max_user_namespaces"
    : clone?.trim() === "0"
    ? "kernel.unprivileged_userns_clone"
    : undefined;
  return {
    kernel: kernelOf(release),
    release: release?.trim() ?? "unknown",
    family: familyOf(osRelease),
    container: docker !== undefined || podman !== undefined ||
      /^Seccomp:\s*2$/m.test(status ?? ""),
    appArmorRestricts: appArmor?.trim() === "1",
    ...(forbids === undefined ? {} : { forbids }),
    noUserNamespaces: userNamespace === undefined,
    ...(modules === undefined ? {} : { modules: modules.trim().split(",") }),
    noSeccomp: actions === undefined,
    launcher: effects.launcher,
  };
}

/** Why a user namespace could not be made, or not be used, by `program`. */
export function explainUserNamespace(
  machine: Machine,
  program: string,
): Explanation | undefined {
  if (machine.noUserNamespaces) {
    return {
      cause: "the kernel was built without user namespaces (CONFIG_USER_NS)",
      cure: "run a distribution's own kernel",
    };
  }
  if (machine.forbids !== undefined) return explainLimit(machine.forbids);
  if (machine.appArmorRestricts) return explainAppArmor(program);
  if (machine.container) return explainContainer();
  return undefined;
}

/** What a container runtime's defaults take away. */
export function explainContainer(): Explanation {
  return {
    cause: "a container runtime's filter or masked /proc stands around airg",
    cure:
      "docker run --security-opt seccomp=unconfined --security-opt apparmor=unconfined --security-opt systempaths=unconfined ...\n" +
      "podman run --security-opt seccomp=unconfined --security-opt unmask=ALL ...",
  };
}

/** How to get bubblewrap on this distribution. */
export function installBubblewrap({ family }: Machine): string {
  switch (family) {
    case "fedora":
      return "sudo dnf install bubblewrap";
    case "arch":
      return "sudo pacman -S bubblewrap";
    case "alpine":
      return "sudo apk add bubblewrap";
    case "suse":
      return "sudo zypper install bubblewrap";
    default:
      return "sudo apt install bubblewrap";
  }
}

/** Whether the kernel is older than `major.minor`. */
export function isOlder(
  { kernel }: Machine,
  major: number,
  minor: number,
): boolean {
  if (kernel[0] === 0) return false;
  return kernel[0] < major || (kernel[0] === major && kernel[1] < minor);
}

/** The first line of a program's words, safe for a terminal. */
export function oneLine(text: string): string {
  const [line = ""] = text.trim().split("\n");
  // deno-lint-ignore no-control-regex -- control characters are what is removed
  return line.replace(/[\x00-\x1f\x7f-\x9f]/g, "?").slice(0, 200);
}

/** What a failed program said, or how it ended. */
export function wordsOf({ code, stderr }: ProbeRun): string {
  return oneLine(stderr) || `exit ${code}`;
}

/** A check that could not be made. */
export function notTried(
  check: { readonly id: string; readonly title: string },
  found: string,
): Check {
  return { ...check, status: "not-tried", found };
}

function explainLimit(name: string): Explanation {
  const value = name.startsWith("user.") ? 15000 : 1;
  return {
    cause: `${name}=0 forbids user namespaces`,
    cure: `sudo sysctl -w ${name}=${value}\n` +
      `echo ${name}=${value} | sudo tee /etc/sysctl.d/60-airg.conf`,
  };
}

/** Ubuntu 23.10 and later: only programs with a profile that says so. */
function explainAppArmor(program: string): Explanation {
  const name = program.split("/").at(-1);
  const file = `/etc/apparmor.d/airg-${name}`;
  return {
    cause:
      "kernel.apparmor_restrict_unprivileged_userns=1: AppArmor lets only named programs use user namespaces",
    cure: `put this into ${file}:
  abi <abi/4.0>,
  include <tunables/global>
  profile airg-${name} ${quoted(program)} flags=(unconfined) {
    userns,
  }
sudo apparmor_parser -r ${file}`,
  };
}

/** A path as AppArmor reads it: quoted, pattern characters escaped. */
function quoted(path: string): string {
  return `"${path.replace(/[\\"*?[\]{}^]/g, "\\$&")}"`;
}

function kernelOf(release: string | undefined): [number, number] {
  const found = /^(\d+)\.(\d+)/.exec(release ?? "");
  return [Number(found?.[1] ?? 0), Number(found?.[2] ?? 0)];
}

function familyOf(osRelease: string | undefined): string {
  const value = (key: string) =>
    new RegExp(`^${key}="?([^"\n]*)`, "m").exec(osRelease ?? "")?.[1] ?? "";
  const names = `${value("ID")} ${value("ID_LIKE")}`.split(" ");
  const known = ["debian", "ubuntu", "fedora", "rhel", "arch", "alpine", "suse"]
    .find((name) => names.some((found) => found.includes(name)));
  if (known === "rhel") return "fedora";
  return known === "ubuntu" || known === undefined ? "debian" : known;
}
