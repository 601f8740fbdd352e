// Copyright 2026 the airg authors. Apache-2.0 license.

/**
 * The folders that held changes lie in: finding and reading them.
 *
 * @module
 */

import { fail, ok, type Result } from "../base/result.ts";
import { type ExactFiles, openExactFiles } from "../platform/exact_files.ts";
import type { Change } from "./change.ts";
import { readJournal } from "./journal.ts";
import { type Layer, readLayer } from "./layer.ts";
import { lock, type Manifest } from "./manifest.ts";

/** One folder of held changes. */
export interface Held {
  readonly folder: string;
  readonly manifest: Manifest;
  readonly changes: readonly Change[];
}

/** Why one folder cannot be used now. */
export interface Unusable {
  readonly id: string;
  readonly why: string;
}

/** Ids of all folders, oldest first: they are UUIDs that grow with time. */
export function heldIds(root: string): string[] {
  try {
    return [...Deno.readDirSync(root)].filter((entry) => entry.isDirectory)
      .map(({ name }) => name).sort();
  } catch (error) {
    if (error instanceof Deno.errors.NotFound) return [];
    throw error;
  }
}

/** The one id that a person means: whole, or its beginning or end. */
export function findHeld(root: string, word: string): Result<string, string> {
  const ids = heldIds(root);
  if (ids.includes(word)) return ok(word);
  const fits = ids.filter((id) => id.startsWith(word) || id.endsWith(word));
  const [only, ...more] = fits;
  if (only === undefined || word === "") {
    return fail(`no changes are held under ${JSON.stringify(word)}`);
  }
  return more.length === 0
    ? ok(only)
    : fail(`${JSON.stringify(word)} fits ${fits.length} ids`);
}

/**
 * Reads one folder. Changes that airg could not note, because it died with the
 * run, are read from the layer now.
 */
export function openHeld(
  files: ExactFiles,
  root: string,
  id: string,
): Result<Held, Unusable> {
  const folder = `${root}/${id}`;
  const read = readManifest(folder);
  if (typeof read === "string") return fail({ id, why: read });
  // An airg that died while applying noted what it had done.
  const applied = [...read.applied, ...readJournal(folder).done];
  const manifest = { ...read, applied };
  if (manifest.changes !== undefined) {
    return ok({ folder, manifest, changes: manifest.changes });
  }
  using mine = lock(folder);
  if (mine === undefined) return fail({ id, why: "the run is still going on" });
  const changes = changesOf(files, manifest);
  return ok({ folder, manifest: { ...manifest, changes }, changes });
}

/** Reads what a run has just written. */
export function readHeldLayer(manifest: Manifest): Change[] {
  using files = openExactFiles();
  return changesOf(files, manifest);
}

/** None where the layer is gone: airg died while it threw it away. */
function changesOf(files: ExactFiles, manifest: Manifest): Change[] {
  const layer = layerOf(manifest);
  return files.look(layer.upper) === undefined ? [] : readLayer(files, layer);
}

/** Where a manifest's changes are read from. */
export function layerOf(
  { layers, workspace, since }: Manifest,
): Layer {
  return { upper: `${layers}/workspace/upper`, lower: workspace, since };
}

/** Changes that are not made yet. */
export function pending({ changes, manifest }: Held): Change[] {
  const done = new Set(manifest.applied);
  return changes.filter(({ path }) => !done.has(path));
}

function readManifest(folder: string): Manifest | string {
  try {
    const value: unknown = JSON.parse(
      Deno.readTextFileSync(`${folder}/manifest.json`),
    );
    return isManifest(value) ? value : "its manifest is not of this version";
  } catch (error) {
    if (error instanceof SyntaxError) return "its manifest is broken";
    if (error instanceof Deno.errors.NotFound) return "it has no manifest";
    throw error;
  }
}

/** airg wrote it and nobody else may; this only finds another version's. */
function isManifest(value: unknown): value is Manifest {
  return typeof value === "object" && value !== null && "version" in value &&
    value.version === 1 && "layers" in value && "applied" in value;
}
