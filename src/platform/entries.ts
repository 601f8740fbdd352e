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

import { isByteName } from "./byte_names.ts";
import { directoryEntries } from "./directory_entries.ts";
import { type Kind, kindOfEntry } from "./kind.ts";
import {
  AT_FDCWD,
  c,
  type Calls,
  O_CLOEXEC,
  O_DIRECTORY,
  openLibc,
} from "./libc.ts";
import { openName } from "./open_exactly.ts";

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

/** include/uapi/linux/fs.h */
const RENAME_NOREPLACE = 1;
const RENAME_EXCHANGE = 2;

/** For one round of work. */
export function openEntries(): Entries {
  if (Deno.build.os !== "linux") return withoutLibrary();
  const libc = openLibc(
    "renameat2",
    "unlink",
    "rmdir",
    "open",
    "close",
    "getdents64",
  );
  const { renameat2, rmdir, unlink } = libc.calls;
  const rename = (from: string, to: string, flags: number): boolean =>
    renameat2(AT_FDCWD, c(from), AT_FDCWD, c(to), flags) === 0;
  return {
    list: (at) => listed(libc.calls, at),
    look: (path) => look(libc.calls, path),
    swap: (a, b) => rename(a, b, RENAME_EXCHANGE),
    moveToFree: (from, to) => rename(from, to, RENAME_NOREPLACE),
    unlink: (path) => unlink(c(path)) === 0,
    removeFolder: (path) => rmdir(c(path)) === 0,
    [Symbol.dispose]: () => libc[Symbol.dispose](),
  };
}

type Listing = Calls<"open" | "close" | "getdents64">;

/** A part at a time: a folder may hold a million names, and who asks may want few. */
function* listed(
  calls: Listing,
  at: string,
): Generator<Entry> {
  const fd = calls.open(c(`${at}/.`), O_DIRECTORY | O_CLOEXEC, 0);
  if (fd < 0) {
    const error = new Deno.errors.PermissionDenied("It cannot be listed");
    throw Object.assign(error, { code: "EACCES" });
  }
  try {
    for (const { name, type } of directoryEntries(calls, fd)) {
      yield { name, kind: TYPES[type] ?? "other" };
    }
  } finally {
    calls.close(fd);
  }
}

/** DT_DIR, DT_REG and DT_LNK. */
const TYPES: Readonly<Record<number, Kind>> = {
  4: "folder",
  8: "file",
  10: "link",
};

function look(
  calls: Calls<"open" | "close">,
  path: string,
): Deno.FileInfo | undefined {
  if (!isByteName(path)) return lookPlain(path);
  const fd = openName(calls, path);
  if (fd < 0) return undefined;
  try {
    return Deno.statSync(`/proc/self/fd/${fd}`);
  } finally {
    calls.close(fd);
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
        kind: kindOfEntry(entry),
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
