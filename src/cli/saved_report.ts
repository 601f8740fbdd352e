// Copyright 2026 the airg authors. Apache-2.0 license.

/**
 * The report of `airg sandbox-check --deep` on the disk: saved by that command,
 * and its hash recorded when a server starts, so that a log says what the
 * machine was known to hold.
 *
 * @module
 */

import { canonicalJson } from "../base/canonical_json.ts";
import { sha256Hex } from "../base/digest.ts";
import { writeAtomic } from "../platform/atomic_file.ts";
import { ensureDirs, findDirs } from "../platform/dirs.ts";
import type { Note, Surroundings } from "./assembled.ts";

/** Name of the file in the state folder. */
const NAME = "capability.json";
/** Bytes of a report at most; a larger file is none. */
const MAX_BYTES = 4 * 1024 * 1024;

/** Saves a report. @returns Where it is. */
export async function saveReport(
  { env, os }: Surroundings,
  saved: unknown,
): Promise<string> {
  const dirs = findDirs(env, os);
  if (!dirs.ok) throw new Error(dirs.error.message);
  const made = ensureDirs(dirs.value);
  if (!made.ok) throw new Error(made.error.message);
  const path = `${dirs.value.state}/${NAME}`;
  const text = `${JSON.stringify(saved, null, 2)}\n`;
  await writeAtomic(path, new TextEncoder().encode(text), { mode: 0o600 });
  return path;
}

/**
 * Records the hash of a saved report, if there is one.
 *
 * @returns What is wrong with it, for a person.
 */
export async function noteSavedReport(
  { env, os }: Surroundings,
  note: Note,
): Promise<string | undefined> {
  const dirs = findDirs(env, os);
  if (!dirs.ok) return undefined;
  const path = `${dirs.value.state}/${NAME}`;
  const text = await textIfThere(path);
  if (text === undefined) return undefined;
  const saved = savedIn(text);
  if (saved === undefined) {
    return `${path} is no report: run airg sandbox-check --deep again`;
  }
  await note("capability", saved);
  return undefined;
}

async function textIfThere(path: string): Promise<string | undefined> {
  try {
    const { size } = await Deno.stat(path);
    return size > MAX_BYTES ? "" : await Deno.readTextFile(path);
  } catch (error) {
    if (error instanceof Deno.errors.NotFound) return undefined;
    throw error;
  }
}

/** What is recorded of a report; `undefined` if its hash is not its own. */
function savedIn(
  text: string,
): { readonly hash: string; readonly made: string } | undefined {
  try {
    const saved: unknown = JSON.parse(text);
    if (typeof saved !== "object" || saved === null) return undefined;
    if (!("report" in saved && "hash" in saved && "time" in saved)) {
      return undefined;
    }
    const { hash, time } = saved;
    const own = `sha256:${sha256Hex(canonicalJson(saved.report))}`;
    if (hash !== own || typeof time !== "string") return undefined;
    return { hash: own, made: time };
  } catch (error) {
    if (error instanceof SyntaxError) return undefined;
    throw error;
  }
}
