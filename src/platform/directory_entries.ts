// Copyright 2026 the airg authors. Apache-2.0 license.

/**
 * Names in an open folder, whatever bytes they have. Linux only.
 *
 * @module
 */

import { nameOfBytes } from "./byte_names.ts";
import { type Calls, SYS_GETDENTS64 } from "./libc.ts";

/** One name of a folder. */
export interface DirectoryEntry {
  readonly name: string;
  /** `DT_*` of readdir(3); 0 where the file system does not tell. */
  readonly type: number;
}

const BLOCK_BYTES = 64 * 1024;

/**
 * Names without `.` and `..`, in no order.
 *
 * @param fd Of a folder that was opened for reading.
 * @param failed Called where the kernel gives no more; absent: that is the end.
 */
export function* directoryEntries(
  { getdents64 }: Calls<"getdents64">,
  fd: number,
  failed?: () => never,
): Generator<DirectoryEntry> {
  const block = new Uint8Array(BLOCK_BYTES);
  const size = BigInt(BLOCK_BYTES);
  for (;;) {
    const count = Number(getdents64(SYS_GETDENTS64, fd, block, size));
    if (count < 0) failed?.();
    if (count <= 0) return;
    yield* entriesIn(block.subarray(0, count));
  }
}

/** struct linux_dirent64, include/linux/dirent.h. */
function* entriesIn(block: Uint8Array): Generator<DirectoryEntry> {
  const view = new DataView(block.buffer, block.byteOffset, block.length);
  for (let at = 0; at < block.length;) {
    const start = at + 19;
    const name = nameOfBytes(block.subarray(start, block.indexOf(0, start)));
    if (name !== "." && name !== "..") {
      yield { name, type: view.getUint8(at + 18) };
    }
    at += view.getUint16(at + 16, true);
  }
}
