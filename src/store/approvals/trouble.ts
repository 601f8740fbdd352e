// Copyright 2026 the airg authors. Apache-2.0 license.

/**
 * Why the store of approvals cannot be relied on, and what a person can do.
 *
 * @module
 */

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
