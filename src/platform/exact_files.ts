// Copyright 2026 the airg authors. Apache-2.0 license.

/**
 * What Deno does not tell of a file: when its entry changed, to the nanosecond
 * (Deno 2.9 cuts `ctime` to seconds), and its extended attributes. Asked of the
 * C library that Deno itself is linked to (statx(2), getxattr(2), syncfs(2));
 * Linux only.
 *
 * @module
 */

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
  /** Returns when the disk has all of the file system that an open file lies on. */
  readonly syncAll: (fd: number) => void;
}

const AT_FDCWD = -100;
const AT_SYMLINK_NOFOLLOW = 0x100;
const STATX_BASIC_STATS = 0x7ff;
const STATX_BYTES = 256;
/** Bytes of an attribute that are read; the kernel's own marks have one to a few dozen. */
const ATTRIBUTE_BYTES = 256;

/** Opens the C library; close it again, it is a resource. */
export function openExactFiles(): ExactFiles {
  const library = Deno.dlopen("libc.so.6", {
    lgetxattr: {
      parameters: ["buffer", "buffer", "buffer", "usize"],
      result: "isize",
    },
    syncfs: { parameters: ["i32"], result: "i32" },
    statx: {
      parameters: ["i32", "buffer", "i32", "u32", "buffer"],
      result: "i32",
    },
  });
  const encoder = new TextEncoder();
  const c = (text: string) => encoder.encode(`${text}\0`);
  const found = new Uint8Array(STATX_BYTES);
  const value = new Uint8Array(ATTRIBUTE_BYTES);
  const { lgetxattr, statx, syncfs } = library.symbols;
  return {
    look(path) {
      const code = statx(
        AT_FDCWD,
        c(path),
        AT_SYMLINK_NOFOLLOW,
        STATX_BASIC_STATS,
        found,
      );
      return code === 0 ? infoIn(found) : absence(path);
    },
    attribute(path, name) {
      const room = BigInt(ATTRIBUTE_BYTES);
      const length = Number(lgetxattr(c(path), c(name), value, room));
      // Whatever the reason (none there, not kept by this file system): no mark.
      if (length < 0) return undefined;
      return new TextDecoder().decode(value.subarray(0, length));
    },
    syncAll(fd) {
      if (syncfs(fd) !== 0) throw new Error("Cannot write the disk out");
    },
    [Symbol.dispose]: () => library.close(),
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

/** struct statx, include/uapi/linux/stat.h; its size is the same everywhere. */
function infoIn(bytes: Uint8Array): ExactInfo {
  const view = new DataView(bytes.buffer);
  const u32 = (at: number) => view.getUint32(at, true);
  const u64 = (at: number) => Number(view.getBigUint64(at, true));
  const time = (at: number) =>
    Number(view.getBigInt64(at, true)) * 1000 + u32(at + 8) / 1e6;
  const device = (at: number) => u32(at) * 2 ** 20 + u32(at + 4);
  return {
    uid: u32(20),
    gid: u32(24),
    mode: view.getUint16(28, true),
    ino: u64(32),
    size: u64(40),
    ctime: time(96),
    mtime: time(112),
    rdev: device(128),
    dev: device(136),
  };
}
