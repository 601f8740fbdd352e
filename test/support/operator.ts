// Copyright 2026 the airg authors. Apache-2.0 license.

/**
 * An operator for tests: answers the store of a site from this process.
 *
 * @module
 */

import type {
  Answered,
  ApprovalRequest,
  Scope,
} from "../../src/approval/request.ts";
import { openApprovals } from "../../src/store/approvals/store.ts";
import { eventually, type Site } from "./airg.ts";
import { APPROVAL_SETTINGS } from "./approval_settings.ts";
import { OPERATOR } from "./memory_approvals.ts";

/** Somebody who answers. */
export interface TestOperator extends Disposable {
  readonly pending: () => readonly ApprovalRequest[];
  readonly find: (id: string) => ApprovalRequest;
  readonly approve: (id: string, scope?: Scope) => Answered;
  readonly deny: (id: string, message?: string) => Answered;
  readonly what: (id: string) => string[];
}

/** Opens the store of `site`, which airg must have made. */
export function operatorOf(site: Site): TestOperator {
  const store = openApprovals({
    database: `${site.state}/approvals.db`,
    keys: `${site.config}/approvals.hmac.key`,
  }, Date.now());
  const find = (id: string): ApprovalRequest => {
    const request = store.find(id);
    if (request === undefined) {
      throw new Error(`No request ${id}`);
    }
    return request;
  };
  return {
    find,
    pending: () => store.pending(Date.now()),
    approve: (id, scope = { kind: "once" }) =>
      store.approve(
        id,
        { scope, who: OPERATOR, digest: find(id).digest },
        APPROVAL_SETTINGS,
        Date.now(),
      ),
    deny: (id, message) =>
      store.deny(id, {
        who: OPERATOR,
        ...(message !== undefined && { message }),
      }, Date.now()),
    what: (id) => store.history(id).map(({ what }) => what),
    [Symbol.dispose]: () => store.close(),
  };
}

/** Writes the policy of a site. */
export async function putPolicy(
  site: Site,
  policy: Record<string, unknown>,
): Promise<void> {
  await Deno.mkdir(site.config, { recursive: true, mode: 0o700 });
  await Deno.writeTextFile(
    `${site.config}/policy.json`,
    JSON.stringify({ version: 1, ...policy }),
  );
}

/** The operator of `site`, once there is something to answer. */
export async function askedOperator(site: Site): Promise<TestOperator> {
  await eventually("the store is made", async () => {
    try {
      await Deno.stat(`${site.state}/approvals.head`);
      return true;
    } catch (error) {
      if (error instanceof Deno.errors.NotFound) return false;
      throw error;
    }
  });
  const operator = operatorOf(site);
  await eventually("it is asked", () => operator.pending().length === 1);
  return operator;
}
