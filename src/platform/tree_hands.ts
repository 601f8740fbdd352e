// Copyright 2026 the airg authors. Apache-2.0 license.

/**
 * Names, kinds and contents of what lies in a folder where somebody hostile is
 * at work: nothing here waits for a pipe, a lease or a lock, and no link in the
 * last place is followed.
 *
 * On Linux by the C library: a file costs a tenth of what Deno's own calls do.
 *
 * @module
 */

import { directoryEntries } from "./directory_entries.ts";
import {
  AT_EMPTY_PATH,
  AT_FDCWD,
  AT_NO_AUTOMOUNT,
  AT_SYMLINK_NOFOLLOW,
  c,
  type Calls,
  type Libc,
  O_CLOEXEC,
  O_DIRECTORY,
  O_NOFOLLOW,
  O_NONBLOCK,
  openLibc,
} from "./libc.ts";
import { type Statx, statxOf } from "./statx.ts";

/** What has a name. */
export interface Held {
  readonly kind: "file" | "folder" | "link" | "socket" | "stream";
  /** Device and number: the same thing under each of its names. */
  readonly identity: string;
  readonly size: number;
  /** May be started. */
  readonly runs: boolean;
  /**
   * Changes with each write: the time of change is the kernel's, and no
   * program sets it. Through a shared mapping a file can change without it.
   */
  readonly stamp: string;
}

/** Looks at trees; close it again. */
export interface TreeHands extends Disposable {
  /**
   * Sorted names, one more than `most` of them at the most; which those are
   * stays the same while nothing in the folder changes. Nothing where they
   * cannot be had.
   */
  readonly names: (
    folder: string,
    most: number,
  ) => readonly string[] | undefined;
  /** What has the name itself; nothing where nothing has. */
  readonly look: (path: string) => Held | undefined;
  /** A plain file of exactly `size` bytes; nothing where it cannot be had. */
  readonly read: (
    path: string,
    size: number,
  ) => Uint8Array<ArrayBuffer> | undefined;
}

const NAMES = ["open", "close", "read", "statx", "getdents64"] as const;
type Used = Calls<typeof NAMES[number]>;

/** For as long as it is not closed; the library is opened by who first asks. */
export function treeHands(): TreeHands {
  if (Deno.build.os !== "linux") return withoutLibrary();
  let libc: Libc<typeof NAMES[number]> | undefined;
  const calls = () => (libc ??= openLibc(...NAMES)).calls;
  return {
    names: (folder, most) => namesIn(calls(), folder, most),
    look(path) {
      const flags = AT_SYMLINK_NOFOLLOW | AT_NO_AUTOMOUNT;
      const found = statxOf(calls(), AT_FDCWD, c(path), flags);
      return found && heldOf(found);
    },
    read: (path, size) => contentOf(calls(), path, size),
    [Symbol.dispose]: () => libc?.[Symbol.dispose](),
  };
}

function namesIn(
  calls: Used,
  folder: string,
  most: number,
): string[] | undefined {
  const flags = O_DIRECTORY | O_NOFOLLOW | O_NONBLOCK | O_CLOEXEC;
  const fd = calls.open(c(folder), flags, 0);
  if (fd < 0) return undefined;
  try {
    const names: string[] = [];
    for (const { name } of directoryEntries(calls, fd, unlisted)) {
      if (names.push(name) > most) break;
    }
    return names.sort();
  } catch (error) {
    if (error === UNLISTED) return undefined;
    throw error;
  } finally {
    calls.close(fd);
  }
}

const UNLISTED = new Error("The kernel gives no more names");

function unlisted(): never {
  throw UNLISTED;
}

function contentOf(
  { close, open, read, statx }: Used,
  path: string,
  size: number,
): Uint8Array<ArrayBuffer> | undefined {
  const flags = O_NOFOLLOW | O_NONBLOCK | O_CLOEXEC;
  const fd = open(c(path), flags, 0);
  if (fd < 0) return undefined;
  try {
    const found = statxOf({ statx }, fd, new Uint8Array(1), AT_EMPTY_PATH);
    if (found === undefined || heldOf(found).kind !== "file") return undefined;
    // One more than it had, to see that it ends there.
    const bytes = new Uint8Array(size + 1);
    let at = 0;
    while (at < bytes.length) {
      const rest = bytes.subarray(at);
      const count = Number(read(fd, rest, BigInt(rest.length)));
      if (count < 0) return undefined;
      if (count === 0) break;
      at += count;
    }
    return at === size ? bytes.subarray(0, at) : undefined;
  } finally {
    close(fd);
  }
}

const KINDS: ReadonlyMap<number, Held["kind"]> = new Map([
  [0o10, "file"],
  [0o04, "folder"],
  [0o12, "link"],
  [0o14, "socket"],
]);

function heldOf(
  { ctime, dev, ino, mode, mtime, size, uid }: Statx,
): Held {
  const times = [mtime, ctime].map(({ nanoseconds, seconds }) =>
    `${seconds}.${nanoseconds}`
  );
  const identity = `${dev.join(":")}:${ino}`;
  return {
    kind: KINDS.get(mode >> 12) ?? "stream",
    identity,
    size,
    runs: (mode & 0o111) !== 0,
    stamp: [identity, mode, uid, size, ...times].join(" "),
  };
}

/** As far as Deno itself goes; a pipe put there between two steps is waited for. */
function withoutLibrary(): TreeHands {
  return {
    names: (folder, most) =>
      tried(() =>
        Deno.readDirSync(folder).take(most + 1).map(({ name }) => name)
          .toArray().sort()
      ),
    look: (path) => tried(() => heldIn(Deno.lstatSync(path))),
    read(path, size) {
      const bytes = tried(() =>
        Deno.lstatSync(path).isFile ? Deno.readFileSync(path) : undefined
      );
      return bytes?.length === size ? bytes : undefined;
    },
    [Symbol.dispose]: () => {},
  };
}

function tried<Value>(act: () => Value): Value | undefined {
  try {
    return act();
  } catch (error) {
    if (error instanceof Error && "code" in error) return undefined;
    throw error;
  }
}

function heldIn(info: Deno.FileInfo): Held {
  const identity = `${info.dev}:${info.ino}`;
  const times = [info.mtime, info.ctime].map((time) => time?.getTime());
  return {
    kind: info.isFile
      ? "file"
      : info.isDirectory
      ? "folder"
      : info.isSymlink
      ? "link"
      : info.isSocket
      ? "socket"
      : "stream",
    identity,
    size: info.size,
    runs: ((info.mode ?? 0) & 0o111) !== 0,
    stamp: [identity, info.mode, info.uid, info.size, ...times].join(" "),
  };
}
