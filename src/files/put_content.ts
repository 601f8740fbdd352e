// Copyright 2026 the airg authors. Apache-2.0 license.

/**
 * Puts content under a name, whole or not at all, and only in the place of what
 * was looked at before.
 *
 * rename(2) replaces whatever stands there by then. So the new file and the old
 * one exchange their names in one step, and what came out is compared: where it
 * is another, they are exchanged back and nothing is lost.
 *
 * @module
 */

import type { OpenFolder } from "../platform/open_folder.ts";
import { codeOf, FileProblem, isExpected } from "./failure.ts";
import type { Hands } from "./hands.ts";

/** What is put, and in the place of what. */
export interface Put {
  readonly bytes: Uint8Array<ArrayBuffer>;
  readonly mode: number;
  /** Absent: whoever airg is. */
  readonly owner?: { readonly uid: number; readonly gid: number } | undefined;
  /** What stood there; absent: nothing did. */
  readonly replaces?: Deno.FileInfo | undefined;
  /** Looks at what was replaced, under its other name, once more. */
  readonly isSame?: (at: string) => boolean;
}

const CHANGED =
  "It was changed or replaced meanwhile; nothing was written. Read it and ask again";

/**
 * Puts the content there; the disk has it when this returns.
 *
 * @param name One component.
 * @returns What an agent has to know of it; sentences without full stop.
 * @throws {FileProblem} Where something else stood there by then; what the
 * machine says. No temporary file is left.
 */
export function putContent(
  hands: Hands,
  folder: OpenFolder,
  name: string,
  put: Put,
): string[] {
  const { entries, fs } = hands;
  const temporary = `${folder.at}/.airg-${crypto.randomUUID()}`;
  const place = `${folder.at}/${name}`;
  const { O_WRONLY, O_CREAT, O_EXCL, O_NOFOLLOW } = fs.constants;
  const flags = O_WRONLY | O_CREAT | O_EXCL | O_NOFOLLOW;
  const fd = fs.openSync(temporary, flags, 0o600);
  // What may be removed under the temporary name: the new file, then the old one.
  let made: ReturnType<typeof fs.fstatSync> | undefined;
  let ino: number | undefined;
  const notes = otherNames(put.replaces);
  try {
    try {
      made = fs.fstatSync(fd);
      ino = made.ino;
      const lost = fill(hands, fd, put, {
        from: `${folder.path}/${name}`,
        to: temporary,
      });
      notes.push(
        ...lost.map((one) => `Its attribute ${one} could not be kept`),
      );
    } finally {
      fs.closeSync(fd);
    }
    // The new file's own name may have been given to something else meanwhile.
    const isMade = (at: string) => {
      const now = entries.look(at);
      return now?.isFile === true && now.ino === made?.ino &&
        now.dev === made?.dev;
    };
    // It has its name by then: a disk that fails to say so takes nothing back.
    const isPlaced = () => {
      try {
        return isMade(place);
      } catch (error) {
        if (isExpected(error)) return true;
        throw error;
      }
    };
    if (put.replaces === undefined) {
      takeFree(hands, temporary, place);
      if (!isPlaced()) throw new FileProblem("changed", CHANGED);
    } else {
      const { isSame = () => true, replaces } = put;
      exchange(
        hands,
        temporary,
        place,
        replaces,
        (at) => isMade(at === place ? temporary : place) && isSame(at),
      );
      ino = put.replaces.ino ?? ino;
    }
    syncFolder(hands, folder);
  } catch (error) {
    removeOwn(hands, temporary, ino);
    throw error;
  }
  if (!removeOwn(hands, temporary, ino)) {
    const left = temporary.slice(temporary.lastIndexOf("/") + 1);
    notes.push(`What was there before could not be removed and is now ${left}`);
  }
  return notes;
}

/** Other names of the file keep what it was: nothing is written through them. */
function otherNames(replaces: Deno.FileInfo | undefined): string[] {
  const names = replaces?.nlink ?? 1;
  return names < 2 ? [] : [
    `It had ${names} names (hard links); the others still lead to what was there before`,
  ];
}

/** Removes what is left under the temporary name, if it is the one; `false`: it is still there. */
function removeOwn(
  { entries }: Hands,
  temporary: string,
  ino: number | undefined,
): boolean {
  for (let tries = 0; tries < 2; tries++) {
    try {
      const there = entries.look(temporary);
      if (there === undefined) return true;
      // The name was only just made, and nobody else knows it.
      if (there.ino !== (ino ?? there.ino)) return true;
      if (entries.unlink(temporary)) return true;
    } catch (error) {
      if (!isExpected(error)) throw error;
    }
  }
  return false;
}

/** Without it the mode says less than it seems to: its group is the list's mask. */
const ACCESS_LIST = "system.posix_acl_access";

/** The names of attributes that could not be kept. */
function fill(
  { attributes, fs, rights }: Hands,
  fd: number,
  { bytes, mode, owner, replaces }: Put,
  { from, to }: { readonly from: string; readonly to: string },
): string[] {
  for (let at = 0; at < bytes.length;) {
    at += fs.writeSync(fd, bytes, at, bytes.length - at);
  }
  const own = fs.fstatSync(fd);
  if (owner !== undefined && (own.uid !== owner.uid || own.gid !== owner.gid)) {
    // Only root may give files away, and only this new one is.
    rights.as(undefined, () => giveTo(fs, fd, owner, own.uid));
  }
  const ino = replaces?.ino ?? undefined;
  const lost = ino === undefined
    ? []
    : rights.as(undefined, () => attributes.copy(from, ino, to));
  if (lost.includes(ACCESS_LIST)) {
    throw new FileProblem(
      "failed",
      "It has an access list (getfacl shows it), and airg could not keep that; a command may write into it",
    );
  }
  rights.as(undefined, () => fs.fchmodSync(fd, mode));
  fs.fsyncSync(fd);
  return lost;
}

function giveTo(
  fs: Hands["fs"],
  fd: number,
  { gid, uid }: { readonly uid: number; readonly gid: number },
  own: number,
): void {
  try {
    fs.fchownSync(fd, uid, gid);
  } catch (error) {
    if (codeOf(error) === undefined) throw error;
    // The group of one's own file may be one that one is not in: no harm.
    if (uid === own) return;
    throw new FileProblem(
      "failed",
      "It belongs to another user, and airg could not keep that; a command may write into it",
    );
  }
}

function takeFree(
  { entries, fs }: Hands,
  temporary: string,
  place: string,
): void {
  if (entries.moveToFree(temporary, place)) return;
  if (entries.look(place) === undefined) {
    // A file system that knows only plain links: a link to a taken name fails.
    try {
      return fs.linkSync(temporary, place);
    } catch (error) {
      if (codeOf(error) !== "EEXIST") throw error;
    }
  }
  throw new FileProblem("changed", CHANGED);
}

function exchange(
  { entries, fs }: Hands,
  temporary: string,
  place: string,
  replaces: Deno.FileInfo,
  isSame: (at: string) => boolean,
): void {
  if (entries.swap(temporary, place)) {
    let problem: unknown = new FileProblem("changed", CHANGED);
    try {
      const out = entries.look(temporary);
      if (isOne(out, replaces) && isSame(temporary)) return;
    } catch (error) {
      problem = error;
    }
    if (entries.swap(temporary, place)) throw problem;
    keepBoth(entries, temporary, place);
  }
  // A file system without it: as close as two steps come.
  const now = entries.look(place);
  if (!isOne(now, replaces) || !isSame(place)) {
    throw new FileProblem("changed", CHANGED);
  }
  fs.renameSync(temporary, place);
}

/** The new file's name is gone meanwhile: what was there gets it back. */
function keepBoth(
  entries: Hands["entries"],
  temporary: string,
  place: string,
): never {
  if (entries.moveToFree(temporary, place)) {
    throw new FileProblem("changed", CHANGED);
  }
  const kept = `${temporary}-kept`;
  entries.moveToFree(temporary, kept);
  throw new FileProblem(
    "changed",
    `It was replaced again and again meanwhile; what was there before is kept as ${
      kept.slice(kept.lastIndexOf("/") + 1)
    } in its folder`,
  );
}

/** Whether both are the same file with the same content, as far as its times tell. */
export function isOne(
  now: Deno.FileInfo | undefined,
  before: Deno.FileInfo,
): boolean {
  return now !== undefined && now.dev === before.dev &&
    now.ino === before.ino && now.isFile === before.isFile &&
    now.isSymlink === before.isSymlink && now.size === before.size &&
    now.mtime?.getTime() === before.mtime?.getTime();
}

/** So that a crash does not bring the old name back. */
export function syncFolder({ fs }: Hands, folder: OpenFolder): void {
  try {
    const fd = fs.openSync(`${folder.at}/.`, fs.constants.O_RDONLY);
    try {
      fs.fsyncSync(fd);
    } finally {
      fs.closeSync(fd);
    }
  } catch (error) {
    // Some file systems cannot; what is there is whole all the same.
    if (codeOf(error) === undefined) throw error;
  }
}
