// Copyright 2026 the airg authors. Apache-2.0 license.

/**
 * What one key does to the live view; pure.
 *
 * @module
 */

import type { Key } from "./keys.ts";
import { typedRule, typedWords } from "./press_words.ts";
import {
  ARM_MS,
  chosenOf,
  scrolled,
  select,
  type View,
  withoutNote,
} from "./view.ts";
import type { Pressed } from "./wish.ts";

/** What one key does. */
export function press(view: View, key: Key, now: number): Pressed {
  if (key.kind === "interrupt") return { view, wish: { kind: "quit" } };
  if (key.kind === "redraw" || key.kind === "suspend") {
    return { view, wish: { kind: key.kind } };
  }
  if (view.mode === "message") return typedWords(view, key);
  if (view.mode === "rule") return typedRule(withoutNote(view), key);
  if (view.mode === "lost") return goneOn(view, key, now);
  const plain = withoutNote(view);
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

/** What is still typed was meant as words, and `s` among them would approve. */
function goneOn(view: View, key: Key, now: number): Pressed {
  const isRead = key.kind === "enter" || key.kind === "escape";
  if (!isRead) return { view };
  return {
    view: { ...withoutNote(view), mode: "list", armedAt: now + ARM_MS },
  };
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

function details(view: View): Pick<View, "mode"> {
  return { mode: chosenOf(view) === undefined ? "list" : "details" };
}
