// Copyright 2026 the airg authors. Apache-2.0 license.

/**
 * Folders that are held open, so that what is looked up in them is looked up
 * nowhere else, whatever somebody hostile does to the names meanwhile.
 *
 * A path is resolved anew by every call; an open folder is not. On Linux it is
 * opened by openat2(2) with RESOLVE_NO_SYMLINKS: where any component of the
 * path is a link by now, it is not opened. `/proc/self/fd/N` leads to that
 * folder and to no other (proc_pid_fd(5)), so Deno's own functions work below
 * it on names of one component. macOS has the same in `/.vol/DEVICE/INODE`.
 *
 * @module
 */

import { bytesOfName } from "./byte_names.ts";
import { FolderMoved } from "./in_folder.ts";

/** One open folder; close it again. */
export interface OpenFolder extends Disposable {
  /** Real path that it was opened under. */
  readonly path: string;
  /**
   * What stands before `/NAME` to mean NAME in this very folder. The last
   * component of such a path may still be a link: look with `lstat`, open with
   * {@linkcode PlainFiles.open}.
   */
  readonly at: string;
}

/** Opens folders until it is disposed of. */
export interface Folders extends Disposable {
  /**
   * Opens a folder.
   *
   * @param path Absolute, without links, as it was judged.
   * @throws {FolderMoved} Where a component is a link.
   * @throws {Deno.errors.NotFound | Deno.errors.NotADirectory | Deno.errors.PermissionDenied}
   */
  readonly open: (path: string) => OpenFolder;
}

const AT_FDCWD = -100;
/** The same number on x86_64 and aarch64 (include/uapi/asm-generic/unistd.h). */
const SYS_OPENAT2 = 437;
const O_PATH = 0o10000000;
const O_CLOEXEC = 0o2000000;
/** Those that are not: `include/uapi/asm/fcntl.h` of arm64 has its own. */
const O_DIRECTORY = Deno.build.arch === "aarch64" ? 0o40000 : 0o200000;
/** include/uapi/linux/openat2.h; the second covers `/proc/PID/fd` and its like. */
const RESOLVE_NO_SYMLINKS = 0x04;
const RESOLVE_NO_MAGICLINKS = 0x02;
const HOW_BYTES = 24;

const SYMBOLS = {
  syscall: {
    parameters: ["i64", "i32", "buffer", "buffer", "usize"],
    result: "i64",
  },
  close: { parameters: ["i32"], result: "i32" },
} as const;

/** For one round of work. */
export function openFolders(): Folders {
  if (Deno.build.os !== "linux") {
    return { open: openByInode, [Symbol.dispose]: () => {} };
  }
  const library = Deno.dlopen("libc.so.6", SYMBOLS);
  const how = howToOpen();
  return {
    open: (path) => openExactly(library.symbols, how, path),
    [Symbol.dispose]: () => library.close(),
  };
}

/** struct open_how, include/uapi/linux/openat2.h. */
function howToOpen(): Uint8Array<ArrayBuffer> {
  const bytes = new Uint8Array(HOW_BYTES);
  const view = new DataView(bytes.buffer);
  view.setBigUint64(0, BigInt(O_PATH | O_DIRECTORY | O_CLOEXEC), true);
  view.setBigUint64(8, 0n, true);
  view.setBigUint64(
    16,
    BigInt(RESOLVE_NO_SYMLINKS | RESOLVE_NO_MAGICLINKS),
    true,
  );
  return bytes;
}

function openExactly(
  { close, syscall }: Deno.DynamicLibrary<typeof SYMBOLS>["symbols"],
  how: Uint8Array<ArrayBuffer>,
  path: string,
): OpenFolder {
  const fd = Number(
    syscall(
      BigInt(SYS_OPENAT2),
      AT_FDCWD,
      bytesOfName(`${path}\0`),
      how,
      BigInt(HOW_BYTES),
    ),
  );
  if (fd < 0) throw reasonFor(path);
  return {
    path,
    at: `/proc/self/fd/${fd}`,
    [Symbol.dispose]: () => void close(fd),
  };
}

/** Why it could not be opened: nothing tells Deno the number of the error. */
function reasonFor(path: string): Error {
  try {
    const info = Deno.lstatSync(path);
    if (!info.isDirectory && !info.isSymlink) {
      return new Deno.errors.NotADirectory(
        `Cannot work in ${JSON.stringify(path)}: it is not a folder`,
      );
    }
  } catch (error) {
    if (error instanceof Error && "code" in error) return error;
    throw error;
  }
  return new FolderMoved(
    `Cannot work in ${JSON.stringify(path)}: it leads elsewhere`,
  );
}

/** By volume and number of the folder (`/.vol`, volfs of macOS), checked to be the one of that path. */
function openByInode(path: string): OpenFolder {
  if (Deno.realPathSync(path) !== path) throw reasonFor(path);
  const { dev, ino, isDirectory } = Deno.lstatSync(path);
  if (!isDirectory || ino === null) throw reasonFor(path);
  const at = `/.vol/${dev}/${ino}`;
  return { path, at, [Symbol.dispose]: () => {} };
}
