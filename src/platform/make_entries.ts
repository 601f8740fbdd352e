// Copyright 2026 the airg authors. Apache-2.0 license.

/**
 * Makes files, folders and links of any name in open folders, and gives them
 * owner, bits, times and attributes without naming them again.
 *
 * What is made is held by a descriptor; whatever somebody puts under its name
 * meanwhile gets nothing. Linux only.
 *
 * @module
 */

import { errorReader } from "./errno.ts";
import {
  AT_EMPTY_PATH,
  AT_FDCWD,
  c,
  type Calls,
  O_CLOEXEC,
  O_CREAT,
  O_EXCL,
  O_NOFOLLOW,
  O_WRONLY,
  openLibc,
} from "./libc.ts";
import { openName } from "./open_exactly.ts";

/** What is set on something that was made. */
export interface Made {
  readonly mode: number;
  readonly uid: number;
  readonly gid: number;
  /** Milliseconds since the Unix epoch, with a fraction. */
  readonly mtime: number;
  /** In base64. */
  readonly xattrs?: Readonly<Record<string, string>>;
}

/** Something that is held, so that it can be given what belongs to it. */
export interface HeldEntry extends Disposable {
  /** Opens a file's content for writing. */
  readonly write: () => Deno.FsFile;
  /** Sets owner, bits, attributes and times, in this order; of a link the owner and the times. */
  readonly give: (made: Made) => void;
  /**
   * Sets extended attributes (in base64), and takes away an access list that
   * its folder gave it.
   *
   * @returns The names of those that could not be set.
   */
  readonly replaceAttributes: (
    xattrs: Readonly<Record<string, string>>,
  ) => string[];
}

/** Makes entries; close it again. */
export interface MakeEntries extends Disposable {
  /** Makes an empty private file; throws where something has the name. */
  readonly file: (path: string) => HeldEntry;
  readonly folder: (path: string) => HeldEntry;
  readonly link: (path: string, target: string) => HeldEntry;
  /** Holds a file or folder that is there; `undefined` for anything else. */
  readonly hold: (path: string) => HeldEntry | undefined;
}

const TIMESPEC_BYTES = 16;
/** Leaves the time of reading as it is (utimensat(2)). */
const UTIME_OMIT = 0x3ffffffen;

const NAMES = [
  "open",
  "close",
  "mkdir",
  "symlink",
  "fchownat",
  "utimensat",
  "setxattr",
  "removexattr",
  "__errno_location",
] as const;
type Used = Calls<typeof NAMES[number]>;

/** For one round of work. */
export function openMakeEntries(): MakeEntries {
  const libc = openLibc(...NAMES);
  const { calls } = libc;
  const error = errorReader(calls);
  const check = (result: number, doing: string): number => {
    if (result >= 0) return result;
    throw failure(doing, error());
  };
  return {
    file(path) {
      const flags = O_WRONLY | O_CREAT | O_EXCL | O_NOFOLLOW | O_CLOEXEC;
      const fd = check(calls.open(c(path), flags, 0o600), "make a file");
      return held(calls, fd, "file");
    },
    folder(path) {
      check(calls.mkdir(c(path), 0o700), "make a folder");
      return held(
        calls,
        check(openName(calls, path), "open the new folder"),
        "folder",
      );
    },
    link(path, target) {
      check(calls.symlink(c(target), c(path)), "make a link");
      return held(
        calls,
        check(openName(calls, path), "open the new link"),
        "link",
      );
    },
    hold(path) {
      const fd = openName(calls, path);
      if (fd < 0) return undefined;
      const { isDirectory, isFile } = Deno.statSync(`/proc/self/fd/${fd}`);
      if (isDirectory) return held(calls, fd, "folder");
      if (isFile) return held(calls, fd, "file");
      calls.close(fd);
      return undefined;
    },
    [Symbol.dispose]: () => libc[Symbol.dispose](),
  };
}

function held(
  calls: Used,
  fd: number,
  type: "file" | "folder" | "link",
): HeldEntry {
  const at = `/proc/self/fd/${fd}`;
  return {
    write: () => Deno.openSync(at, { write: true }),
    give(made) {
      // Who is not root keeps what it may have.
      if (Deno.uid() === 0 || made.gid !== Deno.gid()) {
        calls.fchownat(fd, c(""), made.uid, made.gid, AT_EMPTY_PATH);
      }
      if (type === "link") {
        // Kernels before 5.8 have no way but by name: then it keeps its own.
        calls.utimensat(fd, c(""), timesOf(made), AT_EMPTY_PATH);
        return;
      }
      // One that this file system or this user may not set is left out.
      setAttributes(calls, at, made.xattrs ?? {});
      Deno.chmodSync(at, made.mode & 0o7777);
      calls.utimensat(AT_FDCWD, c(at), timesOf(made), 0);
    },
    replaceAttributes(xattrs) {
      if (xattrs[ACCESS_LIST] === undefined) {
        calls.removexattr(c(at), c(ACCESS_LIST));
      }
      return setAttributes(calls, at, xattrs);
    },
    [Symbol.dispose]: () => void calls.close(fd),
  };
}

/** Where the kernel keeps a POSIX access list (acl(5)). */
const ACCESS_LIST = "system.posix_acl_access";

/** The names of those that could not be set. */
function setAttributes(
  calls: Used,
  at: string,
  xattrs: Readonly<Record<string, string>>,
): string[] {
  return Object.entries(xattrs).flatMap(([name, value]) => {
    const bytes = Uint8Array.fromBase64(value);
    const size = BigInt(bytes.length);
    return calls.setxattr(c(at), c(name), bytes, size, 0) === 0 ? [] : [name];
  });
}

/** Two of struct timespec: the time of reading stays, the time of change is set. */
function timesOf({ mtime }: Made): Uint8Array<ArrayBuffer> {
  const bytes = new Uint8Array(2 * TIMESPEC_BYTES);
  const view = new DataView(bytes.buffer);
  const seconds = Math.floor(mtime / 1000);
  view.setBigInt64(8, UTIME_OMIT, true);
  view.setBigInt64(16, BigInt(seconds), true);
  const nanoseconds = Math.round((mtime - seconds * 1000) * 1e6);
  view.setBigInt64(24, BigInt(Math.min(nanoseconds, 999_999_999)), true);
  return bytes;
}

const WORDS: Readonly<Record<string, string>> = {
  EPERM: "it is not permitted",
  ENOENT: "its folder is gone",
  EIO: "the disk failed",
  EACCES: "permission denied",
  EEXIST: "something has the name",
  ENOTDIR: "its folder is no folder",
  ENOSPC: "the disk is full",
  EROFS: "it can only be read",
  ENAMETOOLONG: "its name is too long",
  EDQUOT: "the quota is used up",
};

function failure(doing: string, code: string): Error {
  const words = WORDS[code] ?? code;
  return Object.assign(new Error(`Cannot ${doing}: ${words}`), { code });
}
