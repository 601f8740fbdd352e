// Copyright 2026 the airg authors. Apache-2.0 license.

/**
 * Brings restores that were interrupted to their end, and says so.
 *
 * Nothing but a look into a folder is paid for where there are none.
 *
 * @module
 */

import type { OpenStore } from "../backup/open_store.ts";
import { hasJournals, restoringIn } from "../backup/restore/interrupted.ts";

/**
 * For one process: what stays as it is, is said once.
 *
 * @returns To be called whenever the store is about to be used.
 */
export function endingOf(
  tell: (sentence: string) => Promise<void>,
): (store: OpenStore) => Promise<void> {
  const said = new Set<string>();
  return async (store) => {
    if (!hasJournals(restoringIn(store.place.root))) return;
    for (const sentence of await sentencesOf(store)) {
      if (said.has(sentence)) continue;
      said.add(sentence);
      await tell(sentence);
    }
  };
}

async function sentencesOf(store: OpenStore): Promise<readonly string[]> {
  const { endInterrupted } = await import("../backup/restore/restore.ts");
  const folder = restoringIn(store.place.root);
  try {
    const { ended, stuck } = await endInterrupted({ folder, store });
    return [...ended, ...stuck];
  } catch (error) {
    // A full disk, say. It stays noted, and whoever comes next tries again.
    if (!(error instanceof Error && ("code" in error || "cure" in error))) {
      throw error;
    }
    return [
      `a restore was interrupted and cannot be ended yet: ${error.message}`,
    ];
  }
}
