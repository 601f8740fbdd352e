// Copyright 2026 the airg authors. Apache-2.0 license.

/**
 * Puts content under a name, whole or not at all, and only in the place of what
 * was looked at before.
 *
 * The new file is written under a name of its own first; how it gets its place is
 * in exchange.ts.
 *
 * @module
 */

import type { OpenFolder } from "../platform/open_folder.ts";
import { codeOf, explained, FileProblem, isExpected } from "./failure.ts";
import { changed, exchange, type Own } from "./exchange.ts";
import { type Hands, nameOf } from "./hands.ts";

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

/**
 * Puts the content there; the disk has it when this returns.
 *
 * @param name One component.
 * @returns What an agent has to know of it; sentences without full stop.
 * @throws {FileProblem} Where something else stood there by then; what the
 * machine says. No temporary file of airg's own is left; what else came to stand
 * there is named.
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
  // Open to the end: nothing else gets its number, so that it is known again.
  const fd = fs.openSync(temporary, flags, 0o600);
  // What may be removed under the temporary name: the new file, then the old one.
  let ino: number | undefined;
  const notes = otherNames(put.replaces);
  try {
    const made = fs.fstatSync(fd);
    ino = made.ino;
    const lost = fill(hands, fd, put, {
      from: `${folder.path}/${name}`,
      to: temporary,
    });
    notes.push(...lost.map((one) => `Its attribute ${one} could not be kept`));
    const own: Own = {
      isAt: (at) => {
        const now = entries.look(at);
        return now?.isFile === true && now.ino === made.ino &&
          now.dev === made.dev;
      },
      isReplaced: () => fs.fstatSync(fd).nlink === 0,
    };
    if (put.replaces === undefined) {
      takeFree(hands, temporary, place);
      if (!isPlaced(own, place)) throw changed();
    } else {
      const { isSame = () => true, replaces } = put;
      if (exchange(hands, { temporary, place, own, replaces, isSame })) {
        notes.push("It was replaced again right after");
      }
      ino = put.replaces.ino ?? ino;
    }
    syncFolder(hands, folder);
  } catch (error) {
    if (leftAt(hands, temporary, ino) === "nothing") throw error;
    throw withLeft(error, temporary);
  } finally {
    closed(hands, fd);
  }
  if (leftAt(hands, temporary, ino) === "own") {
    const left = nameOf(temporary);
    notes.push(`What was there before could not be removed and is now ${left}`);
  }
  return notes;
}

/** The disk has the content since fsync(2): whether this fails changes nothing. */
function closed({ fs }: Hands, fd: number): void {
  try {
    fs.closeSync(fd);
  } catch (error) {
    if (codeOf(error) === undefined) throw error;
  }
}

/** It has its name by then: a disk that fails to say so takes nothing back. */
function isPlaced(own: Own, place: string): boolean {
  try {
    return own.isAt(place);
  } catch (error) {
    if (isExpected(error)) return true;
    throw error;
  }
}

/** What is not airg's own stays, and is told. */
function withLeft(error: unknown, temporary: string): FileProblem {
  const { message, why } = explained(error);
  return new FileProblem(
    why,
    `${message}. What else stood there meanwhile is kept as ${
      nameOf(temporary)
    } in its folder`,
  );
}

/** Other names of the file keep what it was: nothing is written through them. */
function otherNames(replaces: Deno.FileInfo | undefined): string[] {
  const names = replaces?.nlink ?? 1;
  return names < 2 ? [] : [
    `It had ${names} names (hard links); the others still lead to what was there before`,
  ];
}

/** Removes what is left under the temporary name, if it is the one with that number. */
function leftAt(
  { entries }: Hands,
  temporary: string,
  ino: number | undefined,
): "nothing" | "own" | "other" {
  for (let tries = 0; tries < 2; tries++) {
    try {
      const there = entries.look(temporary);
      if (there === undefined) return "nothing";
      // The name was only just made, and nobody else knows it.
      if (there.ino !== (ino ?? there.ino)) return "other";
      if (entries.unlink(temporary)) return "nothing";
    } catch (error) {
      if (!isExpected(error)) throw error;
    }
  }
  return "own";
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
  throw changed();
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
