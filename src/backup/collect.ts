// Copyright 2026 the airg authors. Apache-2.0 license.

/**
 * Collects the paths that are to be saved, and looks at what is there.
 *
 * @module
 */

import { isMadeAgain } from "../action/changes/made_again.ts";
import { isByteName } from "../platform/byte_names.ts";
import { openEntries } from "../platform/entries.ts";
import { type Kind, kindOfEntry } from "../platform/kind.ts";
import { isWithin } from "../../sandbox/within.ts";

/** Where an action may change something. */
export interface Ground {
  /** Absolute, real. */
  readonly workspace: string;
  readonly roots: readonly string[];
  /** What it can neither see nor change. */
  readonly held: readonly string[];
}

/** What is collected on the way. */
export interface Collection {
  readonly ground: Ground;
  readonly paths: Set<string>;
  /** Those of `paths` that are saved without what is below. */
  readonly alone: Set<string>;
  readonly unsaved: Map<string, string>;
  /** Those of `paths` that may well be left as they are. */
  readonly perhaps: Set<string>;
  /** Folders in which files may appear under names that nobody knows, with what is in them. */
  readonly spread: Map<string, ReadonlySet<string>>;
  /** The same, and nothing of what is in folders that were there. */
  readonly beside: Map<string, ReadonlySet<string>>;
}

/** Adds one path with all below, if the action can change it. */
export function addOne(
  { alone, ground, paths, perhaps }: Collection,
  path: string,
): void {
  const { held, roots } = ground;
  alone.delete(path);
  perhaps.delete(path);
  if (!roots.some((root) => isWithin(path, root))) return;
  if (held.some((one) => isWithin(path, one))) return;
  paths.add(path);
  // Folders that are made for it go again with it.
  const root = roots.find((root) => isWithin(path, root)) ?? path;
  for (
    let above = path.slice(0, path.lastIndexOf("/"));
    above.length > root.length && kindOf(above) === undefined;
    above = above.slice(0, above.lastIndexOf("/"))
  ) paths.add(above);
}

/** Adds a path without what is below, if the action can change it. */
export function addAlone(found: Collection, path: string): void {
  const { alone, paths } = found;
  if (paths.has(path)) return;
  addOne(found, path);
  alone.add(path);
}

/** Adds one path that the action may leave as it is. */
export function addMaybe(
  found: Collection,
  path: string,
  add: (found: Collection, path: string) => void,
): void {
  const { paths, perhaps } = found;
  const isNamed = paths.has(path) && !perhaps.has(path);
  add(found, path);
  if (!isNamed && paths.has(path)) perhaps.add(path);
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

/** Adds what a build makes again where it is little, and else names it. */
export function addMadeAgain(
  found: Collection,
  paths: readonly string[],
): void {
  for (const path of paths) {
    const { held, roots } = found.ground;
    if (!roots.some((root) => isWithin(path, root))) continue;
    if (held.some((one) => isWithin(path, one))) continue;
    const why = skipMadeAgain(path);
    if (why === undefined) addOne(found, path);
    else addUnsaved(found, path, why);
  }
}

/** Files, and their bytes, that are saved although a build makes them again. */
const LITTLE = 500;
const LITTLE_BYTES = 16 * 1024 * 1024;

/**
 * Why a path below one that is saved need not be: a build makes it again, going
 * by its name, and it is too much to be saved all the same, in case the name
 * lies.
 */
export function skipMadeAgain(path: string): string | undefined {
  if (!isMadeAgain(nameOf(path)) || kindOf(path) !== "folder") return undefined;
  return isLittle(path, { files: LITTLE, bytes: LITTLE_BYTES })
    ? undefined
    : "a build makes it again";
}

function isLittle(
  folder: string,
  left: { files: number; bytes: number },
): boolean {
  for (const { isDirectory, isFile, name } of entriesOf(folder)) {
    const path = `${folder}/${name}`;
    left.files--;
    if (isFile) left.bytes -= sizeOf(path);
    if (left.files < 0 || left.bytes < 0) return false;
    if (isDirectory && !isLittle(path, left)) return false;
  }
  return true;
}

/** Bytes of what has the name itself; 0 where nothing has it. */
export function sizeOf(path: string): number {
  return look(path)?.size ?? 0;
}

/**
 * Visits what lies below a folder; `false` where `visit` did not want to go on.
 *
 * @param visit `pass`: not into this folder.
 * @param passed Is told of folders that a build makes again.
 */
export function walk(
  root: string,
  below: string,
  visit: (path: string, kind: Kind) => boolean | "pass",
  passed?: (path: string) => void,
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
    if (kind === "folder" && entry.name === ".git") continue;
    if (kind === "folder" && isMadeAgain(entry.name)) {
      passed?.(path);
      continue;
    }
    const goes = visit(path, kind);
    if (goes === false) return false;
    if (goes === "pass" || kind !== "folder") continue;
    if (!walk(root, path, visit, passed)) return false;
  }
  return true;
}

type Named = Pick<
  Deno.DirEntry,
  "name" | "isDirectory" | "isFile" | "isSymlink"
>;

function entriesOf(folder: string): readonly Named[] {
  try {
    const entries = isByteName(folder) ? [] : [...Deno.readDirSync(folder)];
    const isPlain = !isByteName(folder) &&
      entries.every(({ name }) => !name.includes("\ufffd"));
    return isPlain ? entries : rawEntriesOf(folder);
  } catch (error) {
    // Gone by now, or nobody may look: the saving itself says so.
    if (error instanceof Error && "code" in error) return [];
    throw error;
  }
}

/** Names of any bytes. */
function rawEntriesOf(folder: string): readonly Named[] {
  using entries = openEntries();
  return [...entries.list(folder)].map(({ kind, name }) => ({
    name,
    isDirectory: kind === "folder",
    isFile: kind === "file",
    isSymlink: kind === "link",
  }));
}

/** Names in one folder, with what they are. */
export function namesIn(folder: string): ReadonlyMap<string, Kind> {
  return new Map(
    entriesOf(folder).map((entry) => [entry.name, kindOfEntry(entry)]),
  );
}

/** Looks, following no link; `undefined` where nothing is. */
export function kindOf(path: string): Kind | undefined {
  const info = look(path);
  return info && kindOfEntry(info);
}

function look(path: string): Deno.FileInfo | undefined {
  try {
    if (!isByteName(path)) return Deno.lstatSync(path);
    using entries = openEntries();
    return entries.look(path);
  } catch (error) {
    if (error instanceof Error && "code" in error) return undefined;
    throw error;
  }
}

/** The last component. */
export function nameOf(path: string): string {
  return path.slice(path.lastIndexOf("/") + 1);
}
