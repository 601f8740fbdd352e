// Copyright 2026 the airg authors. Apache-2.0 license.
import assert from "node:assert/strict";
import { fakeContext } from "../../test/support/fake_context.ts";
import { type Command, dispatch, type Run, UsageError } from "./command.ts";
import { COMMANDS } from "./commands.ts";

function command(name: string, run: Run): Command {
  return {
    name,
    summary: `do ${name}`,
    usage: ["[--json]"],
    example: `airg ${name}`,
    options: { json: { summary: "in JSON" } },
    load: () => Promise.resolve(run),
  };
}

const list = [
  command("run", () => Promise.resolve(0)),
  command("policy check", ({ operands }) => Promise.resolve(operands.length)),
  command("fail", () => Promise.reject(new Error("disk \x1b[2J full"))),
  command("misuse", () => Promise.reject(new UsageError("not so"))),
  command("gone", () => Promise.reject(new Deno.errors.BrokenPipe("x"))),
];

Deno.test.each(
  [
    {
      argv: ["rnu"],
      err: [
        "airg: error: unknown command: rnu",
        "airg: hint: did you mean `airg run`?",
      ],
      status: 64,
    },
    {
      argv: ["frobnicate\x1b[2J"],
      err: [
        "airg: error: unknown command: frobnicate\\x1b[2J",
        "airg: hint: run `airg help` for the list",
      ],
      status: 64,
    },
    {
      argv: ["policy"],
      err: [
        "airg: error: policy needs one of: check",
        "airg: hint: run `airg policy --help`",
      ],
      status: 64,
    },
    {
      argv: ["policy", "chekc"],
      err: [
        "airg: error: unknown command: policy chekc",
        "airg: hint: did you mean `airg policy check`?",
      ],
      status: 64,
    },
    {
      argv: ["run", "--jsno"],
      err: [
        "airg: error: unknown option: --jsno",
        "airg: hint: did you mean --json?",
      ],
      status: 64,
    },
    {
      argv: ["misuse"],
      err: ["airg: error: not so", "airg: hint: usage: airg misuse [--json]"],
      status: 64,
    },
    { argv: ["fail"], err: ["airg: error: disk \\x1b[2J full"], status: 70 },
    { argv: ["gone"], err: [], status: 141 },
    { argv: ["policy", "check", "a", "b"], err: [], status: 2 },
    { argv: ["run", "--", "--help"], err: [], status: 0 },
  ],
)("dispatch() of $argv", async ({ argv, err, status }) => {
  const fake = fakeContext();
  assert.equal(await dispatch(list, argv, fake.context), status);
  assert.deepEqual(fake.err, err);
});

Deno.test("dispatch() without a command shows all of them and fails", async () => {
  const fake = fakeContext();
  assert.equal(await dispatch(list, [], fake.context), 64);
  assert.match(fake.err.join("\n"), /policy check +do policy check/);
});

for (const { name } of COMMANDS) {
  Deno.test(`airg ${name} --help shows usage and an example`, async () => {
    const fake = fakeContext();
    const argv = [...name.split(" "), "--help"];
    assert.equal(await dispatch(COMMANDS, argv, fake.context), 0);
    assert.match(fake.out.join("\n"), new RegExp(`usage: airg ${name}`));
    assert.match(fake.out.join("\n"), new RegExp(`example:\n  airg ${name}`));
  });
}
