// Copyright 2026 the airg authors. Apache-2.0 license.

/**
 * Why the store of approvals cannot be relied on, and what a person can do.
 *
 * @module
 */

import { isNoRoom, ROOM_CURE } from "../../platform/no_room.ts";

/** Thrown by the store of approvals; whoever decides refuses. */
export class ApprovalStoreError extends Error {
  override readonly name = "ApprovalStoreError";
  /** What to do; one sentence without a full stop. */
  readonly cure: string;

  constructor(message: string, cure: string, cause?: unknown) {
    super(message, { cause });
    this.cure = cure;
  }
}

/** The file is no database any more, or holds pages that are not SQLite's. */
export class MalformedError extends ApprovalStoreError {}

const MALFORMED = /malformed|not a database/;

/** What to do about a file that is damaged as such. */
export const MALFORMED_CURE =
  "run `airg approvals repair`, which moves it aside and starts an empty one; " +
  "nothing that was granted counts then";

/** Says of what SQLite or the system said which file it is about, and what to do. */
export function explained(
  path: string,
  error: unknown,
  act: "use" | "write" = "use",
): unknown {
  if (error instanceof ApprovalStoreError) return error;
  if (!(error instanceof Error && "code" in error)) return error;
  const message = `Cannot ${act} ${path}: ${error.message}`;
  if (MALFORMED.test(error.message)) {
    return new MalformedError(message, MALFORMED_CURE, error);
  }
  const cure = isNoRoom(error.message) ? ROOM_CURE : OTHER_CURE;
  return new ApprovalStoreError(message, cure, error);
}

/** SQLite calls a full disk an I/O error, too. */
const OTHER_CURE = "make room on that disk, or mend what the message names";

/** What is told of a row that is not as airg wrote it. */
export interface DamagedRow {
  readonly table: "requests" | "grants" | "history" | "imported";
  readonly id: string;
  readonly why: string;
}

/** Words for what was caught. */
export function messageOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}
