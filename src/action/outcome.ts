// Copyright 2026 the airg authors. Apache-2.0 license.

/**
 * What became of an action that was allowed.
 *
 * @module
 */

/** Which layers held the process, as the launcher reported them. */
export interface AppliedContainment {
  readonly rung: "full" | "bwrap" | "bare" | "seatbelt";
  /** The profile's name; absent where it has none. */
  readonly profile?: string;
  readonly network: "none" | "open";
  readonly landlockAbi: number;
  readonly seccompInstructions: number;
  /** Paths that were to be hidden or pinned and could not be found or reached. */
  readonly skipped: readonly string[];
  /** What this run lacks compared to a full one; empty when nothing is missing. */
  readonly degraded: readonly string[];
  /** What holds for every run of this kind, or what no rung does; sentences. */
  readonly notes?: readonly string[];
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
  /** Relative to the folder that was asked for. */
  readonly name: string;
  readonly type: "file" | "directory" | "symlink" | "other";
  /** Bytes; of the link itself for a link. */
  readonly size: number;
  /** ISO 8601, UTC; `null` where the system does not say. */
  readonly modified: string | null;
  /** Of a link: where it leads, as written; untrusted text. */
  readonly target?: string;
}

/** How the bytes of a text stand for it; `unknown` where no mark says and it is no UTF-8. */
export type Encoding =
  | "utf-8"
  | "utf-8-bom"
  | "utf-16le"
  | "utf-16be"
  | "unknown";

/** How lines end: all alike, in several ways, or there is one at most. */
export type LineEndings = "lf" | "crlf" | "cr" | "mixed" | "none";

/** Text of a file, or some of its lines. */
export interface ReadText {
  readonly kind: "read";
  /** Without a byte order mark. */
  readonly text: string;
  /** Size of the whole file. */
  readonly bytes: number;
  readonly encoding?: Encoding;
  /** With `unknown`: what it was shown as. */
  readonly guess?: "latin-1" | "utf-8";
  /** Of what was read. */
  readonly lineEndings?: LineEndings;
  /** Of the text as UTF-8, in hex. */
  readonly sha256?: string;
  /** Lines of the whole file, where it was read to its end. */
  readonly lines?: number;
  /** Which limit of airg's own cut it. */
  readonly cut?: "bytes" | "lines";
  /** The line to go on with. */
  readonly nextOffset?: number;
}

/** Bytes of a file that is no text. */
export interface ReadBytes {
  readonly kind: "read-bytes";
  readonly bytes: number;
  /** By its first bytes. */
  readonly mimeType: string;
  /** Absent: it is no text, and base64 was not asked for. */
  readonly base64?: string;
  /** A client can show it. */
  readonly isImage: boolean;
}

/** One line that a search found. */
export interface FoundLine {
  /** Relative to the workspace; untrusted text, as the rest. */
  readonly path: string;
  /** Absent: the file by its name alone. */
  readonly line?: number;
  readonly text?: string;
}

/** What a run left that the host may obey, and that stays or was undone. */
export interface HandedOff {
  readonly reported: readonly {
    readonly path: string;
    readonly did: "kept" | "reverted";
    readonly why: string;
  }[];
  /** Why not the whole workspace was looked at, if so. */
  readonly incomplete?: string;
}

/** What an ephemeral run would have changed; nothing of it is in the workspace. */
export interface HeldChanges {
  /** Names them for `airg changes`. */
  readonly id: string;
  /** Paths that would change. */
  readonly count: number;
  /** Bytes that new and changed files hold. */
  readonly bytes: number;
  /** The first of them, relative to the workspace. */
  readonly paths: readonly string[];
  /** What the copy could not do as the workspace would have; sentences. */
  readonly notes: readonly string[];
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
    readonly ended?: "timeout" | "cancelled" | "mask-lost" | "handoff";
    /** With `mask-lost`: the path that was no longer hidden or held. */
    readonly lost?: string;
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
    /** The rest of what the scan after the run found. */
    readonly handoff?: HandedOff;
    /** Present after an ephemeral run. */
    readonly held?: HeldChanges;
  }
  | {
    /** The command never started. */
    readonly kind: "not-started";
    readonly why:
      | "containment-unavailable"
      | "not-found"
      /** A file is not what was approved any more. */
      | "changed"
      /** Somebody else's run is in the way; later it can start. */
      | "busy"
      | "failed";
    readonly message: string;
    readonly remedy?: string;
  }
  | ReadText
  | ReadBytes
  | {
    readonly kind: "written";
    readonly bytes: number;
    readonly created: boolean;
    /** What was kept of the file that was replaced, and what not; sentences. */
    readonly kept?: readonly string[];
  }
  | {
    readonly kind: "edited";
    /** Places that were replaced. */
    readonly replacements: number;
    /** How many edits were asked for. */
    readonly operations: number;
    readonly bytes: number;
    /** A unified diff, cut at a limit. */
    readonly diff: string;
    /** What an agent has to know of the file that was replaced; sentences. */
    readonly kept?: readonly string[];
  }
  | {
    readonly kind: "deleted";
    readonly what: "file" | "link" | "folder";
    /** Names that are gone, the one asked for as well. */
    readonly count: number;
  }
  | {
    readonly kind: "listed";
    readonly entries: readonly ListedEntry[];
    /** Names that the policy hides; absent: none. */
    readonly hidden?: number;
    /** Why there are not all. */
    readonly cut?: string;
  }
  | {
    readonly kind: "found";
    readonly matches: readonly FoundLine[];
    /** Files that were looked at. */
    readonly files: number;
    /** Files that were left out: the policy keeps them, or they are no text or too large. */
    readonly skipped: number;
    /** How many of them why. */
    readonly skippedAs?: Readonly<Record<string, number>>;
    /** Why there may be more. */
    readonly cut?: string;
  }
  | {
    readonly kind: "restored";
    /** Paths that were put back. */
    readonly count: number;
    /** The first of them. */
    readonly paths: readonly string[];
    /** Of the backup of what they replaced; absent where nothing had to be done. */
    readonly undo?: string;
  }
  | {
    /** At backups; what was seen is the answer of the call that asked. */
    readonly kind: "looked";
    /** Backups, or paths that would be put back. */
    readonly count: number;
  }
  | {
    readonly kind: "restore-failed";
    /** `incomplete`: some of it could not be taken back either. */
    readonly why: "conflict" | "changed" | "damaged" | "failed" | "incomplete";
    readonly message: string;
  }
  | {
    readonly kind: "file-failed";
    readonly why:
      | "not-found"
      | "not-a-file"
      | "not-a-folder"
      | "too-large"
      | "not-allowed"
      | "no-match"
      | "ambiguous"
      | "changed"
      | "failed";
    readonly message: string;
  };
