// Copyright 2026 the airg authors. Apache-2.0 license.

/**
 * Keys that are words: to the agent, or the id of a rule; pure.
 *
 * @module
 */

import type { Key } from "./keys.ts";
import { scrolled, type View, withoutRule } from "./view.ts";
import type { Pressed } from "./wish.ts";

/** Characters of a message to the agent. */
const MAX_MESSAGE = 500;
/** Words to the agent with a denial. */
export function typedWords(view: View, key: Key): Pressed {
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
export function typedRule(view: View, key: Key): Pressed {
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
