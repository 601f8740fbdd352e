// Copyright 2026 the airg authors. Apache-2.0 license.

/**
 * Makes one path what it is to be, whole or not at all.
 *
 * Each step works in the open folder, on one name, and follows no link. What is
 * replaced is exchanged for the new in one step and looked at before it goes:
 * what somebody put there meanwhile is put back.
 *
 * @module
 */

import { type Entries, openEntries } from "../../platform/entries.ts";
import {
  type MakeEntries,
  openMakeEntries,
} from "../../platform/make_entries.ts";
import { type Folders, openFolders } from "../../platform/open_folder.ts";
import { rememberHash } from "../../platform/hashed_files.ts";
import { FolderMoved } from "../../platform/in_folder.ts";
import {
  openRawTree,
  type RawNode,
  type RawTree,
} from "../../platform/raw_tree.ts";
import { type Attributes, isAs, type Saved } from "../event.ts";
import type { BackupStore } from "../store.ts";
import { fill } from "./fill.ts";
import type { Move } from "./journal.ts";
import { lookAhead, nowOf } from "./look.ts";
import type { Now } from "./plan.ts";

/** Something else has the name than a moment ago. */
export class Overtaken extends Error {
  override name = "Overtaken";
}

/** What putting needs. */
export interface Put extends Disposable {
  readonly tree: RawTree;
  readonly folders: Folders;
  readonly entries: Entries;
  readonly make: MakeEntries;
  readonly store: BackupStore;
  /** Begins the names of what is being made. */
  readonly mark: string;
  /** Called between two steps; for tests. */
  readonly step: (name: string) => void;
}

/** Opens what is needed for one restore. */
export function openPut(
  store: BackupStore,
  id: string,
  step: (name: string) => void,
): Put {
  const open = new DisposableStack();
  return {
    tree: open.use(openRawTree()),
    folders: open.use(openFolders()),
    entries: open.use(openEntries()),
    make: open.use(openMakeEntries()),
    store,
    mark: `.airg-${id.slice(-12)}`,
    step,
    [Symbol.dispose]: () => open.dispose(),
  };
}

/** The very thing that was looked at. */
interface Seen {
  readonly now: Now;
  readonly ino?: number;
  readonly size?: number;
  readonly mtime?: number;
}

/** What is at a path, and how to know it again. */
function see({ tree }: Put, path: string): Seen {
  using node = tree.open(path);
  if (node === undefined) return { now: { type: "absent" } };
  const { identity, mtime, size } = node.info;
  return {
    now: nowOf(node),
    ino: Number(identity.slice(identity.lastIndexOf(":") + 1)),
    size,
    mtime: Math.floor(mtime),
  };
}

/** Removes what has to go before something else can come. */
export function takeAway(put: Put, { path, from, to }: Move, n: number): void {
  const seen = see(put, path);
  const { now } = seen;
  if (now.type === "absent" || isMade(now, to)) return;
  if (!isLike(now, from)) throw overtaken(path);
  using folder = put.folders.open(parentOf(path));
  const name = `${folder.at}/${nameOf(path)}`;
  put.step("remove");
  if (now.type === "folder") {
    if (!put.entries.removeFolder(name)) throw overtaken(path);
    return;
  }
  const old = `${folder.at}/${put.mark}-${n}.old`;
  if (!put.entries.moveToFree(name, old)) throw refused(path);
  put.step("aside");
  if (!isSeen(put, old, seen)) {
    put.entries.moveToFree(old, name);
    throw overtaken(path);
  }
  put.entries.unlink(old);
  put.step("removed");
}

/** Makes a folder, open for what is to come into it. */
export function putFolder(put: Put, { path, to }: Move): void {
  if (to.type !== "folder") return;
  const { now } = see(put, path);
  using folder = put.folders.open(parentOf(path));
  const name = `${folder.at}/${nameOf(path)}`;
  if (now.type !== "absent" && now.type !== "folder") throw overtaken(path);
  put.step("folder");
  using held = now.type === "folder"
    ? put.make.hold(name)
    : put.make.folder(name);
  if (held === undefined) throw overtaken(path);
  // Who is not root could not work in it else.
  if (Deno.uid() !== 0) held.give({ ...to, mode: to.mode | 0o700 });
}

/** Gives a folder its bits; last of all, because they may shut its owner out. */
export function shutFolder(put: Put, { path, to }: Move): void {
  if (to.type !== "folder") return;
  using folder = put.folders.open(parentOf(path));
  using held = put.make.hold(`${folder.at}/${nameOf(path)}`);
  if (held === undefined) throw overtaken(path);
  put.step("shut");
  held.give(to);
}

/** Puts a file or a link in place. */
export async function putLeaf(
  put: Put,
  { from, path, to }: Move,
  n: number,
): Promise<void> {
  if (to.type !== "file" && to.type !== "link") return;
  await lookAhead(put.tree, path, () => put.step("looked"));
  const seen = see(put, path);
  const { now } = seen;
  if (isMade(now, to)) return;
  if (now.type !== "absent" && !isLike(now, from)) throw overtaken(path);
  using folder = put.folders.open(parentOf(path));
  const name = `${folder.at}/${nameOf(path)}`;
  const fresh = `${folder.at}/${put.mark}-${n}.new`;
  const ready = `${folder.at}/${put.mark}-${n}.ready`;
  let made: MadeFile | undefined;
  try {
    made = await makeLeaf(put, { path, fresh }, to);
  } catch (error) {
    put.entries.unlink(fresh);
    throw error;
  }
  put.step("written");
  if (!put.entries.moveToFree(fresh, ready)) throw refused(path);
  put.step("ready");
  if (now.type === "absent") {
    if (put.entries.moveToFree(ready, name)) return named(put, path, made);
    put.entries.unlink(ready);
    throw overtaken(path);
  }
  if (!put.entries.swap(ready, name)) {
    swapInTwo(put, seen, { name, path, ready });
    return named(put, path, made);
  }
  put.step("swapped");
  if (!isSeen(put, ready, seen)) {
    put.entries.swap(ready, name);
    put.entries.unlink(ready);
    throw overtaken(path);
  }
  put.entries.unlink(ready);
  named(put, path, made);
}

/** A new file, as it was when it had all that it gets. */
interface MadeFile {
  readonly identity: string;
  readonly size: number;
  readonly mtime: number;
  readonly sha256: string;
}

/** Remembers what the new file holds where it is as it was made. */
function named(put: Put, path: string, made: MadeFile | undefined): void {
  if (made !== undefined) {
    using node = put.tree.open(path);
    const info = node?.info;
    // Giving it its name changed the time of the entry, not the content's,
    // which is an old one: whatever writes to it gives it a new one.
    if (
      info?.identity === made.identity && info.size === made.size &&
      info.mtime === made.mtime
    ) rememberHash(info, made.sha256);
  }
  put.step("named");
}

/** Where the file system cannot exchange two names. */
function swapInTwo(
  put: Put,
  seen: Seen,
  { name, path, ready }: {
    readonly name: string;
    readonly path: string;
    readonly ready: string;
  },
): void {
  const old = ready.replace(/ready$/, "old");
  if (!put.entries.moveToFree(name, old)) throw refused(path);
  put.step("aside");
  if (!isSeen(put, old, seen) || !put.entries.moveToFree(ready, name)) {
    put.entries.moveToFree(old, name);
    put.entries.unlink(ready);
    throw overtaken(path);
  }
  put.entries.unlink(old);
}

async function makeLeaf(
  put: Put,
  { path, fresh }: { readonly path: string; readonly fresh: string },
  to: Saved & { readonly type: "file" | "link" },
): Promise<MadeFile | undefined> {
  if (to.type === "link") {
    using held = put.make.link(fresh, to.target);
    held.give(to);
    return undefined;
  }
  const onTurn = () => put.step("filled");
  using content = await put.store.object(to.sha256, onTurn);
  if (content === undefined) {
    throw new Overtaken("its content is no longer in the store");
  }
  using held = put.make.file(fresh);
  put.step("made");
  if (await fill(held, content, to.size, onTurn) !== to.sha256) {
    throw new Overtaken("its content in the store has just been changed");
  }
  held.give(to);
  const name = fresh.slice(fresh.lastIndexOf("/") + 1);
  using node = put.tree.open(`${parentOf(path)}/${name}`);
  return node && { ...node.info, sha256: to.sha256 };
}

/** Ends what an earlier try left in the middle. */
export function settleLeftovers(
  put: Put,
  { from, path, to }: Move,
  n: number,
): void {
  const parent = parentOf(path);
  using at = folderThere(put, parent);
  if (at === undefined) return;
  const left = new Set(
    at.names().filter((name) => name.startsWith(`${put.mark}-${n}.`)),
  );
  if (left.size === 0) return;
  using folder = put.folders.open(parent);
  const name = `${folder.at}/${nameOf(path)}`;
  for (const one of left) {
    const leftover = `${folder.at}/${one}`;
    const { now } = see(put, `${parent}/${one}`);
    // Not complete, or what a backup holds: ours to remove.
    if (one.endsWith(".new") || isLike(now, to) || isLike(now, from)) {
      put.entries.unlink(leftover);
    } else if (!put.entries.moveToFree(leftover, name)) {
      // Somebody's own, caught while names were exchanged: it gets its name back.
      put.entries.swap(leftover, name);
    }
  }
}

/** Nothing is left where no folder is, or a link leads elsewhere by now. */
function folderThere({ tree }: Put, path: string): RawNode | undefined {
  try {
    const node = tree.open(path);
    if (node?.info.type === "folder") return node;
    node?.[Symbol.dispose]();
    return undefined;
  } catch (error) {
    if (error instanceof FolderMoved) return undefined;
    throw error;
  }
}

/** Whether it holds what is meant; bits and times aside. */
function isLike(now: Now, saved: Saved): boolean {
  return isAs(now, saved);
}

function isMade(now: Now, to: Saved): boolean {
  if (!isLike(now, to) || now.type === "other") return false;
  return to.type === "absent" || to.type === "link" ||
    bitsOf(now) === bitsOf(to);
}

function bitsOf(saved: Saved | Attributes): number {
  return "mode" in saved ? saved.mode : 0;
}

/** Whether it is the very file that was looked at, under another name now. */
function isSeen({ entries }: Put, path: string, seen: Seen): boolean {
  const info = entries.look(path);
  return info !== undefined && info.ino === seen.ino &&
    info.size === seen.size && info.mtime?.getTime() === seen.mtime;
}

function overtaken(path: string): Overtaken {
  return new Overtaken(`${path} has just been changed`);
}

function refused(path: string): Error {
  return Object.assign(new Error(`${path} cannot be renamed`), {
    code: "EACCES",
  });
}

/** The folder of an absolute path. */
export function parentOf(path: string): string {
  return path.slice(0, path.lastIndexOf("/")) || "/";
}

function nameOf(path: string): string {
  return path.slice(path.lastIndexOf("/") + 1);
}
