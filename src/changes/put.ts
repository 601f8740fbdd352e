// Copyright 2026 the airg authors. Apache-2.0 license.

/**
 * Makes one change in the workspace, whole or not at all.
 *
 * Each step works inside the folder that was checked (platform/in_folder.ts), on
 * names of one component, and follows no link: what somebody puts in the way
 * meanwhile is not written through.
 *
 * @module
 */

import {
  closeSync,
  constants,
  fchmodSync,
  fchownSync,
  fstatSync,
  fsyncSync,
  futimesSync,
  lchownSync,
  openSync,
  readSync,
  writeSync,
} from "node:fs";
import { inFolder } from "../platform/in_folder.ts";
import {
  type Change,
  nameOf,
  type Node,
  parentOf,
  untouched,
} from "./change.ts";
import { openMode, type Places } from "./clash.ts";
import type { JournalLine } from "./journal.ts";
import { digestTree, lookAt, openOwn } from "./node.ts";

const { O_WRONLY, O_CREAT, O_EXCL, O_NOFOLLOW } = constants;
/** open(2); opens what cannot be read, and runs nothing. */
const O_PATH = 0o10000000;
const CHUNK = 256 * 1024;

/** What changes one path. */
export interface Put extends Places {
  readonly owner: { readonly uid: number; readonly gid: number } | undefined;
  /** Writes down what is about to happen. */
  readonly note: (line: JournalLine) => void;
  /** Writes each new file out by itself; else the caller writes out all of them. */
  readonly flush: boolean;
  /** Called between two steps; for tests. */
  readonly step: (name: string) => void;
}

/** The path was not what it had been a moment ago. */
export class Overtaken extends Error {
  override name = "Overtaken";
}

/**
 * Makes one change, given what was found in its place.
 *
 * @throws {Overtaken} If it is not that any more.
 */
export function putChange(
  put: Put,
  change: Change,
  found: Node | undefined,
): void {
  const parent = parentOf(change.path);
  const folder = parent === "" ? put.workspace : `${put.workspace}/${parent}`;
  const name = nameOf(change.path);
  const { after } = change;
  // Before the workspace's folder is entered: only one can be current.
  using source = openSource(put, change);
  inFolder(folder, () => {
    if (after === undefined) return takeAway(put, change, name, found);
    if (change.status === "mode") {
      const folder = after.type === "folder";
      return setMode(name, folder ? openMode(after) : after.mode);
    }
    if (after.type === "folder") return putFolder(put, change, name, found);
    return putLeaf(put, change, name, { found, from: source.fd });
  });
}

/** The file that a change brings; -1 where it brings none. */
function openSource(
  { upper }: Put,
  { path, after, status }: Change,
): Disposable & { readonly fd: number } {
  if (after?.type !== "file" || status === "mode") {
    return { fd: -1, [Symbol.dispose]: () => {} };
  }
  const fd = openOwn(`${upper}/${path}`, after.mode);
  return { fd, [Symbol.dispose]: () => closeSync(fd) };
}

/** What is there, and the open file that replaces it. */
interface Swap {
  readonly found: Node | undefined;
  readonly from: number;
}

/** Sets a folder's bits; last of all, because they may shut its owner out. */
export function setFolderMode(put: Put, { path, after }: Change): void {
  const parent = parentOf(path);
  const folder = parent === "" ? put.workspace : `${put.workspace}/${parent}`;
  if (after !== undefined) {
    inFolder(folder, () => setMode(nameOf(path), after.mode));
  }
}

function putFolder(
  put: Put,
  change: Change,
  name: string,
  found: Node | undefined,
): void {
  if (found?.type === "folder") return;
  const old = found === undefined ? undefined : temporaryName();
  put.note({ path: change.path, ...(old !== undefined && { old }) });
  if (old !== undefined) setAside(put, name, old, found);
  Deno.mkdirSync(name, { mode: 0o700 });
  own(put, name, undefined);
  setMode(name, openMode(change.after));
  put.step("made");
  if (old !== undefined) Deno.removeSync(old, { recursive: true });
}

function putLeaf(
  put: Put,
  change: Change,
  name: string,
  swap: Swap,
): void {
  const { found } = swap;
  const fresh = temporaryName();
  const old = found?.type === "folder" ? temporaryName() : undefined;
  put.note({ path: change.path, fresh, ...(old !== undefined && { old }) });
  try {
    make(put, change, fresh, swap);
    put.step("written");
    if (old !== undefined) setAside(put, name, old, found);
    else check(put, name, found);
    Deno.renameSync(fresh, name);
  } catch (error) {
    removeIfThere(fresh);
    throw error;
  }
  put.step("named");
  if (old !== undefined) Deno.removeSync(old, { recursive: true });
}

function make(
  put: Put,
  { after }: Change,
  fresh: string,
  { found, from }: Swap,
): void {
  if (after?.type === "link") {
    Deno.symlinkSync(after.target ?? "", fresh);
    return own(put, fresh, found);
  }
  const to = openSync(fresh, O_WRONLY | O_CREAT | O_EXCL | O_NOFOLLOW, 0o600);
  try {
    copy(from, to);
    const owner = found?.type === "file" ? found : put.owner;
    if (owner !== undefined && Deno.uid() === 0) {
      fchownSync(to, owner.uid, owner.gid);
    }
    fchmodSync(to, after?.mode ?? 0o644);
    const { mtime } = fstatSync(from);
    futimesSync(to, mtime, mtime);
    // What is replaced must not be lost, whenever the machine goes down.
    if (put.flush || found !== undefined) fsyncSync(to);
  } finally {
    closeSync(to);
  }
}

function copy(from: number, to: number): void {
  const chunk = new Uint8Array(CHUNK);
  for (let at = 0;;) {
    const count = readSync(from, chunk, 0, CHUNK, at);
    if (count === 0) return;
    for (let sent = 0; sent < count;) {
      sent += writeSync(to, chunk, sent, count - sent);
    }
    at += count;
  }
}

function takeAway(
  put: Put,
  change: Change,
  name: string,
  found: Node | undefined,
): void {
  if (found?.type !== "folder") {
    check(put, name, found);
    return Deno.removeSync(name);
  }
  const old = temporaryName();
  put.note({ path: change.path, old });
  setAside(put, name, old, found);
  // Whole under another name now: a last look whether it is what was meant.
  const { digest } = change.before ?? {};
  if (
    !change.meanwhile && digest !== undefined &&
    digestTree(put.files, old).digest !== digest
  ) {
    Deno.renameSync(old, name);
    throw new Overtaken("the host has just changed something in it");
  }
  put.step("aside");
  Deno.removeSync(old, { recursive: true });
}

function setAside(
  put: Put,
  name: string,
  old: string,
  found: Node | undefined,
): void {
  check(put, name, found);
  Deno.renameSync(name, old);
  put.step("moved");
}

function check(put: Put, name: string, found: Node | undefined): void {
  const now = lookAt(put.files, name);
  const same = now === undefined || found === undefined
    ? now === found
    : untouched(now, found);
  if (!same) throw new Overtaken("the host has just changed it");
}

/** By descriptor: whatever has the name, no link is followed. */
function setMode(name: string, mode: number): void {
  const fd = openSync(name, O_PATH | O_NOFOLLOW);
  try {
    const info = fstatSync(fd);
    if (!info.isFile() && !info.isDirectory()) {
      throw new Overtaken("something else has its name");
    }
    // A folder keeps what it got from the one it lies in (the set-group-id bit).
    const kept = info.isDirectory() ? info.mode & 0o7000 : 0;
    Deno.chmodSync(`/proc/self/fd/${fd}`, mode | kept);
  } finally {
    closeSync(fd);
  }
}

function own(put: Put, name: string, found: Node | undefined): void {
  const owner = found ?? put.owner;
  if (owner === undefined || Deno.uid() !== 0) return;
  lchownSync(name, owner.uid, owner.gid);
}

/** Ends the work on a path that an earlier try left in the middle. */
export function settleLeftover(
  { workspace, files }: Places,
  { path, fresh, old }: JournalLine,
): void {
  const parent = parentOf(path);
  const folder = parent === "" ? workspace : `${workspace}/${parent}`;
  const name = nameOf(path);
  if (lookAt(files, folder) === undefined) return;
  inFolder(folder, () => {
    if (fresh !== undefined) removeIfThere(fresh);
    if (old === undefined || lookAt(files, old) === undefined) return;
    // Put back what was moved aside, unless its successor is there.
    if (lookAt(files, name) === undefined) Deno.renameSync(old, name);
    else Deno.removeSync(old, { recursive: true });
  });
}

function removeIfThere(name: string): void {
  try {
    Deno.removeSync(name);
  } catch (error) {
    if (!(error instanceof Deno.errors.NotFound)) throw error;
  }
}

function temporaryName(): string {
  return `.${crypto.randomUUID()}.airg-tmp`;
}
