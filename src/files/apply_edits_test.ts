// Copyright 2026 the airg authors. Apache-2.0 license.

import assert from "node:assert/strict";
import fc from "fast-check";
import type { Edit } from "../action/action.ts";
import { applyEdits } from "./apply_edits.ts";
import { editBytes } from "./edit_bytes.ts";
import { encode } from "./text.ts";

function edited(text: string, ...edits: Edit[]): string {
  const done = applyEdits(text, edits);
  assert(done.ok, done.ok ? "" : done.error.message);
  return done.value.text;
}

Deno.test.each([
  { text: "a b c", old: "b", now: "x", gives: "a x c" },
  {
    text: "a\r\nb\r\nc\r\n",
    old: "a\nb",
    now: "x\ny",
    gives: "x\r\ny\r\nc\r\n",
  },
  { text: "a\r\nb\r\n", old: "a\r\nb", now: "x\ny", gives: "x\r\ny\r\n" },
  { text: "a\nb\n", old: "a\r\nb", now: "x\r\ny", gives: "x\ny\n" },
  { text: "a\r\nb\r\n", old: "b", now: "b\nc", gives: "a\r\nb\r\nc\r\n" },
  { text: "a", old: "a", now: "a\r\nb\n", gives: "a\r\nb\n" },
  { text: "a\r\nb", old: "\nb", now: "", gives: "a" },
  { text: "a\r\nb", old: "a\n", now: "", gives: "b" },
  { text: "a\rb", old: "a", now: "c", gives: "c\rb" },
  { text: "a\nb\r\nc\r\n", old: "a", now: "a\nd", gives: "a\r\nd\nb\r\nc\r\n" },
  // As many lines as before: each keeps its own end.
  {
    text: "a\r\nb\nc\r\n",
    old: "a\nb\nc\n",
    now: "x\ny\nz\n",
    gives: "x\r\ny\nz\r\n",
  },
  {
    text: "a\r\nb\nc\r\n",
    old: "a\nb\nc",
    now: "x\r\ny\r\nz",
    gives: "x\r\ny\nz\r\n",
  },
  // A line more: those that stay keep theirs, the new one has the file's.
  {
    text: "a\r\nb\nc\r\nd\r\n",
    old: "a\nb\nc\n",
    now: "a\nnew\nb\nc\n",
    gives: "a\r\nnew\r\nb\nc\r\nd\r\n",
  },
  {
    text: "a\nb\r\nc\nd\n",
    old: "a\nb\nc\n",
    now: "new\nb\nold\nnew\n",
    gives: "new\nb\r\nold\nnew\nd\n",
  },
  // Lines less: those that are left keep theirs.
  {
    text: "a\r\nb\nc\r\nd\n",
    old: "a\nb\nc\nd\n",
    now: "b\nc\n",
    gives: "b\nc\r\n",
  },
])("$old becomes $now in $text", ({ text, old, now, gives }) => {
  assert.equal(edited(text, { oldText: old, newText: now }), gives);
});

Deno.test("several edits work on what the one before left, all or none", () => {
  assert.equal(
    edited("one", { oldText: "one", newText: "two" }, {
      oldText: "two",
      newText: "three",
    }),
    "three",
  );
  const done = applyEdits("one", [
    { oldText: "one", newText: "two" },
    { oldText: "one", newText: "three" },
  ]);
  assert(!done.ok);
  assert.equal(done.error.why, "no-match");
  assert.match(done.error.message, /^Edit 2: .*nothing was changed$/);
});

Deno.test("a text that is there several times is refused with its lines", () => {
  const done = applyEdits("x\r\ny\nx\nx x\n", [{ oldText: "x", newText: "" }]);
  assert(!done.ok);
  assert.equal(done.error.why, "ambiguous");
  assert.match(done.error.message, /4 times \(lines 1, 3, 4, 4\)/);
  assert.equal(
    edited("x\r\ny\nx", { oldText: "x", newText: "z", replaceAll: true }),
    "z\r\ny\nz",
  );
});

Deno.test("an empty old text, and growth without end, are refused", () => {
  const empty = applyEdits("", [{ oldText: "", newText: "x" }]);
  assert(!empty.ok && empty.error.why === "no-match");
  const huge = { oldText: "a", newText: "b".repeat(1000), replaceAll: true };
  const done = applyEdits("a".repeat(1000), [huge as Edit], 10_000);
  assert(!done.ok && done.error.why === "too-large");
});

const lines = fc.array(fc.constantFrom("a", "b", "ab", "", "ü"), {
  maxLength: 12,
});
const piece = lines.map((all) => all.join("\n")).filter((text) => text !== "");
const edit = fc.record({
  oldText: piece,
  newText: piece,
  replaceAll: fc.constant(true as const),
});

Deno.test("an edit of CR LF lines is the edit of LF lines, with CR LF", () => {
  fc.assert(fc.property(lines, edit, (all, one) => {
    const text = `${all.join("\n")}\n`;
    const plain = applyEdits(text, [one]);
    const dos = applyEdits(text.replaceAll("\n", "\r\n"), [one]);
    assert.equal(dos.ok, plain.ok);
    if (!plain.ok || !dos.ok) return;
    assert.equal(dos.value.text, plain.value.text.replaceAll("\n", "\r\n"));
    assert.equal(dos.value.replacements, plain.value.replacements);
  }));
});

Deno.test("an edit of all lines of a file changes no line's end", () => {
  const ends = fc.constantFrom("\n", "\r\n");
  const line = fc.tuple(fc.constantFrom("a", "b", "ab", ""), ends);
  const all = fc.array(line, { minLength: 1, maxLength: 12 });
  fc.assert(fc.property(all, fc.nat(), (rows, n) => {
    const text = rows.map((row) => row.join("")).join("");
    const changed = rows.map(([own, end], at) =>
      at === n % rows.length ? ["changed", end] : [own, end]
    );
    const plain = (of: readonly (readonly string[])[]) =>
      of.map(([own]) => `${own}\n`).join("");
    assert.equal(
      edited(text, { oldText: plain(rows), newText: plain(changed) }),
      changed.map((row) => row.join("")).join(""),
    );
  }));
});

Deno.test("without CR it is String.replaceAll()", () => {
  fc.assert(fc.property(lines, edit, (all, one) => {
    const text = all.join("\n");
    const done = applyEdits(text, [one]);
    assert.equal(done.ok, text.includes(one.oldText));
    if (done.ok) {
      assert.equal(
        done.value.text,
        text.split(one.oldText).join(one.newText),
      );
    }
  }));
});

Deno.test("bytes that no edit names survive, whatever they are", () => {
  const bytes = fc.uint8Array({ maxLength: 200 }).filter((all) =>
    !all.includes(0x7e)
  );
  fc.assert(fc.property(bytes, bytes, (before, after) => {
    const mark = new TextEncoder().encode("~old ü~");
    const text = new Uint8Array([...before, ...mark, ...after]);
    // What starts as UTF-16 does is read so, and is another property.
    fc.pre(![0xff, 0xfe].includes(text[0] ?? 0));
    const done = editBytes(text, [{ oldText: "~old ü~", newText: "né" }]);
    assert(done.ok);
    assert.deepEqual(
      [...done.value.bytes],
      [...before, ...new TextEncoder().encode("né"), ...after],
    );
  }));
});

Deno.test.each(
  [{ encoding: "utf-16le" }, { encoding: "utf-16be" }, {
    encoding: "utf-8-bom",
  }] as const,
)("a file in $encoding stays one", ({ encoding }) => {
  const before = encode("one\r\nzwei ü \ud800\r\n", encoding);
  const done = editBytes(before, [{ oldText: "one\n", newText: "1\n" }]);
  assert(done.ok);
  assert.deepEqual(
    done.value.bytes,
    encode("1\r\nzwei ü \ud800\r\n", encoding),
  );
});

Deno.test("a long text is found where indexOf finds it", () => {
  const letters = fc.array(fc.constantFrom("a", "a", "b"), {
    minLength: 300,
    maxLength: 400,
  }).map((all) => all.join(""));
  const unit = fc.constantFrom("a", "ab", "aab");
  fc.assert(fc.property(letters, unit, (rest, part) => {
    const wanted = part.repeat(300);
    const text = `${rest}${wanted}${part}${wanted}${rest}`;
    const done = edited(text, {
      oldText: wanted,
      newText: "-",
      replaceAll: true,
    });
    assert.equal(done, text.replaceAll(wanted, "-"));
  }));
});

Deno.test.each(
  [
    {
      what: "a UTF-16 file that would grow",
      file: encode("a".repeat(50_000), "utf-16le"),
      edits: [{ oldText: "a", newText: "b".repeat(10_000), replaceAll: true }],
    },
    {
      what: "more places than can be kept",
      file: new Uint8Array(100_001).fill(0x61),
      edits: [{ oldText: "a", newText: "b", replaceAll: true }],
    },
    {
      what: "more places in several edits",
      file: new Uint8Array(60_000).fill(0x61),
      edits: [
        { oldText: "a", newText: "b", replaceAll: true },
        { oldText: "b", newText: "a", replaceAll: true },
      ],
    },
    {
      what: "many edits of a large file",
      file: new TextEncoder().encode(`x${"a".repeat(5_000_000)}`),
      edits: Array.from({ length: 50 }, (_, n) => ({
        oldText: n % 2 === 0 ? "x" : "y",
        newText: n % 2 === 0 ? "y" : "x",
      })),
    },
  ] as const,
)("$what is too large", ({ file, edits }) => {
  const done = editBytes(file, edits);
  assert.equal(done.ok ? "" : done.error.why, "too-large");
});

Deno.test("a text of which no alignment fails soon is looked for in one go", () => {
  const half = "a".repeat(2_000_000);
  const done = applyEdits("a".repeat(9_000_000), [
    { oldText: `${half}b${half}`, newText: "" },
  ]);
  assert.equal(done.ok ? "" : done.error.why, "no-match");
});

Deno.test("a text that overlaps itself is there several times", () => {
  const done = applyEdits("aaa\n", [{ oldText: "aa", newText: "b" }]);
  assert(!done.ok, done.ok ? done.value.text : "");
  assert.equal(done.error.why, "ambiguous");
});

Deno.test.each([
  { unit: "a", times: 2 },
  { unit: "ab", times: 2 },
  { unit: "a", times: 200 },
  { unit: "a", times: 400 },
  { unit: "ab\n", times: 150 },
])(
  "$times times $unit overlaps itself: each place is named, all are replaced once",
  ({ times, unit }) => {
    const oldText = unit.repeat(times);
    const text = `-${oldText}${unit}-`;
    const done = applyEdits(text, [{ oldText, newText: "" }]);
    assert(!done.ok, done.ok ? done.value.text : "");
    assert.match(done.error.message, / 2 times \(lines 1, \d\)/);
    assert.equal(
      edited(text, { oldText, newText: "", replaceAll: true }),
      `-${unit}-`,
    );
    // The control: what stands once is no matter of overlaps.
    assert.equal(edited(`-${oldText}-`, { oldText, newText: "x" }), "-x-");
  },
);

Deno.test("what read_file shows of a latin-1 file can be edited, and stays latin-1", () => {
  const latin = (text: string) =>
    Uint8Array.from(text, (character) => character.charCodeAt(0));
  const done = editBytes(latin("caf\u00e9 au lait\n"), [
    { oldText: "caf\u00e9", newText: "th\u00e9" },
  ]);
  assert(done.ok, done.ok ? "" : done.error.message);
  assert.deepEqual(done.value.bytes, latin("th\u00e9 au lait\n"));
});

Deno.test("what Latin-1 has no byte for is refused and named; of UTF-8 with a flaw it is not", () => {
  const latin = Uint8Array.of(0x63, 0x61, 0x66, 0xe9, 0x0a);
  const edit = { oldText: "caf", newText: "\u20ac \u{1f600}" };
  const done = editBytes(latin, [edit]);
  assert(!done.ok, done.ok ? String(done.value.bytes) : "");
  assert.equal(done.error.why, "failed");
  assert.match(done.error.message, /\u20ac" \(U\+20AC\).*nothing was changed/);
  const second = editBytes(latin, [{ oldText: "c", newText: "k" }, edit]);
  assert.match(second.ok ? "" : second.error.message, /^Edit 2: /);
  // The control: where other letters are UTF-8, a flaw stays a flaw.
  const flawed = Uint8Array.of(0xc3, 0xa9, 0xff, 0x63);
  const kept = editBytes(flawed, [{ oldText: "c", newText: "\u20ac" }]);
  assert(kept.ok);
  assert.deepEqual([...kept.value.bytes], [0xc3, 0xa9, 0xff, 0xe2, 0x82, 0xac]);
});
