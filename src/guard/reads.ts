// Copyright 2026 the airg authors. Apache-2.0 license.

/**
 * What a command can read where the policy makes reads a list.
 *
 * @module
 */

import type { PolicySettings } from "../policy/settings.ts";
import { type RealPath, realPath } from "../../sandbox/profile.ts";
import type { Disk } from "./hidden/disk.ts";
import { expand } from "./hidden/places.ts";

/**
 * System files without which programs do not start: hier(7), and where Nix,
 * Guix, Homebrew, snaps and SUSE keep programs and certificates.
 */
export const SYSTEM_READABLE: readonly string[] = [
  "/bin",
  "/etc",
  "/gnu/store",
  "/home/linuxbrew/.linuxbrew",
  "/lib",
  "/lib32",
  "/lib64",
  "/libx32",
  "/nix/store",
  "/opt",
  "/proc",
  "/sbin",
  "/snap",
  "/sys",
  "/usr",
  "/var/cache/fontconfig",
  "/var/lib/alternatives",
  "/var/lib/ca-certificates",
  "/var/lib/dpkg",
  "/var/lib/rpm",
];

/**
 * Settings in the home folder that are not secret and that git ends without:
 * it finds them by name and takes "permission denied" for a broken disk.
 */
const HOME_READABLE: readonly string[] = [".gitconfig", ".config/git"];

/** Programs of a shell that read no file by themselves. */
const READS_NOTHING = new Set([
  ":",
  "cd",
  "echo",
  "exit",
  "export",
  "false",
  "printf",
  "pwd",
  "set",
  "true",
  "umask",
  "unset",
]);

/** Folders and files that the policy lists, real; `undefined` where everything can be read. */
export function listedReads(
  { sandbox }: PolicySettings,
  home: string,
  programs: readonly string[],
  disk: Disk,
): readonly RealPath[] | undefined {
  const { allowed, exempt, mode } = sandbox.read;
  if (mode === "all" || allExempt(programs, exempt)) return undefined;
  const own = HOME_READABLE.map((path) => `${home}/${path}`);
  return [...own, ...allowed].flatMap((path) => {
    const real = disk.resolve(expand(path, { home }));
    return real === undefined || disk.kindOf(real) === undefined
      ? []
      : [realPath(real)];
  });
}

/**
 * The kernel cannot tell the programs of one run apart, so the list is lifted
 * only where each of them is exempt.
 */
function allExempt(
  programs: readonly string[],
  exempt: readonly string[],
): boolean {
  const reading = programs.filter((name) => !READS_NOTHING.has(name));
  return reading.length > 0 && reading.every((name) => exempt.includes(name));
}
