// Copyright 2026 the airg authors. Apache-2.0 license.

/**
 * The C library of Linux, which Deno itself is linked to: the one table of what
 * airg calls in it, with the constants and the errors of those calls.
 *
 * Loaded where something of it is needed and not before: each symbol costs a
 * start about half a millisecond, so whoever opens it names those it uses.
 *
 * @module
 */

import { bytesOfName } from "./byte_names.ts";

/** Numbers of calls that older C libraries have no function for (asm/unistd.h). */
export const SYS_OPENAT2 = 437n;
/** Its numbers differ (include/uapi/asm-generic/unistd.h). */
export const SYS_GETDENTS64 = Deno.build.arch === "aarch64" ? 61n : 217n;

/** All that may be asked for; two are asked of the kernel by their number. */
const SYMBOLS = {
  open: { parameters: ["buffer", "i32", "u32"], result: "i32" },
  openat: { parameters: ["i32", "buffer", "i32", "u32"], result: "i32" },
  openat2: {
    name: "syscall",
    parameters: ["i64", "i32", "buffer", "buffer", "usize"],
    result: "i64",
  },
  close: { parameters: ["i32"], result: "i32" },
  read: { parameters: ["i32", "buffer", "usize"], result: "isize" },
  write: { parameters: ["i32", "buffer", "usize"], result: "isize" },
  lseek: { parameters: ["i32", "i64", "i32"], result: "i64" },
  ioctl: { parameters: ["i32", "u64", "i32"], result: "i32" },
  statx: {
    parameters: ["i32", "buffer", "i32", "u32", "buffer"],
    result: "i32",
  },
  getdents64: {
    name: "syscall",
    parameters: ["i64", "i32", "buffer", "usize"],
    result: "i64",
  },
  readlinkat: {
    parameters: ["i32", "buffer", "buffer", "usize"],
    result: "isize",
  },
  mkdir: { parameters: ["buffer", "u32"], result: "i32" },
  symlink: { parameters: ["buffer", "buffer"], result: "i32" },
  unlink: { parameters: ["buffer"], result: "i32" },
  rmdir: { parameters: ["buffer"], result: "i32" },
  renameat2: {
    parameters: ["i32", "buffer", "i32", "buffer", "u32"],
    result: "i32",
  },
  fchmod: { parameters: ["i32", "u32"], result: "i32" },
  fchown: { parameters: ["i32", "u32", "u32"], result: "i32" },
  fchownat: {
    parameters: ["i32", "buffer", "u32", "u32", "i32"],
    result: "i32",
  },
  utimensat: {
    parameters: ["i32", "buffer", "buffer", "i32"],
    result: "i32",
  },
  listxattr: { parameters: ["buffer", "buffer", "usize"], result: "isize" },
  getxattr: {
    parameters: ["buffer", "buffer", "buffer", "usize"],
    result: "isize",
  },
  lgetxattr: {
    parameters: ["buffer", "buffer", "buffer", "usize"],
    result: "isize",
  },
  removexattr: { parameters: ["buffer", "buffer"], result: "i32" },
  setxattr: {
    parameters: ["buffer", "buffer", "buffer", "usize", "i32"],
    result: "i32",
  },
  syncfs: { parameters: ["i32"], result: "i32" },
  __errno_location: { parameters: [], result: "pointer" },
} as const;

type Symbols = typeof SYMBOLS;
type Name = keyof Symbols;

/** Functions of the library, in `calls` of {@linkcode Libc}. */
export type Calls<Names extends Name> = Deno.DynamicLibrary<
  Pick<Symbols, Names>
>["symbols"];

/** The library with the functions that were asked for; close it again. */
export interface Libc<Names extends Name> extends Disposable {
  readonly calls: Calls<Names>;
}

/** Opens the library. */
export function openLibc<Names extends Name>(
  ...names: readonly Names[]
): Libc<Names> {
  const library = Deno.dlopen("libc.so.6", pick(names));
  return { calls: library.symbols, [Symbol.dispose]: () => library.close() };
}

function pick<Names extends Name>(
  names: readonly Names[],
): Pick<Symbols, Names> {
  const picked: Partial<Pick<Symbols, Names>> = {};
  for (const name of names) picked[name] = SYMBOLS[name];
  // All of them are there now, which the compiler does not follow.
  return picked as Pick<Symbols, Names>;
}

/** Numbers that are the same on x86_64 and aarch64 (fcntl.h). */
export const O_WRONLY = 0o1;
/** Makes the file where there is none. */
export const O_CREAT = 0o100;
/** Fails where there is one. */
export const O_EXCL = 0o200;
/** Waits for no pipe and no lease. */
export const O_NONBLOCK = 0o4000;
/** Is not handed on to programs. */
export const O_CLOEXEC = 0o2000000;
/** Neither follows nor opens anything: a name for what is there. */
export const O_PATH = 0o10000000;
/** Those that are not: `include/uapi/asm/fcntl.h` of arm64 has its own. */
export const O_DIRECTORY = Deno.build.arch === "aarch64" ? 0o40000 : 0o200000;
/** Fails on a link in the last place. */
export const O_NOFOLLOW = Deno.build.arch === "aarch64" ? 0o100000 : 0o400000;
/** In place of a folder: the current one. */
export const AT_FDCWD = -100;
/** Means a link itself. */
export const AT_SYMLINK_NOFOLLOW = 0x100;
/** Mounts nothing. */
export const AT_NO_AUTOMOUNT = 0x800;
/** Means what is open. */
export const AT_EMPTY_PATH = 0x1000;

/** Text with the NUL that ends it for the library. */
export function c(text: string): Uint8Array<ArrayBuffer> {
  return bytesOfName(`${text}\0`);
}
