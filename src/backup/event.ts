// Copyright 2026 the airg authors. Apache-2.0 license.

/**
 * What a backup remembers of one action (pure). See docs/decisions/0009.
 *
 * Paths are absolute and without links. A byte that is no UTF-8 stands in them
 * as U+DC80 to U+DCFF, one for each (Python's surrogateescape, PEP 383), so
 * that a name of any bytes is text that can be written down and put back.
 *
 * @module
 */

/** Bits, owner and times of what was there. */
export interface Attributes {
  /** Permission bits, set-id and sticky bits as well. */
  readonly mode: number;
  readonly uid: number;
  readonly gid: number;
  /** Milliseconds since the Unix epoch, with a fraction. */
  readonly mtime: number;
  /** Extended attributes in base64; absent where there are none. */
  readonly xattrs?: Readonly<Record<string, string>>;
}

/** Of what was looked at. */
export function attributesOf(
  { gid, mode, mtime, uid }: Attributes,
  xattrs: Attributes["xattrs"] | undefined,
): Attributes {
  return { mode, uid, gid, mtime, ...(xattrs && { xattrs }) };
}

/** What was at a path, kept so that it can be put back. */
export type Saved =
  | { readonly type: "absent" }
  | (Attributes & {
    readonly type: "file";
    readonly size: number;
    /** Names the object; 64 hex digits. */
    readonly sha256: string;
  })
  | (Attributes & { readonly type: "folder" })
  | (Attributes & { readonly type: "link"; readonly target: string });

/** What an action left at a path, as far as putting back has to know it again. */
export type Left =
  | { readonly type: "absent" }
  | { readonly type: "file"; readonly size: number; readonly sha256: string }
  | { readonly type: "folder" }
  | { readonly type: "link"; readonly target: string }
  /** A device, a socket, or more than was looked at. */
  | { readonly type: "other" };

/** One path of an event. */
export interface BackupEntry {
  readonly path: string;
  readonly before: Saved;
  /** Absent: airg ended before it could look. */
  readonly after?: Left;
}

/** What was not saved. */
export interface Unsaved {
  readonly path: string;
  /** One clause. */
  readonly why: string;
}

/** Why there is a backup. */
export type BackupCause =
  | "write"
  | "edit"
  | "delete"
  | "command"
  | "restore"
  | "scan"
  | "import";

/** One action and what it found. */
export interface BackupEvent {
  readonly version: 1;
  /** UUIDv7; ends the name of its folder. */
  readonly id: string;
  /** Milliseconds since the Unix epoch; before the action. */
  readonly at: number;
  readonly cause: BackupCause;
  readonly workspace: string;
  readonly agent: string;
  readonly session: string;
  /** Id of the decision that let the action run. */
  readonly decision: string;
  /** The command or the tool with its path, at most 500 characters; untrusted text. */
  readonly what: string;
  /**
   * Most of it was saved in case, and nobody has looked yet what happened: the
   * action is going on, or airg was killed.
   */
  readonly pending?: true;
  /** Folders before what is in them. */
  readonly entries: readonly BackupEntry[];
  readonly unsaved: readonly Unsaved[];
}

/** Whether two say the same of a path, as far as content goes. */
export function isAs(left: Left, saved: Saved): boolean {
  if (left.type === "file") {
    return saved.type === "file" && saved.sha256 === left.sha256;
  }
  if (left.type === "link") {
    return saved.type === "link" && saved.target === left.target;
  }
  return left.type === saved.type;
}
