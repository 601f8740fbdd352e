// Copyright 2026 the airg authors. Apache-2.0 license.

/**
 * Content of a plain file that raw_tree.ts holds: data, holes, and copies that
 * share the blocks.
 *
 * @module
 */

import {
  AT_FDCWD,
  c,
  O_CLOEXEC,
  O_NOFOLLOW,
  O_NONBLOCK,
  O_WRONLY,
} from "./libc.ts";
import { type Kernel, lookAt, RawError } from "./raw_kernel.ts";
import type { RawContent } from "./raw_tree.ts";

const SEEK_DATA = 3;
const SEEK_HOLE = 4;
/** include/uapi/linux/fs.h. */
const FICLONE = 0x40049409n;

/**
 * Opens it for reading.
 *
 * @param at Where the held file is below `/proc/self/fd`.
 * @throws {RawError}
 */
export function openContent(
  kernel: Kernel,
  at: string,
  path: string,
  size: number,
): RawContent {
  const { calls, error } = kernel;
  // A lease on the file would make an ordinary open wait for its holder.
  const flags = O_NONBLOCK | O_CLOEXEC;
  const fd = calls.openat(AT_FDCWD, c(at), flags, 0);
  if (fd < 0) {
    throw new RawError(`Cannot read ${JSON.stringify(path)}`, error());
  }
  const seek = (from: number, whence: number) =>
    Number(calls.lseek(fd, BigInt(from), whence));
  try {
    const file = Deno.openSync(`/proc/self/fd/${fd}`);
    return {
      file,
      nextData(from) {
        const to = seek(from, SEEK_DATA);
        if (to >= 0) return to;
        // Of a file system that knows no holes, all is data.
        return error() === "ENXIO" ? undefined : from;
      },
      nextHole(from) {
        const to = seek(from, SEEK_HOLE);
        return to > from ? to : size;
      },
      cloneTo: (target) => clone(kernel, fd, target),
      [Symbol.dispose]: () => {
        file.close();
        calls.close(fd);
      },
    };
  } catch (error) {
    calls.close(fd);
    throw error;
  }
}

function clone(
  kernel: Kernel,
  from: number,
  target: string,
): RawContent | undefined {
  const { calls } = kernel;
  const flags = O_WRONLY | O_NOFOLLOW | O_CLOEXEC;
  const to = calls.openat(AT_FDCWD, c(target), flags, 0);
  if (to < 0) return undefined;
  try {
    if (calls.ioctl(to, FICLONE, from) !== 0) return undefined;
    const { size } = lookAt(kernel, to, target);
    // Its own holes: those of the live file may be others by now.
    return openContent(kernel, `/proc/self/fd/${to}`, target, size);
  } finally {
    calls.close(to);
  }
}
