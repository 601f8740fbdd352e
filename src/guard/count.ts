// Copyright 2026 the airg authors. Apache-2.0 license.

/**
 * What is counted between deciding and running: budgets, and attempts of what
 * was refused.
 *
 * @module
 */

import type { Action } from "../action/action.ts";
import { canonicalJson } from "../base/canonical_json.ts";
import { sha256Hex } from "../base/digest.ts";
import type { Decision } from "../policy/decision.ts";
import type { Budget } from "../policy/throttle.ts";
import type { Effects } from "./effects.ts";

/** Attempts after which a refusal is final, as in Runtime Guard. */
const MAX_ATTEMPTS = 3;

/** Times a caller is made to wait for one action. */
const MAX_WAITS = 8;

/** How long one action has been made to wait so far. */
export interface Waited {
  readonly turns: number;
  readonly ms: number;
}

/** A decision after counting. */
export interface Counted {
  /**
   * What was decided, or what stands in its place: `throttle` when a budget is
   * used up, `block` when nothing could be counted.
   */
  readonly decision: Decision;
  /** Milliseconds after which the caller decides again, instead of taking this decision. */
  readonly waitMs?: number;
}

/**
 * Counts what the decision asks to be counted.
 *
 * A wait is the caller's, because the world may be another after it: it reads
 * and decides again.
 */
export async function withCounts(
  action: Action,
  decision: Decision,
  effects: Pick<Effects, "consume" | "attempt">,
  waited: Waited = { turns: 0, ms: 0 },
): Promise<Counted> {
  if (decision.mode === "enforce" && decision.verdict === "block") {
    return { decision: await withAttempt(action, decision, effects) };
  }
  const { budgets = [] } = decision;
  const runs = decision.verdict === "allow" ||
    decision.verdict === "sandbox" || decision.mode === "shadow";
  return runs && budgets.length > 0
    ? await consumed(decision, budgets, effects, waited)
    : { decision };
}

/** Counts the budgets of an action that a person approved; nobody waits for room. */
export async function withBudgets(
  decision: Decision,
  effects: Pick<Effects, "consume">,
): Promise<Counted> {
  const { budgets = [] } = decision;
  if (budgets.length === 0) return { decision };
  const waited = { turns: MAX_WAITS, ms: 0 };
  return await consumed(decision, budgets, effects, waited);
}

async function consumed(
  decision: Decision,
  budgets: readonly Budget[],
  effects: Pick<Effects, "consume">,
  waited: Waited,
): Promise<Counted> {
  let result: Awaited<ReturnType<Effects["consume"]>>;
  try {
    result = await effects.consume(budgets);
  } catch (error) {
    if (!(error instanceof Error)) throw error;
    return { decision: uncounted(decision, error) };
  }
  if (result.ok) return { decision };
  const { rule, retryAfterMs } = result;
  const budget = budgets.find((one) => one.rule === rule);
  const mayWait = budget?.onExcess === "wait" && waited.turns < MAX_WAITS &&
    waited.ms + retryAfterMs <= budget.maxWaitMs;
  return {
    decision: throttled(decision, rule, retryAfterMs),
    ...(mayWait && { waitMs: retryAfterMs }),
  };
}

function throttled(
  decision: Decision,
  rule: string,
  retryAfterMs: number,
): Decision {
  return {
    ...decision,
    verdict: "throttle",
    mode: "enforce",
    retryAfterMs,
    reasons: [{
      code: "policy.throttled",
      rule,
      message: `This happened too often; there is room in ${
        Math.ceil(retryAfterMs / 1000)
      } s`,
      remedy: "Wait, or let the operator raise the limit",
      severity: "low",
    }, ...decision.reasons],
  };
}

/** What cannot be counted does not run. */
function uncounted(decision: Decision, error: Error): Decision {
  return {
    ...decision,
    verdict: "block",
    mode: "enforce",
    reasons: [{
      code: "policy.cannot_count",
      rule: "airg/counters",
      message:
        `The policy limits how often this may happen, and it cannot be counted: ${error.message}`,
      remedy:
        "Look at airg-counters.db in airg's state folder; it may be moved away",
      severity: "high",
    }, ...decision.reasons],
  };
}

/** Says how often a refused action was tried. */
async function withAttempt(
  action: Action,
  decision: Decision,
  effects: Pick<Effects, "attempt">,
): Promise<Decision> {
  const rule = decision.reasons[0]?.rule ?? "";
  const { agent, session } = action.origin;
  const { origin: _, ...asked } = action;
  // What the client says of its own tries changes nothing.
  const digest = sha256Hex(canonicalJson({ ...asked, clientRetries: null }));
  let count: number;
  try {
    count = await effects.attempt(`${digest} ${agent} ${session} ${rule}`);
  } catch (error) {
    // It stays refused; only the count is missing.
    if (!(error instanceof Error)) throw error;
    return decision;
  }
  const finalBlock = count >= MAX_ATTEMPTS;
  return {
    ...decision,
    attempt: { count, limit: MAX_ATTEMPTS, finalBlock },
    reasons: [...decision.reasons, {
      code: "policy.attempt",
      rule,
      message: finalBlock
        ? `Attempt ${count} of ${MAX_ATTEMPTS}: this stays refused, try something else`
        : `Attempt ${count} of ${MAX_ATTEMPTS}`,
      severity: "info",
    }],
  };
}
