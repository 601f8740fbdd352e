// Copyright 2026 the airg authors. Apache-2.0 license.

/**
 * A refused call that waits for a person's answer: where the policy has it
 * wait, or has the client ask. The first answer wins, wherever it is given; it
 * always comes through the store.
 *
 * @module
 */

import type { Asker } from "../approval/request.ts";
import { type Approvals, askerIn } from "../guard/approvals.ts";
import { awaitAnswer } from "../guard/await_answer.ts";
import type { Effects } from "../guard/effects.ts";
import type { Answer } from "../guard/guard.ts";
import type { Origin } from "../action/action.ts";
import { type Dialog, type Dialogs, openDialog } from "./elicit.ts";
import type { News } from "./progress.ts";
import { notes } from "./wait_for_approval.ts";

/** How long a client's dialog stays where the policy names no time. */
const DIALOG_MS = 120_000;

/** What waiting takes. */
export interface Waiter {
  readonly effects: Effects;
  readonly signal: AbortSignal;
  readonly tell?: ((news: News) => Promise<void>) | undefined;
  readonly dialogs?: Dialogs | undefined;
}

/** What came of it. */
export interface Awaited {
  /** There is an answer: the action is decided on again, which uses it up or says what was denied. */
  readonly isAnswered: boolean;
  /** Why the client was not asked. */
  readonly note?: string;
}

/** Waits for the answer to the request that a refused call left, if it left one. */
export async function awaitPerson(
  { allowed, decision }: Answer,
  origin: Origin,
  waiter: Waiter,
): Promise<Awaited> {
  const { effects: { approvals } } = waiter;
  const id = decision.approval?.id;
  if (allowed || id === undefined || approvals === undefined) {
    return { isAnswered: false };
  }
  const { waitMs } = approvals.settings();
  const asked = await askClient(id, askerIn(origin), approvals, {
    ...waiter,
    timeoutMs: waitMs || DIALOG_MS,
  });
  const dialog = typeof asked === "string" ? undefined : asked;
  const note = typeof asked === "string" ? { note: asked } : {};
  if (waitMs === 0 && dialog === undefined) {
    return { isAnswered: false, ...note };
  }
  const waiting = { id, asker: askerIn(origin), approvals, waitMs };
  const isAnswered = await waitBeside(dialog, waiting, waiter);
  return { isAnswered, ...note };
}

/** Waits on the store; the dialog is gone when it returns. */
async function waitBeside(
  dialog: Dialog | undefined,
  { approvals, asker, id, waitMs }: {
    readonly id: string;
    readonly asker: Asker;
    readonly approvals: Approvals;
    readonly waitMs: number;
  },
  { effects, signal, tell }: Waiter,
): Promise<boolean> {
  const nothing = new AbortController();
  if (waitMs === 0) {
    // Only the dialog is waited for; without it the agent asks for itself.
    dialog?.over.then((end) => end === "nothing" && nothing.abort());
  }
  let isOver = false;
  try {
    const request = await awaitAnswer(
      id,
      asker,
      { ...effects, approvals },
      {
        waitMs: waitMs || DIALOG_MS,
        signal: AbortSignal.any([signal, nothing.signal]),
        onWaiting: tell && notes(tell, effects.monotonic),
      },
    );
    isOver = request?.state !== "pending";
    return !signal.aborted &&
      (request?.state === "approved" || request?.state === "denied");
  } finally {
    await dialog?.close(isOver);
  }
}

/** The client's dialog, why there is none, or nothing where it is off. */
async function askClient(
  id: string,
  asker: Asker,
  approvals: Approvals,
  { dialogs, effects, signal, timeoutMs }: Waiter & {
    readonly timeoutMs: number;
  },
): Promise<Dialog | string | undefined> {
  if (dialogs === undefined || approvals.question === undefined) return;
  const { asked, modes } = dialogs;
  if (modes.size === 0 || !asked.begin(id)) return;
  let dialog: Dialog | undefined;
  try {
    const question = await approvals.question(id, asker, modes);
    if (question === undefined) return;
    if (question.kind === "elsewhere") return question.why;
    dialog = openDialog(question, dialogs, {
      ...{ id, signal, timeoutMs },
      elicitationId: effects.newId(),
    });
    return dialog;
  } catch (error) {
    // The request waits all the same; the operator's own ways are left.
    if (!(error instanceof Error)) throw error;
    return error.message;
  } finally {
    if (dialog === undefined) asked.end(id, false);
  }
}
