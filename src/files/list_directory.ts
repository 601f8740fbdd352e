// Copyright 2026 the airg authors. Apache-2.0 license.

/**
 * Lists a folder, and the folders in it as deep as asked for.
 *
 * @module
 */

import type { ListAction } from "../action/action.ts";
import type { ListedEntry, Outcome } from "../action/outcome.ts";
import type { OpenFolder } from "../platform/open_folder.ts";
import { failed, isExpected } from "./failure.ts";
import { below, type Hands } from "./hands.ts";
import { mayUse } from "./leave.ts";

/** Entries that one listing returns at most. */
const MAX_ENTRIES = 10_000;
/** Names that are looked at for that, the hidden ones as well. */
const MAX_LOOKED = 100_000;

/** Milliseconds that a listing takes; nothing else of airg goes on meanwhile. */
const MAX_MS = 3_000;

/** Lists what the action names. */
export function listDirectory(
  hands: Hands,
  path: string,
  { depth = 1, limit = MAX_ENTRIES }: ListAction,
): Outcome {
  const { maxDepth = Infinity, monotonic = () => performance.now() } =
    hands.options;
  const start = monotonic();
  if (levelOf(path, hands) > maxDepth) {
    return failed(
      "not-allowed",
      `It lies more than ${maxDepth} folders deep, which is the policy's allowed.max_directory_depth`,
    );
  }
  const list: Listing = {
    hands,
    most: Math.min(limit, MAX_ENTRIES),
    looked: 0,
    hidden: 0,
    entries: [],
    isTime: () => monotonic() - start > MAX_MS,
  };
  listInto(list, path, "", depth);
  return {
    kind: "listed",
    entries: list.entries,
    ...(list.hidden > 0 && { hidden: list.hidden }),
    ...(list.cut !== undefined && { cut: list.cut }),
  };
}

/** Folders between the workspace and a path. */
export function levelOf(
  path: string,
  { profile: { workspace } }: Hands,
): number {
  return path.startsWith(`${workspace}/`)
    ? path.slice(workspace.length + 1).split("/").length
    : 0;
}

interface Listing {
  readonly hands: Hands;
  readonly most: number;
  looked: number;
  /** What the policy keeps; told as a number, so that nobody looks for what is not missing. */
  hidden: number;
  readonly entries: ListedEntry[];
  readonly isTime: () => boolean;
  cut?: string;
}

function listInto(
  list: Listing,
  path: string,
  prefix: string,
  depth: number,
): void {
  const { hands } = list;
  const names: ListedEntry[] = [];
  {
    using folder = hands.folders.open(path);
    for (const { name } of hands.entries.list(folder.at)) {
      if (++list.looked > MAX_LOOKED) {
        list.cut ??= `more than ${MAX_LOOKED} names were not looked at`;
        break;
      }
      if (list.isTime()) {
        list.cut ??= `it took longer than ${MAX_MS / 1000} seconds`;
        break;
      }
      const own = below(path, name);
      if (!mayUse(hands, own, "list")) {
        list.hidden++;
        continue;
      }
      const described = describe(hands, folder, name);
      if (described !== undefined) names.push(described);
    }
  }
  const { maxDepth = Infinity } = hands.options;
  for (const entry of names.sort(foldersFirst)) {
    if (list.entries.length >= list.most) {
      list.cut ??= `there are more than ${list.most} entries`;
      return;
    }
    const own = below(path, entry.name);
    list.entries.push({ ...entry, name: `${prefix}${entry.name}` });
    if (entry.type !== "directory" || depth <= 1) continue;
    if (levelOf(own, hands) > maxDepth) {
      list.cut ??=
        `folders more than ${maxDepth} deep are not listed (allowed.max_directory_depth)`;
      continue;
    }
    descend(list, own, `${prefix}${entry.name}/`, depth - 1);
  }
}

/** What cannot be listed is shown as an entry all the same. */
function descend(
  list: Listing,
  path: string,
  prefix: string,
  depth: number,
): void {
  try {
    listInto(list, path, prefix, depth);
  } catch (error) {
    if (!isExpected(error)) throw error;
    list.cut ??= `${prefix} could not be listed`;
  }
}

function describe(
  { entries }: Hands,
  folder: OpenFolder,
  name: string,
): ListedEntry | undefined {
  const at = `${folder.at}/${name}`;
  const info = entries.look(at);
  // Removed since it was listed.
  if (info === undefined) return undefined;
  const type = info.isSymlink
    ? "symlink"
    : info.isDirectory
    ? "directory"
    : info.isFile
    ? "file"
    : "other";
  const target = info.isSymlink ? targetOf(at) : undefined;
  return {
    name,
    type,
    size: info.size,
    modified: info.mtime?.toISOString() ?? null,
    ...(target !== undefined && { target }),
  };
}

function targetOf(at: string): string | undefined {
  try {
    return Deno.readLinkSync(at);
  } catch (error) {
    // Removed since, or of bytes that are no text.
    if (error instanceof Error && "code" in error) return undefined;
    throw error;
  }
}

function foldersFirst(a: ListedEntry, b: ListedEntry): number {
  const rank = (entry: ListedEntry) => entry.type === "directory" ? 0 : 1;
  return rank(a) - rank(b) || (a.name < b.name ? -1 : 1);
}
