// Copyright 2026 the airg authors. Apache-2.0 license.

/**
 * Where the operator's commands open the store of approvals.
 *
 * @module
 */

import type { ApprovalStore, Operator } from "../approval/request.ts";
import { systemClock } from "../base/clock.ts";
import type { Dirs, Environment } from "../platform/dirs.ts";

/** The store, with what only its owner's commands need. */
export interface OperatorStore extends ApprovalStore {
  /** Why it gives no grants at all; `undefined` when it does. */
  readonly trouble: () => string | undefined;
  /** Gives up all that it holds. */
  readonly repair: (who: Operator, now: number) => Repaired;
}

/** What a repair did. */
export interface Repaired {
  readonly revoked: number;
  readonly expired: number;
  /** Rows that do not verify; kept in a table of their own. */
  readonly setAside: number;
}

interface StoreModule {
  readonly openApprovals: (
    options: {
      readonly database: string;
      readonly keys: string;
      readonly secret?: string;
    },
    now: number,
  ) => OperatorStore;
}

/** Opens the one store of this user. @throws What the store throws. */
export async function openOperatorStore(
  dirs: Dirs,
  env: Environment,
): Promise<OperatorStore> {
  // To be joined with the store: a literal `import("../store/approvals.ts")`.
  const module: StoreModule = await import(
    new URL("../store/approvals.ts", import.meta.url).href
  );
  const secret = env["AIRG_APPROVAL_HMAC_SECRET"];
  return module.openApprovals({
    database: dirs.approvalsDb,
    keys: dirs.approvalsKey,
    ...(secret && { secret }),
  }, systemClock());
}
