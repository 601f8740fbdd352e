// Copyright 2026 the airg authors. Apache-2.0 license.

/**
 * Finds and reads `.gitignore` files, as untrusted as any other file.
 *
 * @module
 */

import { foldersBetween } from "../../sandbox/within.ts";
import { isExpected } from "./failure.ts";
import type { Hands } from "./hands.ts";
import { type IgnoreFile, readIgnore } from "./ignore.ts";
import { mayUse } from "./leave.ts";
import { readUpTo } from "./read_bytes.ts";

/** Bytes of one file that are read. */
const MAX_BYTES = 256 * 1024;

/** Characters of all that speak of one name. */
const MAX_LENGTH = 128 * 1024;

/**
 * What git's own list and the folders above `path` say, the nearest last.
 *
 * @param onCut Is told if that is not all.
 */
export function ignoreAbove(
  hands: Hands,
  path: string,
  onCut: (why: string) => void,
): readonly IgnoreFile[] {
  const { workspace } = hands;
  const info = `${workspace}/.git/info`;
  const own = textIn(hands, info, "exclude");
  const above = path === workspace
    ? []
    : [workspace, ...foldersBetween(path, workspace)];
  let all: readonly IgnoreFile[] = own === undefined
    ? []
    : fitting([], [readIgnore(own, "")], onCut);
  for (const folder of above) all = withOwn(hands, all, folder, onCut);
  return all;
}

/** What is said above a folder, and what its own `.gitignore` says. */
export function withOwn(
  hands: Hands,
  above: readonly IgnoreFile[],
  folder: string,
  onCut: (why: string) => void,
): readonly IgnoreFile[] {
  return fitting(above, ignoreIn(hands, folder), onCut);
}

function fitting(
  above: readonly IgnoreFile[],
  own: readonly IgnoreFile[],
  onCut: (why: string) => void,
): readonly IgnoreFile[] {
  if (own.length === 0) return above;
  const all = [...above, ...own];
  if (all.reduce((sum, { length }) => sum + length, 0) <= MAX_LENGTH) {
    return all;
  }
  onCut(`more than ${MAX_LENGTH} characters of .gitignore were not followed`);
  return above;
}

/** What the `.gitignore` of a folder says. */
function ignoreIn(hands: Hands, folder: string): IgnoreFile[] {
  if (!mayUse(hands, `${folder}/.gitignore`, "read")) return [];
  const text = textIn(hands, folder, ".gitignore");
  const { workspace } = hands;
  const inside = folder === workspace
    ? ""
    : folder.startsWith(`${workspace}/`)
    ? `${folder.slice(workspace.length + 1)}/`
    : `${folder}/`;
  return text === undefined ? [] : [readIgnore(text, inside)];
}

/** git does not follow a link there either. */
function textIn(
  { files, folders }: Hands,
  path: string,
  name: string,
): string | undefined {
  try {
    using folder = folders.open(path);
    using file = files.open(`${folder.at}/${name}`);
    if (file === undefined) return undefined;
    return new TextDecoder().decode(readUpTo(file, MAX_BYTES));
  } catch (error) {
    if (isExpected(error)) return undefined;
    throw error;
  }
}
