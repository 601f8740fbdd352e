// Copyright 2026 the airg authors. Apache-2.0 license.

/**
 * What the live view does with a wish to answer.
 *
 * @module
 */

import type { ApprovalRequest } from "../../approval/request.ts";
import { shortId } from "../../approval/short_id.ts";
import { giveAnswer, whyText } from "./answer.ts";
import type { CodeQuestion } from "./code.ts";
import type { WatchParts } from "./watch_parts.ts";
import type { Pressed, Wish } from "./wish.ts";

/**
 * Keys that come at once are typed ahead, or pasted into a terminal that does
 * not tell: none of them approves.
 */
export function aloneOnly(pressed: Pressed, keys: number): Pressed {
  if (pressed.wish?.kind !== "approve" || keys === 1) return pressed;
  const note = "several keys came at once; look, and press it alone";
  return { view: { ...pressed.view, note } };
}

/** Answers what was shown, and says what became of it. */
export async function answer(
  { site, who }: WatchParts,
  request: ApprovalRequest,
  wish: Wish & { readonly kind: "approve" | "deny" },
): Promise<string> {
  const answered = await giveAnswer(
    site,
    // What was shown, should the store hold another by now.
    wish.kind === "approve" ? { ...request, digest: wish.digest } : request,
    wish.kind === "approve"
      ? { act: "approve", scope: { kind: wish.scope } }
      : {
        act: "deny",
        ...(wish.message !== undefined && { message: wish.message }),
      },
    who,
  );
  const name = shortId(request.id);
  if (!answered.ok) return `${name}: ${whyText(answered.why)}`;
  if (wish.kind === "deny") return `denied ${name}`;
  return wish.scope === "session"
    ? `approved ${name} for its session`
    : `approved ${name} once`;
}

/** Whether a code is still for what was shown. */
export function isOpen(
  found: ApprovalRequest | undefined,
  { digest }: CodeQuestion,
): boolean {
  return found?.digest === digest;
}
