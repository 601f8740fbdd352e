// Copyright 2026 the airg authors. Apache-2.0 license.

/**
 * What a restore is about to do, so that an airg that dies in between can be
 * started again: the whole of it, written before anything is touched.
 *
 * A step is not noted when it is done: what is on the disk says so, by its
 * hash, also after the machine went down.
 *
 * @module
 */

import { writeAtomic } from "../../platform/atomic_file.ts";
import type { Saved } from "../event.ts";

/** One path on its way. */
export interface Move {
  readonly path: string;
  readonly from: Saved;
  readonly to: Saved;
}

/** One restore that is not over. */
export interface Journal {
  readonly version: 1;
  /** Of the event that holds what is replaced. */
  readonly id: string;
  readonly workspace: string;
  /** `back`: something stood in the way, and all of it is taken back. */
  readonly direction: "forward" | "back";
  /** Folders before what is in them. */
  readonly moves: readonly Move[];
}

/** Writes it, and returns when the disk has it. */
export async function saveJournal(
  folder: string,
  journal: Journal,
): Promise<void> {
  await writeAtomic(pathOf(folder, journal.id), JSON.stringify(journal), {
    newMode: 0o600,
  });
}

/** Forgets it: all is done, or all is as it was. */
export function removeJournal(folder: string, id: string): void {
  Deno.removeSync(pathOf(folder, id));
}

/** Restores that were not ended, oldest first. */
export function openJournals(folder: string): Journal[] {
  return namesIn(folder).filter((name) => name.endsWith(SUFFIX)).sort()
    .map((name) => JSON.parse(Deno.readTextFileSync(`${folder}/${name}`)));
}

const SUFFIX = ".journal";

function pathOf(folder: string, id: string): string {
  return `${folder}/${id}${SUFFIX}`;
}

function namesIn(folder: string): string[] {
  try {
    return [...Deno.readDirSync(folder)].map(({ name }) => name);
  } catch (error) {
    if (error instanceof Deno.errors.NotFound) return [];
    throw error;
  }
}
