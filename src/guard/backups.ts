// Copyright 2026 the airg authors. Apache-2.0 license.

/**
 * What the guard asks of backups: what an action would destroy is saved before
 * it acts, or it does not act.
 *
 * @module
 */

import type { Action } from "../action/action.ts";
import type { Facts } from "../action/facts.ts";
import type { Outcome } from "../action/outcome.ts";
import { counted } from "../base/counted.ts";
import type { Decision } from "../policy/decision.ts";
import type { Profile } from "../../sandbox/profile.ts";

/** What was saved of a path; `undefined`: nothing was, so nothing may be there. */
export type SavedAt = (path: string) =>
  | { readonly type: "absent" | "folder" | "any" }
  | { readonly type: "file"; readonly sha256: string; readonly size: number }
  | { readonly type: "link"; readonly target: string }
  | undefined;

/** What was saved before an action. */
export interface SavedBefore {
  /** Of the event; takes `airg backup restore`. */
  readonly id: string;
  /** Paths that can be put back. */
  readonly count: number;
  /** What was not saved, and why; the first of them. */
  readonly unsaved: readonly { readonly path: string; readonly why: string }[];
}

/** What came of it. */
export type BackupBefore =
  | {
    readonly kind: "saved";
    readonly expect: SavedAt;
    /**
     * Notes what the action left, until `ending` fires, and returns what is
     * worth to be told; never throws: the action is over.
     */
    readonly finish: (ending?: AbortSignal) => Promise<SavedBefore | undefined>;
  }
  | {
    readonly kind: "stopped";
    readonly message: string;
    readonly remedy: string;
  }
  /** It would fail anyway, so nothing was saved; this is what it comes to. */
  | { readonly kind: "pointless"; readonly outcome: Outcome };

/** Saves what an action would destroy; `undefined` where that is nothing. */
export type Backup = (
  facts: Facts,
  decision: Decision,
  profile: Profile,
  /** Calls it off: nothing is saved then, and the action is not begun. */
  signal?: AbortSignal,
) => Promise<BackupBefore | undefined>;

/** The outcome of an action that was not begun, because its backup failed. */
export function stoppedBy(
  { kind }: Action,
  { message, remedy }: BackupBefore & { readonly kind: "stopped" },
): Outcome {
  return kind === "exec"
    ? { kind: "not-started", why: "failed", message, remedy }
    : { kind: "file-failed", why: "failed", message: `${message}; ${remedy}` };
}

/** One line for an agent or a person; without full stop, not yet printable. */
export function backupLine({ id, count, unsaved }: SavedBefore): string {
  const paths = counted(count, "path");
  const [first] = unsaved;
  if (first === undefined) return `backup ${id}: ${paths}`;
  const more = unsaved.length > 1 ? ` and ${unsaved.length - 1} more` : "";
  return `backup ${id}: ${paths}; not saved: ${first.path} (${first.why})${more}`;
}
