// Copyright 2026 the airg authors. Apache-2.0 license.

/**
 * Which folders a command may run in, after the `cd`s before it.
 *
 * A `cd` may fail, so past a `;` both folders are possible; past an `&&` only
 * the new one is. Folders are kept as `cd` keeps them: `..` is removed as text.
 *
 * @module
 */

import type { Join } from "../shell/syntax.ts";
import { absolutePath, normalizePath } from "./words.ts";

/** More folders than this are not followed. */
const MAX_FOLDERS = 8;

/** Follows `cd` through a list of commands. */
export interface FolderTracker {
  /** Moves to the next command; gives the folders it may run in. */
  readonly enter: (join: Join) => readonly string[];
  /** Notes that the present command is `cd path`; `false` past the bound. */
  readonly change: (path: string) => boolean;
}

/** Starts in `start`. */
export function trackFolders(start: string): FolderTracker {
  let seen: readonly string[] = [start];
  let current = seen;
  let sawOr = false;
  return {
    enter(join) {
      if (join === ";" || join === "newline") sawOr = false;
      if (join === "||") sawOr = true;
      if (join !== "&&" && join !== "|" || sawOr) current = seen;
      return current;
    },
    change(path) {
      current = [
        ...new Set(
          current.map((folder) => normalizePath(absolutePath(path, folder))),
        ),
      ];
      seen = [...new Set([...seen, ...current])];
      return seen.length <= MAX_FOLDERS;
    },
  };
}
