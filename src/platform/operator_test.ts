// Copyright 2026 the airg authors. Apache-2.0 license.
import assert from "node:assert/strict";
import { judgeOperator, type OperatorFacts } from "./operator.ts";
import { deviceName, processTable, terminalOf } from "./operator_facts.ts";

const PERSON: OperatorFacts = {
  uid: 1000,
  user: "ana",
  inside: false,
  stdin: true,
  terminal: "/dev/pts/3",
  foreground: true,
};
const { terminal: _, ...NO_TERMINAL } = PERSON;

Deno.test.each(
  [
    { facts: PERSON, kind: "person" },
    {
      facts: { ...PERSON, agent: "claude (process 3) started it" },
      kind: "code",
    },
    { facts: { ...PERSON, inside: true }, kind: "refused", why: /sandbox/ },
    { facts: { ...PERSON, stdin: false }, kind: "refused", why: /input/ },
    { facts: NO_TERMINAL, kind: "refused", why: /controlling terminal/ },
    {
      facts: { ...PERSON, foreground: false },
      kind: "refused",
      why: /background/,
    },
    // A code does not stand in for a terminal.
    {
      facts: { ...PERSON, agent: "x", stdin: false },
      kind: "refused",
      why: /input/,
    },
    {
      facts: { ...PERSON, agent: "x", inside: true },
      kind: "refused",
      why: /sandbox/,
    },
  ] as const,
)("judgeOperator($facts) is $kind", ({ facts, kind, ...rest }) => {
  const judged = judgeOperator(facts);
  assert.equal(judged.kind, kind);
  if (judged.kind !== "refused") return;
  assert.match(judged.why, "why" in rest ? rest.why : /never/);
  assert.notEqual(judged.cure, "");
});

Deno.test.each([
  {
    stat: "7 (a) b) c) S 1 7 7 34819 7 0",
    want: { number: 34819, foreground: true },
  },
  {
    stat: "7 (sh) S 1 7 5 34816 5 0",
    want: { number: 34816, foreground: false },
  },
  { stat: "7 (sh) S 1 7 7 0 -1 0", want: undefined },
  { stat: "", want: undefined },
])("terminalOf($stat)", ({ stat, want }) => {
  assert.deepEqual(terminalOf(stat), want);
});

Deno.test.each([
  { number: 34816 + 3, want: "/dev/pts/3" },
  { number: (136 << 8) | 0x100000 | 4, want: "/dev/pts/260" },
  { number: (4 << 8) | 1, want: "/dev/tty1" },
  { number: (4 << 8) | 64, want: "/dev/ttyS0" },
])("deviceName($number) is $want", ({ number, want }) => {
  assert.equal(deviceName(number), want);
});

Deno.test("processTable() reads what ps prints", () => {
  const table = processTable(
    "  501  1  501  601 ttys003 -zsh\n  601 501 601 601 ttys003 /Applications/Claude.app/Contents/Mac OS/x y\n",
  );
  assert.deepEqual(table.get(601), {
    parent: 501,
    name: "x y",
    words: ["/Applications/Claude.app/Contents/Mac OS/x y"],
    group: 601,
    front: 601,
    tty: "ttys003",
  });
  assert.equal(table.get(501)?.front, 601);
});
