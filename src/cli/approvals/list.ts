// Copyright 2026 the airg authors. Apache-2.0 license.

/**
 * `airg approvals list`: what waits for an answer, and what is granted.
 *
 * @module
 */

import { jsonLine } from "../../base/json_line.ts";
import type { ApprovalRequest, Grant } from "../../approval/request.ts";
import type { Imported } from "./store.ts";
import { type ApprovalsSite, withSite } from "./site.ts";
import { duration, subjectLine } from "./text.ts";
import { type Context, UsageError } from "../command.ts";
import type { Invocation } from "../flags.ts";
import { fitted } from "../policy/cells.ts";
import { notify } from "../terminal.ts";

const DEFAULT_LIMIT = 200;
const MAX_LIMIT = 100_000;
/** Columns of a line. */
const COLUMNS = 200;

/** Lists them, oldest first. */
export async function run(
  invocation: Invocation,
  context: Context,
): Promise<number> {
  return await withSite(context, (site) => listOn(invocation, context, site));
}

/** Lists what one store holds. */
export function listOn(
  { operands, rest, switches, values }: Invocation,
  { terminal }: Context,
  { store, clock }: ApprovalsSite,
): Promise<number> {
  if (operands.length > 0 || rest !== undefined) {
    throw new UsageError("approvals list takes no words");
  }
  const now = clock();
  const limit = limitOf(values.get("number"));
  if (switches.has("imported")) {
    const imported = store.imported(limit);
    if (switches.has("json")) terminal.out(jsonLine(imported));
    else for (const one of imported) terminal.out(importedLine(one));
    return Promise.resolve(0);
  }
  const requests = switches.has("all")
    ? store.list({ limit })
    : store.pending(now).slice(0, limit);
  const grants = store.grants(now);
  const trouble = store.trouble();
  if (trouble !== undefined) {
    notify(terminal, `no grant is given: ${trouble}; see approvals repair`);
  }
  if (switches.has("json")) {
    terminal.out(jsonLine({
      requests,
      grants,
      ...(trouble !== undefined && { trouble }),
    }));
    return Promise.resolve(0);
  }
  if (requests.length === 0) {
    notify(
      terminal,
      switches.has("all")
        ? "there are no requests"
        : "nothing waits for an answer",
    );
  }
  for (const request of requests) terminal.out(requestLine(request, now));
  for (const grant of grants) terminal.out(grantLine(grant, now));
  return Promise.resolve(0);
}

function requestLine(request: ApprovalRequest, now: number): string {
  const { state, expiresAt, id, asker } = request;
  const how = state === "pending" ? duration(expiresAt - now) : state;
  const text = subjectLine(request);
  return `${id}  ${how.padEnd(8)}  ${fitted(asker.agent, 16)}  ${
    fitted(text, COLUMNS)
  }`;
}

function grantLine(grant: Grant, now: number): string {
  const { id, scope, agent, uses, expiresAt, rules } = grant;
  const left = duration(expiresAt - now).padEnd(8);
  const what = `grant (${scope}), used ${uses} times: ${rules.join(", ")}`;
  return `${id}  ${left}  ${fitted(agent, 16)}  ${fitted(what, COLUMNS)}`;
}

function importedLine({ at, decision, agent, command }: Imported): string {
  const time = at === 0 ? "unknown" : new Date(at).toISOString().slice(0, 19);
  return `${time.padEnd(19)}  ${fitted(decision, 10).padEnd(10)}  ${
    fitted(agent, 16)
  }  ${fitted(command, COLUMNS)}`;
}

function limitOf(text: string | undefined): number {
  if (text === undefined) return DEFAULT_LIMIT;
  const number = Number(text);
  if (!/^[0-9]+$/.test(text) || number < 1 || number > MAX_LIMIT) {
    throw new UsageError(
      `--number wants a whole number from 1 to ${MAX_LIMIT}, not ${text}`,
    );
  }
  return number;
}
