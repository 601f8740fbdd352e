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
import { FileProblem } from "./failure.ts";
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
 * @throws {FileProblem} Where something else stood there by then; what the
 * machine says. No temporary file is left.
 */
export function putContent(
  hands: Hands,
  folder: OpenFolder,
  name: string,
  put: Put,
): void {
  const { fs, entries } = hands;
  const temporary = `${folder.at}/.airg-${crypto.randomUUID()}`;
  const place = `${folder.at}/${name}`;
  const { O_WRONLY, O_CREAT, O_EXCL, O_NOFOLLOW } = fs.constants;
  const flags = O_WRONLY | O_CREAT | O_EXCL | O_NOFOLLOW;
  const fd = fs.openSync(temporary, flags, 0o600);
  // What may be removed under the temporary name: the new file, then the old one.
  const made = fs.fstatSync(fd);
  let { ino } = made;
  try {
    try {
      fill(hands, fd, put, place);
    } finally {
      fs.closeSync(fd);
    }
    // The new file's own name may have been given to something else meanwhile.
    const isMade = (at: string) => {
      const now = entries.look(at);
      return now?.isFile === true && now.ino === made.ino &&
        now.dev === made.dev;
    };
    if (put.replaces === undefined) {
      takeFree(hands, temporary, place);
      if (!isMade(place)) throw new FileProblem("changed", CHANGED);
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
  } finally {
    if (entries.look(temporary)?.ino === ino) entries.unlink(temporary);
  }
}

function fill(
  { attributes, fs, rights }: Hands,
  fd: number,
  { bytes, mode, owner, replaces }: Put,
  place: string,
): void {
  for (let at = 0; at < bytes.length;) {
    at += fs.writeSync(fd, bytes, at, bytes.length - at);
  }
  const own = fs.fstatSync(fd);
  if (owner !== undefined && (own.uid !== owner.uid || own.gid !== owner.gid)) {
    // Only root may give files away, and only this new one is.
    rights.as(undefined, () => giveTo(fs, fd, owner, own.uid));
  }
  rights.as(undefined, () => {
    fs.fchmodSync(fd, mode);
    // Of what stands there by then; another is told when the names are changed.
    if (replaces !== undefined && !attributes.copy(place, fd)) {
      throw new FileProblem(
        "failed",
        "It has an access list (getfacl shows it), and airg could not keep that; a command may write into it",
      );
    }
  });
  fs.fsyncSync(fd);
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
    if (!(error instanceof Error && "code" in error)) throw error;
    // The group of one's own file may be one that one is not in: no harm.
    if (uid === own) return;
    throw new FileProblem(
      "failed",
      "It belongs to another user, and airg could not keep that; a command may write into it",
    );
  }
}

function takeFree(
  { entries }: Hands,
  temporary: string,
  place: string,
): void {
  if (entries.moveToFree(temporary, place)) return;
  if (entries.look(place) === undefined) {
    // A file system that knows only plain links: a link to a taken name fails.
    try {
      Deno.linkSync(temporary, place);
      return;
    } catch (error) {
      if (!(error instanceof Error && "code" in error)) throw error;
    }
  }
  throw new FileProblem("changed", CHANGED);
}

function exchange(
  { entries }: Hands,
  temporary: string,
  place: string,
  replaces: Deno.FileInfo,
  isSame: (at: string) => boolean,
): void {
  if (entries.swap(temporary, place)) {
    const out = entries.look(temporary);
    if (isOne(out, replaces) && isSame(temporary)) return;
    if (entries.swap(temporary, place)) {
      throw new FileProblem("changed", CHANGED);
    }
    keepBoth(entries, temporary, place);
  }
  // A file system without it: as close as two steps come.
  const now = entries.look(place);
  if (!isOne(now, replaces) || !isSame(place)) {
    throw new FileProblem("changed", CHANGED);
  }
  Deno.renameSync(temporary, place);
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
  const fd = fs.openSync(`${folder.at}/.`, fs.constants.O_RDONLY);
  try {
    fs.fsyncSync(fd);
  } catch (error) {
    // Some file systems cannot; the content is safe all the same.
    if (!(error instanceof Error && "code" in error)) throw error;
  } finally {
    fs.closeSync(fd);
  }
}
