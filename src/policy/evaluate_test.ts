// Copyright 2026 the airg authors. Apache-2.0 license.
import assert from "node:assert/strict";
import type { Action } from "../action/action.ts";
import {
  judge,
  judgeAction,
  origin,
  policyOf,
} from "../../test/policy/judge.ts";
import { explain } from "./explain.ts";

const open = { version: 1, sandbox: { network: "open" } };

Deno.test("evaluate() gives an allow with its reason", () => {
  assert.deepEqual(judge(policyOf(open), "ls"), {
    verdict: "allow",
    mode: "enforce",
    reasons: [{
      code: "policy.no_rule",
      rule: "built-in/allow",
      message: "No rule speaks against it; it runs contained",
      severity: "info",
    }],
    policy: { hash: "sha256:0", agent: "codex-1" },
    containment: { profile: "workspace", network: "open", ephemeral: false },
  });
});

Deno.test("evaluate() tells rule, words and span of what matched", () => {
  const policy = policyOf({
    ...open,
    rules: [{
      id: "git.force-push",
      match: { program: "git", args: ["push"], flags: { any: ["--force"] } },
      verdict: "escalate",
      reason: "rewrites shared history",
      remedy: "push without force",
      severity: "high",
    }],
  });
  assert.deepEqual(judge(policy, "ls; git push -f").reasons, [{
    code: "git.force_push",
    rule: "policy/git.force-push",
    message: "rewrites shared history",
    evidence: { argv: ["git", "push", "-f"], span: [4, 15] },
    remedy: "push without force",
    severity: "high",
  }]);
});

Deno.test.each([
  { unknown: undefined, verdict: "escalate" },
  { unknown: "block", verdict: "block" },
  { unknown: "sandbox", verdict: "sandbox" },
  { unknown: "guard", verdict: "escalate" },
])(
  "evaluate() gives what is not read $verdict under unknown: $unknown",
  ({ unknown, verdict }) => {
    const policy = policyOf({ ...open, ...(unknown && { unknown }) });
    const conclusion = judge(policy, '"$x" y');
    assert.equal(conclusion.verdict, verdict);
    assert.equal(conclusion.reasons[0]?.code, "shell.program");
  },
);

Deno.test.each([
  {
    sandbox: { network: "open" },
    verdict: "sandbox",
    mode: "enforce",
    want: ["sandbox", "ephemeral", "deny", true],
  },
  {
    sandbox: { network: "open" },
    verdict: "sandbox",
    mode: "shadow",
    want: ["sandbox", "workspace", "open", false],
  },
  {
    sandbox: { network: "open", ephemeral: true },
    verdict: "allow",
    mode: "enforce",
    want: ["allow", "ephemeral", "open", true],
  },
  {
    sandbox: { network: "open" },
    verdict: "allow",
    mode: "enforce",
    want: ["allow", "workspace", "open", false],
  },
])("evaluate() contains $verdict in $mode as $want", ({ want, ...given }) => {
  const policy = policyOf({
    version: 1,
    sandbox: given.sandbox,
    rules: [{
      id: "r",
      match: { program: "x" },
      verdict: given.verdict,
      mode: given.mode,
      reason: "r",
    }],
  });
  const { verdict, containment } = judge(policy, "x");
  const { profile, network, ephemeral } = containment;
  assert.deepEqual([verdict, profile, network, ephemeral], want);
});

Deno.test("evaluate() does not send what needs the network into a copy that has none", () => {
  const policy = policyOf({
    version: 1,
    sandbox: { network: "open" },
    rules: [{
      id: "r",
      match: { program: "curl" },
      verdict: "sandbox",
      reason: "r",
    }],
  });
  const { verdict, reasons } = judge(policy, "curl https://example.org/");
  assert.equal(verdict, "escalate");
  assert.equal(reasons[0]?.code, "network.needed");
});

Deno.test("evaluate() lets file tools read, and not write, where every change is held", () => {
  const policy = policyOf({ version: 1, sandbox: { ephemeral: true } });
  const read = judgeAction(policy, {
    kind: "read",
    origin: origin(),
    path: "a",
  });
  assert.equal(read.verdict, "allow");
  const write = judgeAction(policy, {
    kind: "write",
    origin: origin(),
    path: "a",
    content: "",
  });
  assert.equal(write.verdict, "sandbox");
  assert.equal(write.reasons[0]?.code, "sandbox.file_tool");
  for (
    const action of [
      { kind: "edit", origin: origin(), path: "a", edits: [] },
      { kind: "delete", origin: origin(), path: "a" },
    ] as const
  ) assert.equal(judgeAction(policy, action).verdict, "sandbox", action.kind);
});

Deno.test("evaluate() holds rules of older tools for those that do the same", () => {
  const policy = policyOf({
    version: 1,
    rules: [
      { id: "w", match: { tool: ["write"] }, verdict: "block", reason: "w" },
      { id: "l", match: { tool: ["list"] }, verdict: "block", reason: "l" },
    ],
  });
  const path = "a";
  const verdicts = [
    judgeAction(policy, { kind: "edit", origin: origin(), path, edits: [] }),
    judgeAction(policy, { kind: "search", origin: origin(), path }),
    judgeAction(policy, { kind: "delete", origin: origin(), path }),
  ].map(({ verdict }) => verdict);
  assert.deepEqual(verdicts, ["block", "block", "allow"]);
});

Deno.test("evaluate() takes an edit for a read as well, and a deletion for one", () => {
  const policy = policyOf({
    version: 1,
    rules: [{
      id: "r",
      match: { path: "*.secret", access: ["read"] },
      verdict: "block",
      reason: "r",
    }, {
      id: "d",
      match: { path: "*.keep", access: ["delete"] },
      verdict: "escalate",
      reason: "d",
    }],
  });
  const edit = (path: string): Action => ({
    kind: "edit",
    origin: origin(),
    path,
    edits: [],
  });
  assert.equal(judgeAction(policy, edit("a.secret")).verdict, "block");
  assert.equal(judgeAction(policy, edit("a.keep")).verdict, "allow");
  const { verdict } = judgeAction(policy, {
    kind: "delete",
    origin: origin(),
    path: "a.keep",
  });
  assert.equal(verdict, "escalate");
});

function shadowed(verdict: string): unknown[] {
  return [
    {
      id: "a",
      match: { program: "rm" },
      verdict: "block",
      mode: "shadow",
      reason: "a",
    },
    { id: "b", match: { program: "rm" }, verdict, reason: "b" },
  ];
}

Deno.test("a shadow rule speaks only where nothing else does", () => {
  const alone = judge(policyOf({ ...open, rules: shadowed("allow") }), "rm a");
  assert.deepEqual([alone.verdict, alone.mode], ["block", "shadow"]);
  const beside = judge(
    policyOf({ ...open, rules: shadowed("escalate") }),
    "rm a",
  );
  assert.deepEqual([beside.verdict, beside.mode], ["escalate", "enforce"]);
  assert.match(beside.reasons[0]?.message ?? "", /^Only watched/);
});

Deno.test.each([
  "git clone r c",
  "git clone ../r",
  "git push ./b.git HEAD:refs/heads/x",
  "git fetch ../r main:theirs",
  "npm install --offline ./a.tgz",
  "pip install --no-index ./a.whl",
  "python3 -m pip install --no-index ./a.whl",
  "cargo fetch --offline",
])("evaluate() lets $0 run without a network: all of it is here", (text) => {
  assert.equal(judge(policyOf({ version: 1 }), text).verdict, "allow");
});

Deno.test.each([
  { text: "curl https://a.example", host: "a.example" },
  { text: "git push", host: undefined },
  { text: "git clone git@a.example:x/y", host: "a.example" },
  { text: "git clone a.example:x", host: "a.example" },
  { text: 'git clone "$REPO"', host: undefined },
  { text: "git push HEAD:x", host: "head" },
  { text: "git push origin HEAD:x", host: undefined },
  { text: "npm install", host: undefined },
  { text: "pip install -r r.txt", host: undefined },
  { text: "python3 -m pip install x", host: undefined },
])(
  "evaluate() refuses $text without a network, before it fails",
  ({ text, host }) => {
    for (const network of ["deny", "names"]) {
      const policy = policyOf({ version: 1, sandbox: { network } });
      const { verdict, reasons: [reason] } = judge(policy, text);
      assert.deepEqual(
        [verdict, reason?.code, reason?.rule, reason?.evidence?.host],
        ["escalate", "network.needed", "/sandbox/network", host],
      );
    }
    assert.equal(judge(policyOf(open), text).verdict, "allow");
  },
);

Deno.test.each(
  "git status|git clone ../other|git remote -v|npm test|npm run build|cargo build|pip list|curl --help"
    .split("|").map((text) => ({ text })),
)("evaluate() knows that $text needs no network", ({ text }) => {
  assert.equal(judge(policyOf({ version: 1 }), text).verdict, "allow");
});

Deno.test("the domain lists count as written, the blocked one first", () => {
  const network = {
    enforcement_mode: "enforce",
    blocked_domains: ["evil.example", "Bad.Example."],
    allowed_domains: ["*.github.com", "evil.example"],
    block_unknown_domains: true,
  };
  const policy = policyOf({ network, sandbox: { network: "open" } });
  const codeOf = (text: string) => judge(policy, text).reasons[0]?.code;
  assert.equal(codeOf("curl x.evil.example"), "network.blocked_domain");
  assert.equal(codeOf("curl https://BAD.example./"), "network.blocked_domain");
  assert.equal(codeOf("curl https://api.github.com/"), "policy.no_rule");
  assert.equal(codeOf("curl https://notgithub.com/"), "network.unknown_domain");
  assert.equal(codeOf("curl 93.184.216.34"), "network.unknown_domain");
  const watched = policyOf({
    network: { ...network, enforcement_mode: "monitor" },
  });
  assert.equal(judge(watched, "curl evil.example").mode, "shadow");
});

Deno.test.each([
  { network: undefined, want: "open" },
  { network: { enforcement_mode: "off" }, want: "open" },
  {
    network: { enforcement_mode: "monitor", block_unknown_domains: true },
    want: "open",
  },
  { network: { enforcement_mode: "enforce" }, want: "open" },
  {
    network: { enforcement_mode: "enforce", block_unknown_domains: true },
    want: "names",
  },
])("a legacy network section maps to $want", ({ network, want }) => {
  const legacy = policyOf({ ...(network && { network }) });
  assert.equal(legacy.settings.sandbox.network, want);
  const explicit = policyOf({
    ...(network && { network }),
    sandbox: { network: "deny" },
  });
  assert.equal(explicit.settings.sandbox.network, "deny");
});

function file(kind: "read" | "write" | "list", path: string): Action {
  const base = { origin: origin(), path };
  return kind === "write" ? { ...base, kind, content: "" } : { ...base, kind };
}

Deno.test.each([
  { action: file("read", "a.txt"), code: "policy.no_rule" },
  { action: file("read", "../x"), code: "fs.outside_workspace" },
  { action: file("list", "/etc"), code: "fs.outside_workspace" },
  { action: file("write", "/srv/data/x"), code: "policy.no_rule" },
  {
    action: file("write", ".git/hooks/pre-commit"),
    code: "fs.protected_write",
  },
  { action: file("write", "sub/.git/config"), code: "fs.protected_write" },
  {
    action: file("write", ".claude/settings.json"),
    code: "fs.protected_write",
  },
  { action: file("read", ".git/config"), code: "policy.no_rule" },
  { action: file("write", ".gitignore"), code: "policy.no_rule" },
  { action: file("write", "link"), code: "fs.outside_workspace" },
  { action: file("read", "/state/activity.log"), code: "airg.own_files" },
  { action: file("read", "a\0b"), code: "fs.bad_path" },
])("a file tool: $action.kind $action.path gives $code", ({ action, code }) => {
  const policy = policyOf({
    ...open,
    allowed: { paths_whitelist: ["/srv/data"] },
  });
  const { reasons } = judgeAction(policy, action, { link: "/etc/hosts" });
  assert.equal(reasons[0]?.code, code);
});

Deno.test.each([
  {
    text: "cat ~/.config/ai-runtime-guard/policy.json",
    code: "airg.own_files",
  },
  { text: "rm -r ~/.config", code: "airg.own_files" },
  { text: "ls ~/.config", code: "policy.no_rule" },
  { text: "cp a ~/", code: "policy.no_rule" },
  { text: "mv .git old", code: "fs.protected_write" },
  { text: "echo x > .mcp.json", code: "fs.protected_write" },
  { text: "LD_PRELOAD=/x ls", code: "exec.loader_variable" },
  { text: "env GIT_SSH_COMMAND=x git status", code: "exec.loader_variable" },
  { text: "export LD_PRELOAD=/x", code: "exec.loader_variable" },
])("a command is judged on airg's own grounds: $text", ({ text, code }) => {
  assert.equal(judge(policyOf(open), text).reasons[0]?.code, code);
});

Deno.test("shell containment refuses paths outside, but for exempt programs", () => {
  const policy = policyOf({
    execution: {
      shell_workspace_containment: { mode: "enforce", exempt_commands: ["wc"] },
    },
  });
  const codes = [
    "cat /etc/hostname",
    "wc /etc/hostname",
    "ls > /dev/null",
    "ls ~/",
  ]
    .map((text) => judge(policy, text).reasons[0]?.code);
  assert.deepEqual(codes, [
    "fs.outside_workspace",
    "policy.no_rule",
    "policy.no_rule",
    "fs.outside_workspace",
  ]);
});

Deno.test("shell containment that only monitors says which path lies outside", () => {
  const policy = policyOf({
    execution: { shell_workspace_containment: { mode: "monitor" } },
  });
  const { mode, reasons, verdict } = judge(policy, "cat /etc/hostname");
  assert.deepEqual([verdict, mode], ["block", "shadow"]);
  assert.equal(reasons[0]?.code, "fs.outside_workspace");
  assert.deepEqual(reasons[0]?.evidence?.path, "/etc/hostname");
});

Deno.test("a document that extends the default tightens it", () => {
  const rules = [{
    id: "no-make",
    match: { program: "make" },
    verdict: "block",
    reason: "r",
  }];
  const policy = policyOf({ ...open, extends: ["default"], rules });
  assert.equal(judge(policy, "make").reasons[0]?.rule, "policy/no-make");
  assert.equal(
    judge(policy, "rm -rf ..").reasons[0]?.rule,
    "filesystem/fs.recursive-delete",
  );
  assert.equal(policy.settings.sandbox.network, "open");
  assert.equal(judge(policy, "cat a.pem").verdict, "block");
});

Deno.test("explain() underlines the decisive words", () => {
  const text = "ls && rm -rf ..";
  const policy = policyOf({ version: 1, extends: ["default"] });
  assert.deepEqual(explain(judge(policy, text), text), [
    "block: it may not run",
    "  ls && rm -rf ..",
    "        ^^^^^^^^^",
    "  critical: Deletes the workspace itself, folders outside it, or what nobody can tell beforehand [fs.recursive_delete, filesystem/fs.recursive-delete]",
    "    instead: Delete files by name, or name the folders inside the workspace",
    "  high: Deletes folders with everything in them [fs.recursive_delete_inside, filesystem/fs.recursive-delete-inside]",
    "    instead: Delete files by name, or folders that a build makes again (node_modules, dist, build, target, ...)",
    "  contained: profile workspace, network deny",
    "  policy: sha256:0, agent codex-1",
  ]);
});

Deno.test("notEnforced names each setting that asks for what is missing, and no other", () => {
  const { notEnforced } = policyOf({
    version: 1,
    throttle: [{ per: "agent", limit: 3, window: "1m" }],
    unknown: "guard",
    exec_guard: "enforce",
    sandbox: {
      network: "names",
      ephemeral: true,
      read: { mode: "allow", hidden: ["x"] },
    },
    requires_confirmation: { commands: ["x"], paths: [] },
    script_sentinel: { enabled: false },
    telemetry: { enabled: true },
    agent_overrides: { a: { policy: {} } },
    rules: [{
      id: "t",
      match: { program: "x" },
      verdict: { throttle: { per: "rule", limit: 1, window: "1h" } },
      reason: "r",
    }],
  });
  assert.deepEqual(notEnforced.map(({ pointer }) => pointer).toSorted(), [
    "/exec_guard",
    "/sandbox/network",
    "/telemetry",
    "/unknown",
  ]);
});

Deno.test("every rule that objects is named, however often another does", () => {
  const ask = (id: string, path: string) => ({
    ...{ id, match: { program: "rm", path }, reason: "r" },
    verdict: "escalate",
  });
  const names = Array.from({ length: 60 }, (_, i) => `f${i}.txt`);
  const { reasons } = judge(
    policyOf({ version: 1, rules: [ask("many", "*.txt"), ask("one", "last")] }),
    `${names.map((name) => `rm ${name}; `).join("")}rm last`,
  );
  const rules = reasons.map(({ rule }) => rule);
  assert.equal(rules.filter((rule) => rule === "policy/many").length, 32);
  assert.equal(rules.filter((rule) => rule === "policy/one").length, 1);
});
