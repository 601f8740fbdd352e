// Copyright 2026 the airg authors. Apache-2.0 license.
import assert from "node:assert/strict";
import fc from "fast-check";
import {
  DEEP_FOLDERS,
  handoffFile,
  handoffFolder,
} from "../../action/handoff_files.ts";
import {
  addedSettings,
  COMMENT,
  commentsFor,
  dangerousSettings,
  hookFolders,
  includedFiles,
} from "../git_settings.ts";
import { mountPointsIn } from "../mount_watch.ts";
import { lifecycleScripts } from "./lifecycle.ts";
import { readScan } from "./scan.ts";

Deno.test.each(
  [
    { path: ".claude/hooks/a.sh", want: "obeyed" },
    { path: "a/b/.mcp.json", want: "obeyed" },
    { path: ".claude", want: "obeyed" },
    { path: ".vscode/tasks.json", want: "obeyed" },
    { path: ".vscode/README", want: undefined },
    { path: "tasks.json", want: undefined },
    { path: "x.envrc", want: undefined },
    { path: "src/hooks/useThing.ts", want: undefined },
    { path: ".github/hooks/x.json", want: "obeyed" },
    { path: "a/.hg/hgrc", want: "obeyed" },
    { path: "hgrc", want: undefined },
    { path: ".jj/repo/config.toml", want: "obeyed" },
    { path: "repo/config.toml", want: undefined },
    { path: "a/conftest.py", want: "lifecycle" },
    { path: ".cargo/config.toml", want: "lifecycle" },
    { path: "docs/AGENTS.md", want: "instructions" },
  ] as const,
)("handoffFile() of $path", ({ path, want }) => {
  assert.equal(handoffFile(path)?.class, want);
});

Deno.test("handoffFolder() knows the folders above listed files", () => {
  assert.equal(handoffFolder("a/.vscode")?.class, "obeyed");
  assert.equal(handoffFolder("a/src"), undefined);
  assert(DEEP_FOLDERS.includes(".claude"));
});

Deno.test.each(
  [
    { text: "[core]\n\tfsmonitor = true\n", want: [] },
    { text: "[core]\n\tfsmonitor = true x\n", want: ["core.fsmonitor"] },
    { text: "[core]\n\tfsmonitor\n", want: [] },
    { text: '[submodule "a"]\n\tupdate = rebase\n', want: [] },
    { text: '[submodule "a"]\n\tupdate = !x\n', want: ["submodule.update"] },
    { text: '[submodule "a"]\n\tupdate = "!x"\n', want: ["submodule.update"] },
    { text: '[tar "tgz"]\n\tcommand = x\n', want: ["tar.command"] },
    { text: "[extensions]\n\tworktreeConfig = true\n", want: [] },
    {
      text: '[lfs "customtransfer.x"]\n\tpath = x\n',
      want: ["lfs.path"],
    },
  ] as const,
)("dangerousSettings() of $text", ({ text, want }) => {
  assert.deepEqual(dangerousSettings(text).map(({ name }) => name), want);
});

Deno.test("addedSettings() counts a changed value and a changed section, not what was there", () => {
  const before = '[filter "a"]\n\tclean = x\n';
  assert.deepEqual(addedSettings(before, `[user]\n\tname = x\n${before}`), []);
  const added = (after: string) =>
    addedSettings(before, after).map(({ name }) => name);
  assert.deepEqual(added('[filter "a"]\n\tclean = y\n'), ["filter.clean"]);
  assert.deepEqual(added('[filter "b"]\n\tclean = x\n'), ["filter.clean"]);
});

const line = fc.constantFrom(
  "[core]",
  '[remote "o"]',
  '[filter "f"]',
  "[alias]",
  "\tfsmonitor = ./x",
  "hooksPath=.h",
  "\turl = ü",
  "\tclean = y # c",
  "\tst = status",
  "# comment",
  "",
  "[core] pager = x",
  "\tlong = a\\",
);
const settings = fc.tuple(
  fc.array(line, { maxLength: 12 }),
  fc.constantFrom("\n", "\r\n"),
).map(([lines, end]) => lines.join(end));

Deno.test("commentsFor() leaves nothing that was added, and changes one byte a line", () => {
  fc.assert(fc.property(settings, settings, (before, after) => {
    const bytes = new TextEncoder().encode(after);
    const offsets = commentsFor(before, bytes);
    if (offsets === undefined) return; // Put back whole instead.
    assert.equal(offsets.length, addedSettings(before, after).length);
    for (const offset of offsets) bytes[offset] = COMMENT;
    const left = new TextDecoder().decode(bytes);
    assert.deepEqual(addedSettings(before, left), []);
    assert.equal(left.split("\n").length, after.split("\n").length);
  }));
});

Deno.test("hookFolders() are the values of core.hooksPath", () => {
  assert.deepEqual(
    hookFolders('[core]\n\thooksPath = ".husky/_"\n\tpager = x\n'),
    [".husky/_"],
  );
});

Deno.test.each(
  [
    { text: "", want: [] },
    { text: "{}", want: [] },
    { text: '{"scripts":{"test":"x"}}', want: [] },
    { text: '{"scripts":{"prepare":"x","test":"y"}}', want: ["prepare"] },
    { text: '{"scripts":["prepare"]}', want: [] },
    { text: "[]", want: ["(unreadable)"] },
    { text: "{", want: ["(unreadable)"] },
  ] as const,
)("lifecycleScripts() of $text", ({ text, want }) => {
  assert.deepEqual(
    lifecycleScripts(text).map((script) => script.split("\n")[0]),
    want,
  );
});

Deno.test("readScan() takes paths with blanks and newlines, and needs an end", () => {
  const text = "f 33188 1 2 3 4 a b\nc\0g 16877 1 2 3 4 \0end all 7 \0";
  const { entries, count, incomplete } = readScan(text);
  assert.deepEqual(
    entries.map(({ kind, path, mode }) => [kind, path, mode]),
    [["file", "a b\nc", 0o644], ["git", "", 0o755]],
  );
  assert.deepEqual([count, incomplete], [7, undefined]);
  assert.match(readScan("end cut 7 \0").incomplete ?? "", /only 7/);
  for (const broken of ["", "f 1", "f 33188 1 2 3 4 a\0", "end all 7 "]) {
    assert.match(readScan(broken).incomplete ?? "", /did not end/);
  }
});

Deno.test("mountPointsIn() undoes the escapes of proc(5)", () => {
  const text = "1 2 0:1 / /a\\040b rw - t s rw\n3 2 0:1 / /c rw - t s rw\n";
  assert.deepEqual([...mountPointsIn(text)], ["/a b", "/c"]);
});

Deno.test.each(
  [
    { text: "[core] ; ours\n\tfsmonitor = ./x\n", want: ["core.fsmonitor"] },
    { text: "[core]# ours\n\tbare = true\n", want: [] },
    {
      // A key on the header's line: nobody knows what is below it.
      text: "[core] bare = true\n\tfsmonitor = ./x\n[user]\n\tname = x\n",
      want: [".?", "?.?"],
    },
  ] as const,
)("dangerousSettings() below a header with more: $text", ({ text, want }) => {
  assert.deepEqual(dangerousSettings(text).map(({ name }) => name), want);
});

Deno.test("values are read with and without what may be a comment", () => {
  const text = '[core]\n\thooksPath = "a b" ; ours\n[include]\n\tpath = c#d\n';
  assert(hookFolders(text).includes("a b"));
  assert.deepEqual(includedFiles(text), ["c#d", "c"]);
});
