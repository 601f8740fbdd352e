// Copyright 2026 the airg authors. Apache-2.0 license.

/**
 * The live view at work: looks at the store ten times a second, draws, and does
 * what keys ask for, one after the other.
 *
 * @module
 */

import type { ApprovalRequest } from "../../approval/request.ts";
import { printable } from "../../base/printable.ts";
import { frameOf, type ShownCode } from "./frame.ts";
import { isPasting, readKeys } from "./keys.ts";
import { press } from "./press.ts";
import { heard, type Ringing, SILENT } from "./ringing.ts";
import { recordOf } from "./site.ts";
import { aloneOnly, answer, isOpen } from "./watch_answer.ts";
import type { ProposedRule, Watch, WatchParts } from "./watch_parts.ts";
import {
  ARM_MS,
  chosenOf,
  EMPTY_VIEW,
  type View,
  withoutRule,
  withRequests,
  withRule,
  withSeen,
} from "./view.ts";
import type { Wish } from "./wish.ts";

/** Milliseconds between two looks at the store's version. */
const LOOK_MS = 100;
/** Milliseconds after which all is drawn anew: time goes on. */
const DRAW_MS = 1_000;
/** Waiting requests that are listed. */
const MAX_LISTED = 1_000;

/** Starts the view. */
export function startWatch(parts: WatchParts): Watch {
  const { site: { store, clock }, screen, signal } = parts;
  let view: View = EMPTY_VIEW;
  let codes: readonly ShownCode[] = [];
  let version = -1;
  let drawnAt = -Infinity;
  let proposed: ProposedRule | undefined;
  let ringing: Ringing = SILENT;
  const told = new Set<string>();
  const ended = Promise.withResolvers<void>();
  const desk = parts.desk((question) =>
    isOpen(store.find(question.request), question)
  );

  const draw = () => {
    const now = clock();
    drawnAt = now;
    const frame = frameOf(view, {
      size: screen.size(),
      now,
      codes,
      ...(parts.own && { own: parts.own }),
    });
    view = withSeen(view, frame.shown);
    screen.draw(frame.rows);
  };

  const ring = (requests: readonly ApprovalRequest[], now: number) => {
    const { next, told } = heard(ringing, requests.map(({ id }) => id), now);
    ringing = next;
    if (told === 0) return;
    screen.bell();
    parts.notify(told);
  };

  const look = () => {
    const now = clock();
    const seen = store.version();
    if (seen === version && Math.abs(now - drawnAt) < DRAW_MS) return;
    const requests = seen === version
      ? view.requests.filter(({ expiresAt }) => expiresAt > now)
      : store.pending(now).slice(0, MAX_LISTED);
    version = seen;
    ring(requests, now);
    const before = chosenOf(view);
    view = withRequests(view, requests, now);
    draw();
    // Reading and drawing may have waited: the moment starts when it is there to see.
    const chosen = chosenOf(view);
    if (chosen?.id !== before?.id || chosen?.digest !== before?.digest) {
      view = { ...view, armedAt: clock() + ARM_MS };
    }
  };

  const tellShown = async () => {
    const chosen = chosenOf(view);
    // What is not to be read yet was not shown.
    if (chosen === undefined || view.seen.rows === 0) return;
    if (told.has(chosen.id)) return;
    told.add(chosen.id);
    const { record } = await parts.site.of(chosen.asker);
    await record(recordOf("shown", chosen, parts.who));
    store.shown(chosen.id, parts.who, clock());
  };

  const serve = async () => {
    try {
      look();
      await tellShown();
      const now = await desk.look(clock());
      if (
        now.length !== codes.length || now.some((one, i) => one !== codes[i])
      ) {
        codes = now;
        draw();
      }
    } catch (error) {
      fault(error);
    }
  };

  /** Says what went wrong; nothing that was read before can be approved. */
  const fault = (error: unknown) => {
    const message = error instanceof Error ? error.message : String(error);
    version = -1;
    view = withRequests(view, [], clock());
    view = { ...view, note: printable(message) };
    draw();
  };

  const take = async (text: string, more: "maybe" | "none") => {
    const { keys, rest } = readKeys(text, more);
    for (const key of keys) {
      const pressed = aloneOnly(press(view, key, clock()), keys.length);
      view = pressed.view;
      draw();
      if (pressed.wish === undefined) continue;
      await grant(pressed.wish);
      // What was typed ahead was meant for another state of things.
      break;
    }
    return rest;
  };

  const grant = async (wish: Wish) => {
    if (wish.kind === "quit") return ended.resolve();
    if (wish.kind === "redraw") {
      screen.forget();
      return draw();
    }
    if (wish.kind === "suspend") return screen.suspend();
    const chosen = chosenOf(view);
    if (chosen === undefined || chosen.id !== wish.id) return;
    try {
      if (wish.kind === "propose" || wish.kind === "write-rule") {
        view = await ruled(chosen, wish);
      } else view = { ...view, note: await answer(parts, chosen, wish) };
    } catch (error) {
      return fault(error);
    }
    look();
    draw();
  };

  const ruled = async (
    chosen: ApprovalRequest,
    wish: Wish & { readonly kind: "propose" | "write-rule" },
  ): Promise<View> => {
    if (wish.kind === "write-rule") {
      const note = await proposed?.write(parts.who);
      proposed = undefined;
      return { ...withoutRule(view), ...(note !== undefined && { note }) };
    }
    // What was shown, should the store hold another by now.
    const made = await parts.rules
      .propose({ ...chosen, digest: wish.digest });
    if (!made.ok) return { ...view, note: printable(made.error) };
    proposed = made.value;
    return withRule(view, made.value);
  };

  // One thing after the other, so that no two of them see half of each other.
  let turn = Promise.resolve();
  const inTurn = (act: () => Promise<void>) => {
    turn = turn.then(act).catch((error) => ended.reject(error));
  };
  let held = "";
  let heldBefore = "";
  /** An escape that nothing followed is the key. */
  const flush = async () => {
    if (held !== "" && held === heldBefore && !isPasting(held)) {
      held = await take(held, "none");
    }
    heldBefore = held;
  };
  let busy = false;
  const timer = setInterval(() => {
    if (busy) return;
    busy = true;
    inTurn(async () => {
      await serve();
      await flush();
      busy = false;
    });
  }, LOOK_MS);
  const read = async () => {
    for await (const text of screen.typed()) {
      inTurn(async () => {
        held = await take(held + text, "maybe");
      });
    }
  };
  // The terminal is gone, and with it the person.
  read().then(() => ended.resolve(), () => ended.resolve());
  signal.addEventListener("abort", () => ended.resolve(), { once: true });
  inTurn(serve);
  return {
    redraw: draw,
    ended: ended.promise.finally(() => {
      clearInterval(timer);
      desk.close();
    }),
  };
}
