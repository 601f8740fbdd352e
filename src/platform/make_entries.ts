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

import { bytesOfName } from "./byte_names.ts";

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

const AT_FDCWD = -100;
const AT_EMPTY_PATH = 0x1000;
const O_WRONLY = 0o1;
const O_CREAT = 0o100;
const O_EXCL = 0o200;
const O_CLOEXEC = 0o2000000;
const O_PATH = 0o10000000;
const O_NOFOLLOW = Deno.build.arch === "aarch64" ? 0o100000 : 0o400000;
const TIMESPEC_BYTES = 16;
/** Leaves the time of reading as it is (utimensat(2)). */
const UTIME_OMIT = 0x3ffffffen;

const SYMBOLS = {
  open: { parameters: ["buffer", "i32", "u32"], result: "i32" },
  close: { parameters: ["i32"], result: "i32" },
  mkdir: { parameters: ["buffer", "u32"], result: "i32" },
  symlink: { parameters: ["buffer", "buffer"], result: "i32" },
  fchownat: {
    parameters: ["i32", "buffer", "u32", "u32", "i32"],
    result: "i32",
  },
  utimensat: {
    parameters: ["i32", "buffer", "buffer", "i32"],
    result: "i32",
  },
  setxattr: {
    parameters: ["buffer", "buffer", "buffer", "usize", "i32"],
    result: "i32",
  },
  removexattr: { parameters: ["buffer", "buffer"], result: "i32" },
  __errno_location: { parameters: [], result: "pointer" },
} as const;

type Calls = Deno.DynamicLibrary<typeof SYMBOLS>["symbols"];

/** For one round of work. */
export function openMakeEntries(): MakeEntries {
  const library = Deno.dlopen("libc.so.6", SYMBOLS);
  const calls = library.symbols;
  const place = calls.__errno_location();
  if (place === null) throw new TypeError("Cannot find errno");
  const errno = new Deno.UnsafePointerView(place);
  const check = (result: number, doing: string): number => {
    if (result >= 0) return result;
    throw failure(doing, errno.getInt32());
  };
  const hold = (path: string) =>
    calls.open(c(path), O_PATH | O_NOFOLLOW | O_CLOEXEC, 0);
  return {
    file(path) {
      const flags = O_WRONLY | O_CREAT | O_EXCL | O_NOFOLLOW | O_CLOEXEC;
      const fd = check(calls.open(c(path), flags, 0o600), "make a file");
      return held(calls, fd, "file");
    },
    folder(path) {
      check(calls.mkdir(c(path), 0o700), "make a folder");
      return held(calls, check(hold(path), "open the new folder"), "folder");
    },
    link(path, target) {
      check(calls.symlink(c(target), c(path)), "make a link");
      return held(calls, check(hold(path), "open the new link"), "link");
    },
    hold(path) {
      const fd = hold(path);
      if (fd < 0) return undefined;
      const { isDirectory, isFile } = Deno.statSync(`/proc/self/fd/${fd}`);
      if (isDirectory) return held(calls, fd, "folder");
      if (isFile) return held(calls, fd, "file");
      calls.close(fd);
      return undefined;
    },
    [Symbol.dispose]: () => library.close(),
  };
}

function held(
  calls: Calls,
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
  calls: Calls,
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

/** asm-generic/errno.h. */
const CODES: Readonly<Record<number, readonly [code: string, words: string]>> =
  {
    1: ["EPERM", "it is not permitted"],
    2: ["ENOENT", "its folder is gone"],
    5: ["EIO", "the disk failed"],
    13: ["EACCES", "permission denied"],
    17: ["EEXIST", "something has the name"],
    20: ["ENOTDIR", "its folder is no folder"],
    28: ["ENOSPC", "the disk is full"],
    30: ["EROFS", "it can only be read"],
    36: ["ENAMETOOLONG", "its name is too long"],
    122: ["EDQUOT", "the quota is used up"],
  };

function failure(doing: string, errno: number): Error {
  const [code, words] = CODES[errno] ?? ["EIO", `error ${errno}`];
  return Object.assign(new Error(`Cannot ${doing}: ${words}`), { code });
}

function c(text: string): Uint8Array<ArrayBuffer> {
  const bytes = bytesOfName(text);
  const ended = new Uint8Array(bytes.length + 1);
  ended.set(bytes);
  return ended;
}
