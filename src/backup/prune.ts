// Copyright 2026 the airg authors. Apache-2.0 license.

/**
 * Takes events away, then the objects that nobody names any more, and what a
 * crash left. The caller holds the lock alone.
 *
 * @module
 */

import type { KeyRing } from "../store/approvals/keys.ts";
import { type Disk, freshName } from "./disk.ts";
import {
  lineBytes,
  lineOf,
  readSummaries,
  type Summaries,
} from "./index_file.ts";
import { type Hints, readHints } from "./known_files.ts";
import { eventSizes, namesIn, objectSizes, sumOf } from "./measure.ts";
import type { BackupPlace } from "./place.ts";
import {
  chooseGone,
  type Going,
  hashesOf,
  type Limits,
  PRECIOUS_MS,
  type Sizes,
} from "./retention.ts";
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
  /** Bytes below `maxBytes` to come to, where that can be had. */
  readonly slack?: number;
}

/** What became of it. */
export interface PruneResult {
  readonly pruned: readonly Pruned[];
  /** Bytes of what stays, or would. */
  readonly bytes: number;
  /** Whether that keeps to `maxBytes`. */
  readonly fits: boolean;
  /** Where it does not: when it would, because more may go; absent: never. */
  readonly fitsAt?: number;
}

/** Prunes. */
export async function pruneBackups(
  pruning: Pruning,
  limits: Limits,
  now: number,
): Promise<PruneResult> {
  const { place, keys, dryRun, onlyIfFits, slack = 0 } = pruning;
  const found = look(place, keys, now, limits);
  const low = { ...limits, maxBytes: limits.maxBytes - slack };
  const lower = plan(found, low, now);
  const wanted = lower.bytes <= low.maxBytes ? lower : plan(found, limits, now);
  const fits = wanted.bytes <= limits.maxBytes;
  const going = onlyIfFits && !fits ? planned(found, []) : wanted;
  const leftovers = namesIn(place.temporary);
  if (!dryRun) {
    await takeEvents(pruning, going.gone, found.summaries);
    takeObjects(pruning, going.unused);
    for (const name of leftovers) {
      pruning.disk.remove(`${place.temporary}/${name}`);
    }
    for (const name of found.hints.old) {
      pruning.disk.remove(`${place.known}/${name}`);
    }
    settle(pruning, found.sizes, going, now);
  }
  const pruned = listOf(going, found.sizes, leftovers);
  const fitsAt = fits ? undefined : whenFits(found, limits, now);
  return {
    pruned,
    bytes: wanted.bytes,
    fits,
    ...(fitsAt !== undefined && { fitsAt }),
  };
}

/** When enough may go: the later, the more. */
function whenFits(
  found: Found,
  limits: Limits,
  now: number,
): number | undefined {
  const fits = (at: number) => plan(found, limits, at).bytes <= limits.maxBytes;
  const times = found.summaries.events.map(({ at }) => at + PRECIOUS_MS)
    .filter((at) => at > now).sort((a, b) => a - b);
  let [low, high] = [0, times.length];
  while (low < high) {
    const middle = (low + high) >> 1;
    if (fits(times[middle] ?? Infinity)) high = middle;
    else low = middle + 1;
  }
  return times[low];
}

/** What there is. */
interface Found {
  readonly summaries: Summaries;
  /** Of an event: with its line in the index. */
  readonly sizes: Sizes;
  /** What is kept in case, see known_files.ts. */
  readonly hints: Hints;
}

/** How long it is kept. */
const HINT_MS = 86_400_000;

function look(
  place: BackupPlace,
  keys: KeyRing,
  now: number,
  { maxBytes }: Limits,
): Found {
  const summaries = readSummaries(place, keys);
  const events = eventSizes(place);
  for (const event of summaries.events) {
    const { folder } = event;
    events.set(folder, (events.get(folder) ?? 0) + lineBytes(event));
  }
  const objects = objectSizes(place);
  // It goes first where there is not room enough.
  const isTight = sumOf(objects) + sumOf(events) > maxBytes;
  const since = isTight ? Infinity : now - HINT_MS;
  const hints = readHints({ place, keys }, since);
  return { summaries, sizes: { objects, events }, hints };
}

/** What would go, and what would be left. */
interface Plan {
  readonly gone: readonly Going[];
  readonly unused: ReadonlyMap<string, number>;
  /** Bytes that are left. */
  readonly bytes: number;
}

function plan(found: Found, limits: Limits, now: number): Plan {
  const { summaries: { events, unknown }, sizes } = found;
  // They stay, whatever they take.
  const staying = unknown.reduce(
    (sum, folder) => sum + (sizes.events.get(folder) ?? 0),
    0,
  );
  const maxBytes = limits.maxBytes - staying;
  const { gone } = chooseGone(events, sizes, { ...limits, maxBytes }, now);
  return planned(found, gone);
}

function planned(
  { hints, summaries, sizes }: Found,
  gone: readonly Going[],
): Plan {
  const unused = unusedObjects(summaries, gone, sizes.objects, hints.hashes);
  const freed = gone.reduce(
    (sum, { event: { folder } }) => sum + (sizes.events.get(folder) ?? 0),
    sumOf(unused),
  );
  const bytes = sumOf(sizes.objects) + sumOf(sizes.events) - freed;
  return { gone, unused, bytes };
}

function listOf(
  { gone, unused }: Plan,
  { events }: Sizes,
  leftovers: readonly string[],
): Pruned[] {
  return [
    ...gone.map(({ event: { folder, at }, why }): Pruned => ({
      kind: "event",
      name: folder,
      at,
      bytes: events.get(folder) ?? 0,
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
  { objects }: Sizes,
  { unused, bytes }: Plan,
  now: number,
): void {
  putText(disk, place, place.usage, `${bytes}\n`);
  putText(disk, place, place.pruned, `${now}\n`);
  if (unused.size === 0) return;
  const left = new Set<string>();
  for (const hash of objects.keys()) {
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
