// Copyright 2026 the airg authors. Apache-2.0 license.

/**
 * What an action changes -> the paths that are to be saved before it, by what
 * the disk has now. Looks at what the action names and at little else.
 *
 * @module
 */

import type {
  Changed,
  ChangedPath,
  Placing,
} from "../action/changes/changed.ts";
import { isMadeAgain } from "../action/changes/made_again.ts";
import { resolveExisting } from "../platform/real_path.ts";
import { isWithin } from "../../sandbox/within.ts";
import { gitTargets } from "./git_targets.ts";

/** Where an action may change something. */
export interface Ground {
  /** Absolute, real. */
  readonly workspace: string;
  readonly roots: readonly string[];
  /** What it can neither see nor change. */
  readonly held: readonly string[];
}

/** What is to be saved. */
export interface Targets {
  readonly paths: readonly string[];
  /** What is named and not saved, and why. */
  readonly unsaved: ReadonlyMap<string, string>;
}

/** What is collected on the way. */
export interface Collection {
  readonly ground: Ground;
  readonly paths: Set<string>;
  readonly unsaved: Map<string, string>;
}

/** Files of a folder that may change, of which nobody knows which. */
const MOST_PERHAPS = 2_000;
const MOST_PERHAPS_BYTES = 256 * 1024 * 1024;
/** Paths that a copied or moved folder makes. */
const MOST_PLACED = 10_000;

/** Says what to save; nothing of the content is read. */
export function targetsOf(changed: Changed, ground: Ground): Targets {
  const found: Collection = { ground, paths: new Set(), unsaved: new Map() };
  changed.paths.forEach((path) => addChanged(found, path));
  changed.placings.forEach((placing) => addPlaced(found, placing));
  for (const use of changed.git) {
    gitTargets(found, use);
    const at = (word: string) =>
      resolveExisting(word.startsWith("/") ? word : `${use.folder}/${word}`);
    const sources = use.taken.map(at).filter((path) => path !== null);
    sources.forEach((path) => addOne(found, path));
    const target = use.target === undefined ? null : at(use.target);
    if (target !== null) {
      addPlaced(found, { sources, target, as: "either" });
    }
  }
  const { workspace } = ground;
  if (found.paths.size > 0 && changed.unsure.length > 0) {
    const [first = ""] = changed.unsure;
    found.unsaved.set(workspace, `not everything may be saved: ${first}`);
    found.paths.add(workspace);
  }
  return { paths: [...found.paths], unsaved: found.unsaved };
}

/** Why a path below one that is saved need not be: a build makes it again. */
export function skipMadeAgain(path: string): string | undefined {
  const name = nameOf(path);
  return isMadeAgain(name) && kindOf(path) === "folder"
    ? "a build makes it again"
    : undefined;
}

/** Adds one path with all below, if the action can change it. */
export function addOne({ ground, paths }: Collection, path: string): void {
  const { held, roots } = ground;
  if (!roots.some((root) => isWithin(path, root))) return;
  if (held.some((one) => isWithin(path, one))) return;
  paths.add(path);
}

/** Names a path that is not saved. */
export function addUnsaved(
  found: Collection,
  path: string,
  why: string,
): void {
  found.unsaved.set(path, why);
  found.paths.add(path);
}

function addChanged(found: Collection, changed: ChangedPath): void {
  const { path, named, reach } = changed;
  const link = named === undefined ? undefined : ownPlace(named);
  if (link !== undefined && kindOf(link) === "link") {
    addOne(found, link);
    // Removing a link leaves alone what it leads to.
    if (reach === "tree") return;
  }
  if (reach === "tree") return addOne(found, path);
  if (reach === "perhaps") return addPerhaps(found, path);
  if (kindOf(path) !== "folder") return addOne(found, path);
}

/** Where a name lies, without following it. */
function ownPlace(named: string): string | undefined {
  const at = named.lastIndexOf("/");
  const name = named.slice(at + 1);
  if (name === "" || name === "." || name === "..") return undefined;
  const folder = resolveExisting(named.slice(0, at) || "/");
  return folder === null
    ? undefined
    : `${folder === "/" ? "" : folder}/${name}`;
}

function addPerhaps(found: Collection, folder: string): void {
  if (kindOf(folder) !== "folder") return addOne(found, folder);
  const files: string[] = [];
  let bytes = 0;
  const whole = walk(folder, "", (path, kind) => {
    if (kind === "folder") return true;
    if (kind === "file") bytes += Deno.lstatSync(`${folder}/${path}`).size;
    files.push(`${folder}/${path}`);
    return files.length <= MOST_PERHAPS && bytes <= MOST_PERHAPS_BYTES;
  });
  if (!whole) {
    const why =
      "files in it may change, and they are too many to save them all";
    return addUnsaved(found, folder, why);
  }
  files.forEach((path) => addOne(found, path));
}

function addPlaced(found: Collection, placing: Placing): void {
  const { as, sources, target } = placing;
  const into = as === "inside" ||
    as === "either" && kindOf(target) === "folder";
  for (const source of sources) {
    const place = into ? `${target}/${nameOf(source)}` : target;
    if (kindOf(source) !== "folder") {
      if (kindOf(place) !== "folder") addOne(found, place);
      continue;
    }
    const made: string[] = [];
    const whole = walk(source, "", (path, kind) => {
      const there = `${place}/${path}`;
      if (kind !== "folder" || kindOf(there) !== "folder") made.push(there);
      return made.length <= MOST_PLACED;
    });
    if (kindOf(place) === undefined) addOne(found, place);
    if (whole) made.forEach((path) => addOne(found, path));
    else addUnsaved(found, place, "too many files are put there");
  }
}

/** Visits what lies below a folder; `false` where `visit` did not want to go on. */
export function walk(
  root: string,
  below: string,
  visit: (path: string, kind: Kind) => boolean,
): boolean {
  const folder = below === "" ? root : `${root}/${below}`;
  for (const entry of entriesOf(folder)) {
    const path = below === "" ? entry.name : `${below}/${entry.name}`;
    const kind = entry.isDirectory
      ? "folder"
      : entry.isSymlink
      ? "link"
      : entry.isFile
      ? "file"
      : "other";
    if (kind === "other") continue;
    if (
      kind === "folder" && (entry.name === ".git" || isMadeAgain(entry.name))
    ) {
      continue;
    }
    if (!visit(path, kind)) return false;
    if (kind === "folder" && !walk(root, path, visit)) return false;
  }
  return true;
}

function entriesOf(folder: string): Iterable<Deno.DirEntry> {
  try {
    return [...Deno.readDirSync(folder)];
  } catch (error) {
    // Gone by now, or nobody may look: the saving itself says so.
    if (error instanceof Error && "code" in error) return [];
    throw error;
  }
}

/** What is at a path. */
export type Kind = "file" | "folder" | "link" | "other";

/** Looks, following no link; `undefined` where nothing is. */
export function kindOf(path: string): Kind | undefined {
  try {
    const { isDirectory, isFile, isSymlink } = Deno.lstatSync(path);
    return isDirectory
      ? "folder"
      : isSymlink
      ? "link"
      : isFile
      ? "file"
      : "other";
  } catch (error) {
    if (error instanceof Error && "code" in error) return undefined;
    throw error;
  }
}

function nameOf(path: string): string {
  return path.slice(path.lastIndexOf("/") + 1);
}
