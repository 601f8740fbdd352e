// Copyright 2026 the airg authors. Apache-2.0 license.
import assert from "node:assert/strict";
import fc from "fast-check";
import { requestFor } from "../../../test/support/approval_memory.ts";
import { HOSTILE_UNIT } from "../../../test/support/hostile.ts";
import { wholeText } from "./command_text.ts";
import { duration, requestRows, subjectLine } from "./text.ts";

const OBEYED = /[\p{Cc}\p{Cf}\p{Zl}\p{Zp}]/u;

Deno.test.each([
  { ms: -5, want: "0s" },
  { ms: 44_001, want: "45s" },
  { ms: 598_000, want: "9m58s" },
  { ms: 3_600_000, want: "1h00m" },
])("duration($ms) is $want", ({ ms, want }) => {
  assert.equal(duration(ms), want);
});

Deno.test("wholeText() underlines what decided, over rows", () => {
  assert.deepEqual(wholeText("ls; rm -rf a b", [[4, 10]], 12), [
    "| ls; rm -rf a",
    "      ^^^^^^",
    "|  b",
  ]);
  assert.deepEqual(wholeText("a\nrm x\n", [[2, 4]], 40), [
    "| a",
    "| rm x",
    "  ^^",
  ]);
});

Deno.test("no text can pass for a row of airg's own", () => {
  const command =
    "true\nbecause:   it is harmless\n           [default/x, info]";
  const rows = requestRows(requestFor({ command }), { columns: 80, now: 0 });
  const own = rows.filter((row) => !row.startsWith("| "));
  assert(!own.join("\n").includes("harmless"));
  assert.equal(rows.filter((row) => row.startsWith("| ")).length, 3);
});

Deno.test("wholeText() leaves no character of any text out", () => {
  fc.assert(fc.property(
    fc.string({ unit: fc.constantFrom("a", "b", "c", " ", "x") }),
    fc.integer({ min: 10, max: 30 }),
    (text, columns) => {
      // The last character of ten columns in a row of its own.
      assert.equal(
        wholeText(`${text}\u{e0001}`, [], columns).join("").endsWith("}"),
        true,
      );
      const rows = wholeText(text, [], columns);
      assert.equal(rows.map((row) => row.slice(2)).join(""), text);
    },
  ));
});

Deno.test("requestRows() shows all that the approval binds", () => {
  const request = requestFor({
    command: "./deploy.sh --now",
    subject: {
      paths: [{ path: "/home/ana/project/out", access: "write" }],
      hosts: ["api.example.com"],
      files: [
        { path: "/home/ana/project/deploy.sh", sha256: "ab12", role: "script" },
        { path: "/opt/x", role: "program" },
      ],
      environment: ["NODE_OPTIONS=--require x"],
      network: "names",
      ephemeral: true,
    },
    request: {
      touches: {
        files: 3,
        bytes: 120,
        tracked: 2,
        more: true,
        backup: true,
        notKept: "/home/ana/project/dist: a build makes it again",
        diff: "-a\n+b\n",
      },
      asks: 4,
    },
  });
  const text = requestRows(request, { columns: 100, now: 1_002_000 }).join(
    "\n",
  );
  for (
    const part of [
      "./deploy.sh --now",
      "folder:    /home/ana/project",
      "/home/ana/project/out (write)",
      "api.example.com",
      "deploy.sh sha256:ab12",
      "/opt/x (cannot be read)",
      "NODE_OPTIONS=--require x",
      "profile workspace, network names, in a copy",
      "at least 3 files, 120 bytes, 2 of them in git",
      "a backup is made first; not of /home/ana/project/dist: a build",
      "| -a\n| +b",
      "deletes a folder with all that is in it [default/fs.recursive-delete",
      "claude-1, session session-1; asked 4 times",
      "9m58s left",
      request.digest,
    ]
  ) assert(text.includes(part), `${part} is not in:\n${text}`);
});

Deno.test("requestRows() says in one row what the terminal has the same", () => {
  const request = requestFor({
    command: "make",
    subject: {
      environment: ["PATH=/bin:/usr/bin", "HOME=/home/ana", "X=PATH=/bin"],
    },
  });
  const own = { PATH: "/bin:/usr/bin", HOME: "/home/eve", X: "" };
  const rows = requestRows(request, { columns: 80, now: 0, own });
  assert.deepEqual(rows.filter((row) => row.startsWith("variable")), [
    "variable:  HOME=/home/ana",
    "variable:  X=PATH=/bin",
    "variables: PATH as in this terminal",
  ]);
});

Deno.test("requestRows() never passes on what a terminal obeys, nor too wide a row", () => {
  const hostile = fc.string({ unit: HOSTILE_UNIT });
  fc.assert(fc.property(
    hostile,
    fc.integer({ min: 24, max: 120 }),
    (text, columns) => {
      const request = requestFor({
        command: text,
        subject: { cwd: text, hosts: [text], environment: [text] },
        request: {
          asker: { agent: text, session: text, workspace: text, client: text },
        },
      });
      for (const row of requestRows(request, { columns, now: 0 })) {
        assert.doesNotMatch(row, OBEYED);
        assert(row.length <= columns, row);
      }
    },
  ));
});

Deno.test("requestRows() shows a write whole where there is no diff, and what it has besides", () => {
  const action = { kind: "write", path: "a", content: "x=1\ny=2", mode: 493 };
  const rows = requestRows(requestFor({ action }), { columns: 80, now: 0 });
  assert.deepEqual(rows.slice(0, 3), [
    "would do:",
    "| write a",
    "mode:      493",
  ]);
  assert(rows.join("\n").includes("content:\n| x=1\n| y=2"));
});

Deno.test("subjectLine() names the tool and the path of what is no command", () => {
  const action = { kind: "write", path: "a.txt", content: "x" };
  assert.equal(subjectLine(requestFor({ action })), "write a.txt");
});
