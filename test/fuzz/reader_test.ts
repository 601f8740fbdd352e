// Copyright 2026 the airg authors. Apache-2.0 license.
// deno-lint-ignore-file no-console -- the seed is the result
// Whatever the text, airg's reader answers: it throws nothing.
//
// AIRG_FUZZ_RUNS sets how many random texts, AIRG_FUZZ_SEED repeats a run.
import assert from "node:assert/strict";
import fc from "fast-check";
import { readScript } from "../shell/support/compare.ts";
import { script } from "../shell/support/generate.ts";
import { mutated } from "../shell/support/mutate.ts";
import { readTxtar } from "../support/txtar.ts";

const RUNS = Number(Deno.env.get("AIRG_FUZZ_RUNS") ?? 20_000);
const SEED = Number(Deno.env.get("AIRG_FUZZ_SEED") ?? Date.now() % 2 ** 31);

const PIECES = [
  ...'a b rm x x= $x ${x} ${x:- ${x# ${x/ ${# ${! $1 $@ $* "$@" \' " ` \\ $\' $" $( $(( (( )) ( ) { } [ ] [[ ]] ; ;; ;& ;;& & && | || |& < > << <<- <<< >> <> >& <& &> >| 2>&1 <( >( ! # ~ ~+ * ? . / = += , .. {a,b} {1..3} if then elif else fi for in do done while until case esac select function f() time coproc local export declare eval source exec trap cd sh -c -rf -- echo printf %s base64 -d xargs find -exec {} \\; + E \\x41 \\u0041 set -f shopt -s extglob @( +( alias unset read IFS= 0 1 -1 0x \uFEFF é \u{1F600} \uD800'
    .split(" "),
  " ",
  " ",
  " ",
  "\t",
  "\n",
  "\n",
  "\r\n",
  "\\\n",
  "\0",
  "\x7f",
  "\x01",
  "\u2028",
];

Deno.test("the reader answers to a soup of operators and quotes", () => {
  const piece = fc.constantFrom(...PIECES);
  const soup = fc.array(piece, { maxLength: 60, size: "max" })
    .map((pieces) => pieces.join(""));
  check("soup", soup);
});

Deno.test("the reader answers to pieces with blanks between", () => {
  const piece = fc.constantFrom(...PIECES);
  const soup = fc.array(piece, { maxLength: 30, size: "max" })
    .map((pieces) => pieces.join(" "));
  check("pieces", soup);
});

Deno.test("the reader answers to mutated scripts", () => {
  const sources = fc.oneof(fc.constantFrom(...collected()), script());
  check("mutated", mutated(sources));
});

Deno.test("the reader answers to any characters", () => {
  check("characters", fc.string({ unit: "binary", maxLength: 200 }));
});

function check(name: string, texts: fc.Arbitrary<string>): void {
  console.log(`${name}: seed ${SEED}, ${RUNS} texts`);
  const property = fc.property(texts, (text) => {
    read(text);
  });
  fc.assert(property, { seed: SEED, numRuns: RUNS });
}

function read(text: string): void {
  const { programs, unknowns } = readScript(text);
  assert(Array.isArray(programs) && Array.isArray(unknowns));
}

function collected(): string[] {
  const folder = new URL("../shell/differential/", import.meta.url);
  return [...Deno.readDirSync(folder)].flatMap(({ name }) =>
    readTxtar(Deno.readTextFileSync(new URL(name, folder)))
      .map(({ lines }) => lines.join("\n"))
  );
}
