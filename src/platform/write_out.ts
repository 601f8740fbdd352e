// Copyright 2026 the airg authors. Apache-2.0 license.

/**
 * Writes a whole file system out (syncfs(2)), which costs less than many files
 * one by one. Linux only.
 *
 * @module
 */

import { c, O_CLOEXEC, openLibc } from "./libc.ts";

/**
 * Returns when the disk has all of the file system that a path lies on.
 *
 * @throws {Error} Where it cannot be opened, or the disk refuses.
 */
export function writeOutDisk(path: string): void {
  using libc = openLibc("open", "syncfs", "close");
  const { close, open, syncfs } = libc.calls;
  const fd = open(c(path), O_CLOEXEC, 0);
  const isDone = fd >= 0 && syncfs(fd) === 0;
  if (fd >= 0) close(fd);
  if (!isDone) {
    throw new Error(`Cannot write out the disk of ${JSON.stringify(path)}`);
  }
}
