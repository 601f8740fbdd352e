// Copyright 2026 the airg authors. Apache-2.0 license.

/**
 * What the store takes on its disk, by looking at it.
 *
 * @module
 */

import { lstatIfThere } from "../store/approvals/private_file.ts";
import { eventFolders } from "./events.ts";
import { isSha256 } from "./objects.ts";
import type { BackupPlace } from "./place.ts";
import { eventRoom, roomOf } from "./room.ts";

/** Bytes that all of it takes. */
export function measured(place: BackupPlace): number {
  return sumOf(objectSizes(place)) + sumOf(eventSizes(place)) +
    (lstatIfThere(place.index)?.size ?? 0);
}

/** Bytes of each object, by hash. */
export function objectSizes({ objects }: BackupPlace): Map<string, number> {
  const sizes = new Map<string, number>();
  for (const { isDirectory, name: folder } of [...Deno.readDirSync(objects)]) {
    // A link leads to what is none of the store's.
    if (!isDirectory) continue;
    for (const name of namesIn(`${objects}/${folder}`)) {
      const info = Deno.lstatSync(`${objects}/${folder}/${name}`);
      if (!info.isFile || !isSha256(name) || !name.startsWith(folder)) continue;
      sizes.set(name, roomTakenBy(info));
    }
  }
  return sizes;
}

/** Bytes of each event's folder, by its name. */
export function eventSizes(place: BackupPlace): Map<string, number> {
  return new Map(
    eventFolders(place).map((folder) => [folder, eventSize(place, folder)]),
  );
}

/** Bytes of one event's folder. */
export function eventSize({ events }: BackupPlace, folder: string): number {
  return eventRoom(
    lstatIfThere(`${events}/${folder}/manifest.json`)?.size ?? 0,
  );
}

/** Bytes of what is being made, or was when an airg was killed. */
export function temporarySize({ temporary }: BackupPlace): number {
  let sum = 0;
  for (const name of namesIn(temporary)) {
    const info = lstatIfThere(`${temporary}/${name}`);
    if (info !== undefined) sum += roomTakenBy(info);
  }
  return sum;
}

/** Names of what lies in a folder, in order. */
export function namesIn(folder: string): string[] {
  return [...Deno.readDirSync(folder)].map(({ name }) => name).sort();
}

/** All bytes together. */
export function sumOf(sizes: ReadonlyMap<string, number>): number {
  let bytes = 0;
  for (const size of sizes.values()) bytes += size;
  return bytes;
}

function roomTakenBy({ size, blocks }: Deno.FileInfo): number {
  return roomOf({ size, allocated: (blocks ?? 0) * 512 });
}
