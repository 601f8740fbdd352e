// Copyright 2026 the airg authors. Apache-2.0 license.

/**
 * What went wrong with a file, as an outcome.
 *
 * @module
 */

import type { Outcome } from "../action/outcome.ts";
import { FolderMoved } from "../platform/in_folder.ts";

/** An outcome that says what went wrong. */
export type FileFailed = Extract<Outcome, { kind: "file-failed" }>;
type Why = FileFailed["why"];

/** Makes one. */
export function failed(why: Why, message: string): FileFailed {
  return { kind: "file-failed", why, message };
}

/** Thrown inside the room where an outcome cannot be returned. */
export class FileProblem extends Error {
  override name = "FileProblem";
  /** What is told. */
  readonly outcome: FileFailed;

  constructor(why: Why, message: string) {
    super(message);
    this.outcome = failed(why, message);
  }
}

/** Nothing has that name. */
export const NOT_FOUND =
  "There is no such file or folder; list_directory shows what is there";

/** What a failure means, by the code of the system (errno(3)). */
const MEANINGS: Readonly<Record<string, readonly [Why, string]>> = {
  ENOENT: ["not-found", NOT_FOUND],
  ENOTDIR: ["not-a-folder", "It is not a folder"],
  ELOOP: ["changed", "A link was put there while it was being opened"],
  EISDIR: ["not-a-file", "It is a folder"],
  ENXIO: ["not-a-file", "It is a socket or a pipe nobody writes to"],
  EIO: ["failed", "The disk failed to read or write it (EIO)"],
  EXDEV: ["failed", "It leads to another file system (EXDEV)"],
  EBUSY: ["failed", "The system is using it, such as for a mount (EBUSY)"],
  EMLINK: ["failed", "The file system allows no more names in its folder"],
  ETXTBSY: ["failed", "It is a program that runs just now (ETXTBSY)"],
  EACCES: [
    "failed",
    "The system does not permit it (EACCES); look at the owner and mode of it and its folder",
  ],
  EPERM: [
    "failed",
    "The system does not permit it (EPERM); look at the owner and mode of it and its folder",
  ],
  EROFS: ["failed", "It lies on a file system that is read-only"],
  ENOSPC: [
    "failed",
    "No space is left on the disk; nothing was changed. Make room and ask again",
  ],
  EDQUOT: [
    "failed",
    "The quota is used up; nothing was changed. Make room and ask again",
  ],
  EFBIG: ["too-large", "It is larger than a file may be"],
  EMFILE: ["failed", "airg has too many files open; try again"],
  ENAMETOOLONG: ["failed", "The name is too long for the file system"],
};

/** With the path as it was asked for, where the words do not name it. */
export function naming(path: string, outcome: Outcome): Outcome {
  if (outcome.kind !== "file-failed") return outcome;
  const { message } = outcome;
  const isNamed = message.startsWith(`${path}: `);
  return isNamed ? outcome : { ...outcome, message: `${path}: ${message}` };
}

/** The machine's name for an error, if it is one of the machine's. */
export function codeOf(error: unknown): string | undefined {
  return error instanceof Error && "code" in error
    ? String(error.code)
    : undefined;
}

/** Whether an error is the machine's answer, or this room's, and no defect. */
export function isExpected(error: unknown): boolean {
  return error instanceof FileProblem || error instanceof FolderMoved ||
    error instanceof Deno.errors.NotADirectory ||
    error instanceof Error && "code" in error;
}

/**
 * An error as an outcome.
 *
 * @throws What is no error of the machine: a defect.
 */
export function explained(error: unknown): FileFailed {
  if (error instanceof FileProblem) return error.outcome;
  if (error instanceof FolderMoved) {
    return failed(
      "changed",
      "A folder on the way was replaced meanwhile; ask again",
    );
  }
  if (error instanceof Deno.errors.NotADirectory) {
    return failed("not-a-folder", "It is not a folder");
  }
  if (error instanceof Error && "code" in error) {
    // Its own words name airg's way to the file, which says nothing to anybody.
    const meaning = MEANINGS[String(error.code)] ??
      ["failed", `The system refused it (${error.code})`];
    return failed(...meaning);
  }
  throw error;
}
