// Copyright 2026 the airg authors. Apache-2.0 license.

/**
 * What a folder holds and what a file is, links not followed, for looking
 * through whole trees.
 *
 * @module
 */

/** One name in a folder. */
export interface TreeName {
  readonly name: string;
  readonly kind: "file" | "folder" | "link" | "other";
}

/** What one file or folder is. */
export interface TreeStat {
  readonly device: number;
  readonly inode: number;
  readonly links: number;
  /** When it was last changed (`st_ctime`), milliseconds since the epoch. */
  readonly changed: number;
}

/** Names and kinds in a folder; `undefined` if it cannot be listed. */
export function treeNames(path: string): TreeName[] | undefined {
  const names: TreeName[] = [];
  try {
    for (const entry of Deno.readDirSync(path)) {
      const kind = entry.isFile
        ? "file"
        : entry.isDirectory
        ? "folder"
        : entry.isSymlink
        ? "link"
        : "other";
      names.push({ name: entry.name, kind });
    }
  } catch (error) {
    return unlessDefect(error);
  }
  return names;
}

/** What is at `path`; `undefined` if it cannot be looked at. */
export function treeStat(path: string): TreeStat | undefined {
  try {
    const info = Deno.lstatSync(path);
    return {
      device: info.dev,
      inode: info.ino ?? 0,
      links: info.nlink ?? 1,
      changed: info.ctime?.getTime() ?? Infinity,
    };
  } catch (error) {
    return unlessDefect(error);
  }
}

/** Text of a file of the system; `undefined` if it cannot be read. */
export function treeText(path: string): string | undefined {
  try {
    return Deno.readTextFileSync(path);
  } catch (error) {
    return unlessDefect(error);
  }
}

/** Whatever the system says, there is no answer. */
function unlessDefect(error: unknown): undefined {
  if (error instanceof Error && "code" in error) return undefined;
  throw error;
}
