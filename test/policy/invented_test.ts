// Copyright 2026 the airg authors. Apache-2.0 license.
// A program that no table knows is not unknown: it runs, contained.
import assert from "node:assert/strict";
import { judge, policyOf } from "./judge.ts";

const NAMES = ["frob", "zimctl", "quux-cli", "blarg", "norn", "vexel", "pluma"];
const ARGUMENTS = [
  "",
  "--version",
  "build src",
  "-v -o out.txt in.txt",
  "apply --plan plan.yaml",
  "status --format json | head -5",
  "run --watch=false test/*.spec",
  'deploy "$STAGE" --dry-run',
  "fmt && echo done",
  "lint $(ls src) 2>&1",
  "add a b c",
  "--config=./x.toml serve &",
  "check < input.txt > report.txt",
  "list --all --since yesterday",
  "convert 'two words.png' out/",
  "sum {1..3}.csv",
  "get key || true",
  "set key=value",
  "-abc file",
  "remove --help",
  "format .",
  "delete-cache --name x",
  "push local",
  "test -- --grep 'rm -rf'",
  "init my-app",
  "sync dir1 dir2",
  "export > out.json",
  "plan -var 'a=b'",
  "go",
];
const policies = {
  default: policyOf({ version: 1, extends: ["default"] }),
  legacy: policyOf(
    JSON.parse(
      Deno.readTextFileSync(new URL("legacy-shipped.json", import.meta.url)),
    ),
  ),
};

for (const [name, policy] of Object.entries(policies)) {
  Deno.test(`the ${name} policy lets two hundred invented commands run`, () => {
    const refused = NAMES.flatMap((program) =>
      ARGUMENTS.map((words) => `${program} ${words}`.trim())
    ).flatMap((text) => {
      const { verdict, reasons } = judge(policy, text);
      return verdict === "allow" ? [] : [`${text}: ${reasons[0]?.message}`];
    });
    assert.deepEqual(refused, []);
    assert(NAMES.length * ARGUMENTS.length >= 200);
  });

  Deno.test(`the ${name} policy takes a name in other letter case for the program`, () => {
    for (const text of ["RM -RF ..", "Rm -r ..", "/BIN/RM -r .."]) {
      assert.equal(judge(policy, text).verdict, "block", text);
    }
  });
}
