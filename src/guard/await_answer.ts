// Copyright 2026 the airg authors. Apache-2.0 license.

/**
 * Waits until a request is no longer pending.
 *
 * Looks at the store's version, which costs microseconds, instead of the
 * request itself; nothing tells a process of another's write to SQLite.
 *
 * @module
 */

import type { ApprovalRequest, Asker } from "../approval/request.ts";
import type { Approvals } from "./approvals.ts";
import type { Effects } from "./effects.ts";

/** Milliseconds between two looks: an answer is to start a command within 50. */
const LOOK_MS = 5;

/** Milliseconds after which the request is looked at though nothing was written: time passes. */
const LATEST_LOOK_MS = 1_000;

/** How long, and who wants to hear of it. */
export interface AwaitOptions {
  readonly waitMs: number;
  readonly signal?: AbortSignal | undefined;
  /** Told now and then while it is pending. */
  readonly onWaiting?: ((request: ApprovalRequest) => void) | undefined;
}

/**
 * Waits at most `waitMs`.
 *
 * @returns The request as it then is, pending if the time was up or the caller
 * is gone; nothing where the asker has no such request.
 * @throws What the store throws.
 */
export async function awaitAnswer(
  id: string,
  asker: Asker,
  { approvals, monotonic, sleep }: Pick<Effects, "monotonic" | "sleep"> & {
    readonly approvals: Approvals;
  },
  { onWaiting, signal, waitMs }: AwaitOptions,
): Promise<ApprovalRequest | undefined> {
  const until = monotonic() + waitMs;
  const isGone = (): boolean => signal?.aborted === true;
  while (true) {
    const version = await approvals.version();
    const request = await approvals.state(id, asker);
    if (request === undefined || request.state !== "pending") return request;
    const looked = monotonic();
    if (looked >= until || isGone()) return request;
    onWaiting?.(request);
    const again = Math.min(until, looked + LATEST_LOOK_MS);
    while (monotonic() < again && !isGone()) {
      await sleep(LOOK_MS, signal);
      if (await approvals.version() !== version) break;
    }
  }
}
