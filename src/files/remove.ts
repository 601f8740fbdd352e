// Copyright 2026 the airg authors. Apache-2.0 license.

/**
 * Removes one name, if it is still what was looked at.
 *
 * unlink(2) removes whatever stands there by then. So the name is first changed
 * to one of airg's own; what turns out to be another gets its name back.
 *
 * @module
 */

import type { OpenFolder } from "../platform/open_folder.ts";
import { checkExpected } from "./expect.ts";
import { FileProblem } from "./failure.ts";
import type { Hands } from "./hands.ts";
import { isOne } from "./exchange.ts";

/**
 * Removes what is no folder.
 *
 * @param path As it was judged.
 * @throws {FileProblem} If something else stands there, or it cannot be removed.
 */
export function removeExactly(
  hands: Hands,
  folder: OpenFolder,
  path: string,
  name: string,
  seen: Deno.FileInfo,
): void {
  const { entries } = hands;
  const place = `${folder.at}/${name}`;
  const aside = `${folder.at}/.airg-${crypto.randomUUID()}`;
  if (!entries.moveToFree(place, aside)) {
    return removeInPlace(hands, place, path, seen);
  }
  try {
    const now = entries.look(aside);
    if (!isOne(now, seen)) throw changed(path);
    checkExpected(hands, path, aside, now);
  } catch (error) {
    if (!entries.moveToFree(aside, place)) throw keptAside(path, aside);
    throw error;
  }
  if (!entries.unlink(aside)) {
    entries.moveToFree(aside, place);
    throw new FileProblem("failed", `${path}: the system does not permit it`);
  }
}

/** Where the file system knows no such rename, or nothing may be renamed there. */
function removeInPlace(
  hands: Hands,
  place: string,
  path: string,
  seen: Deno.FileInfo,
): void {
  const now = hands.entries.look(place);
  if (now === undefined || !isOne(now, seen)) throw changed(path);
  checkExpected(hands, path, place, now);
  if (!hands.entries.unlink(place)) {
    throw new FileProblem("failed", `${path}: the system does not permit it`);
  }
}

function changed(path: string): FileProblem {
  return new FileProblem(
    "changed",
    `${path} was changed or replaced meanwhile; it was not deleted. Ask again`,
  );
}

function keptAside(path: string, aside: string): FileProblem {
  const name = aside.slice(aside.lastIndexOf("/") + 1);
  return new FileProblem(
    "changed",
    `${path} was replaced again and again meanwhile; one of what stood there is kept as ${name} in its folder`,
  );
}
