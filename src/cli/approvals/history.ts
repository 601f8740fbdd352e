// Copyright 2026 the airg authors. Apache-2.0 license.

/**
 * `airg approvals history`: what happened to one request, and who did it.
 *
 * @module
 */

import { jsonLine } from "../../base/json_line.ts";
import type { ApprovalEvent } from "../../approval/request.ts";
import { shortId } from "../../approval/short_id.ts";
import { printable } from "../../base/printable.ts";
import { oneId, requestOfAny } from "./named.ts";
import { type ApprovalsSite, withSite } from "./site.ts";
import { agentText, howText } from "./text.ts";
import type { Context } from "../command.ts";
import { notify } from "../terminal.ts";
import type { Invocation } from "../flags.ts";

/** Lists the events of one request. */
export async function run(
  invocation: Invocation,
  context: Context,
): Promise<number> {
  return await withSite(
    context,
    (site) => historyOn(invocation, context, site),
  );
}

/** Lists the events of one request of a store. */
export function historyOn(
  invocation: Invocation,
  context: Context,
  site: ApprovalsSite,
): Promise<number> {
  const request = requestOfAny(oneId(invocation), site, context);
  if (!request.ok) return Promise.resolve(request.error);
  const { terminal } = context;
  const events = site.store.history(request.value.id);
  const { length } = site.store.damaged("seen")
    .filter(({ table }) => table === "history");
  if (length > 0) {
    notify(
      terminal,
      `damaged, not as airg wrote them, and left out here: ${length} rows of this history; see airg approvals list --all`,
    );
  }
  if (invocation.switches.has("json")) terminal.out(jsonLine(events));
  else for (const event of events) terminal.out(eventLine(event));
  return Promise.resolve(0);
}

function eventLine(
  { at, asker, what, who, why, grant }: ApprovalEvent,
): string {
  const by = who !== undefined
    ? [
      `by ${who.user} (${howText(who)}${
        who.terminal ? `, ${who.terminal}` : ""
      })`,
    ]
    : asker !== undefined
    ? [`by ${agentText(asker)}`]
    : [];
  const time = new Date(at).toISOString().slice(0, 19);
  return printable([
    `${time}Z`,
    what.padEnd(8),
    ...by,
    ...(grant === undefined ? [] : [`grant ${shortId(grant)}`]),
    ...(why === undefined ? [] : [why]),
  ].join("  "));
}
