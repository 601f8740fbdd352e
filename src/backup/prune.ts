// Copyright 2026 the airg authors. Apache-2.0 license.

/**
 * Takes events away, then the objects that nobody names any more, and what a
 * crash left. The caller holds the lock alone.
 *
 * @module
 */

import type { KeyRing } from "../store/approvals/keys.ts";
import { type Disk, freshName } from "./disk.ts";
import { lineOf, readSummaries, type Summaries } from "./index_file.ts";
import { readHints } from "./known_files.ts";
import { costOf, isSha256 } from "./objects.ts";
import type { BackupPlace } from "./place.ts";
import { chooseGone, type Going, hashesOf, type Limits } from "./retention.ts";
import type { Pruned } from "./store.ts";

/** What pruning works on. */
export interface Pruning {
  readonly place: BackupPlace;
  readonly disk: Disk;
  readonly keys: KeyRing;
  /** Says what would go, and takes nothing. */
  readonly dryRun?: boolean;
  /** Takes nothing where the rest does not keep to `maxBytes` all the same. */
  readonly onlyIfFits?: boolean;
}

/** What became of it. */
export interface PruneResult {
  readonly pruned: readonly Pruned[];
  /** Bytes of the objects that stay. */
  readonly bytes: number;
  readonly fits: boolean;
}

/** How long the files of a workspace are kept in case, see known_files.ts. */
const HINT_MS = 86_400_000;

/** Prunes. */
export async function pruneBackups(
  pruning: Pruning,
  limits: Limits,
  now: number,
): Promise<PruneResult> {
  const { place, keys, dryRun, onlyIfFits } = pruning;
  const sizes = objectSizes(place);
  const summaries = readSummaries(place, keys);
  const choice = chooseGone(summaries.events, sizes, limits, now);
  const gone = onlyIfFits && !choice.fits ? [] : choice.gone;
  // Hints go first where there is not room enough.
  const isTight = sum(sizes) > limits.maxBytes;
  const hints = readHints(pruning, isTight ? Infinity : now - HINT_MS);
  const unused = unusedObjects(summaries, gone, sizes, hints.hashes);
  const leftovers = namesIn(place.temporary);
  if (!dryRun) {
    await takeEvents(pruning, gone, summaries);
    takeObjects(pruning, unused);
    for (const name of leftovers) {
      pruning.disk.remove(`${place.temporary}/${name}`);
    }
    for (const name of hints.old) {
      pruning.disk.remove(`${place.known}/${name}`);
    }
    settle(pruning, sizes, unused, now);
  }
  const bytes = sum(sizes) - sum(unused);
  const pruned = listOf(gone, unused, leftovers);
  return { pruned, bytes, fits: bytes <= limits.maxBytes };
}

function listOf(
  gone: readonly Going[],
  unused: ReadonlyMap<string, number>,
  leftovers: readonly string[],
): Pruned[] {
  return [
    ...gone.map(({ event: { folder, at, items }, why }): Pruned => ({
      kind: "event",
      name: folder,
      at,
      bytes: items.reduce((sum, { size }) => sum + size, 0),
      why,
    })),
    ...[...unused].map(([name, bytes]): Pruned => ({
      kind: "object",
      name,
      bytes,
      why: "unused",
    })),
    ...leftovers.map((name): Pruned => ({
      kind: "leftover",
      name,
      bytes: 0,
      why: "leftover",
    })),
  ];
}

/** Bytes of each object on the disk. */
export function objectSizes({ objects }: BackupPlace): Map<string, number> {
  const sizes = new Map<string, number>();
  for (const { isDirectory, name: folder } of [...Deno.readDirSync(objects)]) {
    // A link leads to what is none of the store's.
    if (!isDirectory) continue;
    for (const name of namesIn(`${objects}/${folder}`)) {
      const info = Deno.lstatSync(`${objects}/${folder}/${name}`);
      if (!info.isFile || !isSha256(name) || !name.startsWith(folder)) continue;
      const allocated = (info.blocks ?? 0) * 512;
      sizes.set(name, costOf({ size: info.size, allocated }));
    }
  }
  return sizes;
}

function namesIn(folder: string): string[] {
  return [...Deno.readDirSync(folder)].map(({ name }) => name).sort();
}

function unusedObjects(
  { events, unknown }: Summaries,
  gone: readonly Going[],
  sizes: ReadonlyMap<string, number>,
  hinted: ReadonlySet<string>,
): Map<string, number> {
  // What a manifest that nobody can read names is not known: nothing goes.
  if (unknown.length > 0) return new Map();
  const going = new Set(gone.map(({ event }) => event));
  const used = new Set(hinted);
  for (const event of events) {
    if (going.has(event)) continue;
    for (const hash of hashesOf(event.items)) used.add(hash);
  }
  return new Map([...sizes].filter(([hash]) => !used.has(hash)));
}

async function takeEvents(
  { place, disk }: Pruning,
  gone: readonly Going[],
  summaries: Summaries,
): Promise<void> {
  for (const { event: { folder } } of gone) {
    const aside = `${place.temporary}/${freshName()}`;
    disk.rename(`${place.events}/${folder}`, aside);
    disk.remove(aside);
  }
  // Gone for good before an object goes that they name.
  if (gone.length > 0) await disk.syncFolder(place.events);
  const going = new Set(gone.map(({ event }) => event.folder));
  const left = summaries.events.filter(({ folder }) => !going.has(folder));
  await replace(disk, place, place.index, left.map(lineOf).join(""));
}

function takeObjects(
  { place, disk }: Pruning,
  unused: ReadonlyMap<string, number>,
): void {
  for (const hash of unused.keys()) {
    disk.remove(`${place.objects}/${hash.slice(0, 2)}/${hash}`);
  }
}

/** Counts anew, and forgets sizes that no object has any more. */
function settle(
  { place, disk }: Pruning,
  sizes: ReadonlyMap<string, number>,
  unused: ReadonlyMap<string, number>,
  now: number,
): void {
  const kept = sum(sizes) - sum(unused);
  putText(disk, place, place.usage, `${kept}\n`);
  putText(disk, place, place.pruned, `${now}\n`);
  if (unused.size === 0) return;
  const left = new Set<string>();
  for (const hash of sizes.keys()) {
    if (unused.has(hash)) continue;
    const path = `${place.objects}/${hash.slice(0, 2)}/${hash}`;
    left.add(String(Deno.lstatSync(path).size));
  }
  for (const name of namesIn(place.sizes)) {
    if (!left.has(name)) disk.remove(`${place.sizes}/${name}`);
  }
}

async function replace(
  disk: Disk,
  place: BackupPlace,
  path: string,
  text: string,
): Promise<void> {
  putText(disk, place, path, text);
  await disk.syncFolder(place.root);
}

/** A hint, made anew where it is gone: not waited for. */
function putText(
  disk: Disk,
  { temporary }: BackupPlace,
  path: string,
  text: string,
): void {
  const fresh = `${temporary}/${freshName()}`;
  {
    using file = disk.create(fresh);
    disk.write(file, new TextEncoder().encode(text));
  }
  disk.rename(fresh, path);
}

function sum(sizes: ReadonlyMap<string, number>): number {
  let bytes = 0;
  for (const size of sizes.values()) bytes += size;
  return bytes;
}
