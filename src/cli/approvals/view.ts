// Copyright 2026 the airg authors. Apache-2.0 license.

/**
 * The live view of waiting requests: what is on it; pure. What keys do is in
 * press.ts.
 *
 * Made against mistakes: what is selected is a request, not a row, so nothing
 * that comes or goes moves another one under the key. For a moment after the
 * selected one changed by itself, no key approves. And nothing is approved
 * whose rows were not all on the screen.
 *
 * @module
 */

import type { ApprovalRequest } from "../../approval/request.ts";

/** Milliseconds after a change of the selected request in which no key approves. */
export const ARM_MS = 600;
/** What the view shows. */
export interface View {
  /** Those that wait, oldest first. */
  readonly requests: readonly ApprovalRequest[];
  readonly selected?: string;
  /** `lost`: words were typed for a request that is gone. */
  readonly mode: "list" | "details" | "message" | "rule" | "lost";
  /** A rule for the selected request, under review. */
  readonly rule?: ShownRule;
  /** First row of the selected request that is shown. */
  readonly top: number;
  /** Rows that were on the screen, from the first on, and of how many. */
  readonly seen: { readonly rows: number; readonly of: number };
  /** Rows of the request that fit, for scrolling by a page. */
  readonly page: number;
  /** When keys approve again. */
  readonly armedAt: number;
  readonly draft: string;
  readonly note?: string;
}

/** A rule that can be written, as the person sees it. */
export interface ShownRule {
  readonly id: string;
  /** Printable; cut into rows where they are drawn. */
  readonly lines: readonly string[];
}

/** The view before anything is known. */
export const EMPTY_VIEW: View = {
  requests: [],
  mode: "list",
  top: 0,
  seen: { rows: 0, of: Infinity },
  page: 1,
  armedAt: 0,
  draft: "",
};

/** Takes the requests that wait now. */
export function withRequests(
  view: View,
  requests: readonly ApprovalRequest[],
  now: number,
): View {
  const there = requests.find(({ id }) => id === view.selected);
  const before = view.requests.find(({ id }) => id === view.selected);
  if (there !== undefined && there.digest === before?.digest) {
    return { ...view, requests };
  }
  // The one that takes the place of the one that is gone.
  const at = view.requests.findIndex(({ id }) => id === view.selected);
  const next = requests[Math.min(Math.max(at, 0), requests.length - 1)];
  return { ...select({ ...view, requests }, next), armedAt: now + ARM_MS };
}

/** Notes which rows of the selected request the screen showed. */
export function withSeen(
  view: View,
  shown: { readonly to: number; readonly of: number; readonly page: number },
): View {
  const { rows, of } = view.seen;
  const before = of === shown.of ? rows : 0;
  // A row in between that was jumped over does not count.
  const seen = view.top <= before ? Math.max(before, shown.to) : before;
  return { ...view, seen: { rows: seen, of: shown.of }, page: shown.page };
}

/** Shows a rule for the selected request. */
export function withRule(view: View, rule: ShownRule): View {
  const seen = EMPTY_VIEW.seen;
  return { ...view, mode: "rule", rule, draft: "", top: 0, seen };
}

/** Back to the list. */
export function withoutRule(view: View): View {
  const { rule: _, ...rest } = view;
  const seen = EMPTY_VIEW.seen;
  return { ...rest, mode: "list", draft: "", top: 0, seen };
}

/** Other rows of what is selected. */
export function scrolled(view: View, by: number): View {
  const last = Math.max(0, view.seen.of - view.page);
  return { ...view, top: Math.min(last, Math.max(0, view.top + by)) };
}

/** Selects a request, or that there is none. */
export function select(view: View, next: ApprovalRequest | undefined): View {
  const { selected: _, rule: __, ...rest } = view;
  const isLost = view.mode === "message" || view.mode === "rule" ||
    view.mode === "lost";
  const mode = next === undefined ? "list" : view.mode;
  return {
    ...rest,
    ...(next !== undefined && { selected: next.id }),
    mode: isLost ? "lost" : mode,
    ...(isLost && { note: "that request is gone; nothing was sent" }),
    draft: "",
    top: 0,
    seen: EMPTY_VIEW.seen,
  };
}

/** The request that is selected. */
export function chosenOf(view: View): ApprovalRequest | undefined {
  return view.requests.find(({ id }) => id === view.selected);
}

/** The view without its note. */
export function withoutNote(view: View): View {
  const { note: _, ...rest } = view;
  return rest;
}
