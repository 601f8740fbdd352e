// Copyright 2026 the airg authors. Apache-2.0 license.

/**
 * A signed message to an address of the operator's when a request is new.
 *
 * Sent by whoever asks, not by `watch`: it is for when nobody sits in front of
 * a terminal, and of ten servers and two watches only one process knows that
 * the request is new. It never holds up or changes a decision.
 *
 * @module
 */

import type { ApprovalRequest } from "../../approval/request.ts";
import { fail, ok, type Result } from "../../base/result.ts";
import { secretFrom } from "./webhook_secret.ts";
import { subjectLine } from "./text.ts";
import { fitted } from "../policy/cells.ts";

/** `approvals.webhook` of the policy. */
export interface Webhook {
  readonly url: string;
  /** Absolute path of a file that only the operator can read. */
  readonly secretFile: string;
}

/** What sending uses of the process. */
export interface WebhookEffects {
  readonly fetch: typeof globalThis.fetch;
  readonly now: () => number;
  /** Takes secrets out of text, as the log does. */
  readonly redact: (text: string) => string;
}

/** The header with time and signature. */
export const SIGNATURE_HEADER = "x-airg-signature";

/** Milliseconds until it is given up. */
const TIMEOUT_MS = 2_000;
/** Columns of the command that are sent. */
const COMMAND_COLUMNS = 500;

/**
 * Sends a request that was just made.
 *
 * @returns Why it was not sent, for a notice; nothing depends on it.
 */
export async function sendWebhook(
  request: ApprovalRequest,
  webhook: Webhook,
  effects: WebhookEffects,
): Promise<Result<void, string>> {
  const url = webhookUrl(webhook.url);
  if (!url.ok) return url;
  const secret = secretFrom(webhook.secretFile);
  if (!secret.ok) {
    return fail(`${secret.error.message}; ${secret.error.cure}`);
  }
  const body = JSON.stringify(messageOf(request, effects.redact));
  const seconds = Math.floor(effects.now() / 1000);
  const signature = await signatureOf(secret.value, seconds, body);
  try {
    const answer = await effects.fetch(url.value, {
      method: "POST",
      headers: {
        "content-type": "application/json",
        [SIGNATURE_HEADER]: `t=${seconds},v1=${signature}`,
      },
      body,
      // Elsewhere is not where the operator said.
      redirect: "manual",
      signal: AbortSignal.timeout(TIMEOUT_MS),
    });
    await answer.body?.cancel();
    return answer.ok
      ? ok(undefined)
      : fail(`the webhook answered ${answer.status}`);
  } catch (error) {
    if (!(error instanceof Error)) throw error;
    return fail(`the webhook was not reached: ${error.message}`);
  }
}

/** Only https, or http to this machine. */
export function webhookUrl(text: string): Result<URL, string> {
  const url = URL.parse(text);
  if (url === null) return fail(`${text} is no URL`);
  const isLocal = /^(?:127(?:\.[0-9]+){3}|\[::1\]|localhost)$/
    .test(url.hostname);
  if (url.protocol !== "https:" && !(url.protocol === "http:" && isLocal)) {
    return fail(`${text} is neither https nor on this machine`);
  }
  return url.username === "" && url.password === ""
    ? ok(url)
    : fail("a webhook's URL holds no user or password");
}

/** HMAC-SHA-256 of `SECONDS.BODY`, in hex: an old message cannot be sent again as new. */
async function signatureOf(
  secret: Uint8Array<ArrayBuffer>,
  seconds: number,
  body: string,
): Promise<string> {
  const algorithm = { name: "HMAC", hash: "SHA-256" };
  const key = await crypto.subtle
    .importKey("raw", secret, algorithm, false, ["sign"]);
  const bytes = new TextEncoder().encode(`${seconds}.${body}`);
  const mac = await crypto.subtle.sign("HMAC", key, bytes);
  return new Uint8Array(mac).toHex();
}

function messageOf(
  request: ApprovalRequest,
  redact: (text: string) => string,
): unknown {
  const { id, asker, askedAt, expiresAt, reasons } = request;
  return {
    event: "approval.asked",
    id,
    agent: asker.agent,
    workspace: asker.workspace,
    command: fitted(redact(subjectLine(request)), COMMAND_COLUMNS),
    reasons: reasons.map(({ code, rule, severity }) => ({
      code,
      rule,
      severity,
    })),
    askedAt: new Date(askedAt).toISOString(),
    expiresAt: new Date(expiresAt).toISOString(),
  };
}
