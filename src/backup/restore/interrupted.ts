// Copyright 2026 the airg authors. Apache-2.0 license.

/**
 * Whether a restore was begun and not ended: one look into a folder, which all
 * that open the store can afford.
 *
 * @module
 */

/** Names of journals end so. */
export const SUFFIX = ".journal";

/** Where restores of a store are at work. */
export function restoringIn(root: string): string {
  return `${root}/restoring`;
}

/** Names of the journals in a folder, oldest first; none where it is not there. */
export function journalNames(folder: string): string[] {
  try {
    return [...Deno.readDirSync(folder)].map(({ name }) => name)
      .filter((name) => name.endsWith(SUFFIX)).sort();
  } catch (error) {
    if (error instanceof Deno.errors.NotFound) return [];
    throw error;
  }
}

/** Whether there is any. */
export function hasJournals(folder: string): boolean {
  return journalNames(folder).length > 0;
}
