// Copyright 2026 the airg authors. Apache-2.0 license.

/**
 * Writes a file whole or not at all.
 *
 * A reader sees the old content or the new one, also after a crash or on a
 * full disk: the new content goes to a file of its own beside the old one, is
 * flushed, and takes the name in one step. A link at `path` is replaced, not
 * followed (resolve first), and other hard links keep the old content.
 *
 * @module
 */

import { type Files, MACHINE_FILES } from "./files.ts";

/** How {@linkcode writeAtomic} leaves the file. */
export interface AtomicOptions {
  /** Mode to set; else an existing file keeps its own. */
  readonly mode?: number;
  /** Mode of a file that did not exist; 0600 unless given. */
  readonly newMode?: number;
  /** Owner of a file that did not exist; an existing one keeps its own. */
  readonly owner?: { readonly uid: number; readonly gid: number };
  /** For tests. */
  readonly files?: Files;
}

const PRIVATE = 0o600;

/**
 * Writes `content` to `path`, and returns when the disk has it.
 *
 * @throws What the machine says (no permission, a full disk); the old file is
 * then as it was and no temporary file is left.
 */
export async function writeAtomic(
  path: string,
  content: Uint8Array | string,
  options: AtomicOptions = {},
): Promise<void> {
  const files = options.files ?? MACHINE_FILES;
  const folder = path.slice(0, path.lastIndexOf("/") + 1) || "./";
  const temporary = `${folder}.${randomName()}.airg-tmp`;
  const existing = statIfThere(path);
  const bytes = typeof content === "string"
    ? new TextEncoder().encode(content)
    : content;
  // Private until it has its owner and mode, whatever those are.
  const file = files.open(temporary, {
    write: true,
    createNew: true,
    mode: PRIVATE,
  });
  try {
    try {
      file.write(0, bytes);
      await file.sync();
    } finally {
      file.close();
    }
    const owner = existing ?? options.owner;
    if (owner !== undefined && differs(owner)) {
      files.chown(temporary, owner.uid!, owner.gid!);
    }
    const mode = options.mode ?? existing?.mode ?? options.newMode ?? PRIVATE;
    files.chmod(temporary, mode & 0o777);
    files.rename(temporary, path);
  } catch (error) {
    files.remove(temporary);
    throw error;
  }
  await files.syncFolder(folder);
}

function statIfThere(path: string): Deno.FileInfo | undefined {
  try {
    const info = Deno.lstatSync(path);
    return info.isFile ? info : undefined;
  } catch (error) {
    if (error instanceof Deno.errors.NotFound) return undefined;
    throw error;
  }
}

function differs(
  owner: { readonly uid: number | null; readonly gid: number | null },
): boolean {
  return owner.uid !== Deno.uid() || owner.gid !== Deno.gid();
}

function randomName(): string {
  return crypto.getRandomValues(new Uint8Array(8)).toHex();
}
