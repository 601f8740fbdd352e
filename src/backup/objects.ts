// Copyright 2026 the airg authors. Apache-2.0 license.

/**
 * Content by its hash.
 *
 * New objects lie under a name of their own until all of one event are on the
 * disk; then they get their names, and the folders of the names are written
 * out. So a name always leads to the whole content, and who holds the lock may
 * name in a manifest whatever has one.
 *
 * @module
 */

import type { RawContent, RawInfo } from "../platform/raw_tree.ts";
import { lstatIfThere } from "../store/approvals/private_file.ts";
import {
  type ContentId,
  hashOf,
  readThrough,
  readWhole,
  type Turn,
} from "./content.ts";
import { type Disk, freshName, HAS_SYNC_ALL } from "./disk.ts";
import type { BackupPlace } from "./place.ts";
import { roomOf, SMALL } from "./room.ts";

/** Bytes that a new object would cost, and nothing is left for it. */
export class NoRoom extends Error {
  override name = "NoRoom";
}

/** How the content of one event is taken in. */
export interface BatchOptions {
  readonly place: BackupPlace;
  readonly disk: Disk;
  /** Bytes that new objects may cost. */
  readonly room: number;
  /** Hashes and counts only. */
  readonly dry?: boolean;
}

/** The new objects of one event. */
export interface Batch {
  /** Takes the content of an open file in. @throws {NoRoom} @throws {Shrunk} */
  readonly put: (
    content: RawContent,
    info: RawInfo,
    turn?: Turn,
  ) => Promise<ContentId>;
  /** Whether the store has a content that it had taken in for good before. */
  readonly reuse: (id: ContentId) => boolean;
  /** Bytes that the new ones cost so far. */
  readonly cost: () => number;
  /** Gives them their names, once the disk has them. */
  readonly commit: () => Promise<void>;
  /** Forgets them. */
  readonly drop: () => void;
}

/** A hole costs no room, but each of its bytes has to be hashed. */
const MOST_SIZE = 16 * 1024 ** 3;
/** From so many files on, writing out the whole file system once costs less than each by itself. */
const MANY = 32;
/** Hex digits of a hash that name its folder. */
const FOLDER_DIGITS = 2;
const SHA256_REGEXP = /^[0-9a-f]{64}$/;

/** Where an object lies. */
export function objectPath({ objects }: BackupPlace, sha256: string): string {
  return `${objects}/${sha256.slice(0, FOLDER_DIGITS)}/${sha256}`;
}

/** Whether a text can name an object. */
export function isSha256(text: string): boolean {
  return SHA256_REGEXP.test(text);
}

/** Whether hashing would take minutes, however little of it is more than a hole. */
export function isEndless({ size }: { readonly size: number }): boolean {
  return size > MOST_SIZE;
}

/** Takes the content of one event in. */
export function openBatch(options: BatchOptions): Batch {
  const { place, disk } = options;
  const fresh = new Map<string, string>();
  const named = new Set<string>();
  let cost = 0;
  const known = (id: ContentId) => fresh.has(id.sha256) || hasObject(place, id);
  const pay = (info: RawInfo) => {
    cost += roomOf(info);
    if (cost > options.room) throw new NoRoom("Cannot keep more");
  };
  const keep = (id: ContentId, temporary: string, info: RawInfo) => {
    named.add(id.sha256.slice(0, FOLDER_DIGITS));
    if (known(id)) return disk.remove(temporary);
    fresh.set(id.sha256, temporary);
    if (info.size > SMALL) noteSize(options, info.size);
  };
  const use = (id: ContentId): ContentId => {
    named.add(id.sha256.slice(0, FOLDER_DIGITS));
    return id;
  };
  return {
    async put(content, info, turn) {
      if (info.size <= SMALL) {
        const bytes = readWhole(content.file, info.size);
        const id = { sha256: hashOf(bytes), size: info.size };
        if (known(id)) return use(id);
        pay(info);
        if (options.dry) return keepDry(fresh, id);
        const temporary = `${place.temporary}/${freshName()}`;
        writeSmall(disk, temporary, bytes);
        keep(id, temporary, info);
        return id;
      }
      if (options.dry || hasSize(place, info.size)) {
        const id = await readThrough(content, info.size, undefined, turn);
        if (known(id)) return use(id);
        if (options.dry) {
          pay(info);
          return keepDry(fresh, id);
        }
      }
      pay(info);
      const temporary = `${place.temporary}/${freshName()}`;
      const id = await copyTo(disk, content, info.size, temporary, turn);
      keep(id, temporary, info);
      return id;
    },
    reuse: known,
    cost: () => cost,
    async commit() {
      await flush(options, [...fresh.values()]);
      for (const [sha256, temporary] of fresh) {
        const path = objectPath(place, sha256);
        disk.makeFolder(path.slice(0, path.lastIndexOf("/")));
        disk.chmod(temporary, 0o400);
        disk.rename(temporary, path);
        fresh.delete(sha256);
      }
      // Also of those that somebody else may have named a moment ago.
      for (const folder of named) {
        await disk.syncFolder(`${place.objects}/${folder}`);
      }
      if (named.size > 0) await disk.syncFolder(place.objects);
    },
    drop() {
      for (const temporary of fresh.values()) {
        if (temporary !== "") disk.remove(temporary);
      }
      fresh.clear();
    },
  };
}

function writeSmall(disk: Disk, path: string, bytes: Uint8Array): void {
  using file = disk.create(path);
  try {
    disk.write(file, bytes);
  } catch (error) {
    disk.remove(path);
    throw error;
  }
}

/** Returns when the disk has the content of new objects. */
async function flush(
  { disk, place }: BatchOptions,
  paths: readonly string[],
): Promise<void> {
  if (HAS_SYNC_ALL && paths.length > MANY) return disk.syncAll(place.root);
  for (const path of paths) {
    using file = await Deno.open(path);
    await disk.sync(file);
  }
}

function keepDry(fresh: Map<string, string>, id: ContentId): ContentId {
  fresh.set(id.sha256, "");
  return id;
}

/** Whether the store has a content, of the right size. */
function hasObject(
  place: BackupPlace,
  { sha256, size }: ContentId,
): boolean {
  const info = lstatIfThere(objectPath(place, sha256));
  return info?.isFile === true && info.size === size;
}

function hasSize({ sizes }: BackupPlace, size: number): boolean {
  return lstatIfThere(`${sizes}/${size}`) !== undefined;
}

/** A hint: without it a file is read and copied, and the copy thrown away. */
function noteSize({ place, disk }: BatchOptions, size: number): void {
  if (!hasSize(place, size)) disk.append(`${place.sizes}/${size}`, "");
}

/** Copies and hashes in one pass; shares the blocks where the file system can. */
async function copyTo(
  disk: Disk,
  content: RawContent,
  size: number,
  temporary: string,
  turn: Turn | undefined,
): Promise<ContentId> {
  using file = disk.create(temporary);
  try {
    using copy = content.cloneTo(temporary);
    if (copy !== undefined) {
      const id = await readThrough(copy, size, undefined, turn);
      // What grew meanwhile is not part of what was hashed.
      disk.truncate(file, size);
      return id;
    }
    const id = await readThrough(content, size, (at, bytes) => {
      file.seekSync(at, Deno.SeekMode.Start);
      disk.write(file, bytes);
    }, turn);
    disk.truncate(file, size);
    return id;
  } catch (error) {
    disk.remove(temporary);
    throw error;
  }
}
