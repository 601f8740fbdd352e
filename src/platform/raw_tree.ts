// Copyright 2026 the airg authors. Apache-2.0 license.

/**
 * Looks at what is on the disk through open folders, name by name: whatever
 * somebody hostile does to the names meanwhile, what was looked at is what is
 * read, no link is followed, and no pipe or lease holds airg up.
 *
 * Each thing is opened with O_PATH, which neither waits nor runs anything, and
 * then asked what it is; only a plain file is opened for reading, through
 * `/proc/self/fd`, which leads to that very file. Elsewhere than on Linux,
 * path_tree.ts does what Deno can.
 *
 * @module
 */

import { nameOfBytes } from "./byte_names.ts";
import { directoryEntries } from "./directory_entries.ts";
import { FolderMoved } from "./in_folder.ts";
import {
  AT_FDCWD,
  c,
  O_CLOEXEC,
  O_DIRECTORY,
  O_NOFOLLOW,
  O_NONBLOCK,
  O_PATH,
} from "./libc.ts";
import { openFolderExactly, openNameIn } from "./open_exactly.ts";
import { openPathTree } from "./path_tree.ts";
import { openContent } from "./raw_content.ts";
import {
  ATTRIBUTE_BYTES,
  EMPTY,
  type Kernel,
  lookAt,
  openKernel,
  RawError,
} from "./raw_kernel.ts";

/** What is known of something without reading it. */
export interface RawInfo {
  readonly type: "file" | "folder" | "link" | "other";
  /** Words for what `other` is. */
  readonly kind: string;
  /** Permission bits with set-id and sticky ones. */
  readonly mode: number;
  readonly uid: number;
  readonly gid: number;
  readonly size: number;
  /** Bytes that the disk spends on it. */
  readonly allocated: number;
  readonly links: number;
  /** Names the file on this machine. */
  readonly identity: string;
  /** Milliseconds since the Unix epoch, with a fraction. */
  readonly mtime: number;
  /** When the entry changed last; the same form. */
  readonly ctime: number;
  /** Both times to the nanosecond; another text: something changed. */
  readonly stamp: string;
}

/** The content of a plain file; close it again. */
export interface RawContent extends Disposable {
  readonly file: Deno.FsFile;
  /** Where data comes next at or after `at`; `undefined`: no more up to the end. */
  readonly nextData: (at: number) => number | undefined;
  /** Where the next hole starts; the end of the file counts as one. */
  readonly nextHole: (at: number) => number;
  /** Makes the empty file `path` a copy that shares the blocks, where that goes, and opens it. */
  readonly cloneTo: (path: string) => RawContent | undefined;
}

/** Something held open; close it again. */
export interface RawNode extends Disposable {
  readonly info: RawInfo;
  /** Looks anew. */
  readonly look: () => RawInfo;
  /** Of a folder, sorted. */
  readonly names: () => string[];
  /** Of a folder; `undefined` where nothing has the name. */
  readonly child: (name: string) => RawNode | undefined;
  /** Of a link. */
  readonly target: () => string;
  /** In base64; `undefined` where there are none. */
  readonly attributes: () => Record<string, string> | undefined;
  /** Of a file. */
  readonly open: () => RawContent;
}

/** Opens nodes until it is disposed of. */
export interface RawTree extends Disposable {
  /**
   * Opens what has the path; `undefined` where nothing has it.
   *
   * @param path Absolute, without links.
   * @throws {FolderMoved} Where a folder above is a link.
   */
  readonly open: (path: string) => RawNode | undefined;
  /** Opens a name in an open folder (`/proc/self/fd/...`); `undefined` where nothing has it. */
  readonly openAt: (at: string) => RawNode | undefined;
}

/** For one round of work. */
export function openRawTree(): RawTree {
  if (Deno.build.os !== "linux") return openPathTree();
  const kernel = openKernel();
  return {
    open: (path) => openPath(kernel, path),
    openAt(at) {
      const fd = kernel.calls.openat(
        AT_FDCWD,
        c(at),
        O_PATH | O_NOFOLLOW | O_CLOEXEC,
        0,
      );
      return fd < 0 ? absent(kernel, at) : nodeOf(kernel, fd, at);
    },
    [Symbol.dispose]: () => kernel[Symbol.dispose](),
  };
}

function openPath(kernel: Kernel, path: string): RawNode | undefined {
  // The last component may be a link, which is then itself what is meant.
  const cut = path.lastIndexOf("/");
  const name = path.slice(cut + 1);
  const parent = name === "" ? "/" : path.slice(0, cut) || "/";
  const folder = openFolderExactly(kernel.calls, parent);
  if (folder < 0) return absent(kernel, path);
  if (name === "") return nodeOf(kernel, folder, path);
  try {
    return openBeneath(kernel, folder, name, path);
  } finally {
    kernel.calls.close(folder);
  }
}

function openBeneath(
  kernel: Kernel,
  folder: number,
  name: string,
  path: string,
): RawNode | undefined {
  const fd = openNameIn(kernel.calls, folder, name);
  return fd < 0 ? absent(kernel, path) : nodeOf(kernel, fd, path);
}

function absent(kernel: Kernel, path: string): undefined {
  const doing = `Cannot look at ${JSON.stringify(path)}`;
  const error = new RawError(doing, kernel.error());
  if (error.code === "ENOENT" || error.code === "ENOTDIR") return undefined;
  if (error.code !== "ELOOP") throw error;
  throw new FolderMoved(`${doing}: a folder above it is a link by now`);
}

function nodeOf(kernel: Kernel, fd: number, path: string): RawNode {
  const { calls } = kernel;
  const at = `/proc/self/fd/${fd}`;
  try {
    const info = lookAt(kernel, fd, path);
    return {
      info,
      look: () => lookAt(kernel, fd, path),
      names: () => namesIn(kernel, at, path),
      child: (name) => openBeneath(kernel, fd, name, `${path}/${name}`),
      target: () => targetOf(kernel, fd, path),
      attributes: () => attributesOf(kernel, at, path),
      open: () => openContent(kernel, at, path, info.size),
      [Symbol.dispose]: () => void calls.close(fd),
    };
  } catch (error) {
    calls.close(fd);
    throw error;
  }
}

function namesIn({ calls, error }: Kernel, at: string, path: string): string[] {
  const doing = `Cannot list ${JSON.stringify(path)}`;
  const failed = () => {
    throw new RawError(doing, error());
  };
  const flags = O_DIRECTORY | O_CLOEXEC | O_NONBLOCK;
  const fd = calls.openat(AT_FDCWD, c(at), flags, 0);
  if (fd < 0) return failed();
  try {
    return Array.from(
      directoryEntries(calls, fd, failed),
      ({ name }) => name,
    ).sort();
  } finally {
    calls.close(fd);
  }
}

function targetOf({ calls, error }: Kernel, fd: number, path: string): string {
  const room = new Uint8Array(4096);
  const length = Number(calls.readlinkat(fd, EMPTY, room, BigInt(room.length)));
  if (length < 0) {
    throw new RawError(`Cannot read the link ${JSON.stringify(path)}`, error());
  }
  return nameOfBytes(room.subarray(0, length));
}

function attributesOf(
  { calls, error, room }: Kernel,
  at: string,
  path: string,
): Record<string, string> | undefined {
  const place = c(at);
  const size = BigInt(ATTRIBUTE_BYTES);
  const length = Number(calls.listxattr(place, room, size));
  if (length < 0) {
    const failure = new RawError(
      `Cannot read the attributes of ${JSON.stringify(path)}`,
      error(),
    );
    // A file system that keeps none.
    if (failure.code === "EOPNOTSUPP") return undefined;
    throw failure;
  }
  if (length === 0) return undefined;
  const names = nameOfBytes(room.subarray(0, length)).split("\0");
  const found: Record<string, string> = {};
  for (const name of names.filter((name) => name !== "").sort()) {
    const count = Number(calls.getxattr(place, c(name), room, size));
    // Gone meanwhile, or for somebody else's eyes.
    if (count >= 0) found[name] = room.subarray(0, count).toBase64();
  }
  return Object.keys(found).length === 0 ? undefined : found;
}
