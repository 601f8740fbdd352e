// Copyright 2026 the airg authors. Apache-2.0 license.

/**
 * Moves and removes single names in folders where somebody hostile is at work,
 * without losing what came there meanwhile.
 *
 * What Deno lacks for that: names that are no UTF-8, and renames that exchange
 * two names, or fail where there is one (renameat2(2)). Paths are those of an
 * open folder (open_folder.ts) with one name; no link in the last place is
 * followed.
 *
 * @module
 */

import { bytesOfName, isByteName, nameOfBytes } from "./byte_names.ts";

/** What stands at a name. */
export type Kind = "file" | "folder" | "link" | "other";

/** One name of a folder. */
export interface Entry {
  readonly name: string;
  readonly kind: Kind;
}

/** Works on single names; close it again. */
export interface Entries extends Disposable {
  /**
   * Names in a folder, in no order.
   *
   * @param at Of an open folder.
   * @throws What the machine says.
   */
  readonly list: (at: string) => Iterable<Entry>;
  /** What stands there, or `undefined`. */
  readonly look: (path: string) => Deno.FileInfo | undefined;
  /** Exchanges two names in one step; `false` where it cannot be done. */
  readonly swap: (a: string, b: string) => boolean;
  /** Renames in one step to a name that is free; `false` where it cannot be done. */
  readonly moveToFree: (from: string, to: string) => boolean;
  /** Removes what is no folder; `false` where it cannot be done. */
  readonly unlink: (path: string) => boolean;
  /** Removes an empty folder; `false` where it cannot be done. */
  readonly removeFolder: (path: string) => boolean;
}

const AT_FDCWD = -100;
/** include/uapi/linux/fs.h */
const RENAME_NOREPLACE = 1;
const RENAME_EXCHANGE = 2;
const O_PATH = 0o10000000;
const O_CLOEXEC = 0o2000000;
const O_NOFOLLOW = Deno.build.arch === "aarch64" ? 0o100000 : 0o400000;
const O_DIRECTORY = Deno.build.arch === "aarch64" ? 0o40000 : 0o200000;
/** Of the kernel, for getdents64(2). */
const SYS_GETDENTS64 = Deno.build.arch === "aarch64" ? 61 : 217;
const ENTRY_BYTES = 32 * 1024;

const SYMBOLS = {
  renameat2: {
    parameters: ["i32", "buffer", "i32", "buffer", "u32"],
    result: "i32",
  },
  unlink: { parameters: ["buffer"], result: "i32" },
  rmdir: { parameters: ["buffer"], result: "i32" },
  open: { parameters: ["buffer", "i32", "u32"], result: "i32" },
  close: { parameters: ["i32"], result: "i32" },
  syscall: {
    parameters: ["i64", "i32", "buffer", "usize"],
    result: "i64",
  },
} as const;

type Calls = Deno.DynamicLibrary<typeof SYMBOLS>["symbols"];

/** For one round of work. */
export function openEntries(): Entries {
  if (Deno.build.os !== "linux") return withoutLibrary();
  const library = Deno.dlopen("libc.so.6", SYMBOLS);
  const { renameat2, rmdir, unlink } = library.symbols;
  const rename = (from: string, to: string, flags: number): boolean =>
    renameat2(AT_FDCWD, c(from), AT_FDCWD, c(to), flags) === 0;
  return {
    list: (at) => listed(library.symbols, at),
    look: (path) => look(library.symbols, path),
    swap: (a, b) => rename(a, b, RENAME_EXCHANGE),
    moveToFree: (from, to) => rename(from, to, RENAME_NOREPLACE),
    unlink: (path) => unlink(c(path)) === 0,
    removeFolder: (path) => rmdir(c(path)) === 0,
    [Symbol.dispose]: () => library.close(),
  };
}

/** A part at a time: a folder may hold a million names, and who asks may want few. */
function* listed(
  { close, open, syscall }: Calls,
  at: string,
): Generator<Entry> {
  const fd = open(c(`${at}/.`), O_DIRECTORY | O_CLOEXEC, 0);
  if (fd < 0) {
    const error = new Deno.errors.PermissionDenied("It cannot be listed");
    throw Object.assign(error, { code: "EACCES" });
  }
  try {
    const buffer = new Uint8Array(ENTRY_BYTES);
    while (true) {
      const count = Number(
        syscall(BigInt(SYS_GETDENTS64), fd, buffer, BigInt(ENTRY_BYTES)),
      );
      if (count <= 0) return;
      yield* entriesIn(buffer.subarray(0, count));
    }
  } finally {
    close(fd);
  }
}

/** struct linux_dirent64, include/linux/dirent.h; types of readdir(3). */
function* entriesIn(bytes: Uint8Array<ArrayBuffer>): Generator<Entry> {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.length);
  for (let at = 0; at < bytes.length;) {
    const length = view.getUint16(at + 16, true);
    const type = view.getUint8(at + 18);
    const end = bytes.indexOf(0, at + 19);
    const name = nameOfBytes(bytes.slice(at + 19, end));
    if (name !== "." && name !== "..") {
      yield { name, kind: TYPES[type] ?? "other" };
    }
    at += length;
  }
}

/** DT_DIR, DT_REG and DT_LNK. */
const TYPES: Readonly<Record<number, Kind>> = {
  4: "folder",
  8: "file",
  10: "link",
};

/** The kind of what Deno describes. */
function kindOf(
  info: Pick<Deno.FileInfo, "isFile" | "isDirectory" | "isSymlink">,
): Kind {
  return info.isSymlink
    ? "link"
    : info.isDirectory
    ? "folder"
    : info.isFile
    ? "file"
    : "other";
}

function look(
  { close, open }: Calls,
  path: string,
): Deno.FileInfo | undefined {
  if (!isByteName(path)) return lookPlain(path);
  const fd = open(c(path), O_PATH | O_NOFOLLOW | O_CLOEXEC, 0);
  if (fd < 0) return undefined;
  try {
    return Deno.statSync(`/proc/self/fd/${fd}`);
  } finally {
    close(fd);
  }
}

function lookPlain(path: string): Deno.FileInfo | undefined {
  try {
    return Deno.lstatSync(path);
  } catch (error) {
    if (error instanceof Deno.errors.NotFound) return undefined;
    throw error;
  }
}

/** As far as Deno itself goes: two steps where Linux has one. */
function withoutLibrary(): Entries {
  const done = (use: () => void): boolean => {
    try {
      use();
      return true;
    } catch (error) {
      if (error instanceof Error && "code" in error) return false;
      throw error;
    }
  };
  return {
    list: (at) =>
      Deno.readDirSync(at).map((entry) => ({
        name: entry.name,
        kind: kindOf(entry),
      })),
    look: lookPlain,
    swap: () => false,
    moveToFree: (from, to) =>
      lookPlain(to) === undefined && done(() => Deno.renameSync(from, to)),
    unlink: (path) => done(() => Deno.removeSync(path)),
    removeFolder: (path) => done(() => Deno.removeSync(path)),
    [Symbol.dispose]: () => {},
  };
}

function c(text: string): Uint8Array<ArrayBuffer> {
  const bytes = bytesOfName(text);
  const ended = new Uint8Array(bytes.length + 1);
  ended.set(bytes);
  return ended;
}
