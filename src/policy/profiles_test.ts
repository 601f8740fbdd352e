// Copyright 2026 the airg authors. Apache-2.0 license.
import assert from "node:assert/strict";
import { AGENTS, agentStarted } from "./agents.ts";
import { settingsOf } from "./settings_of.ts";
import {
  isProfileAllowed,
  isProfileName,
  NOT_JUDGED_INSIDE,
  PROFILE_NAMES,
  PROFILES,
  withProfile,
} from "./profiles.ts";

const plain = settingsOf({ version: 1 });

Deno.test("withProfile() of workspace changes nothing", () => {
  assert.deepEqual(withProfile(plain, "workspace"), plain);
});

Deno.test.each(PROFILE_NAMES.map((name) => ({ name })))(
  "the profile $name hides what the policy hides, keeps its level and its limits",
  ({ name }) => {
    const settings = settingsOf({
      version: 1,
      blocked: { paths: [".env"], extensions: [".pem"] },
      sandbox: { limits: { processes: 5 }, env: { set: { CI: "no" } } },
    });
    const { sandbox } = withProfile(settings, name);
    assert.equal(sandbox.profile, name);
    assert.deepEqual(sandbox.hidden, [".env"]);
    assert.deepEqual(sandbox.hiddenExtensions, [".pem"]);
    assert.equal(sandbox.level, "require");
    assert.deepEqual(sandbox.limits, { processes: 5 });
    assert.equal(sandbox.env.set["CI"], "no", "what the policy sets wins");
    assert.equal(sandbox.network, name === "network" ? "open" : "deny");
    assert(PROFILES[name].reason.length > 20);
  },
);

Deno.test("a policy's list of profiles is the whole list", () => {
  const settings = settingsOf({
    version: 1,
    sandbox: { profiles: ["readonly", "network"] },
  });
  assert.deepEqual(
    PROFILE_NAMES.filter((name) => isProfileAllowed(name, settings)),
    ["readonly", "network"],
  );
});

Deno.test.each(
  [
    { network: "deny", allowed: false },
    { network: "names", allowed: false },
    { network: "open", allowed: true },
  ] as const,
)(
  "without a list, the network profile under network $network: $allowed",
  ({ network, allowed }) => {
    const settings = settingsOf({ version: 1, sandbox: { network } });
    assert.equal(isProfileAllowed("network", settings), allowed);
    for (const name of PROFILE_NAMES) {
      if (name !== "network") assert(isProfileAllowed(name, settings), name);
    }
  },
);

Deno.test("a whole agent has no time limit of a command, and says what airg does not see", () => {
  const { execution } = withProfile(plain, "agent");
  assert(execution.maxTimeoutSeconds > 24 * 3600);
  assert.equal(PROFILES.agent.note, NOT_JUDGED_INSIDE);
});

Deno.test("isProfileName() knows the table only", () => {
  for (const word of ["", "Workspace", "constructor", "workspace "]) {
    assert.equal(isProfileName(word), false, word);
  }
  assert(isProfileName("ci"));
});

Deno.test.each([
  { words: ["claude", "-p", "x"], agent: "claude" },
  { words: ["/home/a/.local/bin/codex"], agent: "codex" },
  { words: ["bash", "-c", "claude"], agent: undefined },
  { words: [], agent: undefined },
])("agentStarted() of $words is $agent", ({ words, agent }) => {
  const found = agentStarted({ form: "argv", argv: words });
  assert.equal(found?.programs[0], agent);
  const text = agentStarted({ form: "shell", text: words.join(" ") });
  assert.equal(text?.programs[0], agent);
});

Deno.test("what an agent may not change lies in its own folders", () => {
  for (const { programs, own, pinned, pass } of AGENTS) {
    for (const path of pinned) {
      assert(own.some((root) => path.startsWith(`${root}/`)), path);
    }
    for (const name of pass) assert.notEqual(name, "*", programs[0]);
  }
});
