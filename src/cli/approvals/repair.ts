// Copyright 2026 the airg authors. Apache-2.0 license.

/**
 * `airg approvals repair`: makes a store that cannot be relied on usable, by
 * revoking all grants and expiring all requests in it.
 *
 * @module
 */

import { counted } from "../../base/counted.ts";
import { jsonLine } from "../../base/json_line.ts";
import { admit, refuseAtOnce } from "./gate.ts";
import { type ApprovalsSite, recordUpkeep, withSite } from "./site.ts";
import { type Context, UsageError } from "../command.ts";
import type { Invocation } from "../flags.ts";
import { isInsideRun } from "../inside.ts";
import { operatorFacts } from "../../platform/operator_facts.ts";

/** Repairs. */
export async function run(
  invocation: Invocation,
  context: Context,
): Promise<number> {
  const { env } = context.surroundings;
  const facts = operatorFacts(env, isInsideRun(env));
  const refused = refuseAtOnce(context, "repair", facts);
  if (refused !== undefined) return refused;
  return await withSite(context, (site) => repairOn(invocation, context, site));
}

/** Repairs one store. */
export async function repairOn(
  { operands, rest, switches }: Invocation,
  context: Context,
  { store, clock, dirs, facts, of }: ApprovalsSite,
): Promise<number> {
  if (operands.length > 0 || rest !== undefined) {
    throw new UsageError("approvals repair takes no words");
  }
  const { terminal } = context;
  const who = await admit(context, {
    act: "repair",
    facts: facts(),
    dirs,
    passphrase: true,
  });
  if (!who.ok) return who.error;
  const why = "all grants are revoked, and rows that are damaged set aside";
  await recordUpkeep(of, "repaired", who.value, why);
  const done = store.repair(who.value, clock());
  if (switches.has("json")) terminal.out(jsonLine(done));
  else {
    const { revoked, expired, setAside } = done;
    terminal.out(
      `revoked ${counted(revoked, "grant")}, expired ${
        counted(expired, "request")
      }, set ${counted(setAside, "row")} aside that airg did not write so`,
    );
  }
  return 0;
}
