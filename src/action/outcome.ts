// Copyright 2026 the airg authors. Apache-2.0 license.

/**
 * What became of an action that was allowed.
 *
 * @module
 */

/** Which layers held the process, as the launcher reported them. */
export interface AppliedContainment {
  readonly rung: "full" | "bwrap" | "bare";
  readonly network: "none" | "open";
  readonly landlockAbi: number;
  readonly seccompInstructions: number;
  /** Paths that were to be hidden or pinned and could not be found or reached. */
  readonly skipped: readonly string[];
  /** What this run lacks compared to a full one; empty when nothing is missing. */
  readonly degraded: readonly string[];
}

/** The smallest change of a policy that would allow something. */
export type PolicyChange =
  | { readonly pointer: string; readonly add: string }
  | { readonly pointer: string; readonly remove: string }
  | { readonly pointer: string; readonly set: string };

/** One thing the kernel refused, as far as the command's words tell. */
export interface Denial {
  readonly what: "path" | "host" | "call" | "limit";
  /** The path or host; empty where it is not known. */
  readonly subject: string;
  /** JSON pointer of the setting, or the built-in list. */
  readonly rule: string;
  /** One clause. */
  readonly why: string;
  /** Absent where no setting allows it. */
  readonly change?: PolicyChange;
  /** The command's own line; untrusted text. */
  readonly said: string;
}

/** One entry of a folder. */
export interface ListedEntry {
  readonly name: string;
  readonly type: "file" | "directory" | "symlink" | "other";
  /** Bytes; of the link itself for a link. */
  readonly size: number;
  /** ISO 8601, UTC; `null` where the system does not say. */
  readonly modified: string | null;
}

/** What happened; the tag is `kind`. */
export type Outcome =
  | {
    readonly kind: "exited";
    /** The command's status; 128+n after signal n. */
    readonly code: number;
    readonly stdout: string;
    readonly stderr: string;
    /** Which streams were cut at the policy's limit. */
    readonly truncated: { readonly stdout: boolean; readonly stderr: boolean };
    readonly durationMs: number;
    /** Why the tree was ended before its time, if it was. */
    readonly ended?: "timeout" | "cancelled";
    readonly containment: AppliedContainment;
    /** Signs that the kernel refused something, as sentences. */
    readonly kernelRefusals: readonly string[];
    /** The same, taken apart. */
    readonly denials?: readonly Denial[];
    /** Files that appeared where the host would obey them, moved away. */
    readonly quarantined: readonly {
      readonly path: string;
      readonly movedTo: string;
      readonly why: string;
    }[];
  }
  | {
    /** The command never started. */
    readonly kind: "not-started";
    readonly why: "containment-unavailable" | "not-found" | "failed";
    readonly message: string;
    readonly remedy?: string;
  }
  | { readonly kind: "read"; readonly text: string; readonly bytes: number }
  | {
    readonly kind: "written";
    readonly bytes: number;
    readonly created: boolean;
  }
  | { readonly kind: "listed"; readonly entries: readonly ListedEntry[] }
  | {
    readonly kind: "file-failed";
    readonly why:
      | "not-found"
      | "not-a-file"
      | "not-a-folder"
      | "too-large"
      | "changed"
      | "failed";
    readonly message: string;
  };
