// Copyright 2026 the airg authors. Apache-2.0 license.

/**
 * The few file operations that must not go wrong unnoticed, as one value, so
 * that a test can make the n-th of them fail.
 *
 * @module
 */

/** One open file. */
export interface OpenFile {
  /** Takes the lock of the file (`flock`) if nobody has it. */
  readonly tryLock: (kind: "shared" | "exclusive") => boolean;
  /**
   * Waits for the exclusive lock in the kernel's own line, so that nobody who
   * waits costs processor time or is overtaken for ever.
   *
   * @returns Whether it was had within `ms`; if not, only {@linkcode close} may follow.
   */
  readonly waitForLock: (ms: number) => Promise<boolean>;
  readonly stat: () => Deno.FileInfo;
  /** Reads `length` bytes from `at`; fewer only at the end of the file. */
  readonly read: (at: number, length: number) => Uint8Array<ArrayBuffer>;
  /** Writes all of `bytes` at `at`. */
  readonly write: (at: number, bytes: Uint8Array) => void;
  readonly truncate: (length: number) => void;
  /** Waits until the disk has the content, and the size needed to find it. */
  readonly sync: () => Promise<void>;
  /** Releases the lock, too. */
  readonly close: () => void;
}

/** File operations. */
export interface Files {
  readonly open: (path: string, options: Deno.OpenOptions) => OpenFile;
  readonly rename: (from: string, to: string) => void;
  readonly remove: (path: string) => void;
  readonly chown: (path: string, uid: number, gid: number) => void;
  readonly chmod: (path: string, mode: number) => void;
  /** Waits until the disk has the names in a folder. */
  readonly syncFolder: (path: string) => Promise<void>;
}

/** The machine's files. */
export const MACHINE_FILES: Files = {
  open: (path, options) => wrap(Deno.openSync(path, options)),
  rename: (from, to) => Deno.renameSync(from, to),
  remove: (path) => Deno.removeSync(path),
  chown: (path, uid, gid) => Deno.chownSync(path, uid, gid),
  chmod: (path, mode) => Deno.chmodSync(path, mode),
  syncFolder: async (path) => {
    using folder = await Deno.open(path, { read: true });
    await folder.sync();
  },
};

function wrap(file: Deno.FsFile): OpenFile {
  return {
    tryLock: (kind) => file.tryLockSync(kind === "exclusive"),
    waitForLock: (ms) => waitForLock(file, "exclusive", ms),
    stat: () => file.statSync(),
    read: (at, length) => readAt(file, at, length),
    write: (at, bytes) => {
      file.seekSync(at, Deno.SeekMode.Start);
      let rest = bytes;
      while (rest.length > 0) rest = rest.subarray(file.writeSync(rest));
    },
    truncate: (length) => file.truncateSync(length),
    sync: () => file.syncData(),
    close: () => file.close(),
  };
}

/** Waits for the lock of a file at most `ms`; see {@linkcode OpenFile}. */
export async function waitForLock(
  file: Deno.FsFile,
  kind: "shared" | "exclusive",
  ms: number,
): Promise<boolean> {
  let timer: ReturnType<typeof setTimeout> | undefined;
  const late = new Promise<false>((resolve) => {
    timer = setTimeout(() => resolve(false), ms);
  });
  try {
    return await Promise.race([
      file.lock(kind === "exclusive").then(() => true),
      late,
    ]);
  } finally {
    clearTimeout(timer);
  }
}

function readAt(
  file: Deno.FsFile,
  at: number,
  length: number,
): Uint8Array<ArrayBuffer> {
  const bytes = new Uint8Array(length);
  file.seekSync(at, Deno.SeekMode.Start);
  let filled = 0;
  while (filled < length) {
    const count = file.readSync(bytes.subarray(filled));
    if (count === null) break;
    filled += count;
  }
  return bytes.subarray(0, filled);
}
