// Copyright 2026 the airg authors. Apache-2.0 license.

/**
 * When the store is pruned, and with which lock.
 *
 * @module
 */

import { type BackupPlace, lockBackups, tryLockBackups } from "./place.ts";
import { pruneBackups } from "./prune.ts";
import type { BackupSettings, Pruned } from "./store.ts";
import type { Site } from "./store_site.ts";
import { troubleOf } from "./trouble.ts";

/** Milliseconds between two looks at what may go. */
const PRUNE_EVERY_MS = 600_000;

/** Prunes where that was not done lately and nobody uses the store. */
export async function pruneWhenDue(site: Site): Promise<void> {
  const { place, clock } = site;
  const now = clock();
  if (now - lastPruned(place) < PRUNE_EVERY_MS) return;
  const pruned = await pruneIfFree(site, now);
  if (pruned.length > 0) await site.onPruned?.(pruned);
}

async function pruneIfFree(
  { place, disk, ring, settings }: Site,
  now: number,
): Promise<readonly Pruned[]> {
  using lock = tryLockBackups(place);
  if (lock === undefined) return [];
  const pruning = { place, disk, keys: ring };
  return (await pruneBackups(pruning, settings(), now)).pruned;
}

function lastPruned({ pruned }: BackupPlace): number {
  try {
    return Number(Deno.readTextFileSync(pruned)) || 0;
  } catch (error) {
    if (error instanceof Deno.errors.NotFound) return 0;
    throw error;
  }
}

/** Prunes now, or says what would go. */
export async function prune(
  site: Site,
  settings: BackupSettings,
  now: number,
  dryRun: boolean,
): Promise<readonly Pruned[]> {
  const { place, disk, ring } = site;
  try {
    const pruning = { place, disk, keys: ring, dryRun };
    const act = () => pruneBackups(pruning, settings, now);
    return (await alone(place, act)).pruned;
  } catch (error) {
    throw troubleOf(error, place.root);
  }
}

/** Does it while nobody else uses the store. */
export async function alone<Value>(
  place: BackupPlace,
  act: () => Promise<Value>,
): Promise<Value> {
  using _lock = await lockBackups(place, "exclusive");
  return await act();
}
