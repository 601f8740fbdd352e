// Copyright 2026 the airg authors. Apache-2.0 license.

/**
 * What lies in the folders of an action, as parts of its subject: code below a
 * script's own folder, what is in a folder that is read, sent or moved, and
 * what one that is deleted has.
 *
 * @module
 */

import type { Facts } from "../action/facts.ts";
import type { SubjectFile } from "../approval/subject.ts";
import { isWithin } from "../../sandbox/within.ts";
import { type FolderWorld, type TreeKind, treesOf } from "./tree_folders.ts";

/** What some folders hold, as one hash. */
export interface TreeFound {
  readonly sha256: string;
  readonly files: number;
  readonly bytes: number;
  /** Of the files, those of which only a change is noticed. */
  readonly stamped?: number;
  /** There is more than was looked at. */
  readonly more?: true;
  /** Files whose content was read. */
  readonly members: readonly string[];
  readonly folders: readonly string[];
}

/** What is asked of the disk. */
export interface TreeWorld extends FolderWorld {
  /**
   * Sums up folders; for `code` the rest apart.
   *
   * @throws Where something in them cannot be known.
   */
  readonly tree: (
    roots: readonly string[],
    kind: TreeKind,
    fresh: boolean,
  ) => Promise<{ readonly own: TreeFound; readonly other: TreeFound }>;
}

/** Paths of one tree that no other run may change while it is used. */
const MAX_HELD = 256;

/** What comes and goes while programs run (tree_names.ts). */
const PASSING = ".git, logs, databases and temporary files";
/** Folders in which all kinds of things lie. */
const WIDE_REGEXP =
  /^\/(?:|tmp|var\/tmp|private\/tmp|home|Users|root|home\/[^/]+|Users\/[^/]+)$/;

/** The trees of an action as parts of its subject. */
export async function treeFiles(
  facts: Facts,
  world: TreeWorld,
  fresh: boolean,
): Promise<SubjectFile[]> {
  const { code, contents, names } = treesOf(facts, world);
  const { workspace } = facts.action.origin;
  const files: SubjectFile[] = [];
  const isWide = (root: string) =>
    root !== workspace &&
    (WIDE_REGEXP.test(root) || isWithin(workspace, root));
  const narrow = code.filter((root) => !isWide(root));
  for (const root of code.filter(isWide)) {
    files.push({ path: below([root]), role: "input", unbound: true });
  }
  if (narrow.length > 0) {
    const { other, own } = await world.tree(narrow, "code", fresh);
    const held = own.members.slice(0, MAX_HELD);
    files.push(fileOf(narrow, "input", own, held, PASSING));
    const isEmpty = other.files === 0 && other.folders.length === 0;
    if (!isEmpty) files.push(fileOf(narrow, "other", other, []));
  }
  if (contents.length > 0) {
    const { own } = await world.tree(contents, "contents", fresh);
    const held = [...contents, ...own.folders, ...own.members];
    const kept = held.filter((path) => !isWithin(workspace, path));
    files.push(fileOf(contents, "input", own, kept.slice(0, MAX_HELD)));
  }
  if (names.length > 0) {
    const { own } = await world.tree(names, "names", fresh);
    files.push(fileOf(names, "removed", own, []));
  }
  return files;
}

function fileOf(
  roots: readonly string[],
  role: SubjectFile["role"],
  { bytes, files, more, sha256, stamped }: TreeFound,
  members: readonly string[],
  without?: string,
): SubjectFile {
  const tree = {
    files,
    bytes,
    ...(stamped !== undefined && { stamped }),
    ...(more && { more }),
    ...(without !== undefined && { without }),
  };
  const what = role === "other" ? "** (what is no code)" : "**";
  return { path: below(roots, what), role, sha256, members, tree };
}

/** `/w/lib/**`, as one text for several. */
function below(roots: readonly string[], what = "**"): string {
  const [first = "", ...more] = roots;
  const rest = more.length === 0
    ? ""
    : `, and ${more.length} more folder${more.length === 1 ? "" : "s"}`;
  return `${first === "/" ? "" : first}/${what}${rest}`;
}
