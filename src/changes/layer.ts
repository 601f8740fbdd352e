// Copyright 2026 the airg authors. Apache-2.0 license.

/**
 * Reads the upper layer of an overlay as a list of changes.
 *
 * Form of the layer: Documentation/filesystems/overlayfs.rst. A deletion is a
 * character device 0/0, or in a folder marked `x` an empty file with the mark
 * `user.overlay.whiteout`; a folder marked `y` hides all that lies below it. The
 * launcher mounts with `userxattr`, which turns redirects and metadata-only
 * copies off, so a changed file is always here whole.
 *
 * @module
 */

import type { ExactFiles } from "../platform/exact_files.ts";
import { type Baseline, type Change, type Node, sameShape } from "./change.ts";
import {
  digestOf,
  digestOfOpen,
  digestTree,
  isWhiteout,
  lookAt,
  MAX_DIGEST_BYTES,
  namesOf,
  openOwn,
} from "./node.ts";
import { closeSync } from "node:fs";

/** Where to look, and since when the host's changes count. */
export interface Layer {
  readonly upper: string;
  /** The workspace. */
  readonly lower: string;
  /** Milliseconds, by the kernel's clock: when the run started. */
  readonly since: number;
}

interface Walk extends Layer {
  readonly files: ExactFiles;
  readonly found: Change[];
}

/** One folder that the walk is in. */
interface Place {
  readonly path: string;
  /** Whether the workspace has a real folder there. */
  readonly below: boolean;
  readonly mark: string | undefined;
}

/** Lists what differs, parents before what is in them. */
export function readLayer(files: ExactFiles, layer: Layer): Change[] {
  const walk: Walk = { ...layer, files, found: [] };
  visit(walk, { path: "", below: true, mark: undefined });
  return walk.found;
}

function visit(walk: Walk, place: Place): void {
  const folder = join(walk.upper, place.path);
  const names = namesOf(folder);
  for (const name of names) {
    const path = place.path === "" ? name : `${place.path}/${name}`;
    const below = place.below
      ? lookAt(walk.files, join(walk.lower, path))
      : undefined;
    entry(walk, place, { path, below });
  }
  if (place.mark !== "y" || !place.below) return;
  const kept = new Set(names);
  for (const name of namesOf(join(walk.lower, place.path))) {
    if (!kept.has(name)) gone(walk, `${place.path}/${name}`);
  }
}

interface Entry {
  readonly path: string;
  /** What the workspace has there now. */
  readonly below: Node | undefined;
}

function entry(walk: Walk, place: Place, { path, below }: Entry): void {
  const upper = join(walk.upper, path);
  const node = lookAt(walk.files, upper);
  if (node === undefined) {
    // Listed, and yet not there: its name is no text.
    walk.found.push({ path, status: "unsupported", meanwhile: false });
  } else if (isDeletion(walk, place, upper, node)) {
    if (below !== undefined) gone(walk, path);
  } else if (node.type === "other") {
    const { before, meanwhile } = baseline(walk, path, below);
    walk.found.push({
      path,
      status: "unsupported",
      after: shapeOf(node),
      meanwhile,
      ...(before && { before }),
    });
  } else if (node.type === "folder") {
    folder(walk, path, node, below);
  } else {
    leaf(walk, path, node, below);
  }
}

function isDeletion(
  { files }: Walk,
  { mark }: Place,
  upper: string,
  node: Node,
): boolean {
  if (node.type === "other") return isWhiteout(files, upper);
  return mark === "x" && node.type === "file" && node.size === 0 &&
    files.attribute(upper, "user.overlay.whiteout") !== undefined;
}

function folder(
  walk: Walk,
  path: string,
  node: Node,
  below: Node | undefined,
): void {
  const upper = join(walk.upper, path);
  const known = baseline(walk, path, below);
  const after = shapeOf(node);
  if (below?.type !== "folder") {
    walk.found.push({
      path,
      status: below === undefined ? "added" : "replaced",
      after,
      ...known,
      meanwhile: known.meanwhile || lost(walk, path, below),
    });
  } else if (below.mode !== node.mode) {
    walk.found.push({ path, status: "mode", after, ...known });
  }
  // Its owner has to open it up, root has not; what it was is noted above.
  if ((node.mode & 0o700) !== 0o700 && Deno.uid() !== 0) {
    Deno.chmodSync(upper, 0o700);
  }
  visit(walk, {
    path,
    below: below?.type === "folder",
    mark: walk.files.attribute(upper, "user.overlay.opaque"),
  });
}

function leaf(
  walk: Walk,
  path: string,
  node: Node,
  below: Node | undefined,
): void {
  const extent = below?.type === "folder" ? "whole" : "entry";
  const known = baseline(walk, path, below, extent);
  const after = shapeOf(node);
  if (below === undefined) {
    const meanwhile = lost(walk, path, below);
    walk.found.push({ path, status: "added", after, meanwhile });
  } else if (below.type !== node.type) {
    walk.found.push({ path, status: "replaced", after, ...known });
  } else if (!sameContent(join(walk.upper, path), node, below, known.before)) {
    walk.found.push({ path, status: "modified", after, ...known });
  } else if (below.mode !== node.mode) {
    walk.found.push({ path, status: "mode", after, ...known });
  }
}

function gone(walk: Walk, path: string): void {
  const below = lookAt(walk.files, join(walk.lower, path));
  if (below === undefined) return;
  const known = baseline(walk, path, below, "whole");
  walk.found.push({ path, status: "deleted", ...known });
}

/** What the workspace has now, and whether that is still what the run found. */
function baseline(
  { files, lower, since }: Walk,
  path: string,
  below: Node | undefined,
  extent: "entry" | "whole" = "entry",
): { readonly before?: Baseline; readonly meanwhile: boolean } {
  if (below === undefined) return { meanwhile: false };
  const place = join(lower, path);
  if (below.type === "folder" && extent === "whole") {
    const { digest, entries, latest } = digestTree(files, place);
    const newest = Math.max(latest, below.ctime);
    return {
      before: { ...below, digest, entries },
      meanwhile: newest >= since,
    };
  }
  const digest = below.type === "file" && below.size <= MAX_DIGEST_BYTES
    ? digestOf(place)
    : undefined;
  const before = { ...below, ...(digest !== undefined && { digest }) };
  return { before, meanwhile: below.ctime >= since };
}

/**
 * Whether the host removed the file that the run's copy was made from: the copy
 * names an origin, nothing is there, and its folder was changed meanwhile.
 * (A copy that the run itself renamed names one too, in an unchanged folder.)
 */
function lost(
  { files, upper, lower, since }: Walk,
  path: string,
  below: Node | undefined,
): boolean {
  if (below !== undefined) return false;
  if (files.attribute(join(upper, path), "user.overlay.origin") === undefined) {
    return false;
  }
  const parent = lookAt(
    files,
    join(lower, path).replace(/\/[^/]*$/, "") || "/",
  );
  return parent !== undefined && parent.ctime >= since;
}

function sameContent(
  upper: string,
  node: Node,
  below: Node,
  before: Baseline | undefined,
): boolean {
  if (!sameShape({ ...node, mode: 0 }, { ...below, mode: 0 })) return false;
  if (node.type !== "file") return true;
  const fd = openOwn(upper, node.mode);
  try {
    return before?.digest !== undefined && digestOfOpen(fd) === before.digest;
  } finally {
    closeSync(fd);
  }
}

function shapeOf(
  { type, mode, size, target }: Node,
): NonNullable<Change["after"]> {
  return { type, mode, size, ...(target !== undefined && { target }) };
}

function join(root: string, path: string): string {
  return path === "" ? root : `${root}/${path}`;
}
