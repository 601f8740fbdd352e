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

/** What git's own list and the folders above `path` say, the nearest last. */
export function ignoreAbove(hands: Hands, path: string): IgnoreFile[] {
  const { workspace } = hands;
  const info = `${workspace}/.git/info`;
  const own = textIn(hands, info, "exclude");
  const above = path === workspace
    ? []
    : [workspace, ...foldersBetween(path, workspace)];
  return [
    ...(own === undefined ? [] : [readIgnore(own, "")]),
    ...above.flatMap((folder) => ignoreIn(hands, folder)),
  ];
}

/** What the `.gitignore` of a folder says. */
export function ignoreIn(hands: Hands, folder: string): IgnoreFile[] {
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
