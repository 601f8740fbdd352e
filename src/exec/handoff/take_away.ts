// Copyright 2026 the airg authors. Apache-2.0 license.

/**
 * Takes files out of a workspace, and puts files back, whoever plays with
 * links there meanwhile.
 *
 * @module
 */

import { FolderMoved, inFolder } from "../../platform/in_folder.ts";
import type { PlainFiles } from "../../platform/plain_files.ts";
import { existingInfo } from "./exists.ts";

/** One file that was taken away. */
export interface Quarantined {
  readonly path: string;
  readonly movedTo: string;
  readonly why: string;
}

/** Instead of a place, where a file could not be moved. */
export const STILL_THERE = "(still there)";

/** Whether a file is where it was, because it could not be moved. */
export function isStillThere({ movedTo }: Quarantined): boolean {
  return movedTo === STILL_THERE;
}

/** Takes one part away, or says that it is still there: nothing is passed over. */
export function takenAway(
  workspace: string,
  relative: string,
  quarantine: string,
  why: string,
): Quarantined[] {
  try {
    return takeAway(workspace, relative, quarantine, why);
  } catch (error) {
    if (!(error instanceof Error && "code" in error)) throw error;
    // Gone with a folder above it, which was taken away first.
    if (existingInfo(`${workspace}/${relative}`) === undefined) return [];
    const reason = `${why}; it could not be moved: ${error.message}`;
    return [{ path: relative, movedTo: STILL_THERE, why: reason }];
  }
}

function takeAway(
  workspace: string,
  relative: string,
  quarantine: string,
  why: string,
): Quarantined[] {
  const path = `${workspace}/${relative}`;
  const movedTo = placeFor(quarantine, relative);
  const at = path.lastIndexOf("/");
  try {
    // A link in the way, also one that another run puts there right now, would
    // make airg move a file of the host's.
    const parent = path.slice(0, at);
    inFolderWithRights(parent, () => move(path.slice(at + 1), movedTo));
  } catch (error) {
    if (!(error instanceof FolderMoved)) throw error;
    return takeAway(
      workspace,
      firstLink(workspace, relative),
      quarantine,
      why,
    );
  }
  return [{ path: relative, movedTo, why }];
}

/**
 * Like {@linkcode inFolder}. Where a run left its owner, who airg is, without
 * the right to change what is in the folder, it has that right for as long.
 */
function inFolderWithRights<Value>(path: string, use: () => Value): Value {
  return inFolder(path, () => {
    // By the name that cannot be swapped: it is the current folder itself.
    const { mode, uid } = Deno.lstatSync(".");
    const lacks = mode !== null && (mode & 0o700) !== 0o700 &&
      uid === Deno.uid() && uid !== 0;
    if (!lacks) return use();
    Deno.chmodSync(".", (mode & 0o7777) | 0o700);
    try {
      return use();
    } finally {
      Deno.chmodSync(".", mode & 0o7777);
    }
  });
}

/** A folder each: a link may have the name of a folder that went before it. */
function placeFor(quarantine: string, relative: string): string {
  const place = `${quarantine}/${crypto.randomUUID()}/${relative}`;
  Deno.mkdirSync(place.slice(0, place.lastIndexOf("/")), {
    recursive: true,
    mode: 0o700,
  });
  return place;
}

/** Keeps `bytes` under the name they had; nothing moves. */
export function keepCopy(
  relative: string,
  bytes: Uint8Array<ArrayBuffer>,
  quarantine: string,
  why: string,
): Quarantined {
  const movedTo = placeFor(quarantine, relative);
  Deno.writeFileSync(movedTo, bytes, { mode: 0o600, createNew: true });
  return { path: relative, movedTo, why };
}

/**
 * Makes `relative` hold `bytes`, atomically; a folder that is gone stays gone.
 *
 * @returns Why it could not, if so.
 */
export function putBack(
  workspace: string,
  relative: string,
  bytes: Uint8Array<ArrayBuffer>,
  mode: number,
  files: PlainFiles,
): string | undefined {
  const path = `${workspace}/${relative}`;
  const at = path.lastIndexOf("/");
  const name = path.slice(at + 1);
  try {
    inFolderWithRights(path.slice(0, at), () => {
      const { uid, gid } = Deno.lstatSync(".");
      // Only root may give a file away, and only then is it another's.
      const owner = Deno.uid() === 0 && uid !== null && gid !== null
        ? { uid, gid }
        : undefined;
      files.replace(name, bytes, {
        mode: mode & 0o777,
        ...(owner && { owner }),
      });
    });
    return undefined;
  } catch (error) {
    if (error instanceof FolderMoved) return "its folder leads elsewhere";
    if (!(error instanceof Error && "code" in error)) throw error;
    return error.message;
  }
}

/**
 * Writes `byte` at each of `offsets` of a file that holds `expected`. In place:
 * a program that puts another file there meanwhile loses nothing, and is seen.
 *
 * @returns Why it could not, if so.
 */
export function writeBytes(
  workspace: string,
  relative: string,
  expected: Uint8Array,
  offsets: readonly number[],
  byte: number,
): string | undefined {
  const path = `${workspace}/${relative}`;
  const at = path.lastIndexOf("/");
  const name = path.slice(at + 1);
  try {
    return inFolderWithRights(path.slice(0, at), () => {
      const named = Deno.lstatSync(name);
      using file = Deno.openSync(name, { read: true, write: true });
      const opened = file.statSync();
      const same = named.isFile && opened.ino === named.ino &&
        opened.dev === named.dev && opened.nlink === 1 &&
        opened.size === expected.length && holds(file, expected);
      if (!same) return "it changed meanwhile";
      for (const offset of offsets) {
        file.seekSync(offset, Deno.SeekMode.Start);
        file.writeSync(Uint8Array.of(byte));
      }
      return undefined;
    });
  } catch (error) {
    if (error instanceof FolderMoved) return "its folder leads elsewhere";
    if (!(error instanceof Error && "code" in error)) throw error;
    return error.message;
  }
}

function holds(file: Deno.FsFile, expected: Uint8Array): boolean {
  const bytes = new Uint8Array(expected.length);
  let length = 0;
  while (length < bytes.length) {
    const count = file.readSync(bytes.subarray(length));
    if (count === null) return false;
    length += count;
  }
  return bytes.every((byte, i) => byte === expected[i]);
}

/** Removes a folder with nothing in it; true if it did. */
export function removeEmpty(workspace: string, relative: string): boolean {
  const path = `${workspace}/${relative}`;
  const at = path.lastIndexOf("/");
  try {
    return inFolder(path.slice(0, at), () => {
      const name = path.slice(at + 1);
      if (!Deno.lstatSync(name).isDirectory) return false;
      Deno.removeSync(name); // Not recursive: fails where something is in it.
      return true;
    });
  } catch (error) {
    if (error instanceof FolderMoved) return false;
    if (error instanceof Error && "code" in error) return false;
    throw error;
  }
}

/** The first component of `relative` that is a link: that is what has to go. */
function firstLink(workspace: string, relative: string): string {
  const parts = relative.split("/");
  for (let n = 1; n < parts.length; n++) {
    const prefix = parts.slice(0, n).join("/");
    if (Deno.lstatSync(`${workspace}/${prefix}`).isSymlink) return prefix;
  }
  throw new Error(
    `Cannot quarantine ${
      JSON.stringify(relative)
    }: its folder is not where it was`,
  );
}

function move(from: string, to: string): void {
  try {
    Deno.renameSync(from, to);
  } catch (error) {
    // EXDEV: the state folder is on another file system.
    const code = error instanceof Error && "code" in error && error.code;
    // A folder is renamed only by who may write into it, too (rename(2)).
    if (code === "EACCES" && Deno.lstatSync(from).isDirectory) {
      const here = Deno.cwd();
      inFolderWithRights(`${here === "/" ? "" : here}/${from}`, () => {
        Deno.renameSync(`../${from}`, to);
      });
      return;
    }
    if (code !== "EXDEV") throw error;
    copyTree(from, to);
    Deno.removeSync(from, { recursive: true });
  }
}

function copyTree(from: string, to: string): void {
  const { isDirectory, isFile, isSymlink } = Deno.lstatSync(from);
  if (isSymlink) {
    Deno.symlinkSync(Deno.readLinkSync(from), to);
  } else if (isDirectory) {
    Deno.mkdirSync(to, { mode: 0o700 });
    for (const { name } of Deno.readDirSync(from)) {
      copyTree(`${from}/${name}`, `${to}/${name}`);
    }
  } else if (isFile) {
    Deno.copyFileSync(from, to);
  }
  // Sockets, pipes and devices carry nothing to keep.
}
