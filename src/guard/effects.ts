// Copyright 2026 the airg authors. Apache-2.0 license.

/**
 * Everything an action may touch outside the guard, as parameters.
 *
 * @module
 */

import type { Clock } from "../base/clock.ts";
import type {
  Action,
  BackupsAction,
  ExecAction,
  FileAction,
  RestoreAction,
} from "../action/action.ts";
import type { Facts } from "../action/facts.ts";
import type { AuditEvent, Started } from "../audit/event.ts";
import type { Conclusion, Decision } from "../policy/decision.ts";
import type { Budget } from "../policy/throttle.ts";
import type { Profile } from "../../sandbox/profile.ts";
import type { Outcome } from "../action/outcome.ts";
import type { RunOptions } from "../exec/run.ts";
import type { Approvals } from "./approvals.ts";
import type { Backup, SavedAt } from "./backups.ts";
import type { Permit } from "./permit.ts";

export type { AuditEvent, Started } from "../audit/event.ts";
export type { RunOptions } from "../exec/run.ts";

/** What a file tool is told beside its action. */
export interface FileEffectOptions {
  /** What is replaced or removed must be what was saved. */
  readonly expect?: SavedAt;
  /** Nobody waits for the answer any more. */
  readonly signal?: AbortSignal;
}

/** All that {@linkcode handle} may do to the world. */
export interface Effects {
  readonly clock: Clock;
  /** Milliseconds that only grow. */
  readonly monotonic: Clock;
  readonly newId: () => string;
  readonly read: (action: Action) => Facts;
  /** May look at a changed policy file first. */
  readonly decide: (facts: Facts) => Conclusion | Promise<Conclusion>;
  /** Counts one use of each budget, or says when there is room again. Throws if it cannot count. */
  readonly consume: (
    budgets: readonly Budget[],
  ) => Promise<
    | { readonly ok: true }
    | {
      readonly ok: false;
      readonly rule: string;
      readonly retryAfterMs: number;
    }
  >;
  /** Counts one attempt of a refused action. Throws if it cannot count. */
  readonly attempt: (key: string) => Promise<number>;
  /** Requests and grants of what a person has to approve; absent: nobody is asked, and it stays refused. */
  readonly approvals?: Approvals;
  readonly sleep: (ms: number, signal?: AbortSignal) => Promise<void>;
  readonly contain: (facts: Facts, decision: Decision) => Profile;
  /** Appends and, for "started", waits until the disk has it. Throws if it cannot. */
  readonly record: (event: AuditEvent) => Promise<Started>;
  /** Saves what an action would destroy; absent: nothing is saved. Throws if it cannot be recorded. */
  readonly backup?: Backup;
  readonly run: (
    permit: Permit<ExecAction>,
    profile: Profile,
    proof: Started,
    options: RunOptions,
  ) => Promise<Outcome>;
  readonly file: (
    permit: Permit<FileAction>,
    profile: Profile,
    proof: Started,
    facts: Facts,
    options?: FileEffectOptions,
  ) => Promise<Outcome>;
  /** Looks at the backups, for the call that asks. Absent: it cannot be done here. */
  readonly look?: (permit: Permit<BackupsAction>) => Promise<Outcome>;
  /** Puts back what backups hold; saves what it replaces itself. Absent: it cannot be done here. */
  readonly restore?: (
    permit: Permit<RestoreAction>,
    profile: Profile,
    proof: Started,
  ) => Promise<Outcome>;
}
