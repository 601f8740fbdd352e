// Copyright 2026 the airg authors. Apache-2.0 license.

/**
 * What a restore is about to do, so that an airg that dies in between can be
 * started again: the whole of it, written before anything is touched.
 *
 * A step is not noted when it is done: what is on the disk says so, by its
 * hash, also after the machine went down. It is sealed: what it says is done
 * without another question to the policy.
 *
 * @module
 */

import { writeAtomic } from "../../platform/atomic_file.ts";
import type { KeyRing } from "../../store/approvals/keys.ts";
import { seal, type Sealed, unseal } from "../../store/approvals/seal.ts";
import type { Saved } from "../event.ts";
import { journalNames, SUFFIX } from "./interrupted.ts";

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

/** What is written down of unfinished restores. */
export interface Journals {
  /** Oldest first. */
  readonly open: readonly Journal[];
  /** Files that airg did not write so. */
  readonly strange: readonly string[];
}

/** Writes it, and returns when the disk has it. */
export async function saveJournal(
  folder: string,
  keys: KeyRing,
  journal: Journal,
): Promise<void> {
  const text = JSON.stringify(seal(keys, "restoring", journal));
  await writeAtomic(pathOf(folder, journal.id), text, { newMode: 0o600 });
}

/** Forgets it: all is done, or all is as it was. */
export function removeJournal(folder: string, id: string): void {
  Deno.removeSync(pathOf(folder, id));
}

/** Restores that were not ended. */
export function openJournals(folder: string, keys: KeyRing): Journals {
  const open: Journal[] = [];
  const strange: string[] = [];
  for (const name of journalNames(folder)) {
    const path = `${folder}/${name}`;
    const journal = readJournal(path, keys);
    if (journal !== undefined && pathOf(folder, journal.id) === path) {
      open.push(journal);
    } else strange.push(path);
  }
  return { open, strange };
}

function readJournal(path: string, keys: KeyRing): Journal | undefined {
  if (!Deno.lstatSync(path).isFile) return undefined;
  let value: unknown;
  try {
    value = JSON.parse(Deno.readTextFileSync(path));
  } catch (error) {
    if (error instanceof SyntaxError) return undefined;
    throw error;
  }
  return isSealed(value)
    ? unseal<Journal>(keys, "restoring", value)
    : undefined;
}

function isSealed(value: unknown): value is Sealed {
  return typeof value === "object" && value !== null &&
    "key" in value && typeof value.key === "number" &&
    "body" in value && typeof value.body === "string" &&
    "mac" in value && typeof value.mac === "string";
}

function pathOf(folder: string, id: string): string {
  return `${folder}/${id}${SUFFIX}`;
}
