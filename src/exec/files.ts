// Copyright 2026 the airg authors. Apache-2.0 license.

/**
 * Reads, writes and lists for the file tools, under the same profile as
 * commands.
 *
 * The policy has judged the path; between that and the use, a process in the
 * workspace may have changed it. So the last folder is entered and must be the
 * one that was judged, links in the last place are not followed (open(2)
 * O_NOFOLLOW), and owner and mode are set on the open file, never by name.
 *
 * @module
 */

import type * as NodeFs from "node:fs";
import type { FileAction } from "../action/action.ts";
import type { ListedEntry, Outcome } from "../action/outcome.ts";
import { FolderMoved, inFolder } from "../platform/in_folder.ts";
import { resolveExisting } from "../platform/real_path.ts";
import type { Profile } from "../../sandbox/profile.ts";
import { isWithin } from "../../sandbox/within.ts";

/** Bytes that `read_file` returns at most; larger files are refused, with the size. */
const MAX_READ_BYTES = 10 * 1024 * 1024;
/** Entries that one listing returns at most. */
const MAX_ENTRIES = 10_000;
/** Mode of a new file; a project's files are not private to the user. */
const NEW_FILE_MODE = 0o644;
const NEW_FOLDER_MODE = 0o755;

/** Carries out a file action; expected failures are outcomes. */
export async function fileEffect(
  action: FileAction,
  profile: Profile,
): Promise<Outcome> {
  if (profile.incomplete !== undefined) {
    return failed("failed", `Cannot contain: ${profile.incomplete}`);
  }
  const path = judgedPath(action, profile);
  if (path === undefined) {
    return failed(
      "changed",
      "The path leads elsewhere than when it was judged",
    );
  }
  // Not on the hot path; Deno's own files know neither O_NOFOLLOW nor fchown.
  const fs = await import("node:fs");
  try {
    switch (action.kind) {
      case "read":
        return readWhole(path, fs);
      case "write":
        return writeWhole(path, action.content, profile, fs);
      case "list":
        return list(path, profile);
    }
  } catch (error) {
    return explained(error);
  }
}

/** The real path now, if the profile still lets it be touched. */
function judgedPath(action: FileAction, profile: Profile): string | undefined {
  const absolute = action.path.startsWith("/")
    ? action.path
    : `${action.origin.workspace}/${action.path}`;
  const path = resolveExisting(absolute);
  if (path === null) return undefined;
  const roots = [profile.workspace, ...profile.writable];
  const inside = roots.some((root) => isWithin(path, root));
  const hidden = profile.hidden.some((entry) => isWithin(path, entry.path));
  // Nobody writes into git's own folders by hand; its settings are not pinned.
  const pinned = action.kind === "write" &&
    (profile.readonly === true ||
      path.includes("/.git/") || path.endsWith("/.git") ||
      profile.pinned.some((pin) => isWithin(path, pin)));
  return inside && !hidden && !pinned ? path : undefined;
}

function readWhole(path: string, fs: typeof NodeFs): Outcome {
  const { O_RDONLY, O_NOFOLLOW, O_NONBLOCK } = fs.constants;
  // O_NONBLOCK: opening a pipe would wait for a writer.
  const fd = inFolder(
    folderOf(path),
    () => fs.openSync(nameOf(path), O_RDONLY | O_NOFOLLOW | O_NONBLOCK),
  );
  try {
    const info = fs.fstatSync(fd);
    if (!info.isFile()) return failed("not-a-file", "It is not a plain file");
    if (info.size > MAX_READ_BYTES) {
      return failed(
        "too-large",
        `It has ${info.size} bytes; at most ${MAX_READ_BYTES} are read`,
      );
    }
    const bytes = readUpTo(fd, MAX_READ_BYTES + 1, fs);
    if (bytes.length > MAX_READ_BYTES) {
      return failed("too-large", "It grew while it was being read");
    }
    return {
      kind: "read",
      text: new TextDecoder().decode(bytes),
      bytes: bytes.length,
    };
  } finally {
    fs.closeSync(fd);
  }
}

function readUpTo(
  fd: number,
  most: number,
  fs: typeof NodeFs,
): Uint8Array<ArrayBuffer> {
  const chunks: Uint8Array<ArrayBuffer>[] = [];
  let total = 0;
  while (total < most) {
    const chunk = new Uint8Array(Math.min(64 * 1024, most - total));
    const count = fs.readSync(fd, chunk, 0, chunk.length, null);
    if (count === 0) break;
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

function writeWhole(
  path: string,
  content: string,
  profile: Profile,
  fs: typeof NodeFs,
): Outcome {
  const bytes = new TextEncoder().encode(content);
  makeFolders(folderOf(path), profile, fs);
  return inFolder(folderOf(path), () => {
    const name = nameOf(path);
    const existing = fs.lstatSync(name, { throwIfNoEntry: false });
    if (existing !== undefined && !existing.isFile()) {
      return failed("not-a-file", "It is not a plain file");
    }
    replace(name, bytes, {
      mode: (existing?.mode ?? NEW_FILE_MODE) & 0o777,
      owner: existing ?? profile.owner,
    }, fs);
    return {
      kind: "written",
      bytes: bytes.length,
      created: existing === undefined,
    };
  });
}

/** Puts new content under a name of the current folder, whole or not at all. */
function replace(
  name: string,
  bytes: Uint8Array,
  { mode, owner }: {
    readonly mode: number;
    readonly owner: { readonly uid: number; readonly gid: number } | undefined;
  },
  fs: typeof NodeFs,
): void {
  const { O_WRONLY, O_CREAT, O_EXCL, O_NOFOLLOW } = fs.constants;
  const temporary = `.${crypto.randomUUID()}.airg-tmp`;
  const fd = fs.openSync(
    temporary,
    O_WRONLY | O_CREAT | O_EXCL | O_NOFOLLOW,
    0o600,
  );
  try {
    try {
      for (let at = 0; at < bytes.length;) {
        at += fs.writeSync(fd, bytes, at, bytes.length - at);
      }
      if (owner !== undefined && Deno.uid() === 0) {
        fs.fchownSync(fd, owner.uid, owner.gid);
      }
      fs.fchmodSync(fd, mode);
      fs.fsyncSync(fd);
    } finally {
      fs.closeSync(fd);
    }
    fs.renameSync(temporary, name);
  } catch (error) {
    fs.unlinkSync(temporary);
    throw error;
  }
}

/** Makes missing folders one by one, each inside the one that was checked. */
function makeFolders(
  path: string,
  profile: Profile,
  fs: typeof NodeFs,
): void {
  if (path === "/" || isFolder(path)) return;
  makeFolders(folderOf(path), profile, fs);
  inFolder(folderOf(path), () => {
    fs.mkdirSync(nameOf(path), { mode: NEW_FOLDER_MODE });
    if (profile.owner && Deno.uid() === 0) {
      fs.lchownSync(nameOf(path), profile.owner.uid, profile.owner.gid);
    }
  });
}

function isFolder(path: string): boolean {
  try {
    return Deno.lstatSync(path).isDirectory;
  } catch (error) {
    if (error instanceof Deno.errors.NotFound) return false;
    throw error;
  }
}

function list(path: string, profile: Profile): Outcome {
  return inFolder(path, () => {
    const entries: ListedEntry[] = [];
    for (const entry of Deno.readDirSync(".")) {
      const whole = path === "/" ? `/${entry.name}` : `${path}/${entry.name}`;
      if (profile.hidden.some((secret) => secret.path === whole)) continue;
      const described = describe(entry);
      if (described !== undefined) entries.push(described);
      if (entries.length > MAX_ENTRIES) {
        return failed(
          "too-large",
          `The folder has more than ${MAX_ENTRIES} entries`,
        );
      }
    }
    return { kind: "listed", entries: entries.sort(foldersFirst) };
  });
}

function describe(entry: Deno.DirEntry): ListedEntry | undefined {
  let info: Deno.FileInfo;
  try {
    info = Deno.lstatSync(entry.name);
  } catch (error) {
    // Removed since it was listed, or a name that is not UTF-8.
    if (error instanceof Deno.errors.NotFound) return undefined;
    throw error;
  }
  const type = info.isSymlink
    ? "symlink"
    : info.isDirectory
    ? "directory"
    : info.isFile
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

function folderOf(path: string): string {
  return path.slice(0, path.lastIndexOf("/")) || "/";
}

function nameOf(path: string): string {
  return path.slice(path.lastIndexOf("/") + 1);
}

/** What a failure means, by the code of the system (errno(3)). */
const MEANINGS: Readonly<
  Record<
    string,
    readonly [Extract<Outcome, { kind: "file-failed" }>["why"], string]
  >
> = {
  ENOENT: ["not-found", "There is no such file or folder"],
  ENOTDIR: ["not-a-folder", "It is not a folder"],
  ELOOP: ["changed", "A link was put there while it was being opened"],
  EISDIR: ["not-a-file", "It is a folder"],
  ENXIO: ["not-a-file", "It is a socket or a pipe nobody writes to"],
};

function explained(error: unknown): Outcome {
  if (error instanceof FolderMoved) {
    return failed("changed", "A folder on the way was replaced meanwhile");
  }
  if (error instanceof Error && "code" in error) {
    const meaning = MEANINGS[String(error.code)];
    return meaning === undefined
      ? failed("failed", error.message)
      : failed(...meaning);
  }
  throw error;
}

function failed(
  why: Extract<Outcome, { kind: "file-failed" }>["why"],
  message: string,
): Outcome {
  return { kind: "file-failed", why, message };
}
