// Copyright 2026 the airg authors. Apache-2.0 license.

/**
 * Which part of a profile stands behind a refused path, and the smallest change
 * of the policy that would allow it (pure).
 *
 * @module
 */

import { PROTECTED_PATHS } from "../action/protected.ts";
import type { PolicyChange } from "../action/outcome.ts";
import type { PolicySettings } from "../policy/settings.ts";
import type { Profile } from "../../sandbox/profile.ts";
import { isWithin } from "../../sandbox/within.ts";

/** What refusals are compared with. */
export interface RefusalSite {
  readonly profile: Profile;
  readonly settings: PolicySettings["sandbox"];
  /** Where the command started. */
  readonly cwd: string;
  /** What `~` stands for in the policy. */
  readonly home: string;
}

/** Why a path was refused. */
export interface PathRule {
  readonly subject: string;
  /** The setting or built-in list; a JSON pointer where there is one. */
  readonly rule: string;
  readonly why: string;
  readonly change?: PolicyChange;
}

/** A word of a message as an absolute path without `.` and `..`; `undefined` if it is none. */
export function absoluteFrom(
  word: string,
  { cwd, home }: RefusalSite,
): string | undefined {
  if (word.includes("\0") || word === "") return undefined;
  const text = word.startsWith("~/") ? `${home}${word.slice(1)}` : word;
  const parts: string[] = [];
  const full = text.startsWith("/") ? text : `${cwd}/${text}`;
  for (const part of full.split("/")) {
    if (part === "..") parts.pop();
    else if (part !== "" && part !== ".") parts.push(part);
  }
  return `/${parts.join("/")}`;
}

/** The hidden entry that a path lies in. */
export function hiddenRule(
  path: string,
  site: RefusalSite,
): PathRule | undefined {
  const entry = site.profile.hidden.find((hidden) =>
    isWithin(path, hidden.path)
  );
  if (entry === undefined) return undefined;
  const listed = site.settings.hidden.find((text) =>
    placesOf(text, site).includes(entry.path)
  );
  if (listed !== undefined) {
    return {
      subject: path,
      rule: "/sandbox/read/hidden",
      why: `the policy hides ${listed}`,
      change: { pointer: "/sandbox/read/hidden", remove: listed },
    };
  }
  const extension = site.settings.hiddenExtensions.find((text) =>
    entry.path.toLowerCase().endsWith(text.toLowerCase())
  );
  if (extension !== undefined) {
    return {
      subject: path,
      rule: "/blocked/extensions",
      why: `the policy hides every ${extension} file`,
      change: { pointer: "/blocked/extensions", remove: extension },
    };
  }
  return {
    subject: path,
    rule: "built-in list of secrets",
    why: `${entry.path} is hidden from every command`,
  };
}

/** Why a path may not be written, moved or removed. */
export function writeRule(
  path: string,
  site: RefusalSite,
): PathRule | undefined {
  const { profile, settings } = site;
  const pin = profile.pinned.find((pinned) =>
    isWithin(path, pinned) || isWithin(pinned, path)
  );
  if (pin !== undefined) {
    const relative = pin.slice(profile.workspace.length + 1);
    const known = PROTECTED_PATHS.find((one) => one.path === relative);
    if (known === undefined && settings.pinned.includes(relative)) {
      return {
        subject: path,
        rule: "/sandbox/write/pinned",
        why: `the policy keeps ${relative} as it is`,
        change: { pointer: "/sandbox/write/pinned", remove: relative },
      };
    }
    return {
      subject: path,
      rule: "built-in list of protected paths",
      why: known === undefined
        ? `${relative} stays as it is`
        : `${relative} stays as it is: ${known.why}`,
    };
  }
  const roots = [profile.workspace, ...profile.writable];
  if (roots.some((root) => isWithin(path, root))) return undefined;
  const folder = path.slice(0, path.lastIndexOf("/")) || "/";
  return {
    subject: path,
    rule: "/sandbox/write/roots",
    why: "only the workspace and the policy's writable folders can be written",
    ...(!isOfTheSystem(folder, site) && {
      change: { pointer: "/sandbox/write/roots", add: folder },
    }),
  };
}

/** Folders that no project needs to write; no change is proposed for them. */
const SYSTEM = [
  "/bin",
  "/boot",
  "/dev",
  "/etc",
  "/lib",
  "/lib64",
  "/proc",
  "/root",
  "/sbin",
  "/sys",
  "/usr",
];

function isOfTheSystem(folder: string, { home }: RefusalSite): boolean {
  return folder === "/" || folder === "/home" || folder === home ||
    SYSTEM.some((path) => isWithin(folder, path));
}

function placesOf(entry: string, { profile, home }: RefusalSite): string[] {
  if (entry === "~") return [home];
  if (entry.startsWith("~/")) return [`${home}${entry.slice(1)}`];
  if (entry.startsWith("/")) return [entry];
  return [`${profile.workspace}/${entry}`, `${home}/${entry}`];
}
