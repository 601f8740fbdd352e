// Copyright 2026 the airg authors. Apache-2.0 license.

/**
 * Gives a new file the place of an old one, if the old one is what was looked at
 * before.
 *
 * rename(2) replaces whatever stands there by then. So the two exchange their
 * names in one step, and what came out is compared: where it is another, they
 * are exchanged back and nothing is lost.
 *
 * @module
 */

import { FileProblem, isExpected } from "./failure.ts";
import { type Hands, nameOf } from "./hands.ts";

/** It was not what was looked at. */
export function changed(): FileProblem {
  return new FileProblem(
    "changed",
    "It was changed or replaced meanwhile; nothing was written. Read it and ask again",
  );
}

/** The new file, which may be moved or replaced by anybody who finds it. */
export interface Own {
  /** Whether it stands there; another may have its name. */
  readonly isAt: (at: string) => boolean;
  /** It has no name any more: something else was put in its place. */
  readonly isReplaced: () => boolean;
}

/** One exchange of the new file and the one that it replaces. */
export interface Exchange {
  readonly temporary: string;
  readonly place: string;
  readonly own: Own;
  readonly replaces: Deno.FileInfo;
  readonly isSame: (at: string) => boolean;
}

/** Whether the new file was itself replaced by then, which nobody minds. */
export function exchange({ entries, fs }: Hands, one: Exchange): boolean {
  const { isSame, own, place, replaces, temporary } = one;
  if (entries.swap(temporary, place)) {
    let problem: unknown = changed();
    try {
      const isOld = isOne(entries.look(temporary), replaces);
      const isPut = own.isAt(place);
      if (isOld && (isPut || own.isReplaced()) && isSame(temporary)) {
        return !isPut;
      }
    } catch (error) {
      problem = error;
    }
    giveBack(entries, one);
    throw problem;
  }
  // A file system without it: as close as two steps come.
  const now = entries.look(place);
  if (!isOne(now, replaces) || !own.isAt(temporary) || !isSame(place)) {
    throw changed();
  }
  fs.renameSync(temporary, place);
  return false;
}

/** Exchanges in which the place is given back to whom it belongs. */
const MAX_BACK = 32;

/**
 * Puts back what was taken out. Where others replace that name meanwhile, what
 * they put there last gets it, and never something older.
 */
function giveBack(
  entries: Hands["entries"],
  { own, place, temporary }: Exchange,
): void {
  let out = seenAt(entries, temporary);
  if (!entries.swap(temporary, place)) {
    return keepBoth(entries, temporary, place);
  }
  if (own.isAt(temporary) || !own.isReplaced()) return;
  for (let turn = 0; turn < MAX_BACK; turn++) {
    // It is newer than what was just put there instead of it.
    const newer = seenAt(entries, temporary);
    if (newer === undefined || !entries.swap(temporary, place)) return;
    const now = seenAt(entries, temporary);
    if (out !== undefined && isOne(now, out)) return;
    out = newer;
  }
}

/** Giving back goes on where the machine does not say what is there. */
function seenAt(
  entries: Hands["entries"],
  at: string,
): Deno.FileInfo | undefined {
  try {
    return entries.look(at);
  } catch (error) {
    if (isExpected(error)) return undefined;
    throw error;
  }
}

/** The new file's name is gone meanwhile: what was there gets it back. */
function keepBoth(
  entries: Hands["entries"],
  temporary: string,
  place: string,
): void {
  if (entries.moveToFree(temporary, place)) return;
  const kept = `${temporary}-kept`;
  entries.moveToFree(temporary, kept);
  throw new FileProblem(
    "changed",
    `It was replaced again and again meanwhile; what was there before is kept as ${
      nameOf(kept)
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
