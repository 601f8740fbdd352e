// Copyright 2026 the airg authors. Apache-2.0 license.

/**
 * Reads objects, and believes none that is not what its name says.
 *
 * @module
 */

import { hashSoon } from "../platform/hashed_files.ts";
import {
  openRawTree,
  type RawContent,
  type RawInfo,
} from "../platform/raw_tree.ts";
import { isSha256, objectPath } from "./objects.ts";
import type { BackupPlace } from "./place.ts";

/** Content of an object; close it again. */
export interface ObjectContent extends RawContent {
  /** What the object is now. */
  readonly look: () => RawInfo;
}

/**
 * Opens an object after reading it once, or once in this process where it is
 * large; `undefined` where it is gone or something else.
 */
export async function openObject(
  place: BackupPlace,
  sha256: string,
  onTurn?: () => void,
): Promise<ObjectContent | undefined> {
  if (!isSha256(sha256)) return undefined;
  const open = new DisposableStack();
  try {
    // Only airg's user can put anything there; a link is none of ours.
    const node = open.use(openRawTree()).open(objectPath(place, sha256));
    if (node === undefined) return undefined;
    open.use(node);
    if (node.info.type !== "file") return undefined;
    if (await hashSoon(node, onTurn) !== sha256) return undefined;
    const content = open.use(node.open());
    const kept = open.move();
    return {
      file: content.file,
      nextData: content.nextData,
      nextHole: content.nextHole,
      cloneTo: content.cloneTo,
      look: node.look,
      [Symbol.dispose]: () => kept.dispose(),
    };
  } finally {
    open.dispose();
  }
}
