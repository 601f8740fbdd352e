// Copyright 2026 the airg authors. Apache-2.0 license.

/**
 * What the store takes on its disk (pure): what counts towards
 * `audit.backup_max_bytes`.
 *
 * A file of one byte takes a block, and an event takes a folder and a manifest
 * beside its objects: a loop over small files fills a disk with those. Not
 * counted is what does not grow with the events: the folders that objects lie
 * in, 256 at most, and the lock.
 *
 * @module
 */

/** Bytes of a block, which is what a small file takes on the usual file systems. */
const BLOCK = 4096;
/** Smaller files are counted by their size, not by what the disk says of them. */
export const SMALL = 1024 * 1024;

/** What a file has, and what the disk says that it takes. */
export interface Extent {
  readonly size: number;
  readonly allocated: number;
}

/** Bytes that a file is, holes taken off. */
export function costOf({ size, allocated }: Extent): number {
  // A small file may lie in its inode, a file just written nowhere yet.
  return size <= SMALL ? size : Math.min(size, allocated);
}

/** Bytes that a file takes in whole blocks. */
export function roomOf(extent: Extent): number {
  return wholeBlocks(costOf(extent));
}

/** Bytes that the folder of an event takes, its manifest in it. */
export function eventRoom(manifestBytes: number): number {
  return BLOCK + wholeBlocks(manifestBytes);
}

function wholeBlocks(bytes: number): number {
  return Math.ceil(bytes / BLOCK) * BLOCK;
}
