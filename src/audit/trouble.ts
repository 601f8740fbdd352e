// Copyright 2026 the airg authors. Apache-2.0 license.

/**
 * Why the log cannot be written, and what a person can do.
 *
 * @module
 */

import { isNoRoom, isOfSystem, ROOM_CURE } from "../platform/no_room.ts";

/** Thrown where an append failed; the log is as it was. */
class AuditLogError extends Error {
  override readonly name = "AuditLogError";
  /** What to do; one sentence without a full stop. */
  readonly cure: string;

  constructor(message: string, cure: string, cause?: unknown) {
    super(message, { cause });
    this.cure = cure;
  }
}

/** Names the file in what the system says; anything else is as it was. */
export function named(path: string, error: unknown): unknown {
  if (!(error instanceof Error) || !isOfSystem(error.message)) return error;
  return new AuditLogError(
    `Cannot write the audit log ${path}: ${error.message}`,
    isNoRoom(error.message) ? ROOM_CURE : "mend what the message names",
    error,
  );
}
