// Copyright 2026 the airg authors. Apache-2.0 license.

/**
 * Bounded, synchronous questions to the disk, for reading one command.
 *
 * @module
 */

import { resolver } from "./real_path.ts";

/** Names in one folder that are looked at; larger folders have no answer. */
const MAX_NAMES = 4_096;

/** Bytes of a project file that is read. */
const MAX_TEXT_BYTES = 262_144;

/** One name in a folder. */
export interface DiskEntry {
  readonly name: string;
  readonly kind: "file" | "folder" | "link" | "other";
}

/** Answers about the disk; `null` where there is none. */
export interface DiskLookup {
  readonly home: string;
  readonly user?: string;
  readonly resolve: (path: string) => string | null;
  readonly list: (folder: string) => readonly DiskEntry[] | null;
  readonly text: (path: string) => string | null;
}

/** Looks at the real disk; one lookup serves one reading. */
export function diskLookup(
  { home, user }: { readonly home: string; readonly user?: string | undefined },
): DiskLookup {
  return {
    home,
    ...(user !== undefined && { user }),
    resolve: resolver(),
    list: namesIn,
    text: smallText,
  };
}

/** Names in byte order, as far as the folder can be read. */
function namesIn(folder: string): readonly DiskEntry[] | null {
  const found: DiskEntry[] = [];
  try {
    for (const entry of Deno.readDirSync(folder)) {
      if (found.length >= MAX_NAMES) return null;
      const kind = entry.isSymlink
        ? "link"
        : entry.isDirectory
        ? "folder"
        : entry.isFile
        ? "file"
        : "other";
      found.push({ name: entry.name, kind });
    }
  } catch (error) {
    return answerless(error);
  }
  return found.sort((a, b) => a.name < b.name ? -1 : 1);
}

/** Text of a small regular file. */
function smallText(path: string): string | null {
  try {
    const { isFile, size } = Deno.statSync(path);
    if (!isFile || size > MAX_TEXT_BYTES) return null;
    return new TextDecoder("utf-8", { fatal: true })
      .decode(Deno.readFileSync(path));
  } catch (error) {
    return answerless(error);
  }
}

/** Whatever the system says with a code, there is no answer. */
function answerless(error: unknown): null {
  if (error instanceof TypeError) return null; // Not UTF-8.
  if (error instanceof Error && ("code" in error || isDenoError(error))) {
    return null;
  }
  throw error;
}

function isDenoError(error: Error): boolean {
  return error instanceof Deno.errors.NotADirectory ||
    error instanceof Deno.errors.NotFound ||
    error instanceof Deno.errors.PermissionDenied;
}
