// Copyright 2026 the airg authors. Apache-2.0 license.
import assert from "node:assert/strict";
import { agentStarted } from "../policy/agents.ts";
import { type ProfileName, withProfile } from "../policy/profiles.ts";
import { settingsOf } from "../policy/settings_of.ts";
import type { PolicyDocument } from "../policy/schema.ts";
import { type Profile, realPath } from "../../sandbox/profile.ts";
import { namedProfile } from "./named_profile.ts";

const base: Profile = {
  workspace: realPath("/w"),
  writable: [],
  pinned: [],
  anchors: [],
  hidden: [
    { path: realPath("/h/.claude/.credentials.json"), kind: "file" },
    { path: realPath("/h/.codex/auth.json"), kind: "file" },
    { path: realPath("/h/.ssh"), kind: "folder" },
  ],
  network: "none",
  limits: {},
  cache: realPath("/c/1"),
};

const there = new Map<string, "file" | "folder">([
  ["/h/.claude", "folder"],
  ["/h/.claude/.credentials.json", "file"],
  ["/h/.claude/settings.json", "file"],
  ["/h/.claude/hooks", "folder"],
  ["/h/.codex", "folder"],
  ["/elsewhere", "folder"],
]);

function make(
  name: ProfileName,
  program = "claude",
  document: Partial<PolicyDocument> = {},
): Profile {
  const settings = withProfile(settingsOf({ version: 1, ...document }), name);
  return namedProfile(base, {
    settings,
    home: "/h",
    agent: agentStarted({ form: "argv", argv: [program] }),
  }, {
    kindOf: (path) => there.get(path),
    // A link that an agent's folder could be made into.
    resolve: (path) =>
      path === "/h/.gemini" ? "/elsewhere" : there.has(path) ? path : undefined,
    listFolder: () => undefined,
    namesIn: () => undefined,
    statOf: () => undefined,
    textOf: () => undefined,
  });
}

Deno.test("readonly and devel carry their one mark", () => {
  assert.equal(make("readonly").readonly, true);
  assert.equal(make("devel").tracing, true);
  const { readonly, tracing, name, notes } = make("workspace");
  assert.deepEqual([readonly, tracing, name, notes], [
    undefined,
    undefined,
    "workspace",
    undefined,
  ]);
});

Deno.test("an agent has its own folder and key, and no other's", () => {
  const profile = make("agent");
  assert.deepEqual(profile.writable, ["/h/.claude"]);
  assert.deepEqual(profile.hidden.map(({ path }) => path), [
    "/h/.codex/auth.json",
    "/h/.ssh",
  ]);
  assert.deepEqual(profile.pinned, [
    "/h/.claude/hooks",
    "/h/.claude/settings.json",
  ]);
  assert.deepEqual(profile.absent, [
    "/h/.claude/settings.local.json",
    "/h/.claude/CLAUDE.md",
    "/h/.claude/agents",
    "/h/.claude/commands",
    "/h/.claude/plugins",
    "/h/.claude/skills",
  ]);
  assert.deepEqual(profile.notes, ["contained, not judged inside"]);
});

Deno.test("only the agent profile gives an agent its folder", () => {
  for (const name of ["workspace", "ci", "network"] as const) {
    assert.deepEqual(make(name).hidden, base.hidden, name);
    assert.deepEqual(make(name).writable, [], name);
  }
});

Deno.test("a folder that is a link out of the home folder is not opened", () => {
  assert.deepEqual(make("agent", "gemini").writable, []);
});

Deno.test.each([
  "/h/.claude/.credentials.json",
  "~/.claude",
  ".credentials.json",
])(
  "a key the policy hides as %s stays hidden",
  (entry) => {
    const { hidden } = make("agent", "claude", { blocked: { paths: [entry] } });
    assert(hidden.some(({ path }) => path === "/h/.claude/.credentials.json"));
  },
);

Deno.test("an open network is said", () => {
  const settings = withProfile(settingsOf({ version: 1 }), "network");
  const disk = {
    kindOf: () => undefined,
    resolve: () => undefined,
    listFolder: () => undefined,
    namesIn: () => undefined,
    statOf: () => undefined,
    textOf: () => undefined,
  };
  const { notes } = namedProfile(
    { ...base, network: "open" },
    { settings, home: "/h" },
    disk,
  );
  assert.match(notes?.join() ?? "", /whole network is open/);
});
