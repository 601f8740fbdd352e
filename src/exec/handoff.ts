// Copyright 2026 the airg authors. Apache-2.0 license.

/**
 * Files that did not exist when a run started and that the host would obey
 * later: git hooks and settings, agent and editor settings.
 *
 * What exists is pinned by the kernel during the run. What does not exist
 * cannot be pinned without leaving placeholders in the user's project
 * (CVE-2026-25725 is such a gap in another sandbox), so it is looked for
 * afterwards, taken out of the workspace, and named in the outcome.
 *
 * @module
 */

import { dangerousGitSettings } from "./git_settings.ts";
import { PROTECTED_PATHS } from "../action/protected.ts";
import { FolderMoved, inFolder } from "../platform/in_folder.ts";

/** One file that was taken away. */
export interface Quarantined {
  readonly path: string;
  readonly movedTo: string;
  readonly why: string;
}

/** What existed before a run. */
export interface Handoff {
  /** Moves what appeared into a new folder beneath `quarantine`. */
  readonly collect: (quarantine: string) => Quarantined[];
}

/** Bytes of a git settings file that are read; a larger one is taken away unread. */
const MAX_SETTINGS_BYTES = 256 * 1024;

/** Notes what exists in `workspace` now. */
export function watchHandoff(workspace: string): Handoff {
  const before = new Set(present(workspace));
  return {
    collect(quarantine) {
      const now = new Set(present(workspace));
      const appeared = PROTECTED_PATHS.filter(({ path }) =>
        now.has(path) && !before.has(path)
      );
      return appeared.flatMap(({ path, why }) =>
        obeyedParts(workspace, path).flatMap((part) =>
          takenAway(workspace, part, quarantine, why)
        )
      );
    },
  };
}

/** Takes one part away, or says that it is still there: nothing is passed over. */
function takenAway(
  workspace: string,
  relative: string,
  quarantine: string,
  why: string,
): Quarantined[] {
  try {
    return takeAway(workspace, relative, quarantine, why);
  } catch (error) {
    if (!(error instanceof Error && "code" in error)) throw error;
    // Gone with a folder above it, which was taken away first.
    if (!exists(`${workspace}/${relative}`)) return [];
    const reason = `${why}; it could not be moved: ${error.message}`;
    return [{ path: relative, movedTo: STILL_THERE, why: reason }];
  }
}

/** Instead of a place, where a file could not be moved. */
const STILL_THERE = "(still there)";

/** Protected paths that exist; one listing saves asking for each of them. */
function present(workspace: string): string[] {
  const names = new Set<string>();
  for (const { name } of Deno.readDirSync(workspace)) names.add(name);
  return PROTECTED_PATHS.map(({ path }) => path).filter((path) =>
    names.has(path.split("/", 1)[0] ?? "") && exists(`${workspace}/${path}`)
  );
}

/**
 * The parts of a new protected path that the host would obey: `git init` and
 * `git clone` make harmless ones, which stay.
 */
function obeyedParts(workspace: string, path: string): string[] {
  if (path === ".git/hooks") {
    const folder = `${workspace}/${path}`;
    if (!isRealFolder(folder)) return [path];
    return [...Deno.readDirSync(folder)].map((entry) => entry.name)
      .filter((name) => !name.endsWith(".sample"))
      .map((name) => `${path}/${name}`);
  }
  if (path === ".git/config" || path === ".git/config.worktree") {
    const file = `${workspace}/${path}`;
    const { isFile, size } = Deno.lstatSync(file);
    const harmless = isFile && size <= MAX_SETTINGS_BYTES &&
      dangerousGitSettings(Deno.readTextFileSync(file)).length === 0;
    return harmless ? [] : [path];
  }
  return [path];
}

function takeAway(
  workspace: string,
  relative: string,
  quarantine: string,
  why: string,
): Quarantined[] {
  const path = `${workspace}/${relative}`;
  // A folder each: a link may have the name of a folder that went before it.
  const movedTo = `${quarantine}/${crypto.randomUUID()}/${relative}`;
  Deno.mkdirSync(movedTo.slice(0, movedTo.lastIndexOf("/")), {
    recursive: true,
    mode: 0o700,
  });
  const at = path.lastIndexOf("/");
  try {
    // A link in the way, also one that another run puts there right now, would
    // make airg move a file of the host's.
    inFolder(path.slice(0, at), () => move(path.slice(at + 1), movedTo));
  } catch (error) {
    if (!(error instanceof FolderMoved)) throw error;
    return takeAway(
      workspace,
      firstLink(workspace, relative),
      quarantine,
      why,
    );
  }
  return [{ path: relative, movedTo, why }];
}

/** The first component of `relative` that is a link: that is what has to go. */
function firstLink(workspace: string, relative: string): string {
  const parts = relative.split("/");
  for (let n = 1; n < parts.length; n++) {
    const prefix = parts.slice(0, n).join("/");
    if (Deno.lstatSync(`${workspace}/${prefix}`).isSymlink) return prefix;
  }
  throw new Error(
    `Cannot quarantine ${
      JSON.stringify(relative)
    }: its folder is not where it was`,
  );
}

function move(from: string, to: string): void {
  try {
    Deno.renameSync(from, to);
  } catch (error) {
    // EXDEV: the state folder is on another file system.
    const elsewhere = error instanceof Error && "code" in error &&
      error.code === "EXDEV";
    if (!elsewhere) throw error;
    copyTree(from, to);
    Deno.removeSync(from, { recursive: true });
  }
}

function copyTree(from: string, to: string): void {
  const { isDirectory, isFile, isSymlink } = Deno.lstatSync(from);
  if (isSymlink) {
    Deno.symlinkSync(Deno.readLinkSync(from), to);
  } else if (isDirectory) {
    Deno.mkdirSync(to, { mode: 0o700 });
    for (const { name } of Deno.readDirSync(from)) {
      copyTree(`${from}/${name}`, `${to}/${name}`);
    }
  } else if (isFile) {
    Deno.copyFileSync(from, to);
  }
  // Sockets, pipes and devices carry nothing to keep.
}

function exists(path: string): boolean {
  try {
    Deno.lstatSync(path);
    return true;
  } catch (error) {
    if (
      error instanceof Deno.errors.NotFound ||
      error instanceof Deno.errors.NotADirectory
    ) return false;
    throw error;
  }
}

function isRealFolder(path: string): boolean {
  return Deno.lstatSync(path).isDirectory;
}
