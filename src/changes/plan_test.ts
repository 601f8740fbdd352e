// Copyright 2026 the airg authors. Apache-2.0 license.
import assert from "node:assert/strict";
import type { Change, Status } from "./change.ts";
import { BARE_GROUND, type Ground, handoffReasons } from "./obeyed.ts";
import { planChanges } from "./plan.ts";

function change(path: string, status: Status = "added"): Change {
  const folder = path.endsWith("/");
  return {
    path: path.replace(/\/$/, ""),
    status,
    meanwhile: false,
    ...(status !== "deleted" && {
      after: { type: folder ? "folder" : "file", mode: 0o644, size: 1 },
    }),
  };
}

function link(path: string): Change {
  const after = { type: "link", mode: 0o777, size: 0, target: "x" } as const;
  return { path, status: "added", meanwhile: false, after };
}

interface Case {
  readonly changes: readonly Change[];
  readonly ground?: Partial<Ground>;
  readonly want: readonly string[];
}

const held = [
  change("a"),
  change("d/"),
  change("d/e/"),
  change("d/e/f"),
  change("d/g"),
  change("old", "deleted"),
  change(".vscode/"),
  change(".vscode/tasks.json"),
];

Deno.test.each([
  {
    paths: [],
    yesHandoff: false,
    chosen: ["a", "d", "d/e", "d/e/f", "d/g", "old", ".vscode"],
    handoffs: [".vscode/tasks.json"],
    unknown: [],
  },
  {
    paths: [],
    yesHandoff: true,
    chosen: [
      "a",
      "d",
      "d/e",
      "d/e/f",
      "d/g",
      "old",
      ".vscode",
      ".vscode/tasks.json",
    ],
    handoffs: [],
    unknown: [],
  },
  {
    paths: ["d/e/f"],
    yesHandoff: false,
    chosen: ["d", "d/e", "d/e/f"],
    handoffs: [],
    unknown: [],
  },
  {
    paths: ["d", "none"],
    yesHandoff: false,
    chosen: ["d", "d/e", "d/e/f", "d/g"],
    handoffs: [],
    unknown: ["none"],
  },
  {
    // A folder is no yes for what is in it.
    paths: [".vscode"],
    yesHandoff: false,
    chosen: [".vscode"],
    handoffs: [".vscode/tasks.json"],
    unknown: [],
  },
  {
    paths: [".vscode/tasks.json"],
    yesHandoff: false,
    chosen: [".vscode", ".vscode/tasks.json"],
    handoffs: [],
    unknown: [],
  },
])("planChanges() for $paths, yes $yesHandoff", (c) => {
  const plan = planChanges(held, c, BARE_GROUND);
  assert.deepEqual(plan.chosen.map(({ path }) => path), c.chosen);
  assert.deepEqual(
    plan.handoffs.map(({ change }) => change.path),
    c.handoffs,
  );
  assert.deepEqual(plan.unknown, c.unknown);
});

Deno.test.each(
  [
    { changes: [change(".git/hooks/x")], want: [".git/hooks/x"] },
    { changes: [change("a/b/.git/config")], want: ["a/b/.git/config"] },
    { changes: [change("x.git/hooks/x")], want: [] },
    { changes: [change(".git/objects/ab")], want: [] },
    { changes: [change(".git", "deleted")], want: [".git"] },
    { changes: [change(".git", "replaced")], want: [".git"] },
    { changes: [change("a/.claude", "deleted")], want: ["a/.claude"] },
    {
      // A repository without a work tree, wherever it lies and whatever its name.
      changes: [
        change("n/"),
        change("n/HEAD"),
        change("n/config"),
        change("n/hooks/x"),
        change("n/objects/"),
      ],
      want: ["n/config", "n/hooks/x"],
    },
    { changes: [change("n/HEAD"), change("n/config")], want: [] },
    {
      changes: [change(".git/modules/a/config")],
      want: [".git/modules/a/config"],
    },
    { changes: [change(".git/commondir")], want: [".git/commondir"] },
    { changes: [change(".git/refs/heads/config")], want: [] },
    { changes: [change("a/.git")], want: ["a/.git"] },
    {
      changes: [change("w/HEAD"), change("w/commondir")],
      want: ["w/commondir"],
    },
    {
      changes: [link(".vscode"), change("stuff/tasks.json")],
      want: [".vscode"],
    },
    // What the workspace has counts with what is changed.
    {
      changes: [change("old.git/config", "modified")],
      ground: { has: (path) => /^old\.git\/(?:HEAD|objects|refs)$/.test(path) },
      want: ["old.git/config"],
    },
    {
      changes: [change("tools/hooks/x"), change("tools/x"), link("shared")],
      ground: { named: ["tools/hooks", "shared/config"] },
      want: ["tools/hooks/x", "shared"],
    },
    { changes: [change("src/config"), change("src/objects/")], want: [] },
  ] satisfies Case[],
)("handoffReasons() of $changes are $want", (c: Case) => {
  const ground = { ...BARE_GROUND, ...c.ground };
  assert.deepEqual([...handoffReasons(c.changes, ground).keys()], c.want);
});
