// Copyright 2026 the airg authors. Apache-2.0 license.

/**
 * The folders of the store, and its lock.
 *
 * Who saves or reads holds the lock shared; who takes away holds it alone, so
 * that nothing that is about to be named goes.
 *
 * @module
 */

import { ensurePrivate } from "../platform/dirs.ts";
import { waitForLock } from "../platform/files.ts";
import { BackupError } from "./store.ts";

/** Where the parts of a store lie; absolute. */
export interface BackupPlace {
  readonly root: string;
  /** Content, as `ab/SHA256`. */
  readonly objects: string;
  /** A folder an event. */
  readonly events: string;
  /** What is being made; of nobody when the lock is held alone. */
  readonly temporary: string;
  /** An empty file a size of large objects, so that a large file is read once. */
  readonly sizes: string;
  /** A file a workspace: what its files were when they were saved; made again where it is gone. */
  readonly known: string;
  /** Summaries of the events; made anew where it is gone. */
  readonly index: string;
  /** Bytes that came since the last count; made anew by pruning. */
  readonly usage: string;
  /** When it was last looked what may go. */
  readonly pruned: string;
}

/** Milliseconds to wait for others, who may be saving much. */
const LOCK_MS = 60_000;

/**
 * Finds the folders, and makes them.
 *
 * @throws {BackupError} Where a folder cannot be relied on.
 */
export function backupPlace(root: string): BackupPlace {
  const place = {
    root,
    objects: `${root}/objects`,
    events: `${root}/events`,
    temporary: `${root}/tmp`,
    sizes: `${root}/sizes`,
    known: `${root}/known`,
    index: `${root}/index.jsonl`,
    usage: `${root}/usage`,
    pruned: `${root}/pruned`,
  };
  const folders = [
    root,
    place.objects,
    place.events,
    place.temporary,
    place.sizes,
    place.known,
  ];
  for (const path of folders) {
    const made = ensurePrivate(path);
    if (!made.ok) {
      throw new BackupError(made.error.message, path, made.error.cure);
    }
  }
  return place;
}

/**
 * Takes the lock; it goes with the process.
 *
 * @throws {BackupError} Where others hold it too long.
 */
export async function lockBackups(
  { root }: BackupPlace,
  kind: "shared" | "exclusive",
): Promise<Disposable> {
  const path = `${root}/lock`;
  const file = openLock(path);
  if (await waitForLock(file, kind, LOCK_MS)) {
    return { [Symbol.dispose]: () => file.close() };
  }
  throw new BackupError(
    `Cannot use ${root}: another airg has held its lock for a minute`,
    path,
    "end the other airg, or try again later",
  );
}

/** Takes the lock alone if nobody has it. */
export function tryLockBackups({ root }: BackupPlace): Disposable | undefined {
  const file = openLock(`${root}/lock`);
  if (file.tryLockSync(true)) return { [Symbol.dispose]: () => file.close() };
  file.close();
  return undefined;
}

function openLock(path: string): Deno.FsFile {
  return Deno.openSync(path, {
    read: true,
    write: true,
    create: true,
    mode: 0o600,
  });
}
