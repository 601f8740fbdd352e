// Copyright 2026 the airg authors. Apache-2.0 license.

/**
 * What the parts of airg outside the policy need to know of it: plain values,
 * whatever file form they came from.
 *
 * @module
 */

import type { HandoffAction, HandoffClass } from "../action/handoff_files.ts";
import type { ProfileName } from "./profiles.ts";

/** Settings of a compiled policy, defaults filled in. */
export interface PolicySettings {
  readonly execution: {
    /** Seconds until a command's whole tree is ended. */
    readonly maxTimeoutSeconds: number;
    /** Characters kept of stdout and of stderr, each. */
    readonly maxOutputChars: number;
  };
  /** Folders deeper than this below the listed one are not listed. */
  readonly maxDirectoryDepth: number;
  /** What becomes of what has to be approved; the form that `src/approval/` takes. */
  readonly approvals: {
    /** Milliseconds that a request waits for an answer, and a grant for its use. */
    readonly ttlMs: number;
    /** Milliseconds that the same request is refused after a denial. */
    readonly deniedMs: number;
    /** Milliseconds that a tool call waits itself for the answer. */
    readonly waitMs: number;
    /** Wrong ids within the window after which answering pauses. */
    readonly maxWrongIds: number;
    readonly wrongIdWindowMs: number;
    /** An answer may go further than one use of one action. */
    readonly wider: boolean;
    /** Is told of each new request; the secret signs what is sent. */
    readonly webhook?: { readonly url: string; readonly secretFile: string };
    /** How the agent's client is asked too; absent: it is not. */
    readonly elicitation?: Elicitation;
  };
  readonly audit: {
    /** Regular expressions in RE2 syntax; group 1 is kept, the rest of a match goes. */
    readonly redactPatterns: readonly string[];
  };
  /** What is saved before an action destroys it; the form that `src/backup/` takes. */
  readonly backups: {
    readonly enabled: boolean;
    /** Versions of the same content count once. */
    readonly onContentChangeOnly: boolean;
    readonly maxVersions: number;
    /** 0: for ever. */
    readonly retentionDays: number;
    readonly maxBytes: number;
    readonly maxFileBytes: number;
    /** Files that a program may change are saved in case. */
    readonly unread: boolean;
    /** Absolute, or `~/`; absent: where airg's state is. */
    readonly root?: string;
  };
  readonly restore: {
    /** Agents get no list of backups; what they were told of they can have put back. */
    readonly blockAgentTools: boolean;
    readonly requireDryRun: boolean;
    /** Milliseconds that the token of a dry run holds. */
    readonly ttlMs: number;
  };
  readonly sandbox: {
    readonly level: "require" | "prefer" | "off";
    readonly network: "deny" | "names" | "open";
    /** Every command runs in an ephemeral copy of the workspace. */
    readonly ephemeral: boolean;
    /** The profile of a run whose caller names none; profiles.ts says what it changes. */
    readonly profile: ProfileName;
    /** Profiles a caller may choose; absent: those that give no more than this policy does. */
    readonly profiles?: readonly ProfileName[];
    /** Absolute paths, `~/` paths and bare names from `blocked.paths` and `sandbox.read.hidden`. */
    readonly hidden: readonly string[];
    /** Extensions with their dot, from `blocked.extensions`. */
    readonly hiddenExtensions: readonly string[];
    readonly read: {
      /** `allow`: only the workspace, further roots, system files and `allowed` can be read. */
      readonly mode: "all" | "allow";
      /** Absolute and `~/` paths from `sandbox.read.allowed`. */
      readonly allowed: readonly string[];
      /** Programs that lift `allow`, where only `execution.shell_workspace_containment` asks for it. */
      readonly exempt: readonly string[];
    };
    /** Further writable roots, from `allowed.paths_whitelist` and `sandbox.write.roots`. */
    readonly writable: readonly string[];
    /** What becomes of files that the host would obey after a run. */
    readonly handoff: Readonly<Record<HandoffClass, HandoffAction>>;
    /** Paths relative to the workspace that stay as they are, beside the built-in list. */
    readonly pinned: readonly string[];
    readonly env: {
      /** Names, or prefixes ending in `*`, that pass beside the built-in list. */
      readonly pass: readonly string[];
      readonly set: Readonly<Record<string, string>>;
    };
    readonly limits: {
      readonly openFiles?: number;
      readonly processes?: number;
      readonly fileSizeBytes?: number;
      readonly addressSpaceBytes?: number;
      readonly cpuSeconds?: number;
      readonly temporaryBytes?: number;
      /** Bytes of memory of the whole run where cgroup v2 is delegated, else of the data of each process. */
      readonly memoryBytes?: number;
      /** Bytes of swap of the whole run; cgroup v2 only. */
      readonly swapBytes?: number;
      /** Processors' worth of time the whole run may use, such as 1.5; cgroup v2 only. */
      readonly processors?: number;
    };
  };
}

/** How the agent's client is asked for a person's answer; off unless chosen. */
export type Elicitation =
  /** The client shows a form, and its reply is taken for the person's. */
  | { readonly mode: "form" }
  /** The client opens the operator's page; its reply says nothing. */
  | {
    readonly mode: "url";
    /** `{id}` stands for the request's id. */
    readonly url: string;
  };

/** One thing wrong with a policy file, or worth knowing about it. */
export interface PolicyProblem {
  readonly severity: "error" | "warning";
  /** JSON pointer of the value, such as `/rules/3/verdict`; empty for the whole file. */
  readonly pointer: string;
  /** Both from 1; absent where no place in the text can be named. */
  readonly line?: number;
  readonly column?: number;
  readonly message: string;
  /** What to write instead. */
  readonly cure?: string;
}

/** An accepted setting that this version does not enforce. */
export interface NotEnforced {
  readonly pointer: string;
  /** One sentence: what is missing, and what happens instead. */
  readonly message: string;
}
