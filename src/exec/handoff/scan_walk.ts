// Copyright 2026 the airg authors. Apache-2.0 license.

/**
 * The same look at a workspace as the launcher's `scan` role takes, for systems
 * without the launcher: slower, and without set-id bits of old files.
 *
 * @module
 */

import {
  DEEP_FOLDERS,
  FOREIGN_FOLDERS,
  HANDOFF_NAMES,
} from "../../action/handoff_files.ts";
import { existingInfo } from "./exists.ts";
import type { Scan, Seen, SeenKind } from "./scan.ts";

/** Folders inside one another that are entered. */
const DEEPEST = 64;

const NAMED = new Set<string>(HANDOFF_NAMES);
const DEEP = new Set<string>(DEEP_FOLDERS);
const FOREIGN = new Set<string>(FOREIGN_FOLDERS);

/** How much is named below a folder. */
type Beneath = "plain" | "deep" | "quiet";

interface Walk {
  readonly root: string;
  readonly most: number;
  readonly entries: Seen[];
  count: number;
  cut: boolean;
}

/** Looks at `root` without following a link. */
export function walkScan(root: string, most: number): Scan {
  const walk: Walk = { root, most, entries: [], count: 0, cut: false };
  enter(walk, "", "plain", 0);
  return {
    entries: walk.entries,
    count: walk.count,
    ...(walk.cut && {
      incomplete: `only ${walk.count} entries of the workspace were looked at`,
    }),
  };
}

function enter(
  walk: Walk,
  folder: string,
  beneath: Beneath,
  depth: number,
): void {
  const names = namesIn(walk, folder);
  if (names === undefined) return;
  const isGit = isGitFolder(names);
  if (isGit) see(walk, folder, "git");
  for (const name of names) {
    if (walk.count++ >= walk.most || depth > DEEPEST) {
      walk.cut = true;
      return;
    }
    // Stores of git's: nothing in them is obeyed.
    const isOwn = `/${folder}/`.includes("/.git/");
    if (isGit && isOwn && /^(?:objects|refs|logs)$/.test(name)) continue;
    visit(walk, folder === "" ? name : `${folder}/${name}`, name, {
      beneath,
      depth,
    });
  }
}

function visit(
  walk: Walk,
  path: string,
  name: string,
  { beneath, depth }: { readonly beneath: Beneath; readonly depth: number },
): void {
  const named = beneath === "deep" || beneath === "plain" && NAMED.has(name);
  const kind = kindOf(walk, path);
  if (kind === undefined) return;
  if (named || kind === "set-id") see(walk, path, kind);
  if (kind !== "folder") return;
  const below = FOREIGN.has(name)
    ? "quiet"
    : beneath === "plain" && DEEP.has(name)
    ? "deep"
    : beneath;
  enter(walk, path, below, depth + 1);
}

function namesIn(walk: Walk, folder: string): string[] | undefined {
  try {
    return [...Deno.readDirSync(`${walk.root}/${folder}`)]
      .map(({ name }) => name);
  } catch (error) {
    // Gone meanwhile.
    if (error instanceof Deno.errors.NotFound) return undefined;
    see(walk, folder, "unreadable");
    return undefined;
  }
}

function isGitFolder(names: readonly string[]): boolean {
  if (!names.includes("HEAD")) return false;
  return names.includes("objects") && names.includes("refs") ||
    names.includes("commondir");
}

function kindOf(walk: Walk, path: string): SeenKind | undefined {
  const info = existingInfo(`${walk.root}/${path}`);
  if (info === undefined) return undefined;
  if (info.isSymlink) return "link";
  if (info.isDirectory) return "folder";
  if (!info.isFile) return "other";
  return ((info.mode ?? 0) & 0o6000) === 0 ? "file" : "set-id";
}

function see(walk: Walk, path: string, kind: SeenKind): void {
  const info = existingInfo(`${walk.root}/${path}`);
  if (info === undefined) return;
  const { mode, ino, size, mtime, ctime } = info;
  const changed = ctime?.getTime() ?? 0;
  walk.entries.push({
    kind,
    path,
    signature: [kind, mode, ino, size, mtime?.getTime(), changed].join(" "),
    size,
    mode: (mode ?? 0) & 0o7777,
    changedNs: BigInt(changed) * 1_000_000n,
  });
}
