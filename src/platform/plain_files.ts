// Copyright 2026 the airg authors. Apache-2.0 license.

/**
 * Reads and replaces plain files in folders where somebody hostile is at work
 * at the same time.
 *
 * What Deno lacks for that: an open that waits for nobody (a pipe put in a
 * file's place would hold airg up for ever), and an owner and a mode set on the
 * open file (by name, a link put in its place would give away another file). So
 * the C library is asked, which is loaded when it is first needed; node:fs
 * could do the same and takes twenty times as long to load.
 *
 * @module
 */

import {
  c,
  type Calls,
  type Libc,
  O_CLOEXEC,
  O_CREAT,
  O_EXCL,
  O_NOFOLLOW,
  O_NONBLOCK,
  O_WRONLY,
  openLibc,
} from "./libc.ts";
import { openName } from "./open_exactly.ts";

/** Who a new file belongs to, and what may be done with it. */
export interface NewFile {
  readonly mode: number;
  /** Absent: whoever airg is. */
  readonly owner?: { readonly uid: number; readonly gid: number };
}

/** What such a file was when it was opened. */
export type Opened = Pick<Deno.FileInfo, "dev" | "ino" | "size" | "isFile">;

/** Works on plain files alone; close it again. */
export interface PlainFiles extends Disposable {
  /**
   * Opens `path` for reading without waiting and without following a link in
   * the last place; `undefined` if that does not give a plain file.
   */
  readonly open: (path: string) => Deno.FsFile | undefined;
  /** Puts `bytes` under `name`, one component in the current folder, atomically. */
  readonly replace: (name: string, bytes: Uint8Array, file: NewFile) => void;
}

const NAMES = ["open", "write", "fchown", "fchmod", "close"] as const;
type Used = Calls<typeof NAMES[number]>;

/** For one round of work. */
export function plainFiles(): PlainFiles {
  if (Deno.build.os !== "linux") return withoutLibrary();
  let libc: Libc<typeof NAMES[number]> | undefined;
  const calls = () => (libc ??= openLibc(...NAMES)).calls;
  return {
    open: (path) => openPlain(calls(), path),
    replace: (name, bytes, file) => replace(calls(), name, bytes, file),
    [Symbol.dispose]: () => libc?.[Symbol.dispose](),
  };
}

function openPlain(calls: Used, path: string): Deno.FsFile | undefined {
  const fd = openName(calls, path);
  if (fd < 0) return undefined;
  try {
    const name = `/proc/self/fd/${fd}`;
    // What a descriptor stands for does not change: no pipe comes in between.
    if (!Deno.statSync(name).isFile) return undefined;
    // As long as this is open, nobody can take a lease that Deno would wait for.
    const held = calls.open(c(name), O_NONBLOCK | O_CLOEXEC, 0);
    if (held < 0) return undefined;
    try {
      return Deno.openSync(name);
    } finally {
      calls.close(held);
    }
  } catch (error) {
    if (error instanceof Error && "code" in error) return undefined;
    throw error;
  } finally {
    calls.close(fd);
  }
}

function replace(
  { close, fchmod, fchown, open, write }: Used,
  name: string,
  bytes: Uint8Array,
  { mode, owner }: NewFile,
): void {
  const temporary = `.airg-${crypto.randomUUID()}`;
  const flags = O_WRONLY | O_CREAT | O_EXCL | O_NOFOLLOW | O_CLOEXEC;
  const fd = open(c(temporary), flags, 0o600);
  if (fd < 0) throw failure("no file can be made in its folder");
  try {
    try {
      for (let at = 0; at < bytes.length;) {
        const rest = bytes.slice(at);
        const count = Number(write(fd, rest, BigInt(rest.length)));
        if (count <= 0) throw failure("it could not be written");
        at += count;
      }
      const { uid, gid } = owner ?? { uid: undefined, gid: undefined };
      const isOurs = uid === undefined || gid === undefined ||
        fchown(fd, uid, gid) === 0;
      if (!isOurs || fchmod(fd, mode) !== 0) {
        throw failure("its owner or mode could not be set");
      }
    } finally {
      close(fd);
    }
    Deno.renameSync(temporary, name);
  } catch (error) {
    Deno.removeSync(temporary);
    throw error;
  }
}

/** As far as Deno itself goes. */
function withoutLibrary(): PlainFiles {
  return {
    open(path) {
      try {
        return Deno.lstatSync(path).isFile ? Deno.openSync(path) : undefined;
      } catch (error) {
        if (error instanceof Error && "code" in error) return undefined;
        throw error;
      }
    },
    replace(name, bytes, { mode }) {
      const temporary = `.airg-${crypto.randomUUID()}`;
      Deno.writeFileSync(temporary, bytes, { mode: 0o600, createNew: true });
      Deno.chmodSync(temporary, mode);
      Deno.renameSync(temporary, name);
    },
    [Symbol.dispose]: () => {},
  };
}

/** Like the machine's own errors: with a code. */
function failure(message: string): Error {
  return Object.assign(new Error(message), { code: "EIO" });
}
