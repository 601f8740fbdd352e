// Copyright 2026 the airg authors. Apache-2.0 license.
import assert from "node:assert/strict";
import { judge, policyOf } from "../../test/policy/judge.ts";

const told = (document: object, command: string) => {
  const { verdict, mode } = judge(
    policyOf({ version: 1, ...document }),
    command,
  );
  return `${verdict} ${mode}`;
};

Deno.test.each([
  { command: "rm -rf ..", want: "block shadow" },
  { command: "git reset --hard", want: "escalate shadow" },
  { command: "LD_PRELOAD=/tmp/x.so ls", want: "block shadow" },
  { command: "cat a.pem", want: "block shadow" },
  { command: "echo x > .git/hooks/pre-commit", want: "block shadow" },
  { command: "cat /state/activity.log", want: "block enforce" },
  { command: "make", want: "block enforce" },
])("observe with one rule of one's own: $command", ({ command, want }) => {
  const rules = [{
    id: "no-make",
    match: { program: "make" },
    verdict: "block",
    reason: "r",
  }];
  assert.equal(told({ extends: ["observe"], rules }, command), want);
});

Deno.test.each([
  { command: "git reset --hard", want: "block enforce" },
  { command: "eval $X", want: "block enforce" },
  { command: "curl https://a.example/", want: "block enforce" },
  { command: "make", want: "block enforce" },
  { command: "ls", want: "allow enforce" },
])("ci asks nobody: $command", ({ command, want }) => {
  const requires_confirmation = { commands: ["make"] };
  assert.equal(
    told({ extends: ["ci"], requires_confirmation }, command),
    want,
  );
});

Deno.test.each([
  { command: "rm a.txt", want: "escalate enforce" },
  { command: "git push --force", want: "block enforce" },
  { command: "cat /usr/share/a", want: "block enforce" },
  { command: "eval $X", want: "block enforce" },
  { command: "npm test", want: "allow enforce" },
])("strict: $command", ({ command, want }) => {
  assert.equal(told({ extends: ["strict"] }, command), want);
});
