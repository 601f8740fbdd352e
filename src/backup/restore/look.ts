// Copyright 2026 the airg authors. Apache-2.0 license.

/**
 * What is at a path now, hash and attributes with it; no link is followed.
 *
 * @module
 */

import { FolderMoved } from "../../platform/in_folder.ts";
import { hashNow, hashSoon } from "../../platform/hashed_files.ts";
import type { RawNode, RawTree } from "../../platform/raw_tree.ts";
import type { Attributes } from "../event.ts";
import { isEndless } from "../objects.ts";
import type { Looked, Now, Target } from "./plan.ts";

/** Bytes of a file that takes time to be read. */
const LARGE = 16 * 1024 * 1024;
/** Paths below a folder that is to go. */
const MOST_BELOW = 100_000;

/** Looks at one path of a plan. */
export function lookAt(tree: RawTree, { path, will }: Target): Looked {
  try {
    using node = tree.open(path);
    if (node === undefined) return { now: { type: "absent" }, below: [] };
    const below: string[] = [];
    if (node.info.type === "folder" && will.type !== "folder") {
      listBelow(node, path, below);
    }
    return { now: nowOf(node), below };
  } catch (error) {
    if (error instanceof FolderMoved) {
      const blocked = "a link stands in the place of a folder above it";
      return { now: { type: "absent" }, below: [], blocked };
    }
    if (isGone(error)) return { now: { type: "absent" }, below: [] };
    throw error;
  }
}

/**
 * Hashes a large file, others having their turns, so that the looks which
 * follow need not read it.
 */
export async function lookAhead(
  tree: RawTree,
  path: string,
  onTurn: () => void,
): Promise<void> {
  try {
    using node = tree.open(path);
    if (node?.info.type !== "file" || isEndless(node.info)) return;
    if (node.info.size > LARGE) await hashSoon(node, onTurn);
  } catch (error) {
    // The look itself says so.
    const isExpected = error instanceof FolderMoved ||
      error instanceof Error && "code" in error;
    if (!isExpected) throw error;
  }
}

/** What an open node is. */
export function nowOf(node: RawNode): Now {
  const { mode, uid, gid, mtime, size, type } = node.info;
  const xattrs = type === "link" ? undefined : node.attributes();
  const attributes: Attributes = {
    mode,
    uid,
    gid,
    mtime,
    ...(xattrs !== undefined && { xattrs }),
  };
  switch (type) {
    case "file": {
      if (isEndless(node.info)) return { type: "other" };
      const sha256 = hashNow(node);
      return { type, size, sha256, ...attributes };
    }
    case "folder":
      return { type, ...attributes };
    case "link":
      return { type, target: node.target(), ...attributes };
    default:
      return { type: "other" };
  }
}

function listBelow(folder: RawNode, path: string, found: string[]): void {
  for (const name of folder.names()) {
    if (found.length >= MOST_BELOW) return;
    found.push(`${path}/${name}`);
    using child = folder.child(name);
    if (child?.info.type === "folder") {
      listBelow(child, `${path}/${name}`, found);
    }
  }
}

function isGone(error: unknown): boolean {
  return error instanceof Error && "code" in error &&
    (error.code === "ENOENT" || error.code === "ENOTDIR");
}
