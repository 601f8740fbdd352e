// Copyright 2026 the airg authors. Apache-2.0 license.

/**
 * Access lists and the user's own attributes of one file for another (acl(5),
 * xattr(7)). Capabilities are left out: they were given to the old content.
 *
 * @module
 */

import { bytesOfName, nameOfBytes } from "./byte_names.ts";

/** Works on attributes; close it again. */
export interface FileAttributes extends Disposable {
  /**
   * Gives an open file what is at `from`, which is not followed.
   *
   * @returns Whether the access list could be kept.
   */
  readonly copy: (from: string, fd: number) => boolean;
}

/** Without it the mode says less than it seems to: its group is the list's mask. */
const ACCESS_LIST = "system.posix_acl_access";
/** What one file system of Linux or another lets a name or a value have. */
const MOST_BYTES = 64 * 1024;

const SYMBOLS = {
  llistxattr: { parameters: ["buffer", "buffer", "usize"], result: "isize" },
  lgetxattr: {
    parameters: ["buffer", "buffer", "buffer", "usize"],
    result: "isize",
  },
  fsetxattr: {
    parameters: ["i32", "buffer", "buffer", "usize", "i32"],
    result: "i32",
  },
} as const;

/** For one round of work. */
export function openAttributes(): FileAttributes {
  if (Deno.build.os !== "linux") {
    return { copy: () => true, [Symbol.dispose]: () => {} };
  }
  const library = Deno.dlopen("libc.so.6", SYMBOLS);
  const { fsetxattr, lgetxattr, llistxattr } = library.symbols;
  const room = new Uint8Array(MOST_BYTES);
  const size = BigInt(MOST_BYTES);
  const copyOne = (from: string, name: string, fd: number): boolean => {
    const count = Number(lgetxattr(c(from), c(name), room, size));
    return count < 0 ||
      fsetxattr(fd, c(name), room.slice(0, count), BigInt(count), 0) === 0;
  };
  return {
    copy(from, fd) {
      const count = Number(llistxattr(c(from), room, size));
      const names = nameOfBytes(room.slice(0, Math.max(0, count))).split("\0");
      for (const name of names) {
        // They are for people and programs; what cannot be kept protects nothing.
        if (name.startsWith("user.")) copyOne(from, name, fd);
      }
      return !names.includes(ACCESS_LIST) || copyOne(from, ACCESS_LIST, fd);
    },
    [Symbol.dispose]: () => library.close(),
  };
}

function c(text: string): Uint8Array<ArrayBuffer> {
  const bytes = bytesOfName(text);
  const ended = new Uint8Array(bytes.length + 1);
  ended.set(bytes);
  return ended;
}
