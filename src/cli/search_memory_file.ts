// Copyright 2026 the airg authors. Apache-2.0 license.

/**
 * Keeps what a search for hidden files saw of unchanged folders from one airg
 * to the next: a home of 60,000 files costs each start half a second otherwise.
 *
 * The file lies in airg's own folder, which no sandbox shows. One that cannot
 * be read in full is no memory; one that cannot be written costs time alone.
 *
 * @module
 */

import {
  type SearchMemory,
  searchMemory,
  type SeenFolder,
} from "../guard/hidden/search.ts";
import { isObject } from "../policy/merge.ts";

const VERSION = 2;

/** Bytes of a file that is read; more would take longer than looking. */
const MOST_BYTES = 64 * 1024 * 1024;

/** Reads a memory; an empty one where there is none that can be trusted. */
export function readSearchMemory(path: string): SearchMemory {
  const memory = searchMemory();
  const text = ownText(path);
  const saved = text === undefined ? undefined : parsed(text);
  if (saved === undefined) return memory;
  memory.key = saved.key;
  for (const [folder, stamp, seen] of saved.folders) {
    memory.folders.set(folder, { stamp, seen });
  }
  return memory;
}

/** Writes a memory in which much is new. */
export function saveSearchMemory(path: string, memory: SearchMemory): void {
  if (memory.fresh <= Math.max(64, memory.folders.size >> 4)) return;
  memory.fresh = 0;
  // The others are gone, most likely.
  const folders = [...memory.folders].flatMap(([folder, { seen, stamp }]) =>
    memory.visited.has(folder) ? [[folder, stamp, seen]] : []
  );
  // Not writeAtomic: this waits for no disk, and runs where a start must not.
  const other = `${path}.${Deno.pid}`;
  try {
    Deno.writeTextFileSync(
      other,
      JSON.stringify({ version: VERSION, key: memory.key, folders }),
      { mode: 0o600, createNew: true },
    );
    Deno.renameSync(other, path);
  } catch (error) {
    if (!(error instanceof Error && "code" in error)) throw error;
  }
}

/** Text of a private file of this user's. */
function ownText(path: string): string | undefined {
  try {
    const { isFile, mode, size, uid } = Deno.lstatSync(path);
    const isPrivate = uid === Deno.uid() && ((mode ?? 0o777) & 0o077) === 0;
    return isFile && isPrivate && size <= MOST_BYTES
      ? Deno.readTextFileSync(path)
      : undefined;
  } catch (error) {
    if (error instanceof Error && "code" in error) return undefined;
    throw error;
  }
}

type Saved = readonly [folder: string, stamp: string, seen: SeenFolder];

function parsed(
  text: string,
): { readonly key: string; readonly folders: readonly Saved[] } | undefined {
  try {
    const value: unknown = JSON.parse(text);
    return isObject(value) && value["version"] === VERSION &&
        typeof value["key"] === "string" && Array.isArray(value["folders"]) &&
        value["folders"].every(isSaved)
      ? { key: value["key"], folders: value["folders"] }
      : undefined;
  } catch (error) {
    if (error instanceof SyntaxError) return undefined;
    throw error;
  }
}

function isSaved(value: unknown): value is Saved {
  if (!Array.isArray(value) || value.length !== 3) return false;
  const [folder, stamp, seen] = value as unknown[];
  return typeof folder === "string" && typeof stamp === "string" &&
    isObject(seen) && typeof seen["entries"] === "number" &&
    typeof seen["foreign"] === "boolean" &&
    isTexts(seen["folders"]) && isTexts(seen["links"]) &&
    isTexts(seen["others"]) &&
    Array.isArray(seen["hits"]) && seen["hits"].every(isHit);
}

function isTexts(value: unknown): boolean {
  return Array.isArray(value) && value.every((one) => typeof one === "string");
}

function isHit(value: unknown): boolean {
  return isObject(value) && typeof value["name"] === "string" &&
    typeof value["kind"] === "string";
}
