// Copyright 2026 the airg authors. Apache-2.0 license.

/**
 * Reads all objects and manifests, and says what is not as it was written.
 *
 * An object that does not hold what its name says is moved aside: else the next
 * save of that content would find its name taken, and keep nothing.
 *
 * @module
 */

import { eventFolders, readEvent } from "./events.ts";
import { ensurePrivate } from "../platform/dirs.ts";
import { lstatIfThere } from "../store/approvals/private_file.ts";
import { isSha256, objectPath } from "./objects.ts";
import { openObject } from "./open_object.ts";
import type { OpenStore } from "./open_store.ts";
import { type BackupPlace, lockBackups } from "./place.ts";
import { BackupError } from "./store.ts";

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

type Store = Pick<OpenStore, "place" | "keys">;

/** Verifies all, and moves aside what is damaged. */
export async function verifyBackups(store: Store): Promise<Verified> {
  const { damaged, ...verified } = await look(store);
  if (damaged.length === 0) return verified;
  const aside = await moveAside(store.place, damaged);
  return {
    ...verified,
    faults: verified.faults.map((fault) => {
      const to = aside.get(fault.name);
      return to === undefined
        ? fault
        : { ...fault, why: `${fault.why}; it is in ${to} now` };
    }),
  };
}

/** Nobody else is at the store, and each is looked at again: it may be mended by now. */
async function moveAside(
  place: BackupPlace,
  damaged: readonly string[],
): Promise<ReadonlyMap<string, string>> {
  const folder = `${place.root}/damaged`;
  const made = ensurePrivate(folder);
  if (!made.ok) {
    throw new BackupError(made.error.message, folder, made.error.cure);
  }
  using _lock = await lockBackups(place, "exclusive");
  const moved = new Map<string, string>();
  for (const name of damaged) {
    using whole = await openObject(place, name);
    const path = objectPath(place, name);
    if (whole !== undefined || lstatIfThere(path)?.isFile !== true) continue;
    const to = `${folder}/${name}.${crypto.randomUUID().slice(0, 8)}`;
    await Deno.rename(path, to);
    moved.set(name, to);
  }
  return moved;
}

async function look(
  { place, keys }: Store,
): Promise<Verified & { readonly damaged: readonly string[] }> {
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
  const damaged: string[] = [];
  const names = objectNames(place.objects);
  for (const name of names) {
    if (!isSha256(name)) {
      faults.push({ kind: "object", name, why: "it is none of airg's" });
      continue;
    }
    using file = await openObject(place, name);
    if (file === undefined) {
      damaged.push(name);
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
  return { events: folders.length, objects: names.length, faults, damaged };
}

function objectNames(objects: string): string[] {
  return [...Deno.readDirSync(objects)].flatMap(({ name, isDirectory }) =>
    isDirectory
      ? [...Deno.readDirSync(`${objects}/${name}`)].map(({ name }) => name)
      : [name]
  ).sort();
}
