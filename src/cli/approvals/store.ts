// Copyright 2026 the airg authors. Apache-2.0 license.

/**
 * Where the operator's commands open the store of approvals.
 *
 * @module
 */

import type { ApprovalStore, Operator } from "../../approval/request.ts";
import { systemClock } from "../../base/clock.ts";
import type { ApprovalOptions } from "../../store/approvals/store.ts";
import type { Dirs, Environment } from "../../platform/dirs.ts";

/** The store, with what only its owner's commands need. */
export interface OperatorStore extends ApprovalStore {
  /** Why it gives no grants at all; `undefined` when it does. */
  readonly trouble: () => string | undefined;
  /** Gives up all that it holds. */
  readonly repair: (who: Operator, now: number) => Repaired;
  /** From now on rows are signed with a new key. */
  readonly rotateKey: (now: number) => { readonly id: number };
  /** Takes over the history of Runtime Guard's database; how many were new. */
  readonly importLegacy: (path: string, now: number) => number;
  readonly imported: (limit: number) => readonly Imported[];
  /** Puts into a request's history that a rule of the policy was made of it, or taken out. */
  readonly noteRule: (
    request: string,
    event: {
      readonly what: "approved" | "revoked";
      readonly who: Operator;
      readonly why: string;
    },
    now: number,
  ) => void;
  /** Rows that do not verify, each used by nobody: all there are, or those come across so far. */
  readonly damaged: (which?: "seen") => readonly DamagedRow[];
}

/** A row that does not verify. */
export interface DamagedRow {
  readonly table: string;
  readonly id: string;
  readonly why: string;
}

/** One line of Runtime Guard's history; all texts are untrusted. */
export interface Imported {
  readonly id: string;
  readonly at: number;
  readonly decision: string;
  readonly agent: string;
  readonly command: string;
  readonly approver?: string;
}

/** What a repair did. */
export interface Repaired {
  readonly revoked: number;
  readonly expired: number;
  /** Rows that do not verify; kept in a table of their own. */
  readonly setAside: number;
  /** Nothing could be read: the whole database is now here, and an empty one in its place. */
  readonly movedTo?: string;
}

/** What repairs the store, also where it cannot be opened. */
export interface Repairer {
  readonly repair: (who: Operator, now: number) => Repaired;
  readonly close: () => void;
}

/** Opens the one store of this user. @throws What the store throws. */
export async function openOperatorStore(
  dirs: Pick<Dirs, "approvalsDb" | "approvalsKey">,
  env: Environment,
  tell: (notice: string) => void = () => undefined,
): Promise<OperatorStore> {
  // SQLite costs a start 20 ms: only who needs it loads it.
  const { openApprovals } = await import("../../store/approvals/store.ts");
  const store = openApprovals(optionsIn(dirs, env), systemClock());
  for (const path of store.beside) {
    tell(
      `${path} is not airg's and is left alone; its own is in airg/ beneath`,
    );
  }
  return store;
}

/** What repairs the one store of this user; opens it only then. */
export async function openRepairer(
  dirs: Dirs,
  env: Environment,
): Promise<Repairer> {
  const { repairAt } = await import("../../store/approvals/start_over.ts");
  return {
    repair: (who, now) => repairAt(optionsIn(dirs, env), who, now),
    close: () => undefined,
  };
}

function optionsIn(
  { approvalsDb, approvalsKey }: Pick<Dirs, "approvalsDb" | "approvalsKey">,
  env: Environment,
): ApprovalOptions {
  const secret = env["AIRG_APPROVAL_HMAC_SECRET"];
  return {
    database: approvalsDb,
    keys: approvalsKey,
    ...(secret && { secret }),
  };
}
