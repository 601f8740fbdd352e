// Copyright 2026 the airg authors. Apache-2.0 license.

/**
 * Makes missing folders one by one, each inside the one that was checked.
 *
 * @module
 */

import type { OpenFolder } from "../platform/open_folder.ts";
import { FileProblem } from "./failure.ts";
import { folderOf, type Hands, nameOf } from "./hands.ts";

/** A project's folders are not private to the user. */
const NEW_FOLDER_MODE = 0o755;
/** Folders that one write makes at most. */
const MAX_MADE = 64;

/**
 * Opens a folder, made if it is not there.
 *
 * @param path Real, as it was judged; in a folder of the profile.
 */
export function openMade(hands: Hands, path: string): OpenFolder {
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
  for (const one of missing.reverse()) makeIn(hands, folderOf(one), one);
  return hands.folders.open(path);
}

function makeIn(
  { entries, folders, fs, profile: { owner } }: Hands,
  above: string,
  path: string,
): void {
  using folder = folders.open(above);
  const at = `${folder.at}/${nameOf(path)}`;
  try {
    Deno.mkdirSync(at, { mode: NEW_FOLDER_MODE });
  } catch (error) {
    // Somebody else was first; it is opened by its path in the end.
    if (error instanceof Deno.errors.AlreadyExists) return;
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
