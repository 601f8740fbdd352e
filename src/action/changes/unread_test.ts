// Copyright 2026 the airg authors. Apache-2.0 license.
import assert from "node:assert/strict";
import { normalizePath } from "../words.ts";
import { readAction } from "../read.ts";
import { changesUnread } from "./unread.ts";

function isUnread(text: string): boolean {
  return changesUnread(readAction({
    kind: "exec",
    origin: { agent: "a", session: "s", source: "ai-agent", workspace: "/w" },
    command: { form: "shell", text },
    cwd: "/w",
  }, { home: "/home/x", resolve: normalizePath }));
}

Deno.test.each([
  "true",
  "ls -l | head",
  "rm -rf d && mv a b",
  "bash -c 'rm a'",
  "bash -lc 'ls'",
  "for x in a b; do cat $x; done",
  "git commit -m x",
  "git -C d -c a.b=c status",
  "git --version",
  "find . -name x -exec rm {} +",
  "/bin/rm a",
  "/usr/bin/cat a",
  "node --version",
  "ssh host make",
  "f() { echo x; }; f",
])("what only changes what it names is not saved beyond that: %s", (text) => {
  assert.equal(isUnread(text), false);
});

Deno.test.each([
  "./clean.sh",
  "bash clean.sh",
  "sh < clean.sh",
  "bin/rm a",
  "./ls",
  "make clean",
  "npm test",
  "python3 -c 'import shutil'",
  "node build.js",
  "cargo build",
  "ls && ./x",
  "bash -c ./x",
  "timeout 5 make",
  "find . -exec ./x {} ;",
  "$TOOL a",
  "some-program --delete-all",
  "git co main",
  "git -C d submodule update",
  "git filter-branch --tree-filter 'rm x'",
])("what may change more is told: %s", (text) => {
  assert.equal(isUnread(text), true);
});
