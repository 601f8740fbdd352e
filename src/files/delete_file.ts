// Copyright 2026 the airg authors. Apache-2.0 license.

/**
 * Deletes a file, a link itself, or a folder with all that is in it.
 *
 * A folder is looked through first: where one name in it must stay, all of it
 * does. Everything is removed inside open folders; no link is followed.
 *
 * @module
 */

import type { DeleteAction } from "../action/action.ts";
import type { Outcome } from "../action/outcome.ts";
import type { OpenFolder } from "../platform/open_folder.ts";
import { isWithin } from "../../sandbox/within.ts";
import {
  explained,
  failed,
  type FileFailed,
  FileProblem,
  isExpected,
  NOT_FOUND,
} from "./failure.ts";
import { below, folderOf, type Hands, nameOf } from "./hands.ts";
import { heldBy, mayUse } from "./leave.ts";
import { syncFolder } from "./put_content.ts";
import { mayChange } from "./may_write.ts";
import { removeExactly } from "./remove.ts";

/** Names that one deletion removes at most. */
const MAX_DELETED = 50_000;
/** Folders in folders. */
const MAX_DEPTH = 200;

/** Deletes what the action names. */
export function deleteFile(
  hands: Hands,
  path: string,
  action: DeleteAction,
): Outcome {
  using folder = hands.folders.open(folderOf(path));
  const planned = planDeletion(hands, folder, path, action);
  if ("kind" in planned) return planned;
  const { info } = planned;
  if (planned.whole !== undefined) {
    return deleteFolder(hands, folder, planned.whole);
  }
  removeExactly(hands, folder, path, nameOf(path), info);
  syncFolder(hands, folder);
  const what = info.isSymlink ? "link" : "file";
  return { kind: "deleted", what, count: 1 };
}

/** Why it stays, as far as that is known before anything is changed. */
export function whyNotDeleted(
  hands: Hands,
  path: string,
  action: DeleteAction,
): Outcome | undefined {
  using folder = hands.folders.open(folderOf(path));
  const planned = planDeletion(hands, folder, path, action);
  return "kind" in planned ? planned : undefined;
}

/** What would go. */
interface Planned {
  readonly info: Deno.FileInfo;
  /** Of a folder. */
  readonly whole?: Looked;
}

function planDeletion(
  hands: Hands,
  folder: OpenFolder,
  path: string,
  { recursive }: DeleteAction,
): Planned | FileFailed {
  mayChange(hands, folder.at);
  const info = hands.entries.look(`${folder.at}/${nameOf(path)}`);
  if (info === undefined) return failed("not-found", NOT_FOUND);
  const held = heldBy(path, hands.profile);
  if (held !== undefined) {
    return failed("not-allowed", `It stays, because ${held}`);
  }
  if (!info.isDirectory) {
    return info.isSymlink || info.isFile ? { info } : failed(
      "not-a-file",
      "It is no plain file, link or folder; a command can delete it",
    );
  }
  if (recursive !== true) {
    return failed(
      "not-a-file",
      "It is a folder; set recursive to delete it with all that is in it",
    );
  }
  const mount = mountIn(path);
  if (mount !== undefined) {
    return failed(
      "not-allowed",
      `It stays, because something is mounted on ${mount}`,
    );
  }
  const sum = { count: 0, device: info.dev };
  return { info, whole: lookAt(hands, path, info, sum, 0) };
}

/** One name that was looked at, folders with what is in them. */
interface Looked {
  readonly name: string;
  readonly path: string;
  readonly info: Deno.FileInfo;
  readonly inside: readonly Looked[];
}

function deleteFolder(
  hands: Hands,
  folder: OpenFolder,
  whole: Looked,
): Outcome {
  const count = countOf(whole);
  const done = { count: 0 };
  try {
    removeInside(hands, whole, done);
    removeEmpty(hands, folder, whole);
  } catch (error) {
    if (!isExpected(error) || done.count === 0) throw error;
    const { message, why } = explained(error);
    return failed(
      why,
      `${message}. ${done.count} of ${count} names were deleted before${
        hands.options.expect === undefined ? "" : "; the backup holds them"
      }`,
    );
  }
  syncFolder(hands, folder);
  return { kind: "deleted", what: "folder", count };
}

function countOf({ inside }: Looked): number {
  return inside.reduce((sum, one) => sum + countOf(one), 1);
}

/** Looks through a folder; throws where one name in it must stay. */
function lookAt(
  hands: Hands,
  path: string,
  info: Deno.FileInfo,
  sum: { count: number; readonly device: number },
  depth: number,
): Looked {
  using folder = hands.folders.open(path);
  const inside: Looked[] = [];
  if (depth >= MAX_DEPTH) {
    throw new FileProblem(
      "too-large",
      `It holds more than ${MAX_DEPTH} folders in one another; nothing was deleted`,
    );
  }
  for (const { name } of hands.entries.list(folder.at)) {
    if (inside.length === 0) mayChange(hands, folder.at);
    if (++sum.count > MAX_DELETED) {
      throw new FileProblem(
        "too-large",
        `It holds more than ${MAX_DELETED} names; nothing was deleted. Delete a part of it first, or use a command`,
      );
    }
    const own = below(path, name);
    const found = hands.entries.look(`${folder.at}/${name}`);
    if (found === undefined) continue;
    checkName(hands, own, found, sum.device);
    inside.push(
      found.isDirectory
        ? lookAt(hands, own, found, sum, depth + 1)
        : { name, path: own, info: found, inside: [] },
    );
  }
  return { name: nameOf(path), path, info, inside };
}

function checkName(
  hands: Hands,
  path: string,
  info: Deno.FileInfo,
  device: number,
): void {
  const stay = nameOf(path) === ".git"
    ? "it is a git repository's own"
    : info.dev !== device
    ? "it lies on another file system"
    : !mayUse(hands, path, "delete")
    ? "the policy does not allow to delete it"
    : undefined;
  if (stay === undefined) return;
  throw new FileProblem(
    "not-allowed",
    `It holds ${path}, which stays, because ${stay}; nothing was deleted`,
  );
}

function removeInside(
  hands: Hands,
  { inside, path, info }: Looked,
  done: { count: number },
): void {
  using folder = hands.folders.open(path);
  const { dev, ino } = Deno.statSync(folder.at);
  if (dev !== info.dev || ino !== info.ino) {
    throw new FileProblem("changed", `${path} was replaced meanwhile`);
  }
  for (const one of inside) {
    if (one.info.isDirectory) {
      removeInside(hands, one, done);
      removeEmpty(hands, folder, one);
    } else removeExactly(hands, folder, one.path, one.name, one.info);
    done.count++;
  }
}

function removeEmpty(
  { entries }: Hands,
  folder: OpenFolder,
  { name, path }: Looked,
): void {
  const at = `${folder.at}/${name}`;
  if (entries.removeFolder(at)) return;
  throw entries.look(at)?.isDirectory === true
    ? new FileProblem(
      "changed",
      `${path} cannot be removed: something new is in it, or the system does not permit it`,
    )
    : new FileProblem("changed", `${path} was replaced meanwhile`);
}

/** The first place at or below a path where something is mounted (proc_pid_mountinfo(5)). */
function mountIn(path: string): string | undefined {
  if (Deno.build.os !== "linux") return undefined;
  for (
    const line of Deno.readTextFileSync("/proc/self/mountinfo").split("\n")
  ) {
    const point = (line.split(" ", 5)[4] ?? "").replace(
      /\\([0-7]{3})/g,
      (_, digits) => String.fromCharCode(parseInt(digits, 8)),
    );
    if (point !== "" && isWithin(point, path)) return point;
  }
  return undefined;
}
