// Copyright 2026 the airg authors. Apache-2.0 license.

/**
 * What a Seatbelt profile is made from.
 *
 * @module
 */

import type { Profile, RealPath } from "./profile.ts";

/** What the words depend on besides the profile. */
export interface SeatbeltSite {
  /** Said in the system log with each refusal: lower case, digits, hyphens. */
  readonly tag: string;
  /** Private folder of this run, for temporary files and sockets. */
  readonly temporary: RealPath;
  /** Folder under which every workspace's cache lies. */
  readonly cachesRoot: RealPath;
  /**
   * How the first step of a run proves that the rules hold: it makes a folder
   * in the one, which nothing inside can take away or write to, and must fail
   * to read the other, a file.
   */
  readonly proof: { readonly open: RealPath; readonly closed: RealPath };
  /** Whether the command has the caller's terminal. */
  readonly terminal: boolean;
}

/** A profile with what later versions of it may ask. */
export type SeatbeltProfile = Profile & {
  /** Workspace and further folders can be read only. */
  readonly readonly?: true;
  /** All that can be read besides the writable folders; absent: everything. */
  readonly readable?: readonly RealPath[];
  readonly replaced?: readonly unknown[];
  readonly tracing?: true;
  readonly ephemeral?: unknown;
  readonly incomplete?: string;
  readonly name?: string;
  readonly notes?: readonly string[];
};

/**
 * What becomes of each part of a profile on macOS: a new part has to be
 * thought of here before it compiles, and is refused before that.
 */
const PARTS: Readonly<
  Record<keyof SeatbeltProfile, "given" | "left out" | "refused">
> = {
  workspace: "given",
  writable: "given",
  pinned: "given",
  anchors: "given",
  hidden: "given",
  readonly: "given",
  readable: "given",
  network: "given",
  limits: "given",
  cache: "given",
  name: "given",
  notes: "given",
  // Looked for after the run, whatever contained it.
  absent: "given",
  // No debugger works in a sandbox.
  tracing: "left out",
  // macOS keeps no secret in /etc/passwd.
  replaced: "left out",
  // Nothing can be mounted.
  copied: "refused",
  owner: "refused",
  ephemeral: "refused",
  incomplete: "refused",
};

/** The parts of a profile that Seatbelt cannot give and that must not be left out. */
export function refusedParts(profile: SeatbeltProfile): string[] {
  return Object.entries(profile).filter(([name, value]) =>
    value !== undefined &&
    (!Object.hasOwn(PARTS, name) ||
      PARTS[name as keyof SeatbeltProfile] === "refused")
  ).map(([name]) => name);
}

/** Folders the command writes to, whatever else is taken away. */
export function writableRoots(
  profile: SeatbeltProfile,
  site: SeatbeltSite,
): RealPath[] {
  return [
    ...(profile.readonly === true
      ? []
      : [profile.workspace, ...profile.writable]),
    profile.cache,
    site.temporary,
  ];
}

/** Folders the command has to reach. */
export function usedRoots(
  profile: SeatbeltProfile,
  site: SeatbeltSite,
): RealPath[] {
  return [
    profile.workspace,
    ...profile.writable,
    profile.cache,
    site.temporary,
    site.proof.open,
  ];
}
