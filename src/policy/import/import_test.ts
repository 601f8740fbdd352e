// Copyright 2026 the airg authors. Apache-2.0 license.
import assert from "node:assert/strict";
import fc from "fast-check";
import { checkExamples } from "../examples.ts";
import { parsePolicy } from "../parse.ts";
import type { PolicyRule } from "../schema.ts";
import { importClaude } from "./claude.ts";
import { importCodex } from "./codex.ts";
import type { Imported, ImportOptions } from "./notes.ts";
import { importRuntimeGuard } from "./runtime_guard.ts";

const OPTIONS: ImportOptions = {
  file: "theirs",
  judge: (command) =>
    command.startsWith("rm")
      ? { verdict: "block", rule: "default/x" }
      : { verdict: "allow", rule: "" },
};

/** What came over, in short: the rules' matches, and each note as `kind where`. */
function summary({ document, notes }: Imported) {
  return {
    rules: document.rules?.map(({ match, verdict }) => ({ verdict, match })) ??
      [],
    notes: notes.map(({ kind, where }) => `${kind} ${where}`),
  };
}

/** Whatever was imported is a policy whose examples hold. */
function assertValid({ document }: Imported): void {
  const text = JSON.stringify(document);
  const parsed = parsePolicy(text);
  assert(parsed.ok, JSON.stringify(parsed));
  assert.deepEqual(checkExamples(parsed.value.document), []);
}

interface EntryCase {
  readonly entry: unknown;
  readonly match?: PolicyRule["match"];
  readonly note?: string;
  readonly hidden?: string;
}

const READ_ACCESS = ["read", "list"] as const;
const WRITE_ACCESS = ["write", "delete"] as const;

const ENTRIES: EntryCase[] = [
  { entry: "Bash", match: { tool: ["exec"] } },
  { entry: "Bash(*)", match: { tool: ["exec"] } },
  {
    entry: "Bash(npm run test:*)",
    match: { program: "npm", args: ["run", "test"] },
  },
  { entry: "Bash(git push *)", match: { program: "git", args: ["push"] } },
  {
    entry: "Bash(npm publish)",
    match: { program: "npm", args: ["publish"] },
    note: "stricter",
  },
  {
    entry: "Bash(/usr/bin/git push:*)",
    match: { program: "git", args: ["push"] },
  },
  {
    entry: "Bash(rm -rf:*)",
    match: { program: "rm", flags: { all: ["-r", "-f"] } },
  },
  {
    entry: "Bash(git push --force-with-lease=main:*)",
    match: {
      program: "git",
      args: ["push"],
      flags: { all: ["--force-with-lease"] },
    },
  },
  {
    entry: "Bash(git push --force*)",
    match: { program: "git", args: ["push"], flags: { all: ["--force"] } },
    note: "looser",
  },
  {
    entry: "Bash(npm run test*)",
    match: { program: "npm", args: ["run", "test*"] },
  },
  {
    entry: "Bash(* --version)",
    match: { program: "*", flags: { all: ["--version"] } },
  },
  { entry: "Bash(echo $(id):*)", note: "not-carried" },
  { entry: "Bash(a && b)", note: "not-carried" },
  { entry: "Bash(cat 'a b')", note: "not-carried" },
  { entry: "Bash(FOO=1 npm test)", note: "not-carried" },
  { entry: "Bash(ls \x1b[2J)", note: "not-carried" },
  { entry: "Bash(ls \u202egnp.sh)", note: "not-carried" },
  {
    entry: "Read(./.env)",
    match: { path: ".env", access: [...READ_ACCESS] },
    note: "stricter",
    hidden: ".env",
  },
  {
    entry: "Read(//etc/shadow)",
    match: { path: "/etc/shadow", access: [...READ_ACCESS] },
    hidden: "/etc/shadow",
  },
  {
    entry: "Read(~/.aws/**)",
    match: { path: "~/.aws", access: [...READ_ACCESS] },
    hidden: "~/.aws",
  },
  {
    entry: "Read(**/*.pem)",
    match: { path: "*.pem", access: [...READ_ACCESS] },
  },
  {
    entry: "Edit(/docs/**)",
    match: { path: "docs", access: [...WRITE_ACCESS] },
    note: "stricter",
  },
  {
    entry: "Edit(src/**/generated/*.ts)",
    match: { path: "generated/*.ts", access: [...WRITE_ACCESS] },
    note: "stricter",
  },
  { entry: "Write", match: { tool: ["write"] }, note: "looser" },
  { entry: "Read(**)", match: { tool: ["read", "list"] }, note: "looser" },
  { entry: "Read(!keep)", note: "not-carried" },
  { entry: "Read(../secrets)", note: "not-carried" },
  { entry: "Read([ab].txt)", note: "not-carried" },
  { entry: "WebFetch(domain:Evil.example)", match: { host: "evil.example" } },
  { entry: "WebFetch(domain:*.evil.example)", match: { host: "evil.example" } },
  { entry: "WebFetch", note: "not-carried" },
  { entry: "mcp__github__delete", note: "not-carried" },
  { entry: "constructor(x)", note: "not-carried" },
  { entry: "__proto__", note: "not-carried" },
  { entry: "Bash(", note: "not-carried" },
  { entry: "", note: "not-carried" },
  { entry: 7, note: "not-carried" },
  { entry: null, note: "not-carried" },
];

for (const { entry, match, note, hidden } of ENTRIES) {
  Deno.test(`importClaude() reads ${JSON.stringify(entry)}`, () => {
    const lists = [["deny", "block"], ["ask", "escalate"]] as const;
    for (const [list, verdict] of lists) {
      const settings = {
        permissions: { [list]: [entry], defaultMode: "auto" },
      };
      const imported = importClaude(settings, OPTIONS);
      assert(imported.ok);
      assertValid(imported.value);
      const { rules, notes } = summary(imported.value);
      assert.deepEqual(rules, match === undefined ? [] : [{ verdict, match }]);
      const where = `/permissions/${list}/0`;
      assert.deepEqual(
        notes.filter((text) => text.endsWith(where)),
        note === undefined ? [] : [`${note} ${where}`],
      );
      assert.deepEqual(
        imported.value.document.sandbox?.read?.hidden,
        list === "deny" && hidden !== undefined ? [hidden] : undefined,
      );
    }
  });
}

Deno.test("importClaude() never makes a rule of an allow, and says what stays refused", () => {
  const imported = importClaude({
    permissions: {
      allow: ["Bash(npm test:*)", "Bash(rm -rf:*)", "Read(~/**)", "mcp__x__y"],
      defaultMode: "bypassPermissions",
    },
  }, OPTIONS);
  assert(imported.ok);
  assert.deepEqual(summary(imported.value), {
    rules: [],
    notes: [
      "stricter /permissions/defaultMode",
      "needless /permissions/allow/0",
      "stays-refused /permissions/allow/1",
      "needless /permissions/allow/2",
      "needless /permissions/allow/3",
    ],
  });
  assert.deepEqual(imported.value.document, {
    version: 1,
    extends: ["default"],
  });
});

Deno.test("importClaude() says what else the settings say", () => {
  const imported = importClaude({
    hooks: {},
    sandbox: {},
    theme: "dark",
    permissions: {
      deny: "Bash",
      defaultMode: "dontAsk",
      disableAutoMode: "disable",
      additionalDirectories: ["/srv/a/", "~/b", "../c", "/", "~", "/a/..", 3],
    },
  }, OPTIONS);
  assert(imported.ok);
  assertValid(imported.value);
  assert.deepEqual(imported.value.document.allowed?.paths_whitelist, [
    "/srv/a",
    "~/b",
  ]);
  const folder = "/permissions/additionalDirectories";
  assert.deepEqual(summary(imported.value).notes, [
    "looser /permissions/defaultMode",
    "not-carried /permissions/disableAutoMode",
    "not-carried /hooks",
    "not-carried /sandbox",
    "not-carried /permissions/deny",
    `looser ${folder}/0`,
    `looser ${folder}/1`,
    ...[2, 3, 4, 5, 6].map((i) => `info ${folder}/${i}`),
  ]);
});

Deno.test.each([
  { settings: null },
  { settings: [] },
  { settings: {} },
  { settings: { permissions: [] } },
  { settings: JSON.parse('{"__proto__":{"permissions":{"deny":["Bash"]}}}') },
])("importClaude() refuses $settings", ({ settings }) => {
  assert.equal(importClaude(settings, OPTIONS).ok, false);
});

Deno.test("importClaude() gives each rule an id of its own, and where it came from", () => {
  const deny = ["Bash(git push:*)", "Bash(git push *)", "Bash(世界:*)"];
  const imported = importClaude({ permissions: { deny } }, OPTIONS);
  assert(imported.ok);
  assertValid(imported.value);
  assert.deepEqual(
    imported.value.document.rules?.map(({ id, reason }) => ({ id, reason })),
    [
      {
        id: "claude.deny.git-push",
        reason: "Denied in theirs, /permissions/deny/0: Bash(git push:*)",
      },
      {
        id: "claude.deny.git-push-2",
        reason: "Denied in theirs, /permissions/deny/1: Bash(git push *)",
      },
      {
        id: "claude.deny.rule",
        reason: "Denied in theirs, /permissions/deny/2: Bash(世界:*)",
      },
    ],
  );
});

Deno.test("importClaude() makes a valid policy of any strings", () => {
  const entry = fc.tuple(
    fc.constantFrom("Bash", "Read", "Edit", "WebFetch", "", "mcp__a"),
    fc.string({
      unit: fc.constantFrom(
        ..."ab -*/.~:$'\"\\()[]{}|&=\n\x1b\u202e世".split(""),
      ),
      maxLength: 20,
    }),
  ).map(([tool, inner]) => `${tool}(${inner})`);
  fc.assert(
    fc.property(fc.array(entry, { maxLength: 3 }), (deny) => {
      const imported = importClaude({ permissions: { deny } }, OPTIONS);
      assert(imported.ok);
      assertValid(imported.value);
    }),
    { numRuns: 100 },
  );
});

interface CodexCase {
  readonly text: string;
  readonly rules?: readonly Pick<PolicyRule, "verdict" | "match">[];
  readonly notes?: readonly string[];
}

const CODEX: CodexCase[] = [
  { text: "" },
  { text: "# only a comment\n'a docstring'\n" },
  {
    text: `prefix_rule(pattern=["git", ["push", "fetch"]], decision="prompt")`,
    rules: [
      { verdict: "escalate", match: { program: "git", args: ["push"] } },
      { verdict: "escalate", match: { program: "git", args: ["fetch"] } },
    ],
  },
  {
    text: `prefix_rule(['rm', r'-rf'], decision = """forbidden""",)`,
    rules: [{
      verdict: "block",
      match: { program: "rm", flags: { all: ["-r", "-f"] } },
    }],
  },
  {
    text: `prefix_rule(pattern=["ls"])\nprefix_rule(pattern=["rm"])`,
    notes: ["needless line 1", "stays-refused line 2"],
  },
  {
    text:
      `network_rule(host="Evil.example", protocol="https", decision="deny")\nnetwork_rule(host="*", decision="deny")`,
    rules: [{ verdict: "block", match: { host: "evil.example" } }],
    notes: ["not-carried line 2"],
  },
  {
    text:
      `host_executable(name="git", paths=["/usr/bin/git"])\nfrobnicate()\nload("x", "y")`,
    notes: ["not-carried line 1", "not-carried line 2", "not-carried line 3"],
  },
  {
    text: `X = ["a"]\nprefix_rule(pattern=X, decision="forbidden")`,
    notes: ["not-carried line 1", "not-carried line 2"],
  },
  {
    text: `prefix_rule(pattern=["a", "b" + "c"], decision="forbidden")`,
    notes: ["not-carried line 1"],
  },
  {
    text: `prefix_rule(pattern=["a", []], decision="forbidden")`,
    notes: ["not-carried line 1"],
  },
  {
    text: `prefix_rule(pattern=["a"], decision="Forbidden")`,
    notes: ["not-carried line 1"],
  },
  {
    text: `prefix_rule(pattern=["a"], decision=D)`,
    notes: ["not-carried line 1"],
  },
  {
    text: `prefix_rule(pattern=["a;rm x"], decision="forbidden")`,
    notes: ["not-carried line 1"],
  },
  {
    text: `prefix_rule(pattern=[${
      '["a","b","c"],'.repeat(6)
    }], decision="forbidden")`,
    notes: ["not-carried line 1"],
  },
  {
    text: `prefix_rule(
  pattern = ["git", "push"], # a comment with ( and "
  decision = "prompt",
  match = [["git", "push", "origin main"], "git push"],
  not_match = ["git status", "git -c a=b push"],
)`,
    rules: [{ verdict: "escalate", match: { program: "git", args: ["push"] } }],
    notes: ["stricter line 1"],
  },
];

for (const { text, rules = [], notes = [] } of CODEX) {
  Deno.test(`importCodex() reads ${JSON.stringify(text.slice(0, 70))}`, () => {
    const imported = importCodex(text, OPTIONS);
    assert(imported.ok, JSON.stringify(imported));
    assertValid(imported.value);
    const found = summary(imported.value);
    assert.deepEqual(found.rules, rules);
    // The first note is on what no rule speaks of.
    assert.deepEqual(found.notes.slice(1).toSorted(), notes.toSorted());
  });
}

Deno.test("importCodex() keeps the justification, made printable", () => {
  const text =
    `prefix_rule(pattern=["rm"], decision="forbidden", justification="Use \\x1b[2Jtrash")`;
  const imported = importCodex(text, OPTIONS);
  assert(imported.ok);
  const [rule] = imported.value.document.rules ?? [];
  assert.equal(
    rule?.reason,
    'Use \\x1b[2Jtrash (forbidden in theirs, line 1: prefix_rule(["rm"]))',
  );
});

Deno.test.each([
  { text: "prefix_rule(", line: 1 },
  { text: '\nprefix_rule(pattern=["a"]', line: 2 },
  { text: 'x = "never closed\n', line: 1 },
  { text: "a\n)", line: 2 },
  { text: "prefix_rule(pattern=[)]", line: 1 },
  { text: "f(a=1, a=2)", line: 1 },
  { text: "é = 1", line: 1 },
  { text: "\x00", line: 1 },
])("importCodex() refuses $text at line $line", ({ text, line }) => {
  const imported = importCodex(text, OPTIONS);
  assert(!imported.ok);
  assert.equal(imported.error.line, line);
});

Deno.test("importCodex() never throws, whatever the text", () => {
  const text = fc.string({
    unit: fc.constantFrom(
      ..."()[]{}=,;\\\n\"'#rf a-".split(""),
      'prefix_rule(pattern=["a"],',
      'decision="forbidden")',
    ),
    maxLength: 60,
  });
  fc.assert(fc.property(text, (source) => {
    const imported = importCodex(source, OPTIONS);
    if (imported.ok) assertValid(imported.value);
  }));
});

Deno.test("importCodex() reads deep and long files in linear time", () => {
  const deep = `prefix_rule(pattern=${"[".repeat(50_000)}${
    "]".repeat(50_000)
  }, decision="forbidden")`;
  const imported = importCodex(deep, OPTIONS);
  assert(imported.ok);
  assert.equal(imported.value.document.rules, undefined);
  assert.equal(importCodex("(".repeat(200_000), OPTIONS).ok, false);
  assert(importCodex("a b\n".repeat(50_000), OPTIONS).ok);
});

Deno.test("importRuntimeGuard() keeps the lists, and writes out what a version changes", () => {
  const imported = importRuntimeGuard(`{
    "_comment": "x",
    "blocked": { "commands": ["rm -rf"], "paths": [".env"] },
    "requires_confirmation": { "commands": ["git push"] },
    "requires_simulation": { "commands": ["rm", "git push"] },
    "ui_catalog": { "tabs": [] },
    "strange": 1,
  }`);
  assert(imported.ok, JSON.stringify(imported));
  assertValid(imported.value);
  assert.deepEqual(imported.value.document, {
    version: 1,
    blocked: { commands: ["rm -rf"], paths: [".env"] },
    requires_confirmation: { commands: ["git push", "rm"] },
    sandbox: { network: "open" },
  });
  const { notes } = summary(imported.value);
  for (
    const note of [
      "not-carried /strange",
      "info /ui_catalog",
      "info /requires_simulation/commands",
      "info /sandbox/network",
      "info /extends",
    ]
  ) assert(notes.includes(note), notes.join("\n"));
});

Deno.test.each([
  { text: '{"version":1}', says: /a policy of airg's already/ },
  { text: "{", says: /Cannot read JSON/ },
  { text: '{"blocked":7}', says: /\/blocked/ },
])("importRuntimeGuard() refuses $text", ({ text, says }) => {
  const imported = importRuntimeGuard(text);
  assert(!imported.ok);
  assert.match(imported.error.message, says);
});
