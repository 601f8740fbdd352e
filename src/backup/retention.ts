// Copyright 2026 the airg authors. Apache-2.0 license.

/**
 * Which events may go (pure).
 *
 * Oldest first, each whole. What was deleted in the last day and is held by no
 * other event stays, whatever the limits say.
 *
 * @module
 */

import type { BackupEvent } from "./event.ts";
import type { BackupSettings, Pruned } from "./store.ts";

/** What pruning has to know of one path of an event. */
export interface SummaryItem {
  readonly path: string;
  readonly type: "absent" | "file" | "folder" | "link";
  /** Hash of a file; target of a link; else empty. */
  readonly content: string;
  readonly size: number;
  /** The action left nothing there, something else, or nobody looked. */
  readonly gone: boolean;
}

/** What pruning and finding have to know of one event. */
export interface Summary {
  readonly folder: string;
  readonly at: number;
  readonly workspace: string;
  readonly items: readonly SummaryItem[];
}

/** Bytes that things take on the disk. */
export interface Sizes {
  /** By hash. */
  readonly objects: ReadonlyMap<string, number>;
  /** What an event takes beside its objects, by folder. */
  readonly events: ReadonlyMap<string, number>;
}

/** What goes. */
export interface Choice {
  readonly gone: readonly Going[];
  /** Bytes that the rest takes. */
  readonly bytes: number;
  /** Whether that keeps to `maxBytes`. */
  readonly fits: boolean;
}

/** One event that goes. */
export interface Going {
  readonly event: Summary;
  readonly why: Extract<Pruned["why"], "age" | "versions" | "size">;
}

/** The limits that count here. */
export type Limits = Pick<
  BackupSettings,
  "onContentChangeOnly" | "maxVersions" | "retentionDays" | "maxBytes"
>;

const DAY_MS = 86_400_000;
/** So long the only copy of what was deleted stays, in milliseconds. */
export const PRECIOUS_MS = DAY_MS;

/** Shortens an event to what is needed here. */
export function summaryOf(event: BackupEvent, folder: string): Summary {
  const items = event.entries.map(({ path, before, after }): SummaryItem => {
    const { type } = before;
    const content = type === "file"
      ? before.sha256
      : type === "link"
      ? before.target
      : "";
    const size = type === "file" ? before.size : 0;
    const gone = type !== "absent" && after?.type !== type;
    return { path, type, content, size, gone };
  });
  const { at, workspace } = event;
  return { folder, at, workspace, items };
}

/** Chooses what goes. */
export function chooseGone(
  events: readonly Summary[],
  sizes: Sizes,
  limits: Limits,
  now: number,
): Choice {
  const oldestFirst = [...events].sort((a, b) =>
    a.at - b.at || (a.folder < b.folder ? -1 : 1)
  );
  const held = holdings(oldestFirst, now);
  const gone: Going[] = [];
  const take = (event: Summary, why: Going["why"]) => {
    gone.push({ event, why });
    return held.release(event);
  };
  const kept = (list: readonly Summary[]) => {
    const left = new Set(gone.map(({ event }) => event));
    return list.filter((event) => !left.has(event));
  };
  const { retentionDays, maxBytes } = limits;
  const since = retentionDays > 0 ? now - retentionDays * DAY_MS : -Infinity;
  for (const event of oldestFirst) {
    if (event.at < since && held.mayGo(event)) take(event, "age");
  }
  for (const event of tooMany(kept(oldestFirst), limits)) {
    if (held.mayGo(event)) take(event, "versions");
  }
  const left = kept(oldestFirst);
  let bytes = bytesOf(held.objects(), sizes.objects) +
    bytesOf(left.map(({ folder }) => folder), sizes.events);
  for (const event of left) {
    if (bytes <= maxBytes) break;
    if (!held.mayGo(event)) continue;
    bytes -= bytesOf(take(event, "size"), sizes.objects) +
      bytesOf([event.folder], sizes.events);
  }
  return { gone, bytes, fits: bytes <= maxBytes };
}

/** Who holds what, so that nothing precious loses its last holder. */
interface Holdings {
  readonly mayGo: (event: Summary) => boolean;
  /** Returns the hashes that nobody names any more. */
  readonly release: (event: Summary) => readonly string[];
  /** Hashes that some event names. */
  readonly objects: () => Iterable<string>;
}

function holdings(events: readonly Summary[], now: number): Holdings {
  const holders = new Map<string, number>();
  const objects = new Map<string, number>();
  const precious = new Set<string>();
  for (const { at, items } of events) {
    for (const item of new Set(items.map(keyOf))) add(holders, item, 1);
    for (const hash of hashesOf(items)) add(objects, hash, 1);
    if (at <= now - PRECIOUS_MS) continue;
    for (const item of items) if (item.gone) precious.add(keyOf(item));
  }
  return {
    mayGo: ({ items }) =>
      items.every((item) => {
        const key = keyOf(item);
        return !precious.has(key) || (holders.get(key) ?? 0) > 1;
      }),
    release({ items }) {
      for (const item of new Set(items.map(keyOf))) add(holders, item, -1);
      const hashes = [...hashesOf(items)];
      for (const hash of hashes) add(objects, hash, -1);
      return hashes.filter((hash) => !objects.has(hash));
    },
    objects: () => objects.keys(),
  };
}

function add(counts: Map<string, number>, key: string, by: number): void {
  const count = (counts.get(key) ?? 0) + by;
  if (count === 0) counts.delete(key);
  else counts.set(key, count);
}

function keyOf({ path, type, content }: SummaryItem): string {
  return `${path}\0${type}\0${content}`;
}

/** The objects that an event names, once each. */
export function hashesOf(items: readonly SummaryItem[]): Set<string> {
  return new Set(
    items.filter(({ type }) => type === "file").map(({ content }) => content),
  );
}

function bytesOf(
  names: Iterable<string>,
  sizes: ReadonlyMap<string, number>,
): number {
  let sum = 0;
  for (const name of names) sum += sizes.get(name) ?? 0;
  return sum;
}

/** Events of whose paths each has enough newer versions. */
function tooMany(
  oldestFirst: readonly Summary[],
  { maxVersions, onContentChangeOnly }: Limits,
): Summary[] {
  const newer = new Map<string, Set<string>>();
  const found: Summary[] = [];
  for (const event of oldestFirst.toReversed()) {
    const enough = event.items.length > 0 &&
      event.items.every(({ path }) =>
        (newer.get(path)?.size ?? 0) >= maxVersions
      );
    if (enough) {
      found.push(event);
      continue;
    }
    for (const item of event.items) {
      const versions = newer.get(item.path) ?? new Set();
      versions.add(versionOf(item, event, onContentChangeOnly));
      newer.set(item.path, versions);
    }
  }
  return found.reverse();
}

function versionOf(
  { type, content }: SummaryItem,
  { folder }: Summary,
  byContent: boolean,
): string {
  return byContent ? `${type} ${content}` : folder;
}
