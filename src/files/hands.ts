// Copyright 2026 the airg authors. Apache-2.0 license.

/**
 * What every file tool works with: open folders, plain files, and what the
 * profile and the policy leave to it.
 *
 * @module
 */

import type { createHash } from "node:crypto";
import type * as NodeFs from "node:fs";
import type { Clock } from "../base/clock.ts";
import { type Entries, openEntries } from "../platform/entries.ts";
import { type FileRights, openFileRights } from "../platform/fs_user.ts";
import {
  type Folders,
  type OpenFolder,
  openFolders,
} from "../platform/open_folder.ts";
import { type PlainFiles, plainFiles } from "../platform/plain_files.ts";
import { openRawTree, type RawTree } from "../platform/raw_tree.ts";
import type { Profile } from "../../sandbox/profile.ts";
import { type CopyAttributes, openCopyAttributes } from "./attributes.ts";
import type { Expect } from "./expect.ts";
import { FileProblem, NOT_FOUND } from "./failure.ts";
import { mayRead } from "./may_write.ts";

/** What a path below a folder is to be used for. */
export type Use = "read" | "list" | "delete";

/** What a file tool may be told besides the action and its profile. */
export interface FileOptions {
  /** Real paths that were decided on; absent: the one that is found. */
  readonly judged?: readonly string[];
  /** Whether the policy allows this of a path as if it were named; absent: of all. */
  readonly judge?: (path: string, use: Use) => boolean;
  /** Folders below the one asked for that are entered. */
  readonly maxDepth?: number;
  /** What was saved before; what is otherwise is not touched. */
  readonly expect?: Expect;
  /** Milliseconds that only grow. */
  readonly monotonic?: Clock;
  /** Nobody waits for the answer any more. */
  readonly signal?: AbortSignal;
}

/** What is opened once and used for any number of actions; close it again. */
export interface Library extends Disposable {
  readonly folders: Folders;
  readonly files: PlainFiles;
  readonly entries: Entries;
  readonly tree: RawTree;
  readonly attributes: CopyAttributes;
  readonly fs: typeof NodeFs;
  /** Whose rights to files count. */
  readonly rights: FileRights;
  /** A new SHA-256. */
  readonly hash: () => ReturnType<typeof createHash>;
}

/** All that a tool needs for one action. */
export interface Hands extends Omit<Library, typeof Symbol.dispose> {
  readonly workspace: string;
  readonly profile: Profile;
  readonly options: FileOptions;
}

/** Opens the C library some times, which costs some milliseconds. */
export async function openLibrary(): Promise<Library> {
  // Deno's own files know neither fchown nor fchmod.
  const fs = await import("node:fs");
  const { createHash } = await import("node:crypto");
  const open = new DisposableStack();
  return {
    folders: open.use(openFolders()),
    files: open.use(plainFiles()),
    entries: open.use(openEntries()),
    tree: open.use(openRawTree()),
    attributes: open.use(openCopyAttributes()),
    fs,
    rights: open.use(openFileRights()),
    hash: () => createHash("sha256"),
    [Symbol.dispose]: () => open.dispose(),
  };
}

/** The folder that a path lies in. */
export function folderOf(path: string): string {
  return path.slice(0, path.lastIndexOf("/")) || "/";
}

/** The last name of a path. */
export function nameOf(path: string): string {
  return path.slice(path.lastIndexOf("/") + 1);
}

/** A name in a folder as a path. */
export function below(folder: string, name: string): string {
  return folder === "/" ? `/${name}` : `${folder}/${name}`;
}

/**
 * Opens a plain file for reading.
 *
 * @throws {FileProblem} Where there is none, or something else.
 */
export function openFile(
  hands: Hands,
  folder: OpenFolder,
  name: string,
): Deno.FsFile {
  const { entries, files } = hands;
  const at = `${folder.at}/${name}`;
  const file = files.open(at);
  if (file !== undefined && mayRead(hands, file.statSync())) return file;
  file?.close();
  const info = entries.look(at);
  if (info === undefined) {
    throw new FileProblem("not-found", NOT_FOUND);
  }
  if (info.isFile) {
    throw new FileProblem(
      "failed",
      "The system does not permit to read it; look at its owner and mode",
    );
  }
  throw notPlain(info);
}

/** What stands there instead of a plain file. */
export function notPlain(info: Deno.FileInfo): FileProblem {
  if (info.isDirectory) {
    return new FileProblem(
      "not-a-file",
      "It is a folder; list_directory lists it",
    );
  }
  return info.isSymlink
    ? new FileProblem("changed", "A link was put there meanwhile; ask again")
    : new FileProblem(
      "not-a-file",
      "It is no plain file: a pipe, a socket or a device",
    );
}
