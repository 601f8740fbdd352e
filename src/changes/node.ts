// Copyright 2026 the airg authors. Apache-2.0 license.

/**
 * Looks at paths and what they hold, never following a link.
 *
 * @module
 */

import { createHash } from "node:crypto";
import { closeSync, constants, fchmodSync, openSync, readSync } from "node:fs";
import { sha256Hex } from "../base/digest.ts";
import type { ExactFiles } from "../platform/exact_files.ts";
import { inFolder } from "../platform/in_folder.ts";
import type { Node } from "./change.ts";

/** A larger file is known again by its entry alone, not by its content. */
export const MAX_DIGEST_BYTES = 64 * 1024 * 1024;

const { O_RDONLY, O_NOFOLLOW, O_NONBLOCK } = constants;
const CHUNK = 256 * 1024;

/** What is at a path; `undefined` if nothing is. */
export function lookAt(files: ExactFiles, path: string): Node | undefined {
  const info = files.look(path);
  if (info === undefined) return undefined;
  const type = TYPES.get(info.mode & S_IFMT) ?? "other";
  const { uid, gid, dev, ino, mtime, ctime } = info;
  return {
    type,
    // A link has no bits of its own.
    mode: type === "link" ? 0o777 : info.mode & 0o777,
    size: type === "file" ? info.size : 0,
    ...(type === "link" && { target: Deno.readLinkSync(path) }),
    uid,
    gid,
    dev,
    ino,
    mtime,
    ctime,
  };
}

const { S_IFMT, S_IFREG, S_IFDIR, S_IFLNK, S_IFCHR } = constants;

const TYPES: ReadonlyMap<number, Node["type"]> = new Map([
  [S_IFREG, "file"],
  [S_IFDIR, "folder"],
  [S_IFLNK, "link"],
]);

/** Whether it marks a deletion in an upper layer: a character device 0/0. */
export function isWhiteout(files: ExactFiles, path: string): boolean {
  const info = files.look(path);
  return info !== undefined && (info.mode & S_IFMT) === S_IFCHR &&
    info.rdev === 0;
}

/** Names in a folder, in one order everywhere. */
export function namesOf(folder: string): string[] {
  return [...Deno.readDirSync(folder)].map(({ name }) => name).sort();
}

/**
 * Opens a file of a layer, whatever bits it was left with.
 *
 * Where airg is root the layer lies in a folder of the workspace's owner, so
 * no component may be a link.
 *
 * @returns A descriptor to close.
 */
export function openOwn(path: string, mode: number): number {
  const at = path.lastIndexOf("/");
  return inFolder(path.slice(0, at), () => openUp(path.slice(at + 1), mode));
}

function openUp(name: string, mode: number): number {
  const flags = O_RDONLY | O_NOFOLLOW | O_NONBLOCK;
  try {
    return openSync(name, flags);
  } catch (error) {
    if (!(error instanceof Error) || !("code" in error)) throw error;
    if (error.code !== "EACCES") throw error;
    Deno.chmodSync(name, 0o600);
    const fd = openSync(name, flags);
    fchmodSync(fd, mode);
    return fd;
  }
}

/** SHA-256 of what a descriptor holds. */
export function digestOfOpen(fd: number): string {
  const hash = createHash("sha256");
  const chunk = new Uint8Array(CHUNK);
  for (let at = 0;;) {
    const count = readSync(fd, chunk, 0, CHUNK, at);
    if (count === 0) return hash.digest("hex");
    hash.update(chunk.subarray(0, count));
    at += count;
  }
}

/** SHA-256 of a file's content; `undefined` where it cannot be read. */
export function digestOf(path: string): string | undefined {
  let fd: number;
  try {
    fd = openSync(path, O_RDONLY | O_NOFOLLOW | O_NONBLOCK);
  } catch (error) {
    if (error instanceof Error && "code" in error) return undefined;
    throw error;
  }
  try {
    return digestOfOpen(fd);
  } finally {
    closeSync(fd);
  }
}

/** A folder and all below it, in one number, and when any of it changed last. */
export interface TreeDigest {
  readonly digest: string;
  readonly entries: number;
  readonly latest: number;
}

/** Looks at a whole tree; a folder that cannot be listed counts as its entry alone. */
export function digestTree(files: ExactFiles, path: string): TreeDigest {
  const lines: string[] = [];
  let latest = 0;
  const visit = (place: string, name: string) => {
    const node = lookAt(files, place);
    if (node === undefined) return;
    const { type, mode, size, target, dev, ino, mtime } = node;
    // The root may be renamed for a moment, which changes nothing below it.
    if (name !== "") latest = Math.max(latest, node.ctime);
    const times = type === "folder" ? "" : `${mtime}`;
    lines.push(JSON.stringify([
      name,
      type,
      mode,
      size,
      target ?? "",
      dev,
      ino,
      times,
    ]));
    if (type !== "folder") return;
    for (const child of listable(place)) {
      visit(`${place}/${child}`, `${name}/${child}`);
    }
  };
  visit(path, "");
  return { digest: sha256Hex(lines.join("\n")), entries: lines.length, latest };
}

function listable(folder: string): string[] {
  try {
    return namesOf(folder);
  } catch (error) {
    if (error instanceof Deno.errors.PermissionDenied) return [];
    throw error;
  }
}
