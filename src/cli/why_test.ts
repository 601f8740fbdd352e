// Copyright 2026 the airg authors. Apache-2.0 license.

import assert from "node:assert/strict";
import fc from "fast-check";
import { changeFor } from "./why_change.ts";
import { whyLines } from "./why_text.ts";

Deno.test.each([
  { code: "fs.protected_write", rule: "airg/protected", want: /^none/ },
  { code: "network.needed", rule: "/sandbox/network", want: /sandbox.network/ },
  {
    code: "policy.blocked_path",
    rule: "/blocked/paths/2",
    want: /entry at \/blocked\/paths\/2/,
  },
  { code: "git.force_push", rule: "git/git.force-push", want: /pack:git/ },
  {
    code: "my_rule",
    rule: "policy/my-rule",
    want: /verdict of the rule my-rule/,
  },
  { code: "exec.piped_code", rule: "/unknown", want: /\/unknown|"unknown"/ },
])("changeFor() a $code of $rule", ({ code, rule, want }) => {
  assert.match(changeFor({ code, rule }), want);
});

const decision = {
  id: "01a1",
  verdict: "allow",
  mode: "enforce",
  policy: { hash: "sha256:1" },
  reasons: [{ code: "policy.no_rule", rule: "airg/x", message: "No rule" }],
};
const action = {
  kind: "exec",
  command: { form: "argv", argv: ["touch", "x"] },
};

Deno.test("whyLines() says what ran, what was refused, and what would allow it", () => {
  const lines = whyLines([
    {
      event: "started",
      time: "T",
      agent_id: "a",
      workspace: "/w",
      action,
      decision,
    },
    {
      event: "finished",
      action,
      decision,
      outcome: {
        kind: "exited",
        code: 1,
        containment: { rung: "full", network: "none" },
        denials: [{
          subject: "/data/x",
          why: "only the workspace",
          rule: "/sandbox/write/roots",
          said: "touch: \u001b[31m",
          change: { pointer: "/sandbox/write/roots", add: "/data" },
        }],
        quarantined: [{ path: ".claude", movedTo: "/q", why: "obeyed" }],
      },
    },
  ]).join("\n");
  assert.match(lines, /touch x/);
  assert.match(lines, /exit status 1, contained as full/);
  assert.match(lines, /add "\/data" to sandbox.write.roots/);
  assert.match(lines, /moved away: .claude/);
  assert(!lines.includes("\u001b"), "escape sequences are made visible");
  assert.doesNotMatch(lines, /no end is recorded/);
});

Deno.test("whyLines() says that an end is missing, and how to get a refused one", () => {
  const started = whyLines([{ event: "started", action, decision }]);
  assert.match(started.join("\n"), /no end is recorded/);
  const refused = whyLines([{
    event: "decision",
    action,
    decision: { ...decision, verdict: "block" },
  }]);
  assert.match(refused.join("\n"), /smallest change/);
});

Deno.test("whyLines() takes any record", () => {
  fc.assert(fc.property(
    fc.array(fc.dictionary(fc.string(), fc.jsonValue())),
    (records) => {
      assert(whyLines(records).every((line) => typeof line === "string"));
    },
  ));
});
