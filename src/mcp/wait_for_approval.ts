// Copyright 2026 the airg authors. Apache-2.0 license.

/**
 * `wait_for_approval`: waits for a person's answer to a request that the same
 * agent left. It answers nothing itself.
 *
 * @module
 */

import type { CallToolResult } from "@modelcontextprotocol/sdk/types";
import type { Origin } from "../action/action.ts";
import type { ApprovalRequest, RequestState } from "../approval/request.ts";
import type { Clock } from "../base/clock.ts";
import { printable } from "../base/printable.ts";
import { askerIn } from "../guard/approvals.ts";
import { awaitAnswer } from "../guard/await_answer.ts";
import type { Effects } from "../guard/effects.ts";
import { failure } from "./answers.ts";
import type { News } from "./progress.ts";

/** Milliseconds between two notes to a client. */
const NOTE_MS = 1_000;

/** What one wait may use. */
export interface Waiting {
  readonly effects: Effects;
  readonly origin: Origin;
  readonly signal: AbortSignal;
  /** Present when the client wants to hear how it goes. */
  readonly tell?: ((news: News) => Promise<void>) | undefined;
}

/** Waits, and says what came of it. */
export async function waitForApproval(
  id: string,
  waitMs: number,
  { effects, origin, signal, tell }: Waiting,
): Promise<CallToolResult> {
  const { approvals } = effects;
  if (approvals === undefined) return failure("Nobody can be asked here");
  try {
    const waited = { ...effects, approvals };
    const request = await awaitAnswer(id, askerIn(origin), waited, {
      waitMs,
      signal,
      onWaiting: tell && notes(tell, effects.monotonic),
    });
    // Somebody else's request and no request look the same.
    return request === undefined
      ? failure("No request of this session has this id")
      : told(request);
  } catch (error) {
    return failure(error instanceof Error ? error.message : String(error));
  }
}

/** Tells a client now and then that it still waits. */
export function notes(
  tell: (news: News) => Promise<void>,
  monotonic: Clock,
): (request: ApprovalRequest) => void {
  const startedAt = monotonic();
  let lastAt = -Infinity;
  let telling = false;
  return ({ expiresAt, id }) => {
    const now = monotonic();
    if (telling || now - lastAt < NOTE_MS) return;
    lastAt = now;
    telling = true;
    const progress = Math.round(now - startedAt) / 1000;
    const until = new Date(expiresAt).toISOString();
    tell({
      progress,
      message: `A person has not answered ${id} yet; it waits until ${until}`,
    }).then(() => telling = false, () => {
      // The connection is gone; its end stops the wait, not this.
    });
  };
}

/** What an agent does next. */
const NEXT: Readonly<Record<RequestState, string>> = {
  pending: "Nobody has answered yet. Wait again, or do something else",
  approved:
    "A person approved it. Repeat the same call, exactly as it was: the approval is used up by it",
  denied: "A person denied it. Do something else",
  expired: "Nobody answered in time. Repeat the call if it is still wanted",
  consumed: "It was approved, and has been used up",
  voided:
    "It was approved, and is not what was approved any more. Repeat the call to ask anew",
  revoked: "A person took the approval back. Do something else",
};

function told(
  { expiresAt, id, message, state, why }: ApprovalRequest,
): CallToolResult {
  const text = [
    `${state}: ${NEXT[state]}`,
    ...(message === undefined ? [] : [`The person says: ${message}`]),
    ...(why === undefined ? [] : [`Because: ${why}`]),
  ].map((line) => printable(line)).join("\n");
  return {
    content: [{ type: "text", text }],
    structuredContent: {
      id,
      state,
      expiresAt: new Date(expiresAt).toISOString(),
      ...(message !== undefined && { message: printable(message) }),
      ...(why !== undefined && { why: printable(why) }),
    },
  };
}
