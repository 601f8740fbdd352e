// Copyright 2026 the airg authors. Apache-2.0 license.

/**
 * Budgets: how often something may happen in any window of time.
 *
 * Deciding only names the budgets that an action uses; the guard consumes them,
 * all at once or none (src/store/counters.ts).
 *
 * @module
 */

import type { Action } from "../action/action.ts";
import type { PolicyDocument } from "./schema.ts";

type Written = NonNullable<PolicyDocument["throttle"]>[number];

/** A budget of the policy. */
export interface CompiledBudget {
  /** Rule id, or the JSON pointer of an entry of `throttle`. */
  readonly rule: string;
  readonly per: Written["per"];
  readonly limit: number;
  readonly windowMs: number;
  readonly onExcess: "fail" | "wait";
  readonly maxWaitMs: number;
}

/** One budget that an action uses. */
export interface Budget {
  /** Whose count it is: budgets of different rules never share one. */
  readonly key: string;
  readonly rule: string;
  /** Most uses within any `windowMs` milliseconds. */
  readonly limit: number;
  readonly windowMs: number;
  readonly onExcess: "fail" | "wait";
  readonly maxWaitMs: number;
  /** `shadow`: counted, and never in the way. */
  readonly mode: "enforce" | "shadow";
}

const UNIT_MS: Readonly<Record<string, number>> = {
  s: 1_000,
  m: 60_000,
  h: 3_600_000,
  d: 86_400_000,
};

/** Milliseconds a caller waits at most, where the policy does not say. */
const DEFAULT_WAIT_MS = 30_000;

/** Milliseconds a caller waits at most, whatever the policy says. */
const LONGEST_WAIT_MS = 300_000;

/** Makes one budget ready; `rule` names where it stands. */
export function compileBudget(
  { per, limit, window, on_excess, max_wait }: Written,
  rule: string,
): CompiledBudget {
  const wait = max_wait === undefined ? DEFAULT_WAIT_MS : windowMs(max_wait);
  return {
    rule,
    per,
    limit,
    windowMs: windowMs(window),
    onExcess: on_excess ?? "fail",
    maxWaitMs: Math.min(wait, LONGEST_WAIT_MS),
  };
}

/** `30s`, `1m`, `2h`, `1d` in milliseconds; the schema has checked the form. */
function windowMs(text: string): number {
  return Number(text.slice(0, -1)) * (UNIT_MS[text.slice(-1)] ?? 1_000);
}

/** The budget as one action of one agent uses it. */
export function budgetFor(
  { rule, per, limit, windowMs, onExcess, maxWaitMs }: CompiledBudget,
  action: Action,
  mode: Budget["mode"],
): Budget {
  const { agent } = action.origin;
  const who = {
    agent: `agent ${agent}`,
    tool: `tool ${action.kind}`,
    agent_tool: `agent ${agent} tool ${action.kind}`,
    rule: "rule",
    agent_rule: `agent ${agent} rule`,
  }[per];
  const key = `${rule} ${who}`;
  return { key, rule, limit, windowMs, onExcess, maxWaitMs, mode };
}
