// Copyright 2026 the airg authors. Apache-2.0 license.

/**
 * What Deno does not tell of a file: when its entry changed, to the nanosecond
 * (Deno 2.9 cuts `ctime` to seconds), and its extended attributes. Asked of the
 * C library that Deno itself is linked to (statx(2), getxattr(2));
 * Linux only.
 *
 * @module
 */

import { AT_FDCWD, AT_SYMLINK_NOFOLLOW, c, openLibc } from "./libc.ts";
import { inMilliseconds, type Statx, statxOf } from "./statx.ts";

/** A path as it is on the disk, links not followed. */
export interface ExactInfo {
  /** Type and permission bits, as in stat(2). */
  readonly mode: number;
  readonly size: number;
  readonly uid: number;
  readonly gid: number;
  /** Major and minor number in one. */
  readonly dev: number;
  /** Of a device; 0 for the rest. */
  readonly rdev: number;
  readonly ino: number;
  /** Milliseconds since the Unix epoch, with a fraction; both. */
  readonly mtime: number;
  readonly ctime: number;
}

/** Answers about paths; a link in the last place is not followed. */
export interface ExactFiles extends Disposable {
  /** `undefined` where nothing is. */
  readonly look: (path: string) => ExactInfo | undefined;
  /** An extended attribute as text, or `undefined` where there is none. */
  readonly attribute: (path: string, name: string) => string | undefined;
}

/** Bytes of an attribute that are read; the kernel's own marks have one to a few dozen. */
const ATTRIBUTE_BYTES = 256;

/** Opens the C library; close it again, it is a resource. */
export function openExactFiles(): ExactFiles {
  const libc = openLibc("lgetxattr", "statx");
  const value = new Uint8Array(ATTRIBUTE_BYTES);
  const { calls } = libc;
  return {
    look(path) {
      const found = statxOf(calls, AT_FDCWD, c(path), AT_SYMLINK_NOFOLLOW);
      return found === undefined ? absence(path) : infoOf(found);
    },
    attribute(path, name) {
      const room = BigInt(ATTRIBUTE_BYTES);
      const length = Number(calls.lgetxattr(c(path), c(name), value, room));
      // Whatever the reason (none there, not kept by this file system): no mark.
      if (length < 0) return undefined;
      return new TextDecoder().decode(value.subarray(0, length));
    },
    [Symbol.dispose]: () => libc[Symbol.dispose](),
  };
}

/** Nothing is there, or the machine's own error. */
function absence(path: string): undefined {
  try {
    Deno.lstatSync(path);
  } catch (error) {
    if (
      error instanceof Deno.errors.NotFound ||
      error instanceof Deno.errors.NotADirectory
    ) return undefined;
    throw error;
  }
  // There after all: it came between the two looks, too late to be seen.
  return undefined;
}

function infoOf({ ctime, dev, ino, mtime, rdev, ...found }: Statx): ExactInfo {
  const { gid, mode, size, uid } = found;
  const device = ([major, minor]: Statx["dev"]) => major * 2 ** 20 + minor;
  return {
    uid,
    gid,
    mode,
    ino: Number(ino),
    size,
    ctime: inMilliseconds(ctime),
    mtime: inMilliseconds(mtime),
    rdev: device(rdev),
    dev: device(dev),
  };
}
