// Copyright 2026 the airg authors. Apache-2.0 license.

/**
 * What `airg run` does when a person has to be asked: asks on the caller's own
 * terminal; else waits while somebody watches; else ends at once.
 *
 * @module
 */

import type { ApprovalRequest } from "../../approval/request.ts";
import { shortId } from "../../approval/short_id.ts";
import type { Decision } from "../../policy/decision.ts";
import { findDirs } from "../../platform/dirs.ts";
import { judgeOperator } from "../../platform/operator.ts";
import { operatorFacts } from "../../platform/operator_facts.ts";
import { isWatched } from "../../platform/watched.ts";
import { announced } from "./announce.ts";
import { giveAnswer, whyText } from "./answer.ts";
import { askHere, askTerminal } from "./ask.ts";
import { type ApprovalsSite, noteShown, openSite } from "./site.ts";
import { openOperatorStore } from "./store.ts";
import { watchMark } from "./watch.ts";
import type { Context } from "../command.ts";
import { isInsideRun } from "../inside.ts";
import { complain, notify } from "../terminal.ts";

/** Milliseconds between two looks at the store: an answer starts the command. */
const LOOK_MS = 20;

/**
 * Has the request of a refused decision answered.
 *
 * @returns Whether it is worth to ask the guard again: it was answered.
 */
export async function isAnsweredHere(
  decision: Decision,
  context: Context,
  signal: AbortSignal,
): Promise<boolean> {
  if (await answered(decision, context, signal)) return true;
  // This process ends now; what tells the operator elsewhere has to be out.
  await announced();
  return false;
}

async function answered(
  { approval }: Decision,
  context: Context,
  signal: AbortSignal,
): Promise<boolean> {
  if (approval === undefined || !isAnybodyThere(context)) return false;
  const site = await openSite(context, openOperatorStore);
  if (!site.ok) return false;
  const { store } = site.value;
  try {
    const request = store.find(approval.id);
    if (request === undefined) return false;
    return await ask(request, context, site.value) ||
      await wait(request, context, site.value, signal);
  } finally {
    store.close();
  }
}

/** A person in front of this terminal, or one who watches. */
function isAnybodyThere({ surroundings: { env, os } }: Context): boolean {
  const dirs = findDirs(env, os);
  if (!dirs.ok) return false;
  const facts = operatorFacts(env, isInsideRun(env));
  return judgeOperator(facts).kind === "person" ||
    isWatched(watchMark(dirs.value.run));
}

async function ask(
  request: ApprovalRequest,
  context: Context,
  site: ApprovalsSite,
): Promise<boolean> {
  const { dirs, clock } = site;
  const said = await askHere(request, askTerminal(context, dirs, clock));
  if (said.kind === "not-here") return false;
  await noteShown(site, request, said.who);
  const answered = await giveAnswer(
    site,
    request,
    said.kind === "approve" ? { ...said, act: "approve" } : {
      act: "deny",
      ...(said.message !== undefined && { message: said.message }),
    },
    said.who,
  );
  if (!answered.ok) complain(context.terminal, whyText(answered.why));
  return answered.ok;
}

/** Waits while somebody watches, until the request is no longer pending. */
async function wait(
  { id, asker }: ApprovalRequest,
  { onSignal, terminal }: Context,
  { dirs, store, clock }: ApprovalsSite,
  signal: AbortSignal,
): Promise<boolean> {
  const mark = watchMark(dirs.run);
  if (!isWatched(mark)) return false;
  const name = shortId(id);
  notify(terminal, `waiting for an answer to ${name} in airg approvals watch`);
  let left = false;
  const unlisten = onSignal(() => left = true);
  try {
    for (let looks = 0; !left && !signal.aborted; looks++) {
      const { state } = store.state(id, asker, clock()) ?? {};
      if (state !== "pending") {
        return state === "approved" || state === "denied";
      }
      // A watch that ended answers no more.
      if (looks % 50 === 49 && !isWatched(mark)) return false;
      await new Promise((resolve) => setTimeout(resolve, LOOK_MS));
    }
    return false;
  } finally {
    unlisten();
  }
}
