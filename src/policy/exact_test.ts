// Copyright 2026 the airg authors. Apache-2.0 license.
import assert from "node:assert/strict";
import fc from "fast-check";
import { judge, policyOf } from "../../test/policy/judge.ts";
import type { Command } from "../action/action.ts";
import { compilePolicy } from "./compile.ts";
import { checkExamples } from "./examples.ts";
import { overlay } from "./overlay.ts";
import { parsePolicy } from "./parse.ts";
import { plainWords, quotedWords } from "./plain_words.ts";
import type { PolicyDocument, PolicyOverlay } from "./schema.ts";

const WORKSPACE = "/work/site";
const RM = "rm -rf build";

function approved(over: Record<string, unknown> = {}) {
  return {
    id: "approved.x",
    match: {
      program: "rm",
      exact: {
        words: ["rm", "-rf", "build"],
        cwd: WORKSPACE,
        workspace: WORKSPACE,
        paths: [`${WORKSPACE}/build`],
        hosts: [],
      },
    },
    verdict: "allow",
    over: ["policy/ask"],
    reason: "Approved by ana",
    ...over,
  };
}

const ASK = {
  id: "ask",
  match: { program: ["rm", "git"] },
  verdict: "escalate",
  reason: "Asked about",
};

function document(...rules: readonly unknown[]) {
  return { version: 1, rules: [ASK, ...rules] };
}

const policy = policyOf(document(approved()));

Deno.test.each([
  { command: RM },
  { command: " rm  '-rf' \"build\" " },
  { command: "rm -rf build 2>/dev/null", verdict: "escalate" },
  { command: "rm -rf build other", verdict: "escalate" },
  { command: "rm -rf Build", verdict: "escalate" },
  { command: "rm -rf build ''", verdict: "escalate" },
  { command: "rm -r -f build", verdict: "escalate" },
  { command: "rm build -rf", verdict: "escalate" },
  { command: "/bin/rm -rf build", verdict: "escalate" },
  { command: "sudo rm -rf build", verdict: "escalate" },
  { command: "A=1 rm -rf build", verdict: "escalate" },
  { command: "cd .. && rm -rf build", verdict: "escalate" },
  { command: "rm -rf build; ls", verdict: "escalate" },
  { command: "rm -rf build && rm -rf build", verdict: "escalate" },
  { command: "rm -rf build\nrm -rf src", verdict: "escalate" },
  { command: "rm -rf build # no more", verdict: "escalate" },
  { command: "rm -rf $(echo build)", verdict: "escalate" },
  { command: "rm -rf bui*", verdict: "escalate" },
  { command: "rm -rf b\\uild", verdict: "escalate" },
  { command: "rm -rf build &", verdict: "escalate" },
])(
  "a rule about rm -rf build and nothing else: $command",
  ({ command, verdict = "allow" }) => {
    assert.equal(judge(policy, command).verdict, verdict);
  },
);

Deno.test("words given as a list are the same words", () => {
  const argv = (...words: string[]): Command => ({ form: "argv", argv: words });
  assert.equal(judge(policy, argv("rm", "-rf", "build")).verdict, "allow");
  assert.equal(judge(policy, argv("rm", "-rf build")).verdict, "escalate");
  assert.equal(judge(policy, argv("rm", "-rf", "build ")).verdict, "escalate");
});

Deno.test("a path that leads elsewhere by now is another action", () => {
  const links = { build: "/etc" };
  assert.equal(judge(policy, RM, links).verdict, "escalate");
});

Deno.test.each([
  { name: "another folder", exact: { cwd: `${WORKSPACE}/a` } },
  { name: "another workspace", exact: { workspace: "/work/other" } },
  { name: "another host", exact: { hosts: ["a.example"] } },
  { name: "one path more", exact: { paths: [`${WORKSPACE}/build`, "/etc"] } },
])("a rule about $name does not speak of it", ({ exact }) => {
  const rule = approved();
  const match = { ...rule.match, exact: { ...rule.match.exact, ...exact } };
  const own = policyOf(document({ ...rule, match }));
  assert.equal(judge(own, RM).verdict, "escalate");
});

Deno.test("the rule that answers is told first, what it answers too", () => {
  const { reasons } = judge(policy, RM);
  assert.deepEqual(reasons.map(({ rule }) => rule), [
    "policy/approved.x",
    "policy/ask",
  ]);
  assert.match(reasons[1]?.message ?? "", /answers this$/);
});

Deno.test.each([
  {
    name: "a rule that blocks",
    rule: { ...ASK, id: "no", verdict: "block" },
    verdict: "block",
  },
  {
    name: "a rule that it does not name",
    rule: { ...ASK, id: "more" },
    verdict: "escalate",
  },
  {
    name: "a rule that wants a copy",
    rule: { ...ASK, id: "copy", verdict: "sandbox" },
    verdict: "sandbox",
  },
])("$name still stands in the way", ({ rule, verdict }) => {
  const own = policyOf(document(rule, approved()));
  assert.equal(judge(own, RM).verdict, verdict);
});

Deno.test("nothing that is built in is answered, whatever a rule names", () => {
  const own = policyOf({
    version: 1,
    rules: [{
      ...approved({
        over: ["built-in/own-files", "/unknown", "built-in/moved-to-temporary"],
      }),
      match: {
        program: "mv",
        exact: {
          words: ["mv", "a", "/tmp/b"],
          cwd: WORKSPACE,
          workspace: WORKSPACE,
          paths: [`${WORKSPACE}/a`, "/tmp/b"],
          hosts: [],
        },
      },
    }],
  });
  const { verdict, reasons } = judge(own, "mv a /tmp/b");
  assert.equal(verdict, "escalate");
  assert.deepEqual(reasons.map(({ rule }) => rule), [
    "built-in/moved-to-temporary",
    "policy/approved.x",
  ]);
});

Deno.test("where nobody is to be asked, nothing is answered", () => {
  const own = policyOf({ ...document(approved()), escalate: "block" });
  assert.equal(judge(own, RM).verdict, "block");
});

Deno.test("a rule that answers is shadowed, or watched, like any", () => {
  const own = policyOf(document(approved({ mode: "shadow" })));
  assert.equal(judge(own, RM).verdict, "escalate");
});

Deno.test("the network is given to the one command that needed it", () => {
  const words = ["git", "push", "--force", "origin", "main"];
  const push = words.join(" ");
  const rule = (over: string[]) =>
    policyOf({
      ...document({
        ...approved({ over }),
        match: {
          program: "git",
          exact: {
            words,
            cwd: WORKSPACE,
            workspace: WORKSPACE,
            paths: [],
            hosts: [],
          },
        },
      }),
      sandbox: { network: "deny" },
    });
  const both = judge(rule(["policy/ask", "/sandbox/network"]), push);
  assert.deepEqual([both.verdict, both.containment.network], ["allow", "open"]);
  const other = judge(rule(["policy/ask", "/sandbox/network"]), `${push} x`);
  assert.deepEqual([other.verdict, other.containment.network], [
    "escalate",
    "deny",
  ]);
  const one = judge(rule(["policy/ask"]), push);
  assert.deepEqual([one.verdict, one.containment.network], [
    "escalate",
    "deny",
  ]);
});

Deno.test.each([{ kind: "workspace" as const }, { kind: { agent: "a" } }])(
  "no overlay has such a rule: $kind",
  ({ kind }) => {
    const parsed = parsePolicy(JSON.stringify(document(approved())));
    assert(parsed.ok);
    const base: PolicyDocument = {
      version: 1,
      rules: [],
      overridable: ["/rules"],
    };
    const { document: laid, refused } = overlay(base, {
      rules: parsed.value.document.rules?.slice(1),
    }, kind);
    assert.deepEqual(laid.rules, []);
    assert.match(refused[0]?.message ?? "", /would loosen/);
  },
);

Deno.test("what a workspace's own policy made stricter is not answered", () => {
  const parsed = parsePolicy(JSON.stringify({
    ...document(approved({
      over: ["policy/ask", "/requires_confirmation/commands/0"],
    })),
    requires_confirmation: { commands: ["rm"] },
  }));
  assert(parsed.ok);
  const compiled = (workspace?: PolicyOverlay) =>
    compilePolicy(parsed.value.document, {
      ...{ hash: "sha256:0", home: "/home/ann" },
      ...(workspace !== undefined && { workspace }),
    });
  assert.equal(judge(compiled(), RM).verdict, "allow");
  assert.equal(judge(compiled({}), RM).verdict, "escalate");
});

Deno.test("a network that a workspace's own policy took is not given", () => {
  const words = ["curl", "http://a.example/"];
  const exact = {
    words,
    cwd: WORKSPACE,
    workspace: WORKSPACE,
    paths: [],
    hosts: ["a.example"],
  };
  const parsed = parsePolicy(JSON.stringify({
    ...document(approved({
      match: { program: "curl", exact },
      over: ["/sandbox/network"],
    })),
    sandbox: { network: "names" },
  }));
  assert(parsed.ok);
  const verdict = (workspace?: PolicyOverlay) =>
    judge(
      compilePolicy(parsed.value.document, {
        ...{ hash: "sha256:0", home: "/home/ann" },
        ...(workspace !== undefined && { workspace }),
      }),
      words.join(" "),
    ).verdict;
  assert.equal(verdict(), "allow");
  assert.equal(verdict({ sandbox: { network: "deny" } }), "escalate");
});

Deno.test.each([
  { name: "no exact", rule: { match: { program: "rm" } } },
  { name: "another verdict", rule: { verdict: "sandbox" } },
])("a rule with `over` and $name is no policy", ({ rule }) => {
  const parsed = parsePolicy(JSON.stringify(document(approved(rule))));
  assert(!parsed.ok);
  assert.match(parsed.error[0]?.message ?? "", /can have "over"/);
});

Deno.test("examples of such a rule are judged where it speaks of", () => {
  const examples = (match: string[], no_match: string[]) => {
    const parsed = parsePolicy(
      JSON.stringify(document(approved({ examples: { match, no_match } }))),
    );
    assert(parsed.ok);
    return checkExamples(parsed.value.document);
  };
  assert.deepEqual(examples([RM], ["rm -rf build2", "rm -rf build && ls"]), []);
  assert.equal(examples(["rm -rf build2"], [RM]).length, 2);
});

Deno.test("quoted words read back as the same words", () => {
  fc.assert(fc.property(
    fc.array(
      fc.oneof(
        fc.string(),
        fc.string({ unit: "binary" }),
        fc.constantFrom("-a", "", "a b", "it's", "$x", "`", "*", "\n"),
      ),
    ),
    (words) => {
      const text = quotedWords(words);
      if (text !== undefined) assert.deepEqual(plainWords(text), words);
    },
  ));
  assert.equal(quotedWords(["echo", "it's", "$x"]), `echo 'it'"'"'s' '$x'`);
});
