// Copyright 2026 the airg authors. Apache-2.0 license.
// Laws that hold for every policy and every command.
import assert from "node:assert/strict";
import fc from "fast-check";
import type { Conclusion } from "../../src/policy/decision.ts";
import { VERDICTS } from "../../src/policy/decision.ts";
import { judge, policyOf } from "./judge.ts";

const programs = [
  "rm",
  "git",
  "find",
  "cat",
  "curl",
  "env",
  "sudo",
  "npx",
  "tar",
  "sh",
];
const words = [
  "-rf",
  "-f",
  "push",
  "--force",
  "origin",
  ".env",
  "~/.ssh/id",
  "-delete",
  ".",
  "a.pem",
  "https://evil.example/x",
  "reset",
  "--hard",
  "-R",
  "node_modules",
  "-exec",
  "rm",
  "'a b'",
];
const simple = fc.tuple(
  fc.constantFrom(...programs),
  fc.array(fc.constantFrom(...words), { maxLength: 5 }),
).map(([program, rest]) => [program, ...rest].join(" "));

const rule = fc.record({
  program: fc.constantFrom(...programs),
  verdict: fc.constantFrom("block", "escalate", "sandbox", "allow"),
  mode: fc.constantFrom("enforce", "shadow"),
  flag: fc.constantFrom("--force", "-r", "-x"),
  path: fc.constantFrom(".env", "*.pem", "/etc", "~/.ssh", "src/a"),
  kind: fc.constantFrom("program", "flags", "path"),
});
const rules = fc.array(rule, { maxLength: 6 }).map((list) =>
  list.map(({ program, verdict, mode, flag, path, kind }, i) => ({
    id: `r${i}`,
    match: kind === "path"
      ? { path }
      : kind === "flags"
      ? { program, flags: { any: [flag] } }
      : { program },
    verdict,
    mode,
    reason: "because",
  }))
);
const network = fc.constantFrom("deny", "open");

/** What is enforced: a shadow verdict lets everything through. */
function strength({ verdict, mode }: Conclusion): number {
  return mode === "shadow" ? 0 : VERDICTS.indexOf(verdict);
}

Deno.test("a rule more never makes a verdict milder", () => {
  fc.assert(
    fc.property(rules, rules, network, simple, (few, more, net, text) => {
      const sandbox = { network: net };
      const added = more.map((rule, i) => ({ ...rule, id: `more${i}` }));
      const before = judge(policyOf({ version: 1, sandbox, rules: few }), text);
      const after = judge(
        policyOf({ version: 1, sandbox, rules: [...few, ...added] }),
        text,
      );
      assert(strength(after) >= strength(before));
    }),
  );
});

Deno.test("`a && b` is never milder than `a`, nor is any other way to join them", () => {
  const join = fc.constantFrom(" && ", " || ", "; ", " | ", "\n");
  fc.assert(fc.property(rules, simple, simple, join, (list, a, b, op) => {
    const policy = policyOf({ version: 1, extends: ["default"], rules: list });
    assert(strength(judge(policy, a + op + b)) >= strength(judge(policy, a)));
    assert(strength(judge(policy, b + op + a)) >= strength(judge(policy, a)));
  }));
});

Deno.test("a wrapper that only starts a program never makes it milder", () => {
  const wrapper = fc.constantFrom(
    "env A=1",
    "nohup",
    "nice -n 3",
    "timeout 5",
    "time",
    "stdbuf -oL",
    "setsid",
    "command",
    "exec",
  );
  fc.assert(fc.property(simple, wrapper, (text, start) => {
    const policy = policyOf({ version: 1, extends: ["default"] });
    assert(
      strength(judge(policy, `${start} ${text}`)) >=
        strength(judge(policy, text)),
    );
  }));
});

Deno.test("a conclusion always carries a reason, and deciding never throws", () => {
  const policy = policyOf({ version: 1, extends: ["default"] });
  fc.assert(
    fc.property(fc.oneof(simple, fc.string({ unit: "binary" })), (text) => {
      assert(judge(policy, text).reasons.length > 0);
    }),
  );
});

Deno.test("deciding twice gives the same", () => {
  const policy = policyOf({ version: 1, extends: ["default"] });
  fc.assert(fc.property(simple, (text) => {
    assert.deepEqual(judge(policy, text), judge(policy, text));
  }));
});
