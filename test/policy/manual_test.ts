// Copyright 2026 the airg authors. Apache-2.0 license.
// Runtime Guard's manual, "Pattern examples": what a pattern of its lists must
// match, line by line, and the spellings that mean the same.
import assert from "node:assert/strict";
import type { Verdict } from "../../src/policy/decision.ts";
import { judge, policyOf } from "./judge.ts";

interface Row {
  readonly command: string;
  readonly pattern: string;
  readonly verdict: Verdict;
}

const MANUAL: readonly Row[] = [
  { command: "rm -rf /tmp/x", pattern: "rm -rf", verdict: "block" },
  { command: "RM -RF /tmp/x", pattern: "rm -rf", verdict: "block" },
  { command: "rm  -rf  /tmp", pattern: "rm -rf", verdict: "block" },
  { command: "rm *.txt", pattern: "rm -rf", verdict: "allow" },
  { command: "find docs -delete", pattern: "find -delete", verdict: "block" },
  {
    command: "find docs -exec rm {} +",
    pattern: "find -exec rm",
    verdict: "block",
  },
  {
    command: "printf 'a\\n' | xargs rm",
    pattern: "xargs rm",
    verdict: "block",
  },
  {
    command: 'for f in *.tmp; do rm "$f"; done',
    pattern: "do rm",
    verdict: "block",
  },
];

const SAME_MEANING: readonly Row[] = [
  { command: "rm\t-rf\t/tmp/x", pattern: "rm -rf", verdict: "block" },
  { command: "rm -r -f build", pattern: "rm -rf", verdict: "block" },
  { command: "/bin/Rm -fr build", pattern: "rm -rf", verdict: "block" },
  { command: "r''m -rf build", pattern: "rm -rf", verdict: "block" },
  { command: "while :; do rm x; done", pattern: "do rm", verdict: "block" },
  { command: "rm -r build", pattern: "rm -rf", verdict: "allow" },
  { command: "echo rm -rf /tmp/x", pattern: "rm -rf", verdict: "allow" },
  {
    command: "find docs -name delete",
    pattern: "find -delete",
    verdict: "allow",
  },
  {
    command: "find docs -exec cat {} +",
    pattern: "find -exec rm",
    verdict: "allow",
  },
  { command: "echo a | xargs ls", pattern: "xargs rm", verdict: "allow" },
  {
    command: "for f in a b; do ls $f; done",
    pattern: "do rm",
    verdict: "allow",
  },
];

Deno.test.each([...MANUAL, ...SAME_MEANING])(
  "'$command' under '$pattern': $verdict",
  (row: Row) => {
    const policy = policyOf({ blocked: { commands: [row.pattern] } });
    const { verdict, reasons } = judge(policy, row.command);
    assert.equal(verdict, row.verdict, reasons[0]?.message);
  },
);
