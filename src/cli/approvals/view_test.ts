// Copyright 2026 the airg authors. Apache-2.0 license.
import assert from "node:assert/strict";
import fc from "fast-check";
import { requestFor } from "../../../test/support/approval_memory.ts";
import { HOSTILE_UNIT } from "../../../test/support/hostile.ts";
import { frameOf, type FrameOptions } from "./frame.ts";
import { type Key, readKeys } from "./keys.ts";
import { press } from "./press.ts";
import {
  ARM_MS,
  EMPTY_VIEW,
  type View,
  withRequests,
  withRule,
  withSeen,
} from "./view.ts";
import type { Pressed } from "./wish.ts";

const SIZE = { rows: 24, columns: 80 };
const NOW = 1_000_000;
const A = requestFor({ id: "aaaaaaaa", command: "rm -rf a" });
const B = requestFor({ id: "bbbbbbbb", command: "rm -rf b" });
const C = requestFor({ id: "cccccccc", command: "rm -rf c" });

function options(size = SIZE): FrameOptions {
  return { size, now: NOW, codes: [] };
}

/** A view that stands for long enough, and was drawn. */
function viewOf(requests = [A, B, C], size = SIZE): View {
  const view = withRequests(EMPTY_VIEW, requests, NOW - 2 * ARM_MS);
  return withSeen(view, frameOf(view, options(size)).shown);
}

function pressAll(view: View, text: string, size = SIZE): Pressed {
  let pressed: Pressed = { view };
  for (const key of readKeys(text, "none").keys) {
    pressed = press(pressed.view, key, NOW);
    const { shown } = frameOf(pressed.view, options(size));
    pressed = { ...pressed, view: withSeen(pressed.view, shown) };
  }
  return pressed;
}

Deno.test.each(
  [
    { text: "a", keys: [{ kind: "text", text: "a" }] },
    {
      text: "\x1b[A\x1bOB\r\x7f\x03",
      keys: ["up", "down", "enter", "backspace", "interrupt"].map((kind) => ({
        kind,
      })),
    },
    { text: "\x1b", keys: [{ kind: "escape" }] },
    // The letter of an unknown sequence is no key: `a` would approve.
    { text: "\x1b[1;5a", keys: [] },
    { text: "\x1ba", keys: [] },
    {
      text: "\x1b[200~aas\x1b[201~q",
      keys: [{ kind: "paste", text: "aas" }, { kind: "text", text: "q" }],
    },
    { text: "\x01é", keys: [{ kind: "text", text: "é" }] },
  ],
)("readKeys($text)", ({ text, keys }) => {
  assert.deepEqual(readKeys(text, "none").keys, keys as Key[]);
});

Deno.test("readKeys() keeps a paste that has not ended", () => {
  const first = readKeys("\x1b[200~aa", "maybe");
  assert.deepEqual(first.keys, []);
  assert.deepEqual(readKeys(`${first.rest}a\x1b[201~`, "maybe").keys, [
    { kind: "paste", text: "aaa" },
  ]);
});

Deno.test("readKeys() takes no paste for keys, wherever it is cut in two", () => {
  for (const text of ["\x1b[200~sa\x1b[201~", "\x1b[1;5a", "\x1bOa"]) {
    for (let cut = 1; cut < text.length; cut++) {
      const first = readKeys(text.slice(0, cut), "maybe");
      const last = readKeys(`${first.rest}${text.slice(cut)}`, "maybe");
      const keys = [...first.keys, ...last.keys];
      assert(!keys.some(({ kind }) => kind === "text"), `${cut} of ${text}`);
      assert.equal(last.rest, "");
    }
  }
});

Deno.test("readKeys() finds the end of a paste of any length, in any pieces", () => {
  fc.assert(fc.property(
    fc.integer({ min: 0, max: 30_000 }),
    fc.integer({ min: 1, max: 4_096 }),
    (length, piece) => {
      const text = `\x1b[200~${"a".repeat(length)}\x1b[201~q`;
      const keys: Key[] = [];
      let rest = "";
      for (let at = 0; at < text.length; at += piece) {
        const read = readKeys(rest + text.slice(at, at + piece), "maybe");
        keys.push(...read.keys);
        rest = read.rest;
        assert(rest.length < 10_000);
      }
      assert.deepEqual(keys.map(({ kind }) => kind), ["paste", "text"]);
    },
  ));
});

Deno.test.each(
  [
    {
      keys: "a",
      wish: { kind: "approve", id: A.id, digest: A.digest, scope: "once" },
    },
    {
      keys: "s",
      wish: { kind: "approve", id: A.id, digest: A.digest, scope: "session" },
    },
    { keys: "d", wish: { kind: "deny", id: A.id } },
    { keys: "jd", wish: { kind: "deny", id: B.id } },
    { keys: "jjjkd", wish: { kind: "deny", id: B.id } },
    { keys: "\x1b[B\x1b[Bd", wish: { kind: "deny", id: C.id } },
    {
      keys: "muse staging\x7f\r",
      wish: { kind: "deny", id: A.id, message: "use stagin" },
    },
    { keys: "m\r", wish: { kind: "deny", id: A.id } },
    { keys: "mabc\x1b", wish: undefined },
    {
      keys: "\ra",
      wish: { kind: "approve", id: A.id, digest: A.digest, scope: "once" },
    },
    { keys: "\rq", wish: undefined },
    { keys: "q", wish: { kind: "quit" } },
    { keys: "\x03", wish: { kind: "quit" } },
    { keys: "\x1b[200~a\x1b[201~", wish: undefined },
    { keys: "x", wish: undefined },
  ],
)("keys $keys wish for $wish", ({ keys, wish }) => {
  assert.deepEqual(pressAll(viewOf(), keys).wish, wish);
});

Deno.test("what comes or goes moves no other request under the key", () => {
  const chosen = pressAll(viewOf(), "j").view;
  const later = withRequests(chosen, [B, C], NOW);
  assert.equal(pressAll(later, "a").wish?.kind, "approve");
  assert.equal(later.selected, B.id);
  const more = withRequests(later, [requestFor({ id: "0" }), B, C], NOW);
  assert.equal(more.selected, B.id);
});

Deno.test("no key approves for a moment after the selected request went away", () => {
  const gone = withRequests(viewOf(), [B, C], NOW);
  const drawnView = withSeen(gone, frameOf(gone, options()).shown);
  assert.equal(drawnView.selected, B.id);
  const early = press(drawnView, { kind: "text", text: "a" }, NOW + ARM_MS - 1);
  assert.equal(early.wish, undefined);
  assert.match(early.view.note ?? "", /just now/);
  const late = press(drawnView, { kind: "text", text: "a" }, NOW + ARM_MS);
  assert.equal(late.wish?.kind, "approve");
  // The same id with another digest is another request.
  const swapped = { ...A, digest: "other" };
  const view = withRequests(viewOf(), [swapped], NOW);
  assert.equal(view.armedAt, NOW + ARM_MS);
});

Deno.test("a message is not sent to another request than it was written for", () => {
  const typing = pressAll(viewOf(), "muse staging").view;
  const gone = withRequests(typing, [B, C], NOW);
  assert.equal(gone.mode, "lost");
  assert.equal(gone.draft, "");
  // The words go on, long after: their letters are no keys.
  const later = pressAll({ ...gone, armedAt: 0 }, "s as a dry run\x1b");
  assert.equal(later.wish, undefined);
  assert.equal(later.view.mode, "list");
  assert.equal(pressAll(later.view, "a").wish, undefined);
  const two = withRequests(gone, [C], NOW);
  assert.equal(two.mode, "lost");
});

Deno.test("what was not all on the screen is not approved", () => {
  const size = { rows: 10, columns: 40 };
  const long = requestFor({ command: "echo x\n".repeat(30) });
  const first = pressAll(viewOf([long], size), "a", size);
  assert.equal(first.wish, undefined);
  assert.equal(first.view.mode, "details");
  assert.match(first.view.note ?? "", /not all/);
  const jumped = { ...first.view, top: 40 };
  const skipping = withSeen(jumped, frameOf(jumped, options(size)).shown);
  assert.equal(pressAll(skipping, "a", size).wish, undefined);
  const read = pressAll(first.view, `${" ".repeat(12)}a`, size);
  assert.equal(read.wish?.kind, "approve");
});

Deno.test("a rule is written when all of it was shown and its id typed, not by a key", () => {
  assert.equal(pressAll(viewOf(), "w").wish?.kind, "propose");
  const long = Array.from({ length: 60 }, (_, i) => `line ${i}`);
  const shown = (lines: string[]) => {
    const view = withRule(viewOf(), { id: "approved.x1", lines });
    return withSeen(view, frameOf(view, options()).shown);
  };
  const short = shown(["all"]);
  assert.deepEqual(pressAll(short, "approved.x1\r").wish, {
    kind: "write-rule",
    id: "aaaaaaaa",
  });
  for (const typed of ["\r", "a\r", "approved.x\r", "APPROVED.X1\r"]) {
    assert.equal(pressAll(short, typed).wish, undefined, typed);
  }
  const pasted = pressAll(short, "\x1b[200~approved.x1\x1b[201~\r");
  assert.equal(pasted.wish, undefined);
  assert.equal(pressAll(shown(long), "approved.x1\r").wish, undefined);
  assert.equal(
    pressAll(shown(long), "approved.x1    \r").wish?.kind,
    "write-rule",
  );
  // The request goes, and the rule with it.
  const gone = withRequests(short, [B, C], NOW);
  // What is still typed was meant for the rule.
  assert.deepEqual([gone.mode, gone.rule], ["lost", undefined]);
  assert.equal(pressAll(short, "\x1b").view.mode, "list");
});

Deno.test("a frame has the size of the screen, whatever is in it", () => {
  const hostile = fc.string({ unit: HOSTILE_UNIT, maxLength: 200 });
  fc.assert(fc.property(
    hostile,
    fc.record({
      rows: fc.integer({ min: 0, max: 40 }),
      columns: fc.integer({ min: 1, max: 100 }),
    }),
    fc.constantFrom("list", "details", "message", "lost"),
    (text, size, mode) => {
      const request = requestFor({
        command: text,
        subject: { cwd: text, hosts: [text] },
        request: { asker: { agent: text, session: text, workspace: text } },
      });
      const view: View = {
        ...withRequests(EMPTY_VIEW, [request], 0),
        mode,
        draft: text,
        note: text,
      };
      const { rows } = frameOf(view, {
        ...options(size),
        codes: [{ code: "123456", act: "approve", request: text, agent: text }],
      });
      assert.equal(rows.length, size.rows);
      for (const row of rows) {
        assert.doesNotMatch(row.text, /[\p{Cc}\p{Cf}\p{Zl}\p{Zp}\p{Cs}]/u);
        const width = [...row.text].reduce(
          (sum, one) => sum + (/[界👩💻]/u.test(one) ? 2 : 1),
          0,
        );
        assert(width <= size.columns, JSON.stringify(row.text));
      }
    },
  ));
});

Deno.test("a change that is not kept whole is not approved by a key", () => {
  const whole = requestFor({
    id: "eeeeeeee",
    request: { touches: { files: 1, bytes: 2, diff: "+x" } },
  });
  assert.equal(pressAll(viewOf([whole]), "a").wish?.kind, "approve");
  const cut = requestFor({
    id: "eeeeeeee",
    request: { touches: { files: 1, bytes: 2, diff: "+x", cut: true } },
  });
  const { view, wish } = pressAll(viewOf([cut]), "a");
  assert.equal(wish, undefined);
  assert.match(view.note ?? "", /shown whole/);
  assert.equal(pressAll(viewOf([cut]), "d").wish?.kind, "deny");
});
