// Copyright 2026 the airg authors. Apache-2.0 license.
import assert from "node:assert/strict";
import { fakeContext } from "../../../test/support/fake_context.ts";
import { dispatch } from "../command.ts";
import { COMMANDS } from "../commands.ts";
import { readCases } from "./cases.ts";

Deno.test("readCases() reads sections, comments and folders", () => {
  const text = `\uFEFFwords
-- allow --
ls -la\r

# rm -rf /
-- cwd --
packages/../web
-- block --
 rm -rf src #x
-- cwd --
/srv/app
-- escalate --
git push
`;
  const cases = readCases(text);
  assert(cases.ok);
  assert.deepEqual(cases.value, [
    { wanted: "allow", command: "ls -la", cwd: "/home/you/project", line: 3 },
    {
      wanted: "block",
      command: " rm -rf src #x",
      cwd: "/home/you/project/web",
      line: 9,
    },
    { wanted: "escalate", command: "git push", cwd: "/srv/app", line: 13 },
  ]);
});

Deno.test.each([
  { text: "", says: /^1: no section; write/ },
  {
    text: "-- allow --\nls\n-- den\x1by --\nls",
    says: /^3: unknown section "den\\u001by"; the sections are allow, /,
  },
  { text: "--allow--\nls", says: /^1: no section/ },
])("readCases() refuses $text", ({ text, says }) => {
  const cases = readCases(text);
  assert(!cases.ok);
  const [problem] = cases.error;
  assert.match(`${problem?.line}: ${problem?.message}`, says);
});

interface Run {
  readonly name: string;
  readonly cases: string;
  readonly policy?: object;
  readonly status: number;
  readonly out: readonly RegExp[];
}

const RULE = {
  id: "no.ls",
  match: { program: "ls" },
  verdict: "block",
  reason: "No listing here",
};

const RUNS: Run[] = [
  {
    name: "passes",
    cases: "-- allow --\necho a\n-- block --\nls\nenv ls",
    status: 0,
    out: [/^p\.json: passed, 0 examples, 3 cases, 0 failures$/],
  },
  {
    name: "tells what came out otherwise, printable",
    cases: "-- block --\necho '\x1b[2J'\n-- allow --\nls",
    status: 1,
    out: [
      /^c\.txtar:2: wanted block, got allow: echo '\\x1b\[2J'$/,
      /^ {2}because: .*\[built-in\/allow\]$/,
      /^c\.txtar:4: wanted allow, got block: ls$/,
      /^ {2}because: No listing here \[policy\/no\.ls\]$/,
      /^p\.json: failed, 0 examples, 2 cases, 2 failures$/,
    ],
  },
  {
    name: "takes a shadow rule for what it does: nothing",
    policy: { version: 1, rules: [{ ...RULE, mode: "shadow" }] },
    cases: "-- block --\nls",
    status: 1,
    out: [/wanted block, got allow \(shadow: block\): ls$/, /./, /1 failures$/],
  },
];

for (const { name, cases, policy, status, out } of RUNS) {
  Deno.test(`policy test ${name}`, async () => {
    const folder = await Deno.makeTempDir();
    try {
      const document = policy ?? { version: 1, rules: [RULE] };
      await Deno.writeTextFile(`${folder}/p.json`, JSON.stringify(document));
      await Deno.writeTextFile(`${folder}/c.txtar`, cases);
      const fake = fakeContext({ cwd: folder });
      const argv = ["policy", "test", "--policy", "p.json", "c.txtar"];
      assert.equal(await dispatch(COMMANDS, argv, fake.context), status);
      assert.equal(fake.out.length, out.length, fake.out.join("\n"));
      for (const [i, line] of fake.out.entries()) {
        assert.match(line, out[i] ?? /^$/);
      }
    } finally {
      await Deno.remove(folder, { recursive: true });
    }
  });
}
