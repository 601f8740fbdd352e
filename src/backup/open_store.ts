// Copyright 2026 the airg authors. Apache-2.0 license.

/**
 * The store of backups on the disk. See docs/decisions/0009.
 *
 * @module
 */

import { type Clock, systemClock } from "../base/clock.ts";
import { UUID_RANDOM_BYTES, uuidv7 } from "../base/id.ts";
import type { RawInfo } from "../platform/raw_tree.ts";
import { keyPlace } from "../store/approvals/key_place.ts";
import { type KeyRing, openKeys } from "../store/approvals/keys.ts";
import { ApprovalStoreError } from "../store/approvals/trouble.ts";
import { type Disk, MACHINE_DISK } from "./disk.ts";
import type { BackupEntry, BackupEvent } from "./event.ts";
import {
  folderName,
  type Manifest,
  manifestOf,
  putEvent,
  replaceEvent,
} from "./events.ts";
import { findEvent, listEvents } from "./find_events.ts";
import { appendedBytes, appendSummary } from "./index_file.ts";
import { eventSize } from "./measure.ts";
import { type ContentId, NoRoom, openBatch, readThrough } from "./objects.ts";
import { openObject } from "./open_object.ts";
import {
  type BackupPlace,
  backupPlace,
  lockBackups,
  tryLockBackups,
} from "./place.ts";
import { pruneBackups } from "./prune.ts";
import { summaryOf } from "./retention.ts";
import { eventRoom } from "./room.ts";
import { lookAfter, takeSnapshot } from "./snapshot.ts";
import {
  type Appeared,
  type BackupAbout,
  BackupError,
  type BackupSettings,
  type BackupStore,
  type Pruned,
  type SaveLimits,
} from "./store.ts";
import { troubleOf } from "./trouble.ts";
import { addUsage, readUsage } from "./usage.ts";

/** Where the store is, and what it obeys. */
export interface StoreOptions {
  /** Folder of the store; absolute, real. */
  readonly root: string;
  /** `Dirs.approvalsKey`, and the secret that stands for it. */
  readonly keys: string;
  readonly secret?: string;
  /** Asked anew for each event. */
  readonly settings: () => BackupSettings;
  /** Takes secrets out of a command before it is kept, as out of the log; absent in tests. */
  readonly redact?: (text: string) => Promise<string>;
  /** Is told of what went to make room, or because it was time. */
  readonly onPruned?: (pruned: readonly Pruned[]) => void | Promise<void>;
  readonly clock?: Clock;
  /** For tests. */
  readonly disk?: Disk;
}

/** The store with what its owner's commands need. */
export interface OpenStore extends BackupStore {
  readonly place: BackupPlace;
  readonly keys: KeyRing;
  /** What pruning would take. */
  readonly wouldPrune: (
    settings: BackupSettings,
    now: number,
  ) => Promise<readonly Pruned[]>;
  /** Keeps an event whose objects `fill` takes in. */
  readonly add: (
    fill: (
      batch: ReturnType<typeof openBatch>,
    ) => Promise<Omit<BackupEvent, "version" | "id">>,
  ) => Promise<BackupEvent>;
}

/** What all functions here share. */
interface Site extends StoreOptions {
  readonly place: BackupPlace;
  readonly disk: Disk;
  readonly ring: KeyRing;
  readonly clock: Clock;
  /** What files of this process's events were, by path: known again without reading. */
  readonly seen: Map<string, Seen>;
}

interface Seen {
  readonly info: RawInfo;
  readonly sha256: string;
}

/** Milliseconds between two looks at what may go. */
const PRUNE_EVERY_MS = 600_000;
/** Characters of `what` that are kept. */
const MAX_WHAT = 500;
/** Paths remembered from save to finish. */
const MAX_SEEN = 20_000;
/** Part of the room that is made at once. */
const SLACK = 1 / 16;
/** Times that room is made for one event. */
const ROOM_TRIES = 3;

/**
 * Opens the store, and makes it where there is none.
 *
 * @throws {BackupError} Where it cannot be relied on.
 */
export function openBackups(options: StoreOptions): OpenStore {
  const { clock = systemClock, disk = MACHINE_DISK } = options;
  const place = backupPlace(options.root);
  const ring = openRing(options, clock());
  const site: Site = { ...options, place, disk, ring, clock, seen: new Map() };
  return {
    place,
    keys: ring,
    save: (paths, about, limits) => save(site, paths, about, limits ?? {}),
    finish: (id, found, signal) => finish(site, id, found, signal),
    list: (filter) => Promise.resolve(listEvents(site, filter)),
    find: (word) => Promise.resolve(findEvent(site, word)),
    object: (sha256) => openObject(place, sha256),
    prune: (settings, now) => prune(site, settings, now, false),
    wouldPrune: (settings, now) => prune(site, settings, now, true),
    add: (fill) => add(site, fill),
  };
}

function openRing({ keys, secret }: StoreOptions, now: number): KeyRing {
  try {
    return openKeys(keyPlace(keys), now, secret);
  } catch (error) {
    if (!(error instanceof ApprovalStoreError)) throw error;
    throw new BackupError(error.message, keys, error.cure);
  }
}

async function save(
  site: Site,
  paths: readonly string[],
  about: BackupAbout,
  limits: SaveLimits,
): Promise<BackupEvent> {
  const at = site.clock();
  const { maxFileBytes } = site.settings();
  // The whole of it first: a secret that is cut is not found.
  const text = await site.redact?.(about.what) ?? about.what;
  const what = text.slice(0, MAX_WHAT);
  const seen = new Map<string, Seen>();
  const event = await add(site, async (batch) => {
    seen.clear();
    const snapshot = await takeSnapshot(paths, {
      skip: (path) =>
        path === site.place.root
          ? "it is the folder of the backups"
          : limits.skip?.(path),
      alone: (path) => limits.alone?.(path) ?? false,
      signal: limits.signal,
      batch,
      maxFileBytes,
      seen: (path, info, { sha256 }) => seen.set(path, { info, sha256 }),
    });
    return { at, ...about, what, ...snapshot };
  });
  if (site.seen.size + seen.size > MAX_SEEN) site.seen.clear();
  for (const [path, what] of seen) site.seen.set(path, what);
  return event;
}

/** Takes content in and writes the event; makes room where there is none. */
async function add(
  site: Site,
  fill: Parameters<OpenStore["add"]>[0],
): Promise<BackupEvent> {
  try {
    for (let tries = 1;; tries++) {
      const made = await tryToAdd(site, fill);
      if (made !== undefined) return made;
      await makeRoom(site, fill, tries >= ROOM_TRIES);
    }
  } catch (error) {
    throw troubleOf(error, site.place.root);
  }
}

/** `undefined` where there is not room enough. */
async function tryToAdd(
  site: Site,
  fill: Parameters<OpenStore["add"]>[0],
): Promise<BackupEvent | undefined> {
  const { place, disk, ring } = site;
  using _lock = await lockBackups(place, "shared");
  const used = readUsage(place);
  const room = site.settings().maxBytes - used.bytes - used.making;
  const batch = openBatch({ place, disk, room });
  try {
    const made = manifestOf(ring, eventFrom(await fill(batch)));
    const bytes = batch.cost() + roomFor(made);
    if (bytes > room) throw new NoRoom("Cannot keep more");
    addUsage(place, disk, used, bytes);
    await batch.commit();
    const folder = await putEvent({ place, disk }, made);
    appendSummary(place, disk, summaryOf(made.event, folder));
    return made.event;
  } catch (error) {
    batch.drop();
    if (error instanceof NoRoom) return undefined;
    throw error;
  }
}

/** Counts what the event would cost, and takes older ones away for it. */
async function makeRoom(
  site: Site,
  fill: Parameters<OpenStore["add"]>[0],
  given: boolean,
): Promise<void> {
  const { place, disk, ring } = site;
  const settings = site.settings();
  const batch = openBatch({ place, disk, room: Infinity, dry: true });
  const made = manifestOf(ring, eventFrom(await fill(batch)));
  const cost = batch.cost() + roomFor(made);
  const { fits, pruned, bytes } = await alone(place, () =>
    pruneBackups(
      {
        place,
        disk,
        keys: ring,
        onlyIfFits: true,
        // Else each action in a full store would look through all of it.
        slack: settings.maxBytes * SLACK,
      },
      { ...settings, maxBytes: settings.maxBytes - cost },
      site.clock(),
    ));
  await site.onPruned?.(pruned);
  if (fits && !given) return;
  if (fits) {
    throw new BackupError(
      "Cannot save what the action would destroy: others took the room that " +
        "was made for it each time",
      place.root,
      "try again",
    );
  }
  throw new BackupError(
    `Cannot save what the action would destroy: it takes ${cost} bytes` +
      `${bytes > 0 ? `, ${bytes} may not go yet` : ""}, ` +
      `and audit.backup_max_bytes is ${settings.maxBytes}`,
    place.root,
    "raise audit.backup_max_bytes, or wait: the only copy of what was deleted " +
      "stays for a day",
  );
}

function eventFrom(
  filled: Omit<BackupEvent, "version" | "id">,
): BackupEvent {
  return { version: 1, id: newId(filled.at), ...filled };
}

/** Bytes that an event takes beside its objects. */
function roomFor({ event, bytes }: Manifest): number {
  return eventRoom(bytes.length) +
    appendedBytes(summaryOf(event, folderName(event)));
}

/** Does it while nobody else uses the store. */
async function alone<Value>(
  place: BackupPlace,
  act: () => Promise<Value>,
): Promise<Value> {
  using _lock = await lockBackups(place, "exclusive");
  return await act();
}

function newId(at: number): string {
  const random = crypto.getRandomValues(new Uint8Array(UUID_RANDOM_BYTES));
  return uuidv7(Math.floor(at), random);
}

async function finish(
  site: Site,
  id: string,
  { paths, unsaved }: Appeared = { paths: [], unsaved: [] },
  signal?: AbortSignal,
): Promise<BackupEvent> {
  const { place, disk, ring, seen } = site;
  const { maxFileBytes } = site.settings();
  try {
    const found = findEvent(site, id);
    if (!found.ok || found.value.damaged) {
      throw new BackupError(
        `Cannot note what the action left: ${
          found.ok ? "the backup is damaged" : found.error
        }`,
        place.root,
        "run `airg backup verify`",
      );
    }
    const { event } = found.value;
    const known = new Set(event.entries.map(({ path }) => path));
    const appeared = paths.filter((path) => !known.has(path));
    const entries = await lookAfter([
      ...event.entries,
      ...appeared.map((path): BackupEntry => ({
        path,
        before: { type: "absent" },
      })),
    ], {
      maxFileBytes,
      known: (path, info) => isSeen(seen.get(path), info),
      signal,
      hash: async (node, turn): Promise<ContentId> => {
        using content = node.open();
        return await readThrough(content, node.info.size, undefined, turn);
      },
    });
    for (const { path } of entries) seen.delete(path);
    const finished = {
      ...event,
      entries,
      unsaved: [...event.unsaved, ...unsaved],
    };
    {
      using _lock = await lockBackups(place, "shared");
      const { folder } = found.value;
      const summary = summaryOf(finished, folder);
      const made = manifestOf(ring, finished);
      const more = roomFor(made) - eventSize(place, folder);
      addUsage(place, disk, readUsage(place), more);
      await replaceEvent({ place, disk }, made);
      appendSummary(place, disk, summary);
    }
    await pruneWhenDue(site);
    return finished;
  } catch (error) {
    throw troubleOf(error, place.root);
  }
}

function isSeen(seen: Seen | undefined, info: RawInfo): string | undefined {
  const same = seen?.info.identity === info.identity &&
    seen.info.stamp === info.stamp && seen.info.size === info.size;
  return same ? seen?.sha256 : undefined;
}

async function pruneWhenDue(site: Site): Promise<void> {
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

async function prune(
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
