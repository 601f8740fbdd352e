// Copyright 2026 the airg authors. Apache-2.0 license.

/**
 * What finding hidden files asks the disk.
 *
 * @module
 */

/** One name in a folder; links are not followed. */
export interface DiskName {
  readonly name: string;
  readonly kind: "file" | "folder" | "link" | "other";
}

/** What one file or folder is, links not followed. */
export interface DiskStat {
  readonly device: number;
  readonly inode: number;
  /** Names the file has. */
  readonly links: number;
  /** When it was last changed, milliseconds since the epoch; nobody can set it. */
  readonly changed: number;
}

/** Questions to the disk; a path that cannot be looked at does not exist here. */
export interface Disk {
  /** Follows links. */
  readonly kindOf: (path: string) => "file" | "folder" | "other" | undefined;
  /** Absolute path without links, or `undefined`. */
  readonly resolve: (path: string) => string | undefined;
  /** Names in a folder; `undefined` if it cannot be listed. */
  readonly listFolder: (path: string) => readonly string[] | undefined;
  /** The same with kinds. */
  readonly namesIn: (path: string) => readonly DiskName[] | undefined;
  readonly statOf: (path: string) => DiskStat | undefined;
  /** A small text file, or `undefined`. */
  readonly textOf: (path: string) => string | undefined;
}
