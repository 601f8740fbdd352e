// Copyright 2026 the airg authors. Apache-2.0 license.

/**
 * Takes content in and writes the event that names it; makes room where there
 * is none.
 *
 * @module
 */

import { UUID_RANDOM_BYTES, uuidv7 } from "../base/id.ts";
import type { BackupEvent } from "./event.ts";
import { folderName, type Manifest, manifestOf, putEvent } from "./events.ts";
import { appendedBytes, appendSummary } from "./index_file.ts";
import { NoRoom, openBatch } from "./objects.ts";
import { lockBackups } from "./place.ts";
import { pruneBackups } from "./prune.ts";
import { alone } from "./prune_store.ts";
import { summaryOf } from "./retention.ts";
import { eventRoom } from "./room.ts";
import { BackupError } from "./store.ts";
import type { OpenStore, Site } from "./store_site.ts";
import { troubleOf } from "./trouble.ts";
import { addUsage, readUsage } from "./usage.ts";

/** Part of the room that is made at once. */
const SLACK = 1 / 16;

/** Times that room is made for one event. */
const ROOM_TRIES = 3;

/** How an event is added. */
interface AddOptions {
  /** Most of it is taken back soon: it gets its line in the index then. */
  readonly unlisted?: boolean;
}

/** Takes content in and writes the event; makes room where there is none. */
export async function add(
  site: Site,
  fill: Parameters<OpenStore["add"]>[0],
  options: AddOptions = {},
): Promise<BackupEvent> {
  try {
    for (let tries = 1;; tries++) {
      const made = await tryToAdd(site, fill, options);
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
  { unlisted }: AddOptions,
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
    if (!unlisted) {
      appendSummary(place, disk, summaryOf(made.event, folder));
    }
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
  const { fits, fitsAt, pruned, bytes } = await alone(place, () =>
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
    fullCure(fitsAt),
  );
}

/** Pruning was tried already, and would free nothing more. */
function fullCure(fitsAt: number | undefined): string {
  if (fitsAt === undefined) {
    return "raise audit.backup_max_bytes: no pruning makes room for that much";
  }
  const time = new Date(fitsAt).toISOString().slice(0, 19);
  return "raise audit.backup_max_bytes, or wait until " + time +
    "Z: the only " +
    "copy of what was deleted stays for a day, and pruning does not take it";
}

function eventFrom(
  filled: Omit<BackupEvent, "version" | "id">,
): BackupEvent {
  return { version: 1, id: newId(filled.at), ...filled };
}

/** Bytes that an event takes beside its objects. */
export function roomFor({ event, bytes }: Manifest): number {
  return eventRoom(bytes.length) +
    appendedBytes(summaryOf(event, folderName(event)));
}

function newId(at: number): string {
  const random = crypto.getRandomValues(new Uint8Array(UUID_RANDOM_BYTES));
  return uuidv7(Math.floor(at), random);
}
