// Copyright 2026 the airg authors. Apache-2.0 license.

/**
 * Opens the very thing that a path names, to be held and asked, and nothing
 * that a link leads to; neither waits for anybody nor runs anything. Linux only.
 *
 * @module
 */

import {
  AT_FDCWD,
  c,
  type Calls,
  O_CLOEXEC,
  O_DIRECTORY,
  O_NOFOLLOW,
  O_PATH,
  SYS_OPENAT2,
} from "./libc.ts";

/** Opens what has the name, a link or a pipe too; negative: it cannot be. */
export function openName({ open }: Calls<"open">, path: string): number {
  return open(c(path), O_PATH | O_NOFOLLOW | O_CLOEXEC, 0);
}

/** The same of a name in an open folder. */
export function openNameIn(
  { openat }: Calls<"openat">,
  folder: number,
  name: string,
): number {
  return openat(folder, c(name), O_PATH | O_NOFOLLOW | O_CLOEXEC, 0);
}

/** include/uapi/linux/openat2.h; the second covers `/proc/PID/fd` and its like. */
const RESOLVE_NO_SYMLINKS = 0x04n;
const RESOLVE_NO_MAGICLINKS = 0x02n;
const HOW_BYTES = 24;

/** Opens a folder where no component of the path is a link; negative: it cannot be. */
export function openFolderExactly(
  { openat2 }: Calls<"openat2">,
  path: string,
): number {
  // struct open_how
  const how = new DataView(new ArrayBuffer(HOW_BYTES));
  how.setBigUint64(0, BigInt(O_PATH | O_DIRECTORY | O_CLOEXEC), true);
  how.setBigUint64(16, RESOLVE_NO_SYMLINKS | RESOLVE_NO_MAGICLINKS, true);
  const bytes = new Uint8Array(how.buffer);
  return Number(
    openat2(SYS_OPENAT2, AT_FDCWD, c(path), bytes, BigInt(HOW_BYTES)),
  );
}
