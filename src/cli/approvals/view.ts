// Copyright 2026 the airg authors. Apache-2.0 license.

/**
 * The live view of waiting requests: what is on it, and what keys do; pure.
 *
 * Made against mistakes: what is selected is a request, not a row, so nothing
 * that comes or goes moves another one under the key. For a moment after the
 * selected one changed by itself, no key approves. And nothing is approved
 * whose rows were not all on the screen.
 *
 * @module
 */

import type { ApprovalRequest } from "../../approval/request.ts";
import type { Key } from "./keys.ts";

/** Milliseconds after a change of the selected request in which no key approves. */
export const ARM_MS = 600;
/** Characters of a message to the agent. */
const MAX_MESSAGE = 500;

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

/** What a key asks for. */
export type Wish =
  | {
    readonly kind: "approve";
    readonly id: string;
    /** Of the request as it was shown. */
    readonly digest: string;
    readonly scope: "once" | "session";
  }
  /** To make a rule of it, and show that. */
  | { readonly kind: "propose"; readonly id: string; readonly digest: string }
  /** The rule was read, and its id typed. */
  | { readonly kind: "write-rule"; readonly id: string }
  | { readonly kind: "deny"; readonly id: string; readonly message?: string }
  | { readonly kind: "redraw" }
  | { readonly kind: "suspend" }
  | { readonly kind: "quit" };

/** The view, and what is to be done. */
export interface Pressed {
  readonly view: View;
  readonly wish?: Wish;
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

/** What one key does. */
export function press(view: View, key: Key, now: number): Pressed {
  if (key.kind === "interrupt") return { view, wish: { kind: "quit" } };
  if (key.kind === "redraw" || key.kind === "suspend") {
    return { view, wish: { kind: key.kind } };
  }
  if (view.mode === "message") return typed(view, key);
  if (view.mode === "rule") return typedRule(without(view), key);
  if (view.mode === "lost") return goneOn(view, key, now);
  const plain = without(view);
  if (key.kind === "paste") {
    return { view: { ...plain, note: "pasted text is not taken as keys" } };
  }
  const name = key.kind === "text" ? key.text : key.kind;
  return COMMANDS[name]?.(plain, now) ?? { view: plain };
}

type Press = (view: View, now: number) => Pressed;

const COMMANDS: Readonly<Record<string, Press>> = {
  j: (view) => moved(view, 1),
  down: (view) => moved(view, 1),
  k: (view) => moved(view, -1),
  up: (view) => moved(view, -1),
  " ": (view) => paged(view, 1),
  "page-down": (view) => paged(view, 1),
  "page-up": (view) => paged(view, -1),
  enter: (view) => ({ view: { ...view, ...details(view), top: 0 } }),
  escape: (view) => ({ view: { ...view, mode: "list", top: 0 } }),
  a: (view, now) => approve(view, "once", now),
  s: (view, now) => approve(view, "session", now),
  w(view, now) {
    const { view: next, wish } = approve(view, "once", now);
    if (wish?.kind !== "approve") return { view: next };
    const { id, digest } = wish;
    return { view: next, wish: { kind: "propose", id, digest } };
  },
  d(view) {
    const chosen = chosenOf(view);
    if (chosen === undefined) return { view };
    return { view, wish: { kind: "deny", id: chosen.id } };
  },
  m: (view) =>
    chosenOf(view) === undefined
      ? { view }
      : { view: { ...view, mode: "message", draft: "" } },
  q: (view) =>
    view.mode === "details"
      ? { view: { ...view, mode: "list", top: 0 } }
      : { view, wish: { kind: "quit" } },
};

function approve(
  view: View,
  scope: "once" | "session",
  now: number,
): Pressed {
  const chosen = chosenOf(view);
  if (chosen === undefined) return { view };
  if (now < view.armedAt) {
    return {
      view: {
        ...view,
        note: "the list changed just now; look, and press again",
      },
    };
  }
  if (chosen.touches?.cut === true) {
    return {
      view: {
        ...view,
        note:
          "too long to be shown whole: see the file, then approvals approve",
      },
    };
  }
  if (view.seen.rows < view.seen.of) {
    return {
      view: {
        ...view,
        mode: "details",
        top: view.mode === "details" ? view.top : 0,
        note: "not all of it was shown yet: space goes on",
      },
    };
  }
  const { id, digest } = chosen;
  return { view, wish: { kind: "approve", id, digest, scope } };
}

function typed(view: View, key: Key): Pressed {
  switch (key.kind) {
    case "escape":
      return { view: { ...view, mode: "list", draft: "" } };
    case "backspace":
      return {
        view: { ...view, draft: [...view.draft].slice(0, -1).join("") },
      };
    case "text":
    case "paste": {
      const draft = `${view.draft}${key.text.replace(/\p{Cc}+/gu, " ")}`;
      return { view: { ...view, draft: draft.slice(0, MAX_MESSAGE) } };
    }
    case "enter": {
      const next: View = { ...view, mode: "list", draft: "" };
      const message = view.draft.trim();
      if (view.selected === undefined) return { view: next };
      const said = message === "" ? {} : { message };
      return {
        view: next,
        wish: { kind: "deny", id: view.selected, ...said },
      };
    }
    default:
      return { view };
  }
}

/** Characters that are kept of what is typed for a rule's id. */
const MAX_TYPED = 64;

/** A whole word, not a key: what it does lasts. */
function typedRule(view: View, key: Key): Pressed {
  const { rule, draft, selected } = view;
  if (rule === undefined || selected === undefined) {
    return { view: withoutRule(view) };
  }
  switch (key.kind) {
    case "escape":
      return { view: withoutRule(view) };
    case "up":
      return { view: scrolled(view, -1) };
    case "down":
      return { view: scrolled(view, 1) };
    case "page-up":
      return { view: scrolled(view, -view.page) };
    case "page-down":
      return { view: scrolled(view, view.page) };
    case "backspace":
      return { view: { ...view, draft: draft.slice(0, -1) } };
    case "paste":
      return { view: { ...view, note: "the id is typed, not pasted" } };
    case "text":
      return key.text === " "
        ? { view: scrolled(view, view.page) }
        : { view: { ...view, draft: (draft + key.text).slice(0, MAX_TYPED) } };
    case "enter": {
      const note = view.seen.rows < view.seen.of
        ? "not all of it was shown yet: space goes on"
        : draft !== rule.id
        ? "that is not the rule's id"
        : undefined;
      return note === undefined
        ? { view, wish: { kind: "write-rule", id: selected } }
        : { view: { ...view, note } };
    }
    default:
      return { view };
  }
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

/** What is still typed was meant as words, and `s` among them would approve. */
function goneOn(view: View, key: Key, now: number): Pressed {
  const isRead = key.kind === "enter" || key.kind === "escape";
  if (!isRead) return { view };
  return { view: { ...without(view), mode: "list", armedAt: now + ARM_MS } };
}

/** The next request; in the details, the next row. */
function moved(view: View, by: 1 | -1): Pressed {
  if (view.mode === "details") return { view: scrolled(view, by) };
  const at = view.requests.findIndex(({ id }) => id === view.selected);
  const next = view.requests[at + by];
  return { view: at < 0 || next === undefined ? view : select(view, next) };
}

function paged(view: View, by: 1 | -1): Pressed {
  if (chosenOf(view) === undefined) return { view };
  return { view: scrolled({ ...view, ...details(view) }, by * view.page) };
}

function scrolled(view: View, by: number): View {
  const last = Math.max(0, view.seen.of - view.page);
  return { ...view, top: Math.min(last, Math.max(0, view.top + by)) };
}

function details(view: View): Pick<View, "mode"> {
  return { mode: chosenOf(view) === undefined ? "list" : "details" };
}

function select(view: View, next: ApprovalRequest | undefined): View {
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

function without(view: View): View {
  const { note: _, ...rest } = view;
  return rest;
}
