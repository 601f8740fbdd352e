// Copyright 2026 the airg authors. Apache-2.0 license.

/**
 * Reads, writes and lists for the file tools, under the same profile as
 * commands.
 *
 * The policy has judged the path; between that and the use the workspace may
 * have changed. So the file that was opened is compared with the file that was
 * judged, and anything that is not a plain file is refused before it is opened.
 *
 * @module
 */

import type { FileAction } from "../action/action.ts";
import type { ListedEntry, Outcome } from "../action/outcome.ts";
import { writeAtomic } from "../platform/atomic_file.ts";
import { resolveExisting } from "../platform/real_path.ts";
import type { Profile } from "../../sandbox/profile.ts";
import { isWithin } from "../../sandbox/within.ts";

/** Bytes that `read_file` returns at most; larger files are refused, with the size. */
const MAX_READ_BYTES = 10 * 1024 * 1024;
/** Entries that one listing returns at most. */
const MAX_ENTRIES = 10_000;

/** Carries out a file action; expected failures are outcomes. */
export async function fileEffect(
  action: FileAction,
  profile: Profile,
): Promise<Outcome> {
  const path = judgedPath(action, profile);
  if (path === undefined) {
    return failed(
      "changed",
      "The path leads elsewhere than when it was judged",
    );
  }
  try {
    switch (action.kind) {
      case "read":
        return await readWhole(path);
      case "write":
        return await writeWhole(path, action.content, profile);
      case "list":
        return list(path, profile);
    }
  } catch (error) {
    return explained(error);
  }
}

/** The real path now, if the profile still lets it be touched. */
function judgedPath(
  action: FileAction,
  profile: Profile,
): string | undefined {
  const absolute = action.path.startsWith("/")
    ? action.path
    : `${action.origin.workspace}/${action.path}`;
  const path = resolveExisting(absolute);
  if (path === null) return undefined;
  const roots = [profile.workspace, ...profile.writable];
  const inside = roots.some((root) => isWithin(path, root));
  const hidden = profile.hidden.some((entry) => isWithin(path, entry.path));
  const pinned = action.kind === "write" &&
    profile.pinned.some((pin) => isWithin(path, pin));
  return inside && !hidden && !pinned ? path : undefined;
}

async function readWhole(path: string): Promise<Outcome> {
  // Opening a pipe would wait for a writer; a device may do anything.
  const before = await Deno.lstat(path);
  if (!before.isFile) return failed("not-a-file", "It is not a plain file");
  if (before.size > MAX_READ_BYTES) {
    return failed(
      "too-large",
      `It has ${before.size} bytes; at most ${MAX_READ_BYTES} are read`,
    );
  }
  using file = await Deno.open(path, { read: true });
  const opened = await file.stat();
  if (opened.dev !== before.dev || opened.ino !== before.ino) {
    return failed("changed", "It was replaced while it was being opened");
  }
  // One byte more than allowed tells that it grew after it was looked at.
  const bytes = await readUpTo(file, MAX_READ_BYTES + 1);
  if (bytes.length > MAX_READ_BYTES) {
    return failed("too-large", "It grew while it was being read");
  }
  return {
    kind: "read",
    text: new TextDecoder().decode(bytes),
    bytes: bytes.length,
  };
}

async function readUpTo(
  file: Deno.FsFile,
  most: number,
): Promise<Uint8Array<ArrayBuffer>> {
  const chunks: Uint8Array[] = [];
  let total = 0;
  while (total < most) {
    const chunk = new Uint8Array(Math.min(64 * 1024, most - total));
    const count = await file.read(chunk);
    if (count === null) break;
    chunks.push(chunk.subarray(0, count));
    total += count;
  }
  const bytes = new Uint8Array(total);
  let at = 0;
  for (const chunk of chunks) {
    bytes.set(chunk, at);
    at += chunk.length;
  }
  return bytes;
}

async function writeWhole(
  path: string,
  content: string,
  profile: Profile,
): Promise<Outcome> {
  const bytes = new TextEncoder().encode(content);
  const existing = kindOf(path);
  if (existing !== undefined && existing !== "file") {
    return failed("not-a-file", "It is not a plain file");
  }
  const parent = path.slice(0, path.lastIndexOf("/")) || "/";
  makeFolders(parent, profile);
  await writeAtomic(path, bytes, profile.owner && { owner: profile.owner });
  return {
    kind: "written",
    bytes: bytes.length,
    created: existing === undefined,
  };
}

/** Makes missing folders one by one, so that each belongs to the right user. */
function makeFolders(path: string, profile: Profile): void {
  if (kindOf(path) !== undefined) return;
  makeFolders(path.slice(0, path.lastIndexOf("/")) || "/", profile);
  Deno.mkdirSync(path);
  if (profile.owner) {
    Deno.chownSync(path, profile.owner.uid, profile.owner.gid);
  }
}

function list(path: string, profile: Profile): Outcome {
  const entries: ListedEntry[] = [];
  for (const entry of Deno.readDirSync(path)) {
    const whole = path === "/" ? `/${entry.name}` : `${path}/${entry.name}`;
    if (profile.hidden.some((secret) => secret.path === whole)) continue;
    entries.push(describe(whole, entry));
    if (entries.length > MAX_ENTRIES) {
      return failed(
        "too-large",
        `The folder has more than ${MAX_ENTRIES} entries`,
      );
    }
  }
  return { kind: "listed", entries: entries.sort(foldersFirst) };
}

function describe(path: string, entry: Deno.DirEntry): ListedEntry {
  const info = Deno.lstatSync(path);
  const type = entry.isSymlink
    ? "symlink"
    : entry.isDirectory
    ? "directory"
    : entry.isFile
    ? "file"
    : "other";
  return {
    name: entry.name,
    type,
    size: info.size,
    modified: info.mtime?.toISOString() ?? null,
  };
}

function foldersFirst(a: ListedEntry, b: ListedEntry): number {
  const rank = (entry: ListedEntry) => entry.type === "directory" ? 0 : 1;
  return rank(a) - rank(b) || (a.name < b.name ? -1 : 1);
}

function kindOf(path: string): "file" | "folder" | "other" | undefined {
  try {
    const { isFile, isDirectory } = Deno.lstatSync(path);
    return isFile ? "file" : isDirectory ? "folder" : "other";
  } catch (error) {
    if (error instanceof Deno.errors.NotFound) return undefined;
    throw error;
  }
}

function explained(error: unknown): Outcome {
  if (error instanceof Deno.errors.NotFound) {
    return failed("not-found", "There is no such file or folder");
  }
  if (error instanceof Deno.errors.NotADirectory) {
    return failed("not-a-folder", "It is not a folder");
  }
  if (error instanceof Error && "code" in error) {
    return failed("failed", error.message);
  }
  throw error;
}

function failed(
  why: Extract<Outcome, { kind: "file-failed" }>["why"],
  message: string,
): Outcome {
  return { kind: "file-failed", why, message };
}
