// Copyright 2026 the airg authors. Apache-2.0 license.

/**
 * The store of backups on the disk. See docs/decisions/0009.
 *
 * @module
 */

import { systemClock } from "../base/clock.ts";
import { rememberedHash, rememberHash } from "../platform/hashed_files.ts";
import { keyPlace } from "../store/approvals/key_place.ts";
import { type KeyRing, openKeys } from "../store/approvals/keys.ts";
import { ApprovalStoreError } from "../store/approvals/trouble.ts";
import { add } from "./add_event.ts";
import { MACHINE_DISK } from "./disk.ts";
import type { BackupEvent } from "./event.ts";
import { findEvent, listEvents } from "./find_events.ts";
import { finish } from "./finish_event.ts";
import {
  hashIfSame,
  type KnownFiles,
  readKnown,
  writeKnown,
} from "./known_files.ts";
import { openObject } from "./open_object.ts";
import { backupPlace } from "./place.ts";
import { prune } from "./prune_store.ts";
import { takeSnapshot } from "./snapshot.ts";
import { type BackupAbout, BackupError, type SaveLimits } from "./store.ts";
import type { OpenStore, Site, StoreOptions } from "./store_site.ts";

export type { OpenStore, StoreOptions } from "./store_site.ts";

/** Characters of `what` that are kept. */
const MAX_WHAT = 500;
/** Paths remembered from save to finish. */
const MAX_SEEN = 20_000;
/**
 * Opens the store, and makes it where there is none.
 *
 * @throws {BackupError} Where it cannot be relied on.
 */
export function openBackups(options: StoreOptions): OpenStore {
  const { clock = systemClock, disk = MACHINE_DISK } = options;
  const place = backupPlace(options.root);
  const ring = openRing(options, clock());
  const site: Site = {
    ...options,
    place,
    disk,
    ring,
    clock,
    seen: new Map(),
    recalled: new Set(),
  };
  return {
    place,
    keys: ring,
    save: (paths, about, limits) => save(site, paths, about, limits ?? {}),
    finish: (id, found, signal) => finish(site, id, found, signal),
    list: (filter) => Promise.resolve(listEvents(site, filter)),
    find: (word) => Promise.resolve(findEvent(site, word)),
    object: (sha256, onTurn) => openObject(place, sha256, onTurn),
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
  const { unlikely } = limits;
  if (unlikely !== undefined) recall(site, about.workspace);
  const isInCase = unlikely !== undefined && unlikely.size > 0;
  const pending = isInCase ? { pending: true as const } : {};
  const seen: KnownFiles = new Map();
  const event = await add(site, async (batch) => {
    seen.clear();
    const snapshot = await takeSnapshot(paths, {
      skip: (path) =>
        path === site.place.root
          ? "it is the folder of the backups"
          : limits.skip?.(path),
      alone: (path) => limits.alone?.(path) ?? false,
      signal: limits.signal,
      onTurn: limits.onTurn,
      batch,
      maxFileBytes,
      known: (path, info) =>
        unlikely?.has(path) === true
          ? hashIfSame(site.seen.get(path), info)
          : rememberedHash(info),
      seen(path, info, { sha256 }) {
        const { identity, size, stamp } = info;
        seen.set(path, { identity, size, stamp, sha256 });
        rememberHash(info, sha256);
      },
    });
    return { at, ...about, what, ...pending, ...snapshot };
  }, { unlisted: isInCase });
  if (site.seen.size + seen.size > MAX_SEEN) site.seen.clear();
  for (const [path, what] of seen) site.seen.set(path, what);
  if (unlikely !== undefined && seen.size > 0) {
    remember(site, about.workspace, unlikely);
  }
  return event;
}

/** Learns what another process knows of a workspace's files. */
function recall(
  { place, recalled, ring, seen }: Site,
  workspace: string,
): void {
  if (recalled.has(workspace)) return;
  recalled.add(workspace);
  for (const [path, one] of readKnown({ place, keys: ring }, workspace)) {
    if (!seen.has(path)) seen.set(path, one);
  }
}

function remember(
  { disk, place, ring, seen }: Site,
  workspace: string,
  paths: ReadonlySet<string>,
): void {
  const known: KnownFiles = new Map();
  for (const path of paths) {
    const one = seen.get(path);
    if (one !== undefined) known.set(path, one);
  }
  writeKnown({ disk, place, keys: ring }, workspace, known);
}
