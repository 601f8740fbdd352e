// Copyright 2026 the airg authors. Apache-2.0 license.

/**
 * What running a command needs to know of the machine and of its caller.
 *
 * @module
 */

import type { ApprovedFiles } from "../guard/approvals.ts";
import type { LaunchSite, Rung } from "../../sandbox/launch.ts";
import type { RealPath } from "../../sandbox/profile.ts";
import type { GroupSource } from "./cgroup.ts";
import type { WorkspaceIndex } from "./handoff.ts";

/** How a caller follows and stops a run. */
export interface RunOptions {
  /** Ends the whole tree when it fires. */
  readonly signal?: AbortSignal;
  /** Fires when airg is to end: what it does before and after the command is cut short. */
  readonly ending?: AbortSignal | undefined;
  /** Told that the action begins, and that it is over. */
  readonly onTurn?: (isRunning: boolean) => void;
  /**
   * `capture` keeps output up to the policy's limit; `inherit` passes the
   * caller's own streams through, with a private pty where they are terminals.
   */
  readonly streams: "capture" | "inherit";
  /** What the command was approved with, and must find. */
  readonly approved?: ApprovedFiles;
  /** Called with each piece of captured output as it comes. */
  readonly onOutput?: (stream: "stdout" | "stderr", text: string) => void;
}

/** The machine, as far as running needs it. */
export interface Machine {
  readonly launcher: string;
  /** Private folder for sockets and instructions. */
  readonly runFolder: string;
  /** Where all airg processes of this user say who is at work; absent: nobody says. */
  readonly atWork?: string;
  /** Private folder for files taken out of a workspace. */
  readonly quarantine: string;
  readonly arch: LaunchSite["arch"];
  readonly uid: number;
  readonly bubblewrap?: string;
  readonly cachesRoot: string;
  readonly maskFile: string;
  readonly temporary: RealPath;
  readonly ownFolders: readonly string[];
  /** What is known of the workspace from run to run; made anew where absent. */
  readonly index?: WorkspaceIndex;
  /** Rungs to try, strongest first; all of them but in tests. */
  readonly rungs?: readonly Rung[];
  readonly callerEnv: Readonly<Record<string, string | undefined>>;
  /** Home and name to show inside, when airg becomes another user. */
  readonly identity?: { readonly home: string; readonly name: string };
  /** Which system contains: the launcher's (absent), or macOS's own. */
  readonly os?: "linux" | "darwin";
  /** Absolute path of `sandbox-exec`; the system's own but in tests. */
  readonly sandboxExec?: string;
  /** Where control groups are looked for; other than the machine's own in tests. */
  readonly groups?: GroupSource;
}
