// Copyright 2026 the airg authors. Apache-2.0 license.

/**
 * What the kernel knows of a file, to the nanosecond. Linux only.
 *
 * @module
 */

import type { Calls } from "./libc.ts";

const STATX_BASIC_STATS = 0x7ff;
const STATX_BYTES = 256;

/** Of struct statx, include/uapi/linux/stat.h; its size is the same everywhere. */
export interface Statx {
  /** Type and permission bits, as in stat(2). */
  readonly mode: number;
  readonly links: number;
  readonly uid: number;
  readonly gid: number;
  readonly ino: bigint;
  readonly size: number;
  /** Bytes that the disk spends on it. */
  readonly allocated: number;
  readonly mtime: StatxTime;
  readonly ctime: StatxTime;
  /** Major and minor number. */
  readonly rdev: readonly [number, number];
  readonly dev: readonly [number, number];
}

/** Since the Unix epoch. */
export interface StatxTime {
  readonly seconds: bigint;
  readonly nanoseconds: number;
}

/** Asks about a name in an open folder, or with its flag of the open thing itself. */
export function statxOf(
  { statx }: Calls<"statx">,
  fd: number,
  name: Uint8Array<ArrayBuffer>,
  flags: number,
): Statx | undefined {
  const found = new Uint8Array(STATX_BYTES);
  const code = statx(fd, name, flags, STATX_BASIC_STATS, found);
  return code === 0 ? statxIn(new DataView(found.buffer)) : undefined;
}

/** Milliseconds with a fraction. */
export function inMilliseconds({ nanoseconds, seconds }: StatxTime): number {
  return Number(seconds) * 1000 + nanoseconds / 1e6;
}

function statxIn(view: DataView): Statx {
  const u32 = (at: number) => view.getUint32(at, true);
  const u64 = (at: number) => view.getBigUint64(at, true);
  const time = (at: number) => ({
    seconds: view.getBigInt64(at, true),
    nanoseconds: u32(at + 8),
  });
  return {
    links: u32(16),
    uid: u32(20),
    gid: u32(24),
    mode: view.getUint16(28, true),
    ino: u64(32),
    size: Number(u64(40)),
    allocated: Number(u64(48)) * 512,
    ctime: time(96),
    mtime: time(112),
    rdev: [u32(128), u32(132)],
    dev: [u32(136), u32(140)],
  };
}
