// Copyright 2026 the airg authors. Apache-2.0 license.

/**
 * `airg approvals show`: all that one approval would bind.
 *
 * @module
 */

import { jsonLine } from "../../base/json_line.ts";
import { grantLine } from "./lines.ts";
import { oneId, requestOfAny } from "./named.ts";
import { type ApprovalsSite, withSite } from "./site.ts";
import { requestRows } from "./text.ts";
import type { Context } from "../command.ts";
import type { Invocation } from "../flags.ts";

/** Columns where the terminal does not say. */
const COLUMNS = 80;

/** Shows one request. */
export async function run(
  invocation: Invocation,
  context: Context,
): Promise<number> {
  return await withSite(context, (site) => showOn(invocation, context, site));
}

/** Shows one request of a store. */
export function showOn(
  invocation: Invocation,
  context: Context,
  site: ApprovalsSite,
): Promise<number> {
  const request = requestOfAny(oneId(invocation), site, context);
  if (!request.ok) return Promise.resolve(request.error);
  const { terminal } = context;
  const { store, clock } = site;
  const now = clock();
  const grants = store.grants(now)
    .filter((grant) => grant.request === request.value.id);
  if (invocation.switches.has("json")) {
    terminal.out(jsonLine({ request: request.value, grants }));
    return Promise.resolve(0);
  }
  const columns = context.surroundings.terminal.stdout
    ? Deno.consoleSize().columns || COLUMNS
    : COLUMNS;
  const { env: own } = context.surroundings;
  requestRows(request.value, { columns, now, own }).forEach(terminal.out);
  for (const grant of grants) {
    terminal.out(grantLine(grant, request.value, now));
  }
  return Promise.resolve(0);
}
