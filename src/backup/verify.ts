// Copyright 2026 the airg authors. Apache-2.0 license.

/**
 * Reads all objects and manifests, and says what is not as it was written.
 *
 * @module
 */

import { eventFolders, readEvent } from "./events.ts";
import { isSha256 } from "./objects.ts";
import { openObject } from "./open_object.ts";
import type { OpenStore } from "./open_store.ts";
import { lockBackups } from "./place.ts";

/** One thing that is wrong. */
export interface Fault {
  readonly kind: "manifest" | "object";
  /** Folder of the event, or name of the object. */
  readonly name: string;
  /** One clause. */
  readonly why: string;
}

/** What was looked at. */
export interface Verified {
  readonly events: number;
  readonly objects: number;
  readonly faults: readonly Fault[];
}

/** Verifies all. */
export async function verifyBackups(
  { place, keys }: Pick<OpenStore, "place" | "keys">,
): Promise<Verified> {
  using _lock = await lockBackups(place, "shared");
  const faults: Fault[] = [];
  const folders = eventFolders(place);
  const needed = new Map<string, string>();
  for (const folder of folders) {
    const stored = readEvent(place, keys, folder);
    if (stored === undefined || stored.damaged) {
      const why = stored === undefined
        ? "it cannot be read"
        : "its MAC does not hold";
      faults.push({ kind: "manifest", name: folder, why });
    }
    for (const { before } of stored?.event.entries ?? []) {
      if (before.type === "file") needed.set(before.sha256, folder);
    }
  }
  const names = objectNames(place.objects);
  for (const name of names) {
    if (!isSha256(name)) {
      faults.push({ kind: "object", name, why: "it is none of airg's" });
      continue;
    }
    using file = await openObject(place, name);
    if (file === undefined) {
      const why = "it does not hold what its name says";
      faults.push({ kind: "object", name, why });
    }
  }
  const there = new Set(names);
  for (const [name, folder] of needed) {
    if (there.has(name)) continue;
    faults.push({
      kind: "object",
      name,
      why: `it is gone; ${folder} needs it`,
    });
  }
  return { events: folders.length, objects: names.length, faults };
}

function objectNames(objects: string): string[] {
  return [...Deno.readDirSync(objects)].flatMap(({ name, isDirectory }) =>
    isDirectory
      ? [...Deno.readDirSync(`${objects}/${name}`)].map(({ name }) => name)
      : [name]
  ).sort();
}
