// Copyright 2026 the airg authors. Apache-2.0 license.

/**
 * The manifest of one ephemeral run, its lock, and the folders that go with it.
 *
 * Each run loads this, so it loads little.
 *
 * @module
 */

import { writeAtomic } from "../platform/atomic_file.ts";
import type { Change } from "./change.ts";
import { removeTree } from "./tree.ts";

/** What is known of one ephemeral run. */
export interface Manifest {
  readonly version: 1;
  readonly id: string;
  readonly workspace: string;
  /** Holds `workspace/upper`. */
  readonly layers: string;
  /** Whose files they are to be; absent: airg's own user. */
  readonly owner?: { readonly uid: number; readonly gid: number };
  readonly agent: string;
  readonly command: string;
  /** ISO 8601. */
  readonly startedAt: string;
  /** Milliseconds by the kernel's clock; the host's changes after it are conflicts. */
  readonly since: number;
  /** Absent: airg died before it could tell. */
  readonly changes?: readonly Change[];
  /** Paths that were applied already. */
  readonly applied: readonly string[];
}

/** A lock on one folder of held changes; goes with the process that holds it. */
export type Lock = Disposable;

/** Takes the lock, or `undefined` while another process has it. */
export function lock(folder: string): Lock | undefined {
  const file = Deno.openSync(`${folder}/lock`, {
    read: true,
    write: true,
    create: true,
    mode: 0o600,
  });
  if (!file.tryLockSync(true)) {
    file.close();
    return undefined;
  }
  return { [Symbol.dispose]: () => file.close() };
}

/** Writes the first manifest of a folder that has none; a crash of the machine may lose it. */
export function startManifest(folder: string, manifest: Manifest): void {
  const path = `${folder}/manifest.json`;
  Deno.writeTextFileSync(`${path}.new`, JSON.stringify(manifest), {
    mode: 0o600,
  });
  Deno.renameSync(`${path}.new`, path);
}

/** Writes the manifest, whole or not at all, and returns when the disk has it. */
export async function saveManifest(
  folder: string,
  manifest: Manifest,
): Promise<void> {
  await writeAtomic(`${folder}/manifest.json`, JSON.stringify(manifest), {
    newMode: 0o600,
  });
}

/** Removes all of it; the manifest goes last, so that a crash leaves something to find. */
export function removeHeld(folder: string, { layers }: Manifest): void {
  removeTree(layers);
  removeTree(folder);
}

/** Removes what only the run needed. */
export function removeScratch({ layers }: Manifest): void {
  removeTree(`${layers}/workspace/work`);
  removeTree(`${layers}/cache`);
}
