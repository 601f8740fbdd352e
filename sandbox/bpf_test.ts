// Copyright 2026 the airg authors. Apache-2.0 license.

import assert from "node:assert/strict";
import fc from "fast-check";
import { assemble, disassemble, OPCODE, type Statement } from "./bpf.ts";
import * as kernel from "./bpf_interpreter_test.ts";

const give = { give: 7 } as const;
/** As many statements that change nothing. */
const idle = (count: number): Statement[] =>
  Array.from({ length: count }, () => ({ and: 0xffff_ffff }));
const eq = (yes: string, no: string): Statement => ({
  test: "eq",
  k: 1,
  yes,
  no,
});

Deno.test("assemble() writes sock_filter in little endian", () => {
  const bytes = assemble([
    { load: 4 },
    { test: "eq", k: 0xc000003e, yes: "next", no: "end" },
    { and: 0xf },
    { label: "end" },
    { give: 0x7fff0000 },
  ]);
  assert.deepEqual([...bytes], [
    ...[0x20, 0, 0, 0, 4, 0, 0, 0],
    ...[0x15, 0, 0, 1, 0x3e, 0, 0, 0xc0],
    ...[0x54, 0, 0, 0, 0xf, 0, 0, 0],
    ...[0x06, 0, 0, 0, 0, 0, 0xff, 0x7f],
  ]);
});

Deno.test.each(
  [
    { name: "no statement", program: [], message: /gives no value/ },
    { name: "an open end", program: [{ load: 0 }], message: /gives no value/ },
    {
      name: "a label that is missing",
      program: [{ go: "x" }, give],
      message: /no label: x/,
    },
    {
      name: "a label that is behind",
      program: [{ label: "x" }, { load: 0 }, { go: "x" }, give],
      message: /behind/,
    },
    {
      name: "a jump to itself",
      program: [{ label: "x" }, { go: "x" }, give],
      message: /behind/,
    },
    {
      name: "a label used twice",
      program: [{ label: "x" }, give, { label: "x" }, give],
      message: /twice/,
    },
    {
      name: "a label after the end",
      program: [{ go: "x" }, give, { label: "x" }],
      message: /nothing follows/,
    },
    { name: "an odd offset", program: [{ load: 2 }, give], message: /no word/ },
    {
      name: "a word past the data",
      program: [{ load: 64 }, give],
      message: /no word/,
    },
    {
      name: "4097 instructions",
      program: [...idle(4096), give],
      message: /4097 instructions/,
    },
  ] satisfies {
    name: string;
    program: Statement[];
    message: RegExp;
  }[],
)("assemble() refuses $name", ({ program, message }) => {
  assert.throws(
    () => assemble(program),
    (error) => error instanceof RangeError && message.test(error.message),
  );
});

Deno.test("assemble() takes 4096 instructions", () => {
  assert.equal(assemble([...idle(4095), give]).length, 4096 * 8);
});

Deno.test.each([
  { distance: 255, length: 257 },
  { distance: 256, length: 260 },
])(
  "a jump over $distance instructions makes $length in all",
  ({ distance, length }) => {
    const bytes = assemble([
      eq("far", "next"),
      ...idle(distance - 1),
      { give: 1 },
      { label: "far" },
      { give: 2 },
    ]);
    assert.equal(bytes.length / 8, length);
  },
);

Deno.test("a program gives what its statements mean, however far it jumps", () => {
  // Blocks of a test, padding and a result; jumps go to any later block.
  const block = fc.record({
    test: fc.constantFrom("eq", "ge", "gt", "set"),
    k: fc.constantFrom(0, 1, 2, 3, 0x7fffffff, 0x80000000, 0xffffffff),
    load: fc.constantFrom(0, 4, 16, 20),
    and: fc.constantFrom(0xffff_ffff, 3, 0x80000000),
    padding: fc.constantFrom(0, 1, 100, 254, 255, 256, 300),
    yes: fc.nat(),
    no: fc.nat(),
  });
  const word = fc.constantFrom(0, 1, 2, 3, 4, 0x7fffffff, 0x80000000);
  fc.assert(fc.property(
    fc.array(block, { minLength: 1, maxLength: 9 }),
    word,
    word,
    fc.bigInt({ min: 0n, max: (1n << 64n) - 1n }),
    (blocks, nr, arch, arg) => {
      const later = (i: number, n: number) => {
        const choices = blocks.length - i;
        return n % (choices + 1) === 0 ? "next" : `b${i + n % choices + 1}`;
      };
      const program = blocks.flatMap((b, i): Statement[] => [
        { label: `b${i}` },
        { load: b.load },
        { and: b.and },
        { test: b.test, k: b.k, yes: later(i, b.yes), no: later(i, b.no) },
        ...idle(b.padding),
        { give: i },
      ]);
      program.push({ label: `b${blocks.length}` }, { give: 99 });
      const data = kernel.dataBytes({ nr, arch, args: [arg] });
      assert.equal(
        kernel.interpret(assemble(program), data),
        meaning(program, data),
      );
    },
  ));
});

Deno.test("disassemble() shows each operation and where it goes", () => {
  const program = assemble([
    { load: 0 },
    { test: "ge", k: 5, yes: "end", no: "next" },
    { test: "gt", k: 6, yes: "next", no: "end" },
    { test: "set", k: 0x10, yes: "next", no: "end" },
    { and: 0xf },
    eq("next", "end"),
    { go: "end" },
    { label: "end" },
    { give: 0x50001 },
  ]);
  const text = disassemble(
    program,
    ({ code }, loaded) => code === OPCODE.eq ? `word ${loaded}` : "",
  );
  assert.equal(
    text,
    `0000  load [0]
0001  if >= 0x5 ? 0007 : 0002
0002  if > 0x6 ? 0003 : 0007
0003  if & 0x10 ? 0004 : 0007
0004  and 0xf
0005  if == 0x1 ? 0006 : 0007       ; word 0
0006  go 0007
0007  give 0x00050001
`,
  );
});

Deno.test("disassemble() refuses what the assembler never writes", () => {
  assert.throws(() => disassemble(new Uint8Array(7)), RangeError);
  assert.throws(
    () => disassemble(new Uint8Array([0x28, 0, 0, 0, 0, 0, 0, 0])),
    /unknown operation 0x28/,
  );
});

/** What the statements say, read without making instructions of them. */
function meaning(program: readonly Statement[], data: DataView): number {
  let a = 0;
  for (let i = 0;; i++) {
    const statement = program[i]!;
    if ("give" in statement) return statement.give;
    if ("load" in statement) a = data.getUint32(statement.load, true);
    if ("and" in statement) a = (a & statement.and) >>> 0;
    if ("test" in statement) {
      const holds = {
        eq: a === statement.k,
        ge: a >= statement.k,
        gt: a > statement.k,
        set: (BigInt(a) & BigInt(statement.k)) !== 0n,
      }[statement.test];
      const target = holds ? statement.yes : statement.no;
      if (target === "next") continue;
      i = program.findIndex((s) => "label" in s && s.label === target);
    }
  }
}
