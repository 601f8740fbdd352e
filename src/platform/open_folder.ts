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

import { FolderMoved } from "./in_folder.ts";
import { type Calls, openLibc } from "./libc.ts";
import { openFolderExactly } from "./open_exactly.ts";

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

/** For one round of work. */
export function openFolders(): Folders {
  if (Deno.build.os !== "linux") {
    return { open: openByInode, [Symbol.dispose]: () => {} };
  }
  const libc = openLibc("openat2", "close");
  return {
    open: (path) => openExactly(libc.calls, path),
    [Symbol.dispose]: () => libc[Symbol.dispose](),
  };
}

function openExactly(
  calls: Calls<"openat2" | "close">,
  path: string,
): OpenFolder {
  const fd = openFolderExactly(calls, path);
  if (fd < 0) throw reasonFor(path);
  return {
    path,
    at: `/proc/self/fd/${fd}`,
    [Symbol.dispose]: () => void calls.close(fd),
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
