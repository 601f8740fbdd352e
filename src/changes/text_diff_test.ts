// Copyright 2026 the airg authors. Apache-2.0 license.
import assert from "node:assert/strict";
import fc from "fast-check";
import { textDiff } from "./text_diff.ts";

Deno.test.each([
  { before: "a\n", after: "a\n", want: [] },
  { before: "", after: "a\n", want: ["@@ -0,0 +1 @@", "+a"] },
  { before: "a\n", after: "", want: ["@@ -1 +0,0 @@", "-a"] },
  {
    before: "a\nb\nc\n",
    after: "a\nB\nc\n",
    want: ["@@ -1,3 +1,3 @@", " a", "-b", "+B", " c"],
  },
  {
    before: "a\n",
    after: "a",
    want: ["@@ -1 +1 @@", "-a", "+a", "\\ No newline at end of file"],
  },
])("textDiff() of $before and $after", ({ before, after, want }) => {
  assert.deepEqual(textDiff(before, after), want);
});

const text = fc.array(fc.constantFrom("a", "b", "c", ""), { maxLength: 40 })
  .map((lines) => lines.join("\n"));

Deno.test("what textDiff() shows, patch(1) can apply", async () => {
  await fc.assert(
    fc.asyncProperty(text, text, async (before, after) => {
      const folder = await Deno.makeTempDir();
      try {
        await Deno.writeTextFile(`${folder}/f`, before);
        const lines = textDiff(before, after);
        if (lines.length === 0) return assert.equal(before, after);
        const patch = ["--- f", "+++ f", ...lines, ""].join("\n");
        await Deno.writeTextFile(`${folder}/p`, patch);
        const { success, stdout } = await new Deno.Command("git", {
          args: ["apply", "--unidiff-zero", "--whitespace=nowarn", "p"],
          cwd: folder,
          env: { GIT_CEILING_DIRECTORIES: folder, GIT_DIR: "/nonexistent" },
          stderr: "inherit",
        }).output();
        assert(success, new TextDecoder().decode(stdout) + patch);
        const made = await Deno.readTextFile(`${folder}/f`).catch(() => "");
        assert.equal(made, after);
      } finally {
        await Deno.remove(folder, { recursive: true });
      }
    }),
    { numRuns: 60 },
  );
});

Deno.test("textDiff() of texts that share nothing replaces all", () => {
  const a = Array.from({ length: 2000 }, (_, i) => `a${i}\n`).join("");
  const b = Array.from({ length: 2000 }, (_, i) => `b${i}\n`).join("");
  const lines = textDiff(a, b);
  assert.equal(lines.length, 4001);
  assert.equal(lines[0], "@@ -1,2000 +1,2000 @@");
});

Deno.test("textDiff() of more lines than a call takes arguments", () => {
  const lines = textDiff("a\n".repeat(300_000), "b\n".repeat(300_000));
  assert.equal(lines.length, 600_001);
});

Deno.test("textDiff() counts lines that it does not show", () => {
  const text = "1\n2\n3\n4\n5\n6\n7\n8\n9\n";
  assert.deepEqual(textDiff(text, text.replace("7", "x")), [
    "@@ -4,6 +4,6 @@",
    ..." 4\n 5\n 6\n-7\n+x\n 8\n 9".split("\n"),
  ]);
});
