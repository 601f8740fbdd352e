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
import { isWithin } from "../../sandbox/within.ts";
import { resolveExisting } from "../platform/real_path.ts";
import {
  addAlone,
  addMadeAgain,
  addMaybe,
  addOne,
  addUnsaved,
  type Collection,
  type Ground,
  kindOf,
  nameOf,
  namesIn,
  sizeOf,
  walk,
} from "./collect.ts";
import { gitTargets } from "./git_targets.ts";

/** What is to be saved. */
export interface Targets {
  readonly paths: readonly string[];
  /** Folders among them whose bits change, and not what is in them. */
  readonly alone: ReadonlySet<string>;
  /** Those of them that may well be left as they are: forgotten then. */
  readonly perhaps: ReadonlySet<string>;
  /** What is named and not saved, and why. */
  readonly unsaved: ReadonlyMap<string, string>;
  /** Folders in which files may appear, with what is in them; see {@linkcode appearedIn}. */
  readonly spread: ReadonlyMap<string, ReadonlySet<string>>;
  /** Folders in which names may appear, with their names. */
  readonly beside: ReadonlyMap<string, ReadonlySet<string>>;
}

/** Files of a folder that may change, of which nobody knows which. */
const MOST_PERHAPS = 2_000;
const MOST_PERHAPS_BYTES = 256 * 1024 * 1024;
/** Paths that a copied or moved folder makes. */
const MOST_PLACED = 10_000;

/**
 * Says what to save; nothing of the content is read.
 *
 * @param isAllSaved All of the workspace is saved in any case.
 */
export function targetsOf(
  changed: Changed,
  ground: Ground,
  isAllSaved = false,
): Targets {
  const found: Collection = {
    ground,
    paths: new Set(),
    alone: new Set(),
    unsaved: new Map(),
    perhaps: new Set(),
    spread: new Map(),
    beside: new Map(),
  };
  changed.beside.forEach((path) => watchBeside(found, path));
  changed.paths.forEach((path) => addChanged(found, path));
  changed.placings.forEach((placing) => addPlaced(found, placing, changed));
  for (const use of changed.git) {
    gitTargets(found, use);
    const at = (word: string) =>
      resolveExisting(word.startsWith("/") ? word : `${use.folder}/${word}`);
    const sources = use.taken.map(at).filter((path) => path !== null);
    sources.forEach((path) => addOne(found, path));
    const target = use.target === undefined ? null : at(use.target);
    if (target !== null) {
      addPlaced(found, {
        sources: sources.map((path) => ({ path, name: nameOf(path) })),
        target,
        as: "either",
      }, changed);
    }
  }
  const { workspace } = ground;
  const isUnsure = changed.unsure.length > 0 && !isAllSaved;
  if (ground.roots.length > 0 && isUnsure) {
    const [first = ""] = changed.unsure;
    found.unsaved.set(workspace, `not everything may be saved: ${first}`);
    found.paths.add(workspace);
  }
  const { alone, beside, paths, perhaps, spread, unsaved } = found;
  // So that there is an event for what appears.
  if (paths.size === 0) {
    for (const folder of beside.keys()) addMaybe(found, folder, addAlone);
  }
  return { paths: [...paths], alone, perhaps, unsaved, spread, beside };
}

/** Remembers the names beside a file, or in a folder that is named. */
function watchBeside({ beside }: Collection, path: string): void {
  const folder = kindOf(path) === "folder"
    ? path
    : path.slice(0, path.lastIndexOf("/")) || "/";
  if (!beside.has(folder)) beside.set(folder, new Set(namesIn(folder).keys()));
}

function addChanged(found: Collection, changed: ChangedPath): void {
  const { path, named, reach } = changed;
  if (path.includes(LOST)) return addAlike(found, path);
  const link = named === undefined ? undefined : ownPlace(named);
  if (link !== undefined && kindOf(link) === "link") {
    addOne(found, link);
    // Removing a link leaves alone what it leads to.
    if (reach === "tree") return;
  }
  if (reach === "tree") return addOne(found, path);
  if (reach === "perhaps") return addPerhaps(found, path, changed);
  if (reach === "all-bits") return addPerhaps(found, path, { bits: true });
  if (kindOf(path) !== "folder") return addOne(found, path);
  if (reach === "bits") addAlone(found, path);
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

/** What of a folder may change. */
interface Perhaps extends Pick<ChangedPath, "begins"> {
  /** What is new there afterwards is of this action. */
  readonly brings?: boolean;
  /** Folders, too, for their bits. */
  readonly bits?: boolean;
}

/** What may change below a folder, or below what the action can reach of it. */
function addPerhaps(
  found: Collection,
  folder: string,
  perhaps: Perhaps,
): void {
  const { roots } = found.ground;
  if (roots.some((root) => isWithin(folder, root))) {
    return addFiles(found, folder, perhaps);
  }
  for (const root of roots) {
    if (isWithin(root, folder)) addFiles(found, root, perhaps);
  }
}

function addFiles(
  found: Collection,
  folder: string,
  { begins = "", bits = false, brings = false }: Perhaps,
): void {
  if (kindOf(folder) !== "folder") {
    if (brings) found.spread.set(folder, new Set());
    return addOne(found, folder);
  }
  const there = new Set<string>();
  const files: string[] = [];
  const again: string[] = [];
  const folders = bits ? [folder] : [];
  let bytes = 0;
  const whole = walk(folder, "", (below, kind) => {
    const path = `${folder}/${below}`;
    there.add(path);
    if (kind === "folder") {
      if (!path.startsWith(begins) && !begins.startsWith(`${path}/`)) {
        return "pass";
      }
      if (bits) folders.push(path);
      return there.size <= 2 * MOST_PERHAPS;
    }
    if (!path.startsWith(begins)) return true;
    if (kind === "file") bytes += sizeOf(path);
    files.push(path);
    return files.length <= MOST_PERHAPS && bytes <= MOST_PERHAPS_BYTES;
  }, (below) => void again.push(`${folder}/${below}`));
  if (!whole) {
    const why =
      "files in it may change, and they are too many to save them all";
    return addUnsaved(found, folder, why);
  }
  // Where only some names were looked at, what is new is not known.
  if (brings && begins === "") {
    found.spread.set(folder, there);
    // So that there is an event for what appears.
    if (files.length === 0) addMaybe(found, folder, addAlone);
  }
  folders.forEach((path) => addMaybe(found, path, addAlone));
  files.forEach((path) => addMaybe(found, path, addOne));
  addMadeAgain(found, again.filter((path) => path.startsWith(begins)));
}

/** What has appeared by now in folders that an action spread files in, or left some in. */
export function appearedIn(
  { beside, spread }: Pick<Targets, "beside" | "spread">,
  { held, roots }: Pick<Ground, "held" | "roots">,
): { readonly paths: readonly string[]; readonly cut: boolean } {
  const paths = new Set<string>();
  const isOurs = (path: string) =>
    roots.some((root) => isWithin(path, root)) &&
    !held.some((one) => isWithin(path, one));
  const note = (folder: string, isOld: (own: string) => boolean) =>
    walk(folder, "", (path) => {
      const own = `${folder}/${path}`;
      if (!isOld(own) && isOurs(own)) paths.add(own);
      return paths.size <= MOST_PLACED;
    });
  for (const [folder, before] of spread) {
    if (!roots.some((root) => isWithin(folder, root))) continue;
    if (!note(folder, (own) => before.has(own))) {
      return { paths: [], cut: true };
    }
  }
  for (const [folder, before] of beside) {
    for (const [name, kind] of namesIn(folder)) {
      const own = `${folder === "/" ? "" : folder}/${name}`;
      if (before.has(name) || kind === "other" || !isOurs(own)) continue;
      paths.add(own);
      const whole = kind !== "folder" || note(own, () => false);
      if (!whole || paths.size > MOST_PLACED) return { paths: [], cut: true };
    }
  }
  return { paths: [...paths], cut: false };
}

/** Whether what is put there is made by the same action, so that nobody knows yet what it is. */
function isUnknown(
  { ground }: Collection,
  source: string,
  name: string,
  { paths, placings }: Changed,
): boolean {
  if (kindOf(source) === undefined) return true;
  if (kindOf(source) !== "folder" || source === ground.workspace) return false;
  return /[*?[]/.test(name) ||
    paths.some(({ path, reach }) =>
      reach !== "tree" && isWithin(path, source)
    ) ||
    placings.some(({ target }) => isWithin(target, source));
}

/** What stands in a name for bytes that are no UTF-8. */
const LOST = "\ufffd";

/** Several names look the same then: all that begin like it may be meant. */
function addAlike(found: Collection, path: string): void {
  const begins = path.slice(0, path.indexOf(LOST));
  const folder = begins.slice(0, begins.lastIndexOf("/")) || "/";
  addPerhaps(found, folder, { begins });
}

function addPlaced(
  found: Collection,
  placing: Placing,
  changed: Changed,
): void {
  const { as, sources, target } = placing;
  if (as !== "itself" && !placing.isLink && kindOf(target) === undefined) {
    // It may be a folder by then.
    addPerhaps(found, target, { brings: true });
  }
  const into = as === "inside" ||
    as === "either" && kindOf(target) === "folder";
  for (const { name, path: source } of sources) {
    const place = into ? `${target}/${name}` : target;
    if (!placing.isLink && isUnknown(found, source, name, changed)) {
      addPerhaps(found, /[*?[]/.test(name) ? target : place, {
        brings: true,
      });
      continue;
    }
    if (placing.isLink || kindOf(source) !== "folder") {
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
