// Copyright 2026 the airg authors. Apache-2.0 license.

/**
 * What raw_tree.ts asks of the kernel about something that is held open.
 *
 * @module
 */

import { errorReader } from "./errno.ts";
import {
  AT_EMPTY_PATH,
  AT_NO_AUTOMOUNT,
  type Calls,
  openLibc,
} from "./libc.ts";
import type { RawInfo } from "./raw_tree.ts";
import { inMilliseconds, type Statx, statxOf } from "./statx.ts";

const NAMES = [
  "openat2",
  "openat",
  "close",
  "statx",
  "readlinkat",
  "getdents64",
  "lseek",
  "ioctl",
  "listxattr",
  "getxattr",
  "__errno_location",
] as const;

/** XATTR_LIST_MAX and XATTR_SIZE_MAX, include/uapi/linux/limits.h. */
export const ATTRIBUTE_BYTES = 65536;
/** No name: the open thing itself is meant. */
export const EMPTY = new Uint8Array(1);

/** What the calls need, once; close it again. */
export interface Kernel extends Disposable {
  readonly calls: Calls<typeof NAMES[number]>;
  /** Of the call that failed last. */
  readonly error: () => string;
  /** For one call at a time. */
  readonly room: Uint8Array<ArrayBuffer>;
}

/** For one round of work. */
export function openKernel(): Kernel {
  const libc = openLibc(...NAMES);
  return {
    calls: libc.calls,
    error: errorReader(libc.calls),
    room: new Uint8Array(ATTRIBUTE_BYTES),
    [Symbol.dispose]: () => libc[Symbol.dispose](),
  };
}

/** What the kernel refused. */
export class RawError extends Error {
  override name = "RawError";
  readonly code: string;
  constructor(doing: string, code: string) {
    super(`${doing}: ${WORDS.get(code) ?? code}`);
    this.code = code;
  }
}

const WORDS: ReadonlyMap<string, string> = new Map([
  ["EPERM", "it is not permitted"],
  ["EIO", "the disk cannot read it"],
  ["EAGAIN", "another process holds a lease on it"],
  ["EACCES", "permission denied"],
  ["EMFILE", "its folders are nested deeper than files can be open"],
  ["ENAMETOOLONG", "its path is too long"],
]);

/**
 * Looks at what a descriptor stands for.
 *
 * @throws {RawError}
 */
export function lookAt(
  { calls, error }: Kernel,
  fd: number,
  path: string,
): RawInfo {
  const found = statxOf(calls, fd, EMPTY, AT_EMPTY_PATH | AT_NO_AUTOMOUNT);
  if (found !== undefined) return infoOf(found);
  throw new RawError(`Cannot look at ${JSON.stringify(path)}`, error());
}

const KINDS: ReadonlyMap<number, readonly [RawInfo["type"], string]> = new Map([
  [0o10, ["file", "a file"]],
  [0o04, ["folder", "a folder"]],
  [0o12, ["link", "a link"]],
  [0o01, ["other", "a pipe"]],
  [0o02, ["other", "a device"]],
  [0o06, ["other", "a device"]],
  [0o14, ["other", "a socket"]],
]);

function infoOf(
  { ctime, dev, ino, mode, mtime, rdev: _, ...same }: Statx,
): RawInfo {
  const [type, kind] = KINDS.get(mode >> 12) ?? ["other", "something unknown"];
  const exact = [mtime, ctime].map(({ nanoseconds, seconds }) =>
    `${seconds}.${nanoseconds}`
  );
  return {
    ...same,
    type,
    kind,
    mode: mode & 0o7777,
    identity: `${dev.join(":")}:${ino}`,
    mtime: inMilliseconds(mtime),
    ctime: inMilliseconds(ctime),
    stamp: exact.join(" "),
  };
}
