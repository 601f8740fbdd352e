// Copyright 2026 the airg authors. Apache-2.0 license.

/**
 * Looks at the paths of an event again and notes what the action left.
 *
 * @module
 */

import { rememberedHash } from "../platform/hashed_files.ts";
import { roomFor } from "./add_event.ts";
import type { BackupEntry, BackupEvent } from "./event.ts";
import { dropEvent, manifestOf, replaceEvent } from "./events.ts";
import { findEvent } from "./find_events.ts";
import { type ContentId, readThrough } from "./content.ts";
import { appendSummary } from "./index_file.ts";
import { hashIfSame } from "./known_files.ts";
import { lookAfter } from "./look_after.ts";
import { eventSize } from "./measure.ts";
import { lockBackups } from "./place.ts";
import { pruneWhenDue } from "./prune_store.ts";
import { summaryOf } from "./retention.ts";
import { type Appeared, BackupError } from "./store.ts";
import type { Site } from "./store_site.ts";
import { troubleOf } from "./trouble.ts";
import { addUsage, readUsage } from "./usage.ts";

/** Looks, notes, and prunes when it is time. */
export async function finish(
  site: Site,
  id: string,
  { paths, unlikely, unsaved }: Appeared = { paths: [], unsaved: [] },
  signal?: AbortSignal,
): Promise<BackupEvent | undefined> {
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
      ...(unlikely && { unlikely }),
      known: (path, info) =>
        hashIfSame(seen.get(path), info) ?? rememberedHash(info),
      signal,
      hash: async (node, turn): Promise<ContentId> => {
        using content = node.open();
        return await readThrough(content, node.info.size, undefined, turn);
      },
    });
    for (const { path } of entries) seen.delete(path);
    if (
      unlikely !== undefined && event.unsaved.length + entries.length === 0
    ) {
      dropEvent({ place, disk }, found.value.folder);
      await pruneWhenDue(site);
      return undefined;
    }
    const { pending: _, ...rest } = event;
    const finished = {
      ...rest,
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
