// Copyright 2026 the airg authors. Apache-2.0 license.

/**
 * Makes missing folders one by one, each inside the one that was checked.
 *
 * @module
 */

import type { OpenFolder } from "../platform/open_folder.ts";
import { codeOf, FileProblem, isExpected } from "./failure.ts";
import { mayChange } from "./may_write.ts";
import { folderOf, type Hands, nameOf } from "./hands.ts";

/** A project's folders are not private to the user. */
const NEW_FOLDER_MODE = 0o755;
/** Folders that one write makes at most. */
const MAX_MADE = 64;

/** An open folder, and those that were made for it. */
export interface MadeFolder extends OpenFolder {
  /** Takes the made ones away again, as far as nobody put anything there. */
  readonly unmake: () => void;
}

/**
 * Opens a folder, made if it is not there; where that fails, nothing is left.
 *
 * @param path Real, as it was judged; in a folder of the profile.
 */
export function openMade(hands: Hands, path: string): MadeFolder {
  const missing: string[] = [];
  let folder = path;
  while (folder !== "/" && hands.entries.look(folder) === undefined) {
    missing.push(folder);
    folder = folderOf(folder);
    if (missing.length > MAX_MADE) {
      throw new FileProblem(
        "not-found",
        `More than ${MAX_MADE} folders on the way are missing`,
      );
    }
  }
  const made: string[] = [];
  const unmake = () => {
    for (const one of made.toReversed()) removeMade(hands, one);
  };
  try {
    for (const one of missing.reverse()) {
      makeIn(hands, folderOf(one), one, made);
    }
    return { ...hands.folders.open(path), unmake };
  } catch (error) {
    unmake();
    throw error;
  }
}

/** Best effort: what went wrong before is what is told. */
function removeMade({ entries, folders }: Hands, path: string): void {
  try {
    using folder = folders.open(folderOf(path));
    entries.removeFolder(`${folder.at}/${nameOf(path)}`);
  } catch (error) {
    if (!isExpected(error)) throw error;
  }
}

function makeIn(
  hands: Hands,
  above: string,
  path: string,
  made: string[],
): void {
  const { entries, folders, fs, profile: { owner } } = hands;
  using folder = folders.open(above);
  mayChange(hands, folder.at);
  const at = `${folder.at}/${nameOf(path)}`;
  try {
    fs.mkdirSync(at, { mode: NEW_FOLDER_MODE });
    made.push(path);
  } catch (error) {
    // Somebody else was first; it is opened by its path in the end.
    if (codeOf(error) === "EEXIST") return;
    throw error;
  }
  if (owner === undefined || Deno.uid() !== 0) return;
  const { O_DIRECTORY, O_NOFOLLOW, O_RDONLY } = fs.constants;
  const fd = fs.openSync(at, O_RDONLY | O_DIRECTORY | O_NOFOLLOW);
  try {
    // Ours, and not another that was put there.
    const { ino, uid } = fs.fstatSync(fd);
    if (uid === 0 && ino === entries.look(at)?.ino) {
      fs.fchownSync(fd, owner.uid, owner.gid);
    }
  } finally {
    fs.closeSync(fd);
  }
}
