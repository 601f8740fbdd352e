// Copyright 2026 the airg authors. Apache-2.0 license.

/**
 * What a front end gets when the parts have been put together: the effects of
 * the guard, who is asking, and the policy in force.
 *
 * @module
 */

import type { Origin } from "../action/action.ts";
import type { Json } from "../audit/record.ts";
import type { ChangesEvent, Started } from "../audit/event.ts";
import type { Effects } from "../guard/effects.ts";
import type { Backups } from "./backups_here.ts";
import type { ProfileName } from "../policy/profiles.ts";
import type { NotEnforced, PolicyProblem } from "../policy/settings.ts";

/** The process's surroundings, read once in `main.ts`. */
export interface Surroundings {
  readonly env: Readonly<Record<string, string | undefined>>;
  /** Absolute folder the process was started in. */
  readonly cwd: string;
  readonly terminal: {
    readonly stdin: boolean;
    readonly stdout: boolean;
    readonly stderr: boolean;
  };
  readonly os: "linux" | "darwin" | "other";
}

/** What a front end asks for. */
export interface AssembleOptions {
  /** `--workspace`; else `AIRG_WORKSPACE`, else the current folder. */
  readonly workspace?: string;
  /** `--policy`; else `AIRG_POLICY_PATH`, else the config folder's, else the built-in one. */
  readonly policy?: string;
  /** `--agent`; else `AIRG_AGENT_ID`, else `default`. */
  readonly agent?: string;
  readonly source: Origin["source"];
  /** Commands get the caller's standard input, not none. */
  readonly sharesInput?: boolean;
  /** `--profile`; else the policy's. */
  readonly profile?: ProfileName;
  /** The launcher, for a bench; absent: the one that lies beside the program. */
  readonly launcher?: string;
  /** Told what went wrong beside the work, such as a webhook that was not sent; it is in the log, too. */
  readonly warn?: (message: string) => void;
  /** Told what takes longer than a second; absent where nobody looks. */
  readonly progress?: (message: string) => void;
  /** Absent: `AIRG_AGENT_SESSION_ID`, else agent and workspace. */
  readonly session?: string;
}

/** Appends a record that belongs to no action. */
export type Note = (
  event:
    | "capability"
    | "drill"
    | "notice"
    | "backup_pruned"
    | "backup_imported"
    | "restore_ended",
  details: Readonly<Record<string, Json>>,
) => Promise<void>;

/** The policy in force now. */
export interface PolicyInForce {
  /** Absolute path, or `built-in`. */
  readonly path: string;
  /** `sha256:...` over the file's bytes. */
  readonly hash: string;
  readonly notEnforced: readonly NotEnforced[];
  readonly warnings: readonly (PolicyProblem & {
    /** Where it stands, if not in the policy itself. */
    readonly file?: string;
  })[];
  /** Why a changed file was not taken; the last good policy stays in force. */
  readonly broken?: string;
}

/** The parts, put together. */
export interface Assembled {
  /** Backups of this workspace. */
  readonly backups: Backups;
  readonly effects: Effects;
  /** Records what an operator did to held changes. */
  readonly recordChanges: (event: ChangesEvent) => Promise<Started>;
  readonly origin: Origin;
  readonly policy: () => PolicyInForce;
  /** Records what no action is: a drill, a report. */
  readonly note: Note;
  /** Absolute path of the audit log in use. */
  readonly logPath: string;
  /** Lines a front end prints once on standard error. */
  readonly notices: readonly string[];
  /** Seconds until a command is ended when the caller names no time. */
  readonly maxTimeoutSeconds: () => number;
}

/** Why the parts could not be put together. */
export interface AssembleFailure {
  /** Exit status after sysexits (DESIGN.md section 4). */
  readonly status: 64 | 69 | 70 | 77 | 78;
  /** Names the file, the value and what is wrong; no full stop. */
  readonly message: string;
  readonly hint?: string;
}
