// Copyright 2026 the airg authors. Apache-2.0 license.

/**
 * What has to happen to each path for a plan, folders above and within among
 * them.
 *
 * @module
 */

import { FolderMoved } from "../../platform/in_folder.ts";
import { openRawTree, type RawTree } from "../../platform/raw_tree.ts";
import { type BackupEvent, isAs, type Saved } from "../event.ts";
import type { Move } from "./journal.ts";
import { byPath, isBelow, type Now, type PlanItem } from "./plan.ts";
import { parentOf } from "./put.ts";

/** The plan's paths, folders that are missing above them, and what is in folders that go. */
export function movesOf(
  work: readonly PlanItem[],
  { entries }: BackupEvent,
  workspace: string,
): readonly Move[] | string {
  const before = new Map(entries.map(({ before, path }) => [path, before]));
  const moves = new Map<string, Move>();
  using tree = openRawTree();
  for (const item of work) {
    const { now, path, will } = item;
    const from = isStill(item) ? now : before.get(path) ?? nothing(now);
    if (from === undefined || from.type === "other" || !isAs(now, from)) {
      return path;
    }
    moves.set(path, { path, from, to: will });
    for (const missing of missingAbove(tree, path, will, workspace)) {
      if (!moves.has(missing.path)) moves.set(missing.path, missing);
    }
  }
  for (const { before, path } of entries) {
    const isInside = work.some(({ path: folder, will }) =>
      will.type !== "folder" && isBelow(path, folder)
    );
    if (isInside && !moves.has(path)) {
      moves.set(path, { path, from: before, to: { type: "absent" } });
    }
  }
  return [...moves.values()].sort(byPath);
}

/** A folder that stays one. */
export function isStill({ now, will }: PlanItem): boolean {
  return now.type === "folder" && will.type === "folder";
}

/** Where nothing is, nothing was saved. */
function nothing(now: Now): Saved | undefined {
  return now.type === "absent" ? now : undefined;
}

/** Folders that nothing remembers: they get the workspace's owner. */
function missingAbove(
  tree: RawTree,
  path: string,
  will: Saved,
  workspace: string,
): Move[] {
  if (will.type === "absent") return [];
  const missing: Move[] = [];
  const { gid, mtime, uid } = Deno.statSync(workspace);
  for (
    let folder = parentOf(path);
    folder.length > workspace.length;
    folder = parentOf(folder)
  ) {
    if (isThere(tree, folder)) break;
    missing.push({
      path: folder,
      from: { type: "absent" },
      to: {
        type: "folder",
        mode: 0o755,
        uid: uid ?? 0,
        gid: gid ?? 0,
        mtime: mtime?.getTime() ?? 0,
      },
    });
  }
  return missing;
}

/** Below a link in the place of a folder nothing is. */
function isThere(tree: RawTree, path: string): boolean {
  try {
    using there = tree.open(path);
    return there !== undefined;
  } catch (error) {
    if (error instanceof FolderMoved) return false;
    throw error;
  }
}
