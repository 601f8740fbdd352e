// Copyright 2026 the airg authors. Apache-2.0 license.
// deno-lint-ignore-file no-console -- the seed is the result
// Whatever the text, airg's reader answers: it throws nothing.
//
// AIRG_FUZZ_RUNS sets how many random texts, AIRG_FUZZ_SEED repeats a run.
import fc from "fast-check";
import { script } from "../shell/support/generate.ts";
import { mutated } from "../shell/support/mutate.ts";
import { readTxtar } from "../support/txtar.ts";
import { startReader } from "./reader_process.ts";

const DEFAULT_RUNS = 20_000;
const RUNS = Number(Deno.env.get("AIRG_FUZZ_RUNS") ?? DEFAULT_RUNS);
const SEED = Number(Deno.env.get("AIRG_FUZZ_SEED") ?? Date.now() % 2 ** 31);

/** Milliseconds after which a short text counts as never answered. */
const DEADLINE_MS = 3_000;

/** Milliseconds for the default runs of one kind, with what makes a failure small. */
const LIMIT_MS = 60_000;

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

Deno.test("the reader answers to a soup of operators and quotes", async () => {
  const piece = fc.constantFrom(...PIECES);
  const soup = fc.array(piece, { maxLength: 60, size: "max" })
    .map((pieces) => pieces.join(""));
  await check("soup", soup);
});

Deno.test("the reader answers to pieces with blanks between", async () => {
  const piece = fc.constantFrom(...PIECES);
  const soup = fc.array(piece, { maxLength: 30, size: "max" })
    .map((pieces) => pieces.join(" "));
  await check("pieces", soup);
});

Deno.test("the reader answers to mutated scripts", async () => {
  const sources = fc.oneof(fc.constantFrom(...collected()), script());
  await check("mutated", mutated(sources));
});

Deno.test("the reader answers to any characters", async () => {
  await check("characters", fc.string({ unit: "binary", maxLength: 200 }));
});

async function check(name: string, texts: fc.Arbitrary<string>): Promise<void> {
  console.log(`${name}: seed ${SEED}, ${RUNS} texts`);
  await using reader = startReader(DEADLINE_MS);
  let slowest = { took: 0, text: "" };
  const property = fc.asyncProperty(texts, async (text) => {
    const { took, problem } = await reader.read(text);
    if (took > slowest.took) slowest = { took, text };
    if (problem !== null) throw new Error(problem);
  });
  await fc.assert(property, {
    seed: SEED,
    numRuns: RUNS,
    interruptAfterTimeLimit: LIMIT_MS * RUNS / DEFAULT_RUNS,
  });
  const { took, text } = slowest;
  console.log(`slowest: ${took.toFixed(1)} ms for ${JSON.stringify(text)}`);
}

function collected(): string[] {
  const folder = new URL("../shell/differential/", import.meta.url);
  return [...Deno.readDirSync(folder)].flatMap(({ name }) =>
    readTxtar(Deno.readTextFileSync(new URL(name, folder)))
      .map(({ lines }) => lines.join("\n"))
  );
}
