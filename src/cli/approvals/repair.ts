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
import { type ApprovalsSite, recordUpkeep, withStore } from "./site.ts";
import { openRepairer, type Repaired, type Repairer } from "./store.ts";
import { notify } from "../terminal.ts";
import { printable } from "../../base/printable.ts";
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
  return await withStore(
    context,
    openRepairer,
    (site) => repairOn(invocation, context, site),
  );
}

/** Repairs one store. */
export async function repairOn(
  { operands, rest, switches }: Invocation,
  context: Context,
  { store, clock, dirs, facts, of }: ApprovalsSite<Repairer>,
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
  if (done.movedTo !== undefined) {
    // Known only now: what could be read decides it.
    const moved =
      `an empty store was started; the damaged one is ${done.movedTo}`;
    await recordUpkeep(of, "repaired", who.value, moved);
  }
  if (switches.has("json")) terminal.out(jsonLine(done));
  else tell(done, terminal);
  return 0;
}

function tell(
  { expired, movedTo, revoked, setAside }: Repaired,
  terminal: Context["terminal"],
): void {
  if (movedTo === undefined) {
    terminal.out(
      `revoked ${counted(revoked, "grant")}, expired ${
        counted(expired, "request")
      }, set ${counted(setAside, "row")} aside that airg did not write so`,
    );
    return;
  }
  terminal.out(
    printable(`started an empty store; the damaged one is now ${movedTo}`),
  );
  notify(
    terminal,
    "lost with it: all grants, the requests that waited, denials, the history of each request, and what was imported; none of it counts any more",
  );
  terminal.err(
    "airg: hint: the audit log still says who approved what (airg audit tail)",
  );
}
