// Copyright 2026 the airg authors. Apache-2.0 license.

/**
 * Looks at paths and all below them, and takes their content in.
 *
 * @module
 */

import { systemClock } from "../base/clock.ts";
import { FolderMoved } from "../platform/in_folder.ts";
import { RawError } from "../platform/raw_kernel.ts";
import {
  openRawTree,
  type RawInfo,
  type RawNode,
  type RawTree,
} from "../platform/raw_tree.ts";
import {
  attributesOf,
  type BackupEntry,
  type Saved,
  type Unsaved,
} from "./event.ts";
import { type ContentId, Shrunk, type Turn } from "./content.ts";
import { type Batch, isEndless } from "./objects.ts";
import { isBelow, outermost } from "./outermost.ts";
import { costOf } from "./room.ts";
import { BackupError, type SaveLimits } from "./store.ts";
import { turns } from "./turns.ts";

/** What was found. */
export interface Snapshot {
  readonly entries: readonly BackupEntry[];
  readonly unsaved: readonly Unsaved[];
}

/** How to look. */
export interface SnapshotOptions extends SaveLimits {
  readonly batch: Batch;
  /** Bytes of one file. */
  readonly maxFileBytes: number;
  /** The hash of a file that is as it was when it was hashed, so that it is not read again. */
  readonly known?: (path: string, info: RawInfo) => string | undefined;
  /** Is told what a file was when its content was taken in. */
  readonly seen?: (path: string, info: RawInfo, id: ContentId) => void;
}

/** Times that a file which changes while it is read is read anew. */
const TRIES = 3;

/** Milliseconds of two ticks of the slowest clock that Linux is built with (HZ=100). */
const TICK_MS = 20;

interface Walk extends SnapshotOptions {
  readonly turn: Turn;
  readonly entries: BackupEntry[];
  readonly unsaved: Unsaved[];
  /** Files with more than one name, by identity. */
  readonly names: Map<string, string>;
}

/**
 * Looks at what is at `paths` now.
 *
 * @throws {BackupError} Where something cannot be saved.
 */
export async function takeSnapshot(
  paths: readonly string[],
  options: SnapshotOptions,
): Promise<Snapshot> {
  using tree = openRawTree();
  const walk: Walk = {
    ...options,
    turn: turns(options.signal, paths[0] ?? "/", options.onTurn),
    entries: [],
    unsaved: [],
    names: new Map(),
  };
  for (const path of paths) {
    if (path.startsWith("/") && !path.includes("\0")) continue;
    const what = `Cannot save ${JSON.stringify(path)}: it is no absolute path`;
    throw new BackupError(what, path, "give the whole path");
  }
  const wanted = paths.filter((path) => !isSkipped(walk, path));
  const { alone = () => false } = options;
  const whole = wanted.filter((path) => !alone(path));
  const all = new Set(whole);
  for (const path of wanted.filter(alone).sort()) {
    if (!isBelow(path, all)) visitAlone(walk, tree, path);
  }
  for (const [path, below] of outermost(whole)) {
    using node = guarded(path, () => tree.open(path));
    if (node !== undefined) await visit(walk, node, path);
    // That something will be made there is remembered.
    for (const one of node === undefined ? [path, ...below] : below) {
      using there = node?.info.type === "folder"
        ? guarded(one, () => tree.open(one))
        : undefined;
      if (there !== undefined) continue;
      walk.entries.push({ path: one, before: { type: "absent" } });
    }
  }
  return { entries: walk.entries, unsaved: walk.unsaved };
}

function isSkipped({ skip, unsaved }: Walk, path: string): boolean {
  const why = skip?.(path);
  if (why !== undefined) unsaved.push({ path, why });
  return why !== undefined;
}

async function visit(walk: Walk, node: RawNode, path: string): Promise<void> {
  await walk.turn();
  const { info } = node;
  switch (info.type) {
    case "file":
      return await visitFile(walk, node, path);
    case "link": {
      const before = guarded(path, (): Saved => ({
        type: "link",
        target: node.target(),
        ...attributesOf(info, undefined),
      }));
      return void walk.entries.push({ path, before });
    }
    case "other":
      return void walk.unsaved.push({ path, why: `it is ${info.kind}` });
    case "folder":
      return await visitFolder(walk, node, path);
  }
}

/** A folder's own bits, owner and attributes. */
function visitAlone(walk: Walk, tree: RawTree, path: string): void {
  using node = guarded(path, () => tree.open(path));
  if (node?.info.type === "folder") noteFolder(walk, node, path);
}

function noteFolder({ entries }: Walk, node: RawNode, path: string): void {
  const before: Saved = {
    type: "folder",
    ...attributesOf(node.info, node.attributes()),
  };
  entries.push({ path, before });
}

async function visitFolder(
  walk: Walk,
  node: RawNode,
  path: string,
): Promise<void> {
  const names = guarded(path, () => {
    noteFolder(walk, node, path);
    return node.names();
  });
  for (const name of names) {
    const below = path === "/" ? `/${name}` : `${path}/${name}`;
    if (isSkipped(walk, below)) continue;
    using child = guarded(below, () => node.child(name));
    // Gone since it was listed: it was not this action that took it.
    if (child !== undefined) await visit(walk, child, below);
  }
}

async function visitFile(
  walk: Walk,
  node: RawNode,
  path: string,
): Promise<void> {
  noteOtherNames(walk, node.info, path);
  if (isKept(walk, node, path)) return;
  let info = await settled(node, path);
  for (let left = TRIES;; left--) {
    refuseLarge(walk, info, path);
    const id = await contentOf(walk, node, info, path);
    const now = guarded(path, () => node.look());
    const same = now.stamp === info.stamp && now.size === info.size;
    if (id !== undefined && (same || left <= 1)) {
      if (!same) {
        const why = "it changed each time it was copied; " +
          "what is saved may be of different moments";
        walk.unsaved.push({ path, why });
      } else walk.seen?.(path, info, id);
      return noteFile(walk, node, path, { ...info, id });
    }
    if (left <= 1) {
      throw new BackupError(
        `Cannot save ${
          JSON.stringify(path)
        }: it got shorter each time it was copied`,
        path,
        "end what writes to it",
      );
    }
    info = now;
  }
}

/** Whether the store has it already, as far as can be told without reading it. */
function isKept(walk: Walk, node: RawNode, path: string): boolean {
  const { info } = node;
  const sha256 = walk.known?.(path, info);
  if (sha256 === undefined) return false;
  const id = { sha256, size: info.size };
  if (!walk.batch.reuse(id)) return false;
  noteFile(walk, node, path, { ...info, id });
  return true;
}

function noteFile(
  { entries }: Walk,
  node: RawNode,
  path: string,
  { id, ...info }: RawInfo & { readonly id: ContentId },
): void {
  const attributes = guarded(path, () => node.attributes());
  const before: Saved = {
    type: "file",
    ...attributesOf(info, attributes),
    ...id,
  };
  entries.push({ path, before });
}

/**
 * What the file is, once another change would be told by its times: the kernel
 * stamps all changes within one tick of its clock alike.
 */
async function settled(node: RawNode, path: string): Promise<RawInfo> {
  // The time of the files, whatever clock the events have.
  const age = systemClock() - node.info.ctime;
  if (age < 0 || age >= TICK_MS) return node.info;
  await new Promise((resolve) => setTimeout(resolve, TICK_MS - age));
  return guarded(path, () => node.look());
}

/** `undefined`: it got shorter meanwhile. */
async function contentOf(
  { batch, turn }: Walk,
  node: RawNode,
  info: RawInfo,
  path: string,
): Promise<ContentId | undefined> {
  using content = guarded(path, () => node.open());
  try {
    return await batch.put(content, info, turn);
  } catch (error) {
    if (error instanceof Shrunk) return undefined;
    throw error;
  }
}

function noteOtherNames(
  { names, unsaved }: Walk,
  { identity, links }: RawInfo,
  path: string,
): void {
  if (links < 2) return;
  const other = names.get(identity);
  if (other === undefined) return void names.set(identity, path);
  const why = `it is the same file as ${JSON.stringify(other)}, ` +
    "and is saved as a file of its own";
  unsaved.push({ path, why });
}

function refuseLarge(
  { maxFileBytes }: Walk,
  info: RawInfo,
  path: string,
): void {
  if (isEndless(info)) {
    throw new BackupError(
      `Cannot save ${JSON.stringify(path)}: it has ${info.size} bytes, ` +
        "most of them in a hole, and reading them would take minutes",
      path,
      "move the file away yourself",
    );
  }
  if (costOf(info) <= maxFileBytes) return;
  throw new BackupError(
    `Cannot save ${JSON.stringify(path)}: it has ${costOf(info)} bytes, ` +
      `audit.backup_max_file_bytes is ${maxFileBytes}`,
    path,
    "raise audit.backup_max_file_bytes, or move the file away yourself",
  );
}

/** What the kernel refuses, as what a person can do something about. */
function guarded<Value>(path: string, look: () => Value): Value {
  try {
    return look();
  } catch (error) {
    if (error instanceof RawError) {
      const cure = error.code === "EACCES" || error.code === "EPERM"
        ? `give airg leave to read it (\`chmod u+rX\`), or remove it yourself`
        : "look at the file yourself";
      throw new BackupError(error.message, path, cure);
    }
    if (error instanceof FolderMoved) {
      throw new BackupError(error.message, path, "try again");
    }
    throw error;
  }
}
