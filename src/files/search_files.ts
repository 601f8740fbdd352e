// Copyright 2026 the airg authors. Apache-2.0 license.

/**
 * Looks for files by name and content, within limits of files, bytes, results
 * and time.
 *
 * @module
 */

import type { SearchAction } from "../action/action.ts";
import type { Outcome } from "../action/outcome.ts";
import type { Entry } from "../platform/entries.ts";
import type { OpenFolder } from "../platform/open_folder.ts";
import { FileProblem, isExpected } from "./failure.ts";
import { alternatives, asBytes, compileGlob } from "./glob.ts";
import { below, folderOf, type Hands, nameOf } from "./hands.ts";
import { ignoreAbove, withOwn } from "./ignore_files.ts";
import { type IgnoreFile, isIgnored } from "./ignore.ts";
import { mayUse } from "./leave.ts";
import { levelOf } from "./list_directory.ts";
import { lineSearch } from "./line_search.ts";
import { readUpTo } from "./read_bytes.ts";
import {
  cutBy,
  inTurn,
  isOver,
  leaveOut,
  type LeftOut,
  MAX_MS,
  MAX_NAMES,
  type Search,
  type Steps,
} from "./search_limits.ts";
import { decode, HEAD_BYTES, isBinary, markOf } from "./text.ts";

/** Results that are given where none is said, and at most. */
const LIMIT = 500;
const MAX_LIMIT = 5_000;
/** Folders in one another that are gone into. */
const MAX_LEVELS = 400;
/** Bytes of one file that are read. */
const MAX_FILE_BYTES = 2 * 1024 * 1024;

/**
 * Makes ready to search what the action names.
 *
 * @throws {FileProblem} If it says nothing to look for, or what cannot be read.
 */
export async function searchFiles(
  hands: Hands,
  path: string,
  action: SearchAction,
): Promise<Steps<Outcome>> {
  const { pattern, glob, ignoreCase = false, includeIgnored, limit = LIMIT } =
    action;
  if (pattern === undefined && glob === undefined) {
    throw new FileProblem(
      "failed",
      "Say what to look for: pattern, glob or both",
    );
  }
  const lines = pattern === undefined
    ? undefined
    : await lineSearch(pattern, ignoreCase);
  const { monotonic = () => performance.now() } = hands.options;
  const start = monotonic();
  const search: Search = {
    hands,
    lines,
    isNamed: glob === undefined ? () => true : globTest(glob),
    most: Math.min(limit, MAX_LIMIT),
    matches: [],
    files: 0,
    skipped: new Map(),
    names: 0,
    bytes: 0,
    isEnded: false,
    isTime: () => monotonic() - start > MAX_MS,
    turn: { monotonic, last: start },
  };
  return steps(search, path, includeIgnored === true);
}

function* steps(
  search: Search,
  path: string,
  includeIgnored: boolean,
): Steps<Outcome> {
  const { hands } = search;
  const info = hands.entries.look(path);
  if (info?.isFile === true) {
    using folder = hands.folders.open(folderOf(path));
    yield* searchFile(search, folder, path, nameOf(path));
  } else {
    const above = includeIgnored
      ? undefined
      : ignoreAbove(hands, path, cutBy(search));
    yield* searchFolder(search, path, "", above);
  }
  const { cut, files, matches, skipped } = search;
  return {
    kind: "found",
    matches,
    files,
    skipped: skipped.values().reduce((sum, count) => sum + count, 0),
    ...(skipped.size > 0 && { skippedAs: Object.fromEntries(skipped) }),
    ...(cut !== undefined && { cut }),
  };
}

/** A pattern without a slash speaks of names, else of paths from the folder. */
function globTest(glob: string): (path: string) => boolean {
  const tests = alternatives(glob.replace(/^\.?\//, "")).map((one) => ({
    isName: !one.includes("/"),
    fits: compileGlob(asBytes(one)),
  }));
  return (path) => {
    const own = asBytes(path);
    const name = own.slice(own.lastIndexOf("/") + 1);
    return tests.some(({ fits, isName }) => fits(isName ? name : own));
  };
}

function* searchFolder(
  search: Search,
  path: string,
  prefix: string,
  above: readonly IgnoreFile[] | undefined,
  levels = 0,
): Steps<void> {
  const { hands } = search;
  const { maxDepth = Infinity } = hands.options;
  if (levels > MAX_LEVELS) {
    search.cut ??= `folders more than ${MAX_LEVELS} deep were not searched`;
    return;
  }
  if (levelOf(path, hands) > maxDepth) {
    search.cut ??=
      `folders more than ${maxDepth} deep are not searched (allowed.max_directory_depth)`;
    return;
  }
  const folders: string[] = [];
  const rules = above && withOwn(hands, above, path, cutBy(search));
  {
    using folder = hands.folders.open(path);
    for (const { kind, name } of sorted(hands.entries.list(folder.at))) {
      search.names++;
      if (isOver(search)) return;
      yield* inTurn(search);
      const own = below(path, name);
      const what = kind === "other" ? kindAt(hands, folder, name) : kind;
      if (what === "link" || what === "other" || name === ".git") continue;
      const isFolder = what === "folder";
      const relative = relativeTo(hands, own);
      if (rules !== undefined && isIgnored(rules, relative, isFolder)) continue;
      if (isFolder) {
        if (mayUse(hands, own, "list")) folders.push(name);
        else leaveOut(search, "kept by the policy");
      } else if (search.isNamed(`${prefix}${name}`)) {
        yield* searchFile(search, folder, own, name);
      }
    }
  }
  for (const name of folders) {
    if (isOver(search)) return;
    yield* enter(search, below(path, name), `${prefix}${name}/`, rules, levels);
  }
}

/** A folder that is gone, or cannot be listed, is left out. */
function* enter(
  search: Search,
  path: string,
  prefix: string,
  rules: readonly IgnoreFile[] | undefined,
  levels: number,
): Steps<void> {
  try {
    yield* searchFolder(search, path, prefix, rules, levels + 1);
  } catch (error) {
    if (!isExpected(error)) throw error;
    leaveOut(search, "could not be read");
  }
}

function* searchFile(
  search: Search,
  folder: OpenFolder,
  path: string,
  name: string,
): Steps<void> {
  const { hands, lines, matches } = search;
  const shown = relativeTo(hands, path);
  if (!mayUse(hands, path, lines === undefined ? "list" : "read")) {
    leaveOut(search, "kept by the policy");
    return;
  }
  if (lines === undefined) {
    search.files++;
    matches.push({ path: shown });
    return;
  }
  const text = textOf(search, folder, name);
  if (typeof text !== "string") {
    leaveOut(search, text.why);
    return;
  }
  search.files++;
  for (const found of lines(text)) {
    yield* inTurn(search);
    if (isOver(search)) return;
    if (found === "more") continue;
    if (found === "too-much") {
      leaveOut(search, "lines too long");
      return;
    }
    matches.push({ path: shown, line: found.number, text: found.text });
  }
}

/** The text of a plain file that is small enough. */
function textOf(
  search: Search,
  folder: OpenFolder,
  name: string,
): string | { readonly why: LeftOut } {
  const { files } = search.hands;
  using file = files.open(`${folder.at}/${name}`);
  if (file === undefined) return { why: "could not be read" };
  if (file.statSync().size > MAX_FILE_BYTES) {
    return { why: "larger than 2 MiB" };
  }
  const bytes = readUpTo(file, MAX_FILE_BYTES);
  search.bytes += bytes.length;
  const head = bytes.subarray(0, HEAD_BYTES);
  if (isBinary(head)) return { why: "no text" };
  const mark = markOf(head);
  const { text } = decode(
    bytes.subarray(mark?.length ?? 0),
    mark?.encoding ?? "utf-8",
  );
  return text.replaceAll("\r\n", "\n");
}

function kindAt(
  { entries }: Hands,
  folder: OpenFolder,
  name: string,
): Entry["kind"] {
  const info = entries.look(`${folder.at}/${name}`);
  return info?.isFile === true
    ? "file"
    : info?.isDirectory === true
    ? "folder"
    : "other";
}

function sorted(entries: Iterable<Entry>): Entry[] {
  const all: Entry[] = [];
  for (const entry of entries) {
    all.push(entry);
    if (all.length > MAX_NAMES) break;
  }
  return all.sort((a, b) => a.name < b.name ? -1 : 1);
}

function relativeTo({ workspace }: Hands, path: string): string {
  return path.startsWith(`${workspace}/`)
    ? path.slice(workspace.length + 1)
    : path;
}
