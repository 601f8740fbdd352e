// Copyright 2026 the airg authors. Apache-2.0 license.

/**
 * The one path an action takes: read, decide, permit, contain, record, act,
 * record.
 *
 * In access-control terms this is the enforcement point; `src/policy/` is the
 * decision point. Each step hands the next one a value it cannot make itself.
 *
 * @module
 */

import type { Action } from "../action/action.ts";
import type { Decision } from "../policy/decision.ts";
import type { Effects, RunOptions } from "./effects.ts";
import type { Outcome } from "./outcome.ts";
import { permit } from "./permit.ts";

/** What the caller is told: the decision, and the outcome if it was allowed. */
export type Answer =
  | { readonly allowed: false; readonly decision: Decision }
  | {
    readonly allowed: true;
    readonly decision: Decision;
    readonly outcome: Outcome;
  };

/** Reads an action and decides on it, without doing or recording anything. */
export function decide(action: Action, effects: Effects): Decision {
  const before = effects.monotonic();
  const facts = effects.read(action);
  return conclude(effects, effects.decide(facts), before);
}

/**
 * Carries one action through the whole path.
 *
 * Writes its intent before it runs, so a crash leaves a trace, never a gap.
 *
 * @throws What `record` throws: an action that cannot be recorded does not run.
 */
export async function handle(
  action: Action,
  effects: Effects,
  options: RunOptions = { streams: "capture" },
): Promise<Answer> {
  const before = effects.monotonic();
  const facts = effects.read(action);
  const decision = conclude(effects, effects.decide(facts), before);
  const leave = permit(action, decision, effects.clock);
  if (!leave.ok) {
    await effects.record({ event: "decision", action, decision });
    return { allowed: false, decision };
  }
  const profile = effects.contain(facts, decision);
  const proof = await effects.record({ event: "started", action, decision });
  const outcome = action.kind === "exec"
    ? await effects.run({ ...leave.value, action }, profile, proof, options)
    : await effects.file(leave.value, profile, proof);
  await effects.record({ event: "finished", action, decision, outcome });
  return { allowed: true, decision, outcome };
}

function conclude(
  effects: Effects,
  conclusion: ReturnType<Effects["decide"]>,
  before: number,
): Decision {
  const elapsedUs = Math.round((effects.monotonic() - before) * 1000);
  return { id: effects.newId(), ...conclusion, elapsedUs };
}
