// Copyright 2026 the airg authors. Apache-2.0 license.

/**
 * Tells the operator's webhook of a request that was just made, beside the
 * work: nothing waits for it but the end of `airg run`.
 *
 * @module
 */

import type { ApprovalRequest } from "../../approval/request.ts";
import { makeRedactor } from "../../audit/redact.ts";
import { systemClock } from "../../base/clock.ts";
import type { PolicySettings } from "../../policy/settings.ts";
import { sendWebhook } from "./webhook.ts";

/** What is on its way; each is done after some seconds at most. */
const sending = new Set<Promise<void>>();

/**
 * Starts to send a request.
 *
 * @param warn Told why it was not sent; nothing else follows from it.
 */
export function announce(
  request: ApprovalRequest,
  settings: Pick<PolicySettings, "approvals" | "audit">,
  warn: (message: string) => void,
): void {
  const { webhook } = settings.approvals;
  if (webhook === undefined) return;
  const sent = send(request, webhook, settings.audit.redactPatterns)
    .catch((error) => error instanceof Error ? error.message : String(error))
    .then((problem) => {
      if (problem !== undefined) warn(`no webhook was sent: ${problem}`);
      sending.delete(sent);
    });
  sending.add(sent);
}

/** Waits for what is on its way. */
export async function announced(): Promise<void> {
  await Promise.all(sending);
}

async function send(
  request: ApprovalRequest,
  webhook: NonNullable<PolicySettings["approvals"]["webhook"]>,
  patterns: readonly string[],
): Promise<string | undefined> {
  const redactor = await makeRedactor(patterns);
  const sent = await sendWebhook(request, webhook, {
    fetch,
    now: systemClock,
    redact: (text) => String(redactor({ text })["text"]),
  });
  return sent.ok ? undefined : sent.error;
}
