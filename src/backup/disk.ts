// Copyright 2026 the airg authors. Apache-2.0 license.

/**
 * What the store does to its own folder, as one value, so that a test can make
 * the n-th step fail, or be the last.
 *
 * @module
 */

import { writeOutDisk } from "../platform/write_out.ts";

/** Steps that change something, or make it last. */
export interface Disk {
  /** Opens a new file of mode 0600. */
  readonly create: (path: string) => Deno.FsFile;
  readonly write: (file: Deno.FsFile, bytes: Uint8Array) => void;
  readonly truncate: (file: Deno.FsFile, size: number) => void;
  readonly sync: (file: Deno.FsFile) => Promise<void>;
  /** Returns when the disk has all of the file system that a folder lies on. */
  readonly syncAll: (path: string) => void;
  readonly syncFolder: (path: string) => Promise<void>;
  readonly makeFolder: (path: string) => void;
  readonly chmod: (path: string, mode: number) => void;
  readonly rename: (from: string, to: string) => void;
  readonly remove: (path: string) => void;
  readonly append: (path: string, text: string) => void;
}

/** The machine's. */
export const MACHINE_DISK: Disk = {
  create: (path) =>
    Deno.openSync(path, {
      read: true,
      write: true,
      createNew: true,
      mode: 0o600,
    }),
  write(file, bytes) {
    for (let at = 0; at < bytes.length;) {
      at += file.writeSync(bytes.subarray(at));
    }
  },
  truncate: (file, size) => file.truncateSync(size),
  sync: (file) => file.sync(),
  syncAll,
  async syncFolder(path) {
    using folder = await Deno.open(path, { read: true });
    await folder.sync();
  },
  makeFolder: (path) => Deno.mkdirSync(path, { mode: 0o700, recursive: true }),
  chmod: (path, mode) => Deno.chmodSync(path, mode),
  rename: (from, to) => Deno.renameSync(from, to),
  remove: (path) => Deno.removeSync(path, { recursive: true }),
  append: (path, text) =>
    Deno.writeTextFileSync(path, text, { append: true, mode: 0o600 }),
};

/** Whether {@linkcode Disk.syncAll} can be had. */
export const HAS_SYNC_ALL = Deno.build.os === "linux";

function syncAll(path: string): void {
  // Elsewhere than on Linux each file is written out by itself.
  if (!HAS_SYNC_ALL) throw new TypeError("Cannot write out a whole disk here");
  writeOutDisk(path);
}

/** A new name that nobody else makes. */
export function freshName(): string {
  return crypto.getRandomValues(new Uint8Array(12)).toHex();
}
