// Copyright 2026 the airg authors. Apache-2.0 license.

/**
 * One call of a tool as an action of the guard: handled, waited for where a
 * person has to answer first, and answered.
 *
 * @module
 */

import type { CallToolResult } from "@modelcontextprotocol/sdk/types";
import type { Action } from "../action/action.ts";
import type { Effects } from "../guard/effects.ts";
import { type Answer, handle } from "../guard/guard.ts";
import { failure, resultOf, withNote } from "./answers.ts";
import { awaitPerson } from "./await_person.ts";
import { followProgress, onOneClock } from "./progress.ts";
import type { Call } from "./tool.ts";

type WithoutOrigin<Kind> = Kind extends Action ? Omit<Kind, "origin"> : never;

/** Carries out what a call asks for; expected failures are results. */
export async function act(
  asked: WithoutOrigin<Action>,
  { dialogs, ending, host: { parts }, client, signal, tell }: Call,
): Promise<CallToolResult> {
  const origin = { ...parts.origin, ...(client !== undefined && { client }) };
  try {
    const { effects } = parts;
    const call = {
      effects,
      signal,
      ...(ending && { ending }),
      ...(tell && { tell: onOneClock(tell, effects.monotonic) }),
    };
    const run = () => handled({ ...asked, origin }, call);
    const answer = await run();
    const { isAnswered, note } = await awaitPerson(answer, origin, {
      ...call,
      dialogs,
    });
    return isAnswered
      ? resultOf(await run())
      : withNote(resultOf(answer), note);
  } catch (error) {
    // The machine failed (a full disk, a log that cannot be written): nothing
    // ran, or what ran is over. The server goes on and says so.
    return failure(error instanceof Error ? error.message : String(error));
  }
}

async function handled(
  action: Action,
  { effects, ending, signal, tell }:
    & Pick<Call, "ending" | "signal" | "tell">
    & {
      readonly effects: Effects;
    },
): Promise<Answer> {
  const progress = tell && followProgress(tell, effects.monotonic);
  try {
    return await handle(action, effects, {
      streams: "capture",
      signal,
      ending,
      ...(progress && { onOutput: (_, text) => progress.output(text) }),
    });
  } finally {
    progress?.stop();
  }
}
