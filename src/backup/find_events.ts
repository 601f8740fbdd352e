// Copyright 2026 the airg authors. Apache-2.0 license.

/**
 * Finds events by what a person or a filter says of them.
 *
 * @module
 */

import { fail, ok, type Result } from "../base/result.ts";
import type { KeyRing } from "../store/approvals/keys.ts";
import { eventFolders, readEvent, readFolderName } from "./events.ts";
import { readSummaries } from "./index_file.ts";
import type { BackupPlace } from "./place.ts";
import type { Summary } from "./retention.ts";
import type { BackupFilter, StoredEvent } from "./store.ts";

/** Where events are, and what they are signed with. */
interface Events {
  readonly place: BackupPlace;
  readonly ring: KeyRing;
}

/** Newest first. */
export function listEvents(
  { place, ring }: Events,
  filter: BackupFilter,
): StoredEvent[] {
  const found: StoredEvent[] = [];
  for (const folder of foldersFor({ place, ring }, filter)) {
    if (found.length >= filter.limit) break;
    const stored = readEvent(place, ring, folder);
    if (stored !== undefined) found.push(stored);
  }
  return found;
}

/** Names of those that fit; manifests are read only where the index has no line. */
function foldersFor(
  { place, ring }: Events,
  { path, workspace, since = -Infinity, until = Infinity }: BackupFilter,
): string[] {
  const inTime = (at: number) => at >= since && at <= until;
  if (path === undefined && workspace === undefined) {
    return eventFolders(place)
      .filter((folder) => inTime(readFolderName(folder)?.at ?? 0));
  }
  const fits = (event: Summary) =>
    inTime(event.at) &&
    (workspace === undefined || event.workspace === workspace) &&
    (path === undefined || event.items.some((item) => liesIn(item.path, path)));
  return readSummaries(place, ring).events.filter(fits)
    .map(({ folder }) => folder);
}

function liesIn(path: string, folder: string): boolean {
  return path === folder ||
    path.startsWith(folder === "/" ? "/" : `${folder}/`);
}

/** The one event that a word means. */
export function findEvent(
  { place, ring }: Events,
  word: string,
): Result<StoredEvent, string> {
  const name = word.replace(/\/+$/, "").slice(
    word.replace(/\/+$/, "").lastIndexOf("/") + 1,
  );
  if (name === "") return fail("no backup has an empty name");
  const folders = eventFolders(place);
  const exact = folders.filter((folder) =>
    folder === name || folder.endsWith(`_${name}`)
  );
  const fits = exact.length > 0 ? exact : folders.filter((folder) => {
    const id = readFolderName(folder)?.id ?? "";
    return id.startsWith(name) || id.endsWith(name) ||
      folder.startsWith(name);
  });
  const [folder, ...more] = fits;
  if (folder === undefined) {
    return fail(`no backup has the name ${JSON.stringify(word)}`);
  }
  if (more.length > 0) {
    return fail(`${JSON.stringify(word)} fits ${fits.length} backups`);
  }
  const stored = readEvent(place, ring, folder);
  return stored === undefined
    ? fail(`the manifest of ${folder} cannot be read`)
    : ok(stored);
}
