// Copyright 2026 the airg authors. Apache-2.0 license.

/**
 * `airg approvals list`: what waits for an answer, and what is granted.
 *
 * @module
 */

import { counted } from "../../base/counted.ts";
import { jsonLine } from "../../base/json_line.ts";
import { COLUMNS, grantLine, importedLine, requestLine } from "./lines.ts";
import { type ApprovedRule, approvedRules, ruleText } from "./rule/rules.ts";
import type { DamagedRow } from "./store.ts";
import { type ApprovalsSite, withSite } from "./site.ts";
import { type Context, UsageError } from "../command.ts";
import type { Invocation } from "../flags.ts";
import { fitted } from "../policy/cells.ts";
import { notify } from "../terminal.ts";

const DEFAULT_LIMIT = 200;
const MAX_LIMIT = 100_000;

/** Lists them, oldest first. */
export async function run(
  invocation: Invocation,
  context: Context,
): Promise<number> {
  return await withSite(context, (site) => listOn(invocation, context, site));
}

/** Lists what one store holds. */
export async function listOn(
  { operands, rest, switches, values }: Invocation,
  context: Context,
  site: ApprovalsSite,
): Promise<number> {
  const { terminal } = context;
  const { store, clock } = site;
  if (operands.length > 0 || rest !== undefined) {
    throw new UsageError("approvals list takes no words");
  }
  const now = clock();
  const limit = limitOf(values.get("number"));
  if (switches.has("imported")) {
    const imported = store.imported(limit);
    if (switches.has("json")) terminal.out(jsonLine(imported));
    else for (const one of imported) terminal.out(importedLine(one));
    return 0;
  }
  const found = switches.has("all")
    ? store.list({ limit: limit + 1 })
    : store.pending(now);
  const requests = found.slice(0, limit);
  const grants = store.grants(now);
  const rules = await approvedRules(context, site);
  // Ten thousand ended ones take a second to verify: only who asks for all waits.
  const damaged = store.damaged(switches.has("all") ? undefined : "seen");
  const trouble = store.trouble();
  if (trouble !== undefined) {
    notify(terminal, `no grant is given: ${trouble}; see approvals repair`);
  }
  if (damaged.length > 0) tellDamaged(damaged, terminal);
  if (found.length > limit) {
    notify(terminal, cutText(limit, found.length, switches.has("all")));
  }
  if (switches.has("json")) {
    terminal.out(jsonLine({
      requests,
      grants,
      rules,
      ...(damaged.length > 0 && { damaged }),
      ...(trouble !== undefined && { trouble }),
    }));
    return 0;
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
  for (const grant of grants) {
    terminal.out(grantLine(grant, store.find(grant.request), now));
  }
  for (const rule of rules) terminal.out(ruleLine(rule));
  return 0;
}

/** What is left out, and how to see it. */
function cutText(limit: number, found: number, isAll: boolean): string {
  return isAll
    ? `the newest ${limit} are listed, and there are more: --number N lists N`
    : `${limit} of ${found} that wait are listed, the oldest: --number ${found} lists all`;
}

/** Damaged rows that are named. */
const MAX_NAMED = 5;

function tellDamaged(
  damaged: readonly DamagedRow[],
  terminal: Context["terminal"],
): void {
  const named = damaged.slice(0, MAX_NAMED)
    .map(({ table, id, why }) => `${table} ${id} (${why})`);
  const more = damaged.length - named.length;
  notify(
    terminal,
    `damaged rows, not as airg wrote them and used by nobody: ${damaged.length}: ${
      named.join(", ")
    }${
      more > 0 ? `, and ${more} more` : ""
    }; set them aside with airg approvals repair, which revokes all grants`,
  );
}

function ruleLine({ rule, decided }: ApprovedRule): string {
  const used = decided === undefined
    ? "no log to count in"
    : `let it run ${counted(decided, "time")} by the log`;
  const what = `rule of the policy, ${used}: ${ruleText(rule)}`;
  return `${rule.id.padEnd(17)}  ${fitted(what, COLUMNS)}`;
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
