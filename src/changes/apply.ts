// Copyright 2026 the airg authors. Apache-2.0 license.

/**
 * Brings held changes into the workspace, file by file.
 *
 * The layer stays whole until everything in it is made or discarded, and a
 * journal says what was being done: killed at any point and started again, it
 * ends as if it had not been.
 *
 * @module
 */

import { closeSync, constants, fsyncSync, openSync } from "node:fs";
import { FolderMoved } from "../platform/in_folder.ts";
import type { ExactFiles } from "../platform/exact_files.ts";
import { writeOutDisk } from "../platform/write_out.ts";
import { type Change, parentOf } from "./change.ts";
import { type Places, standingOf } from "./clash.ts";
import {
  type Journal,
  openJournal,
  readJournal,
  removeJournal,
} from "./journal.ts";
import {
  Overtaken,
  type Put,
  putChange,
  setFolderMode,
  settleLeftover,
} from "./put.ts";
import { removeHeld, saveManifest } from "./manifest.ts";
import { type Held, layerOf, pending } from "./store.ts";

/** What became of one change. */
export interface Applied {
  readonly path: string;
  readonly result: "applied" | "already" | "conflict" | "refused" | "failed";
  readonly why?: string;
}

/** How to apply. */
export interface ApplyOptions {
  readonly files: ExactFiles;
  /** Also where the host has changed something meanwhile. */
  readonly overwrite: boolean;
  /** Called between two steps; for tests. */
  readonly step?: (name: string) => void;
}

/** From so many files on, writing out the whole file system once costs less than each by itself. */
const MANY = 500;

/** Where one folder of held changes is looked for. */
export function placesOf(files: ExactFiles, { manifest }: Held): Places {
  const { upper, lower } = layerOf(manifest);
  return { files, workspace: lower, upper };
}

/**
 * Makes the chosen changes; the caller holds the lock.
 *
 * @returns One result for each, in order. When nothing is left, the folder of
 * the held changes is gone.
 */
export async function applyChanges(
  held: Held,
  chosen: readonly Change[],
  options: ApplyOptions,
): Promise<Applied[]> {
  const { folder, manifest } = held;
  const places = placesOf(options.files, held);
  const many = chosen.length > MANY;
  const earlier = readJournal(folder);
  earlier.open.forEach((line) => settleLeftover(places, line));
  const begun = new Set(earlier.open.map(({ path }) => path));
  const results: Applied[] = [];
  {
    using journal = openJournal(folder);
    const put: Put = {
      ...places,
      owner: manifest.owner,
      note: journal.write,
      step: options.step ?? (() => {}),
      flush: !many,
    };
    for (const change of chosen) {
      results.push(applyOne(put, change, { ...options, begun, journal }));
    }
    shutFolders(put, chosen, results, journal);
  }
  writeOut(places, many, results);
  await settle(held, [
    ...earlier.done,
    ...results.filter(isDone).map(({ path }) => path),
  ]);
  return results;
}

/** Returns when the disk has the new names: after that their source may go. */
function writeOut(
  { workspace }: Places,
  all: boolean,
  results: readonly Applied[],
): void {
  if (all) return withFolder(workspace, () => writeOutDisk(workspace));
  const folders = new Set(
    results.filter(isDone).map(({ path }) => parentOf(path)),
  );
  for (const folder of folders) {
    withFolder(folder === "" ? workspace : `${workspace}/${folder}`, fsyncSync);
  }
}

/** A folder that cannot be opened, or is gone by now, has nothing to be kept. */
function withFolder(path: string, use: (fd: number) => void): void {
  let fd: number;
  try {
    fd = openSync(path, constants.O_RDONLY | constants.O_DIRECTORY);
  } catch (error) {
    if (error instanceof Error && "code" in error) return;
    throw error;
  }
  try {
    use(fd);
  } finally {
    closeSync(fd);
  }
}

function isDone({ result }: Applied): boolean {
  return result === "applied" || result === "already";
}

/** Writes down what is done, and removes what nobody needs any more. */
async function settle(held: Held, done: readonly string[]): Promise<void> {
  const { folder, manifest } = held;
  const applied = [...new Set([...manifest.applied, ...done])];
  const next = { ...manifest, applied };
  const left = pending({ ...held, manifest: next })
    .filter(({ status }) => status !== "unsupported");
  if (left.length === 0) return removeHeld(folder, manifest);
  await saveManifest(folder, next);
  removeJournal(folder);
}

interface Turn {
  readonly overwrite: boolean;
  /** What an earlier try had in hand. */
  readonly begun: ReadonlySet<string>;
  readonly journal: Journal;
}

function applyOne(put: Put, change: Change, turn: Turn): Applied {
  const { path, status, after } = change;
  if (status === "unsupported") {
    return { path, result: "refused", why: "it cannot be brought over" };
  }
  try {
    const standing = standingOf(put, change);
    if (standing.kind === "already") {
      return finish(put, change, turn, "already");
    }
    // A folder that took a file's place, of which not all was made.
    const resumed = after?.type === "folder" && turn.begun.has(path) &&
      standing.now?.type === "folder";
    const insisted = turn.overwrite && standing.kind === "conflict" &&
      !standing.firm;
    if (standing.kind === "conflict" && !resumed && !insisted) {
      return { path, result: "conflict", why: standing.why };
    }
    // Who insists takes a folder away whatever is in it by now.
    putChange(
      put,
      insisted ? { ...change, meanwhile: true } : change,
      standing.now,
    );
    return finish(put, change, turn, "applied");
  } catch (error) {
    return failure(path, error);
  }
}

function finish(
  put: Put,
  { path, after }: Change,
  { journal }: Turn,
  result: "applied" | "already",
): Applied {
  put.step("before-done");
  // A folder is done once it is shut.
  if (after?.type !== "folder") journal.write({ path, done: true });
  return { path, result };
}

function failure(path: string, error: unknown): Applied {
  if (error instanceof Overtaken) {
    return { path, result: "conflict", why: error.message };
  }
  if (error instanceof FolderMoved) {
    const why = "a link stands in the place of a folder above it";
    return { path, result: "conflict", why };
  }
  // What the machine says (no permission, a full disk): the others go on.
  if (error instanceof Error && "code" in error) {
    return { path, result: "failed", why: error.message };
  }
  throw error;
}

/** Deepest first: a folder's bits may shut out who has still work in it. */
function shutFolders(
  put: Put,
  chosen: readonly Change[],
  results: readonly Applied[],
  journal: Journal,
): void {
  const made = new Set(results.filter(isDone).map(({ path }) => path));
  for (const change of chosen.toReversed()) {
    if (change.after?.type !== "folder" || !made.has(change.path)) continue;
    setFolderMode(put, change);
    journal.write({ path: change.path, done: true });
  }
}
