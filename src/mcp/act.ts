// Copyright 2026 the airg authors. Apache-2.0 license.

/**
 * One call of a tool as an action of the guard: handled, waited for where a
 * person has to answer first, and answered.
 *
 * @module
 */

import type { CallToolResult } from "@modelcontextprotocol/sdk/types";
import type { Action, Origin } from "../action/action.ts";
import { askerIn } from "../guard/approvals.ts";
import { awaitAnswer } from "../guard/await_answer.ts";
import type { Effects } from "../guard/effects.ts";
import { type Answer, handle } from "../guard/guard.ts";
import { failure, resultOf } from "./answers.ts";
import { followProgress, onOneClock } from "./progress.ts";
import type { Call } from "./tool.ts";
import { notes } from "./wait_for_approval.ts";

type WithoutOrigin<Kind> = Kind extends Action ? Omit<Kind, "origin"> : never;

/** Carries out what a call asks for; expected failures are results. */
export async function act(
  asked: WithoutOrigin<Action>,
  { host: { parts }, client, signal, tell }: Call,
): Promise<CallToolResult> {
  const origin = { ...parts.origin, ...(client !== undefined && { client }) };
  try {
    const { effects } = parts;
    const call = {
      effects,
      signal,
      ...(tell && { tell: onOneClock(tell, effects.monotonic) }),
    };
    const run = () => handled({ ...asked, origin }, call);
    const answer = await run();
    const again = await isAnswered(answer, origin, call);
    return resultOf(again ? await run() : answer);
  } catch (error) {
    // The machine failed (a full disk, a log that cannot be written): nothing
    // ran, or what ran is over. The server goes on and says so.
    return failure(error instanceof Error ? error.message : String(error));
  }
}

async function handled(
  action: Action,
  { effects, signal, tell }: Pick<Call, "signal" | "tell"> & {
    readonly effects: Effects;
  },
): Promise<Answer> {
  const progress = tell && followProgress(tell, effects.monotonic);
  try {
    return await handle(action, effects, {
      streams: "capture",
      signal,
      ...(progress && { onOutput: (_, text) => progress.output(text) }),
    });
  } finally {
    progress?.stop();
  }
}

/**
 * Waits for a person's answer where the policy says so.
 *
 * @returns Whether there is one: then the action is decided on again, which
 * uses up the approval or says what was denied.
 */
async function isAnswered(
  { allowed, decision }: Answer,
  origin: Origin,
  { effects, signal, tell }: Pick<Call, "signal" | "tell"> & {
    readonly effects: Effects;
  },
): Promise<boolean> {
  const { approvals } = effects;
  const id = decision.approval?.id;
  if (allowed || id === undefined || approvals === undefined) return false;
  const { waitMs } = approvals.settings();
  if (waitMs === 0) return false;
  const waited = { ...effects, approvals };
  const request = await awaitAnswer(id, askerIn(origin), waited, {
    waitMs,
    signal,
    onWaiting: tell && notes(tell, effects.monotonic),
  });
  return !signal.aborted &&
    (request?.state === "approved" || request?.state === "denied");
}
