// Copyright 2026 the airg authors. Apache-2.0 license.
import assert from "node:assert/strict";
import { judge, policyOf } from "../../test/policy/judge.ts";
import { overlay } from "./overlay.ts";
import { profileFor } from "./profiles.ts";
import type { PolicyDocument } from "./schema.ts";

const rule = (program: string, profile: string, more = {}) => ({
  id: `use.${program}`,
  match: { program },
  verdict: "allow",
  reason: "it needs this",
  profile,
  ...more,
});

const policy = policyOf({
  version: 1,
  rules: [
    rule("chromium", "browser"),
    rule("gdb", "devel"),
    rule("less", "readonly"),
    rule("make", "ci", { mode: "shadow" }),
  ],
});

Deno.test.each([
  { text: "chromium x.html", profile: "browser" },
  { text: "ls", profile: "workspace" },
  { text: "gdb ./p; chromium x.html", profile: "devel" },
  { text: "chromium x.html | less", profile: "readonly" },
  { text: "make", profile: "workspace" },
])("$text runs in the profile $profile", ({ text, profile }) => {
  assert.equal(judge(policy, text).containment.profile, profile);
});

Deno.test.each(
  [
    { byCaller: true, rules: ["browser"], profile: "ci" },
    { byCaller: true, rules: ["browser", "readonly"], profile: "readonly" },
    { byCaller: false, rules: ["browser"], profile: "browser" },
    { byCaller: false, rules: ["agent", "workspace"], profile: "workspace" },
    { byCaller: false, rules: [], profile: "ci" },
  ] as const,
)(
  "profileFor() of ci, by the caller $byCaller, and rules $rules is $profile",
  ({ byCaller, rules, profile }) => {
    assert.equal(profileFor("ci", byCaller, rules), profile);
  },
);

Deno.test("a rule opens no network, and an overlay's rule takes away only", () => {
  for (const profile of ["network", "ephemeral"]) {
    assert.throws(() =>
      policyOf({ version: 1, rules: [rule("curl", profile)] })
    );
  }
  const base: PolicyDocument = { version: 1 };
  const top = (profile: "agent" | "readonly") => ({
    rules: [{
      id: "own",
      match: { program: "x" },
      verdict: "allow" as const,
      reason: "r",
      profile,
    }],
  });
  const refused = overlay(base, top("agent"), "workspace");
  assert.deepEqual(refused.refused.map(({ pointer }) => pointer), [
    "/rules/0/profile",
  ]);
  assert.equal(refused.document.rules?.[0]?.profile, undefined);
  assert.equal(refused.document.rules?.length, 1, "the rule itself stays");
  const taken = overlay(base, top("readonly"), "workspace");
  assert.deepEqual(taken.refused, []);
  assert.equal(taken.document.rules?.[0]?.profile, "readonly");
});
