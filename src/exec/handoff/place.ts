// Copyright 2026 the airg authors. Apache-2.0 license.

/**
 * Places in a workspace that the host obeys, with what they hold.
 *
 * @module
 */

import {
  type HandoffClass,
  handoffFile,
  handoffFolder,
} from "../../action/handoff_files.ts";
import type { Scan, Seen } from "./scan.ts";
import { existingInfo } from "./exists.ts";

/** How a place is judged. */
export type PlaceRole =
  /** Any change counts. */
  | "whole"
  /** Settings of a git folder: only keys that run programs count. */
  | "settings"
  /** Says where another git folder is. */
  | "pointer"
  /** A package.json: only lifecycle scripts count. */
  | "package"
  /** A program that runs as its owner. */
  | "set-id"
  /** A git folder that is not named `.git`. */
  | "bare"
  /** A folder that could not be listed. */
  | "unreadable";

/** One place. */
export interface Place {
  /** Relative to the workspace. */
  readonly path: string;
  readonly role: PlaceRole;
  readonly class: HandoffClass;
  readonly why: string;
  readonly signature: string;
  readonly size: number;
  readonly mode: number;
  readonly isFile: boolean;
  /** At the latest. */
  readonly changedNs: bigint;
  /** Its signature knows times by the second only: a later change may look the same. */
  readonly coarse?: true;
}

/** Everything of one moment. */
export interface Places {
  readonly byPath: ReadonlyMap<string, Place>;
  /** Git folders, relative to the workspace. */
  readonly gitFolders: readonly string[];
  readonly incomplete?: string;
}

const SETTINGS = "git settings name programs to run";
const POINTER = "it tells git which settings and hooks to obey";
const HOOKS = "git runs these on the host";
const ATTRIBUTES = "git attributes choose filters to run";

/** The places in what a scan saw. */
export function placesIn(workspace: string, scan: Scan): Places {
  const byPath = new Map<string, Place>();
  const gitFolders: string[] = [];
  const add = (place: Place) => byPath.set(place.path, place);
  for (const seen of scan.entries) {
    if (seen.kind === "git") {
      gitFolders.push(seen.path);
      if (isBare(seen.path)) add(placeOf(seen, "bare", BARE));
      gitPlaces(workspace, seen.path).forEach(add);
    } else if (seen.kind === "folder" && isGitName(seen.path)) {
      // No repository yet: a later `git init` keeps what lies there.
      gitPlaces(workspace, seen.path).forEach(add);
    } else {
      const place = namedPlace(seen);
      if (place !== undefined) add(place);
    }
  }
  return {
    byPath,
    gitFolders,
    ...(scan.incomplete !== undefined && { incomplete: scan.incomplete }),
  };
}

const BARE = "git obeys the settings in it for whoever is in that folder";

/** Not one of those that git itself makes. */
function isBare(path: string): boolean {
  return !isGitName(path) &&
    !`/${path}`.includes("/.git/modules/") &&
    !`/${path}`.includes("/.git/worktrees/");
}

function isGitName(path: string): boolean {
  return path === ".git" || path.endsWith("/.git");
}

function namedPlace(seen: Seen): Place | undefined {
  const { kind, path } = seen;
  if (kind === "folder") return undefined;
  if (kind === "set-id") {
    return placeOf(seen, "set-id", "it runs with the rights of its owner");
  }
  if (kind === "unreadable") {
    return placeOf(seen, "unreadable", "nobody could look into it");
  }
  if (isGitName(path)) {
    return placeOf(seen, kind === "file" ? "pointer" : "whole", POINTER);
  }
  const file = handoffFile(path) ??
    (kind === "link" ? handoffFolder(path) : undefined);
  if (file === undefined) return undefined;
  const role = file.path === "package.json" ? "package" : "whole";
  return { ...placeOf(seen, role, file.why), class: file.class };
}

function placeOf(seen: Seen, role: PlaceRole, why: string): Place {
  const { path, signature, size, mode, changedNs } = seen;
  const isFile = seen.kind === "file" || seen.kind === "set-id";
  const place = { path, role, why, signature, size, mode, isFile, changedNs };
  return { ...place, class: "obeyed" };
}

/** Whether git itself obeys it, at any command, without anybody opening it. */
export function isGitsOwn({ role, why }: Place): boolean {
  return role === "settings" || why === HOOKS;
}

/** What git obeys in one of its own folders. */
export function gitPlaces(workspace: string, folder: string): Place[] {
  const at = (name: string) => folder === "" ? name : `${folder}/${name}`;
  const look = (name: string, role: PlaceRole, why: string) =>
    placeAt(workspace, at(name), role, why);
  return [
    look("config", "settings", SETTINGS),
    look("config.worktree", "settings", SETTINGS),
    look("commondir", "pointer", POINTER),
    look("info/attributes", "whole", ATTRIBUTES),
    ...hooksIn(workspace, at("hooks")),
  ].filter((place) => place !== undefined);
}

/** Hooks in a folder, by whatever name. */
export function hooksIn(workspace: string, folder: string): Place[] {
  return hookNames(`${workspace}/${folder}`).flatMap((name) =>
    listOf(placeAt(workspace, `${folder}${name}`, "whole", HOOKS))
  );
}

/** Settings of git's, by whatever name. */
export function settingsAt(workspace: string, path: string): Place[] {
  return listOf(placeAt(workspace, path, "settings", SETTINGS));
}

/** Attributes, by whatever name. */
export function attributesAt(workspace: string, path: string): Place[] {
  return listOf(placeAt(workspace, path, "whole", ATTRIBUTES));
}

function listOf(place: Place | undefined): Place[] {
  return place === undefined ? [] : [place];
}

/** `/name` of each hook that is not a sample, or `""` for a link in place of the folder. */
function hookNames(path: string): string[] {
  const info = existingInfo(path);
  if (info === undefined) return [];
  if (!info.isDirectory) return [""];
  try {
    return [...Deno.readDirSync(path)].map(({ name }) => name)
      .filter((name) => !name.endsWith(".sample"))
      .map((name) => `/${name}`);
  } catch (error) {
    if (error instanceof Deno.errors.NotFound) return [];
    // git starts its hooks by name, so a folder that only cannot be listed has
    // them all the same: it goes as a whole.
    if (error instanceof Error && "code" in error) return [""];
    throw error;
  }
}

/** A place by its name; `undefined` if nothing is there. */
function placeAt(
  workspace: string,
  path: string,
  role: PlaceRole,
  why: string,
): Place | undefined {
  const info = existingInfo(`${workspace}/${path}`);
  if (info === undefined) return undefined;
  const changedMs = info.ctime?.getTime() ?? 0;
  return {
    path,
    role,
    why,
    class: "obeyed",
    signature: [
      info.mode,
      info.ino,
      info.size,
      info.mtime?.getTime(),
      changedMs,
    ]
      .join(" "),
    size: info.size,
    mode: (info.mode ?? 0) & 0o7777,
    isFile: info.isFile,
    // Deno cuts this time to seconds.
    changedNs: BigInt(changedMs) * 1_000_000n + 999_999_999n,
    coarse: true,
  };
}
