// Copyright 2026 the airg authors. Apache-2.0 license.
// deno-lint-ignore-file no-console -- the seed and the counts are the result
// What is printed reads back as the same tree, spans aside, and bash takes it.
//
// AIRG_FUZZ_RUNS sets how many scripts are generated, AIRG_FUZZ_SEED repeats a run.
import assert from "node:assert/strict";
import fc from "fast-check";
import { printShell } from "../../src/shell/print.ts";
import { readShell } from "../../src/shell/read_script.ts";
import { COMMANDS, readCommands } from "../real/judge_real.ts";
import { readTxtar } from "../support/txtar.ts";
import { script } from "./support/generate.ts";
import { mutated } from "./support/mutate.ts";
import { buildBash } from "./support/sandbox.ts";

const RUNS = Number(Deno.env.get("AIRG_FUZZ_RUNS") ?? 1_500);
const SEED = Number(Deno.env.get("AIRG_FUZZ_SEED") ?? 20_261_121);

/** Smallest share of texts of each kind that airg reads, so that they are a test. */
const MIN_READ_SHARE = {
  collected: 0.9,
  real: 0.9,
  generated: 0.9,
  pieces: 0.1,
};

/** Texts made of pieces are small, and few of them are read. */
const PIECES_FACTOR = 20;

/** Generated scripts that bash is given. */
const BASH_RUNS = 300;

/** Every so many real commands, one is given to bash. */
const BASH_STEP = 4;

Deno.test.each([
  ["nothing", ""],
  ["lists", "a; b & c && d || ! e |& f\ntime g\n! \n time"],
  [
    "quotes",
    `a b\\ c 'd'"e"'' "" $'\\n\\'\\x01\\xff' "$x"y"\${x}y" ''a a'' ~''`,
  ],
  ["quotes that keep texts apart", `$x''y {a''..c} @''a ''~ ~/'' >a''#`],
  [
    "parameters",
    `$x$1\${10}\${#} \${##} \${#x} \${!x} \${!x@} \${x[a b]} $x[1]`,
  ],
  [
    "operators",
    `\${x:-a 'b'} "\${x:="a}"}" \${x/#a/'/'} \${x////} \${x: -1:2}`,
  ],
  ["expansions after a dollar", 'a$`b` $%\\x "$" a$'],
  ["quotes in defaults", `"\${x:-b 'a'}" "\${x-"'"}" 'b'`],
  ["substitutions", "$(a) $( (a)) `a \\`b\\`` $((1 + (2))) $[x] <(a) >(b)"],
  ["bash 5.3 substitutions", `a \${ b; } \${| c; }\n`],
  ["redirections", "a >b 2>&1 <&- {fd}>>c &>d <<<e <>f >|g < <(h)"],
  ["a word after a redirection", ">a if b\n>a time -p\ntime >a -p"],
  ["documents", "a <<A <<-'B C' | b\n$x \\$ `c`\nA\n\t$x\n\tB C\nd"],
  ["documents in lists", "if a <<A; then b; fi; c\nd\nA\n(a <<A)\nb\nA"],
  ["documents in documents", "a <<A\n$(b <<B\nc\nB\n)\nA"],
  ["a document that is not closed", "{ a <<A; } &\nb"],
  ["documents in expansions", 'a $(b <<A\nc\nA\n) "`d <<A\ne\nA`" <<B\nf\nB'],
  ["a line in a document that could end it", "a <<E\n$(b $'c\\nE\\n')\nE"],
  ["documents of which one is not closed", "a <<A <<B <<C\nA\nb\nC"],
  ["control characters", "a $'\\e\\x7f\\u0085b' '\r'"],
  ["groups", "(a); { b; } >c; ((1 + 2)); ( (a); b )"],
  ["branches", "if a; then b; elif c; then d; else e & fi"],
  ["loops", "while a; do b; done; until a; do b; done <c; for x; do a; done"],
  ["more loops", "for x in; do a; done; select x in a 'b'; do c; done"],
  ["counting", "for ((i=0; i < $(a\nb); i++)) { b; }"],
  ["case", "case $x in a|'b') c;; (d) ;& *) e & ;;& esac"],
  ["tests", "[[ a && ! ( $x =~ ^(a|b )$ || 'b' < c ) && -e <(d) ]]"],
  [
    "functions",
    "f() { a; }; function g-h () ( b ); function 'i j' () { c; } >d",
  ],
  ["coprocesses", "coproc a b; coproc { c; }; coproc X { d; }"],
  ["assignments", "a=b c+=d e[f]=g h=(i [j]=k [l]+=m) n; declare o=(p) q"],
  ["patterns", "a @(b|c d) [!e]* {f,g}"],
])("prints %s", (_, text) => {
  assert.deepEqual(readShell(text).unknowns, []);
  assert.equal(problemWith(text), undefined);
});

Deno.test("printed text is plain", () => {
  const texts = [
    [`rm a\\ b  -r # c`, `rm a' 'b -r`],
    [`echo "a $x b"'c'`, `echo "a $x bc"`],
    ["a `b`; c &", "a $(b)\nc &"],
    ["if a\nthen b\nfi", "if a; then b; fi"],
    ["(a <<E\nb\nE\n)", "(a <<E\nb\nE\n)"],
  ] as const;
  for (const [text, printed] of texts) {
    assert.equal(printShell(readShell(text).script), printed);
  }
});

Deno.test("a comparison of trees finds a difference", () => {
  const tree = (text: string) => treeOf(readShell(text).script);
  assert.notEqual(tree("a b"), tree("a 'b'"));
  assert.notEqual(tree("a >b"), tree("a >>b"));
  assert.equal(tree("a b"), tree(" a  b;"));
});

Deno.test("generated scripts are printed", () => {
  console.log(`seed ${SEED}, ${RUNS} scripts`);
  let read = 0;
  const property = fc.property(script(), (text) => {
    if (isRead(text)) read++;
    assert.equal(problemWith(text), undefined);
  });
  fc.assert(property, { seed: SEED, numRuns: RUNS });
  assert(read >= MIN_READ_SHARE.generated * RUNS, `only ${read} are read`);
});

Deno.test("mutated scripts are printed", () => {
  console.log(`seed ${SEED}, ${RUNS} scripts`);
  const texts = fc.constantFrom(...collected(), ...real());
  const property = fc.property(
    mutated(fc.oneof(script(), texts)),
    (text) => assert.equal(problemWith(text), undefined),
  );
  fc.assert(property, { seed: SEED, numRuns: RUNS });
});

/** Pieces that, side by side in any order, are often a text. */
const PIECES = [
  ..."a b1 ' \" \\ $ ` ( ) { } [ ] < > & | ; # ~ * ? @ ! = + : / % , - 0 \n"
    .split(" ").slice(0, -1),
  ...[" ", " ", " ", "\n", "\\\n", "''", '""', "$x", "${x", "$(", "$((", "))"],
  ...["<<E", "<<-'E'", "\nE\n", "\n\tE\n", "<(", "$'", "\\'", "x=", "x[1]+="],
  ...[
    "x=(",
    "[0]=",
    "if ",
    "then ",
    "fi",
    "do ",
    "done",
    "for x ",
    "in ",
    "]] ",
  ],
  ...[
    "case x in ",
    "a) ",
    ";;",
    "esac",
    "{ ",
    "; }",
    "() ",
    "function ",
    "[[ ",
  ],
  ...[
    "coproc ",
    "time ",
    "! ",
    "=~ ",
    "@(",
    "&&",
    "||",
    "2>",
    "{x}>",
    ">&",
    "=~",
  ],
  ...["${x:-", "${x/", "${x:", '"${x:-', "${!x", "${#x", "((", "for ((", "$["],
];

Deno.test("texts made of pieces are printed", () => {
  console.log(`seed ${SEED}, ${PIECES_FACTOR * RUNS} texts`);
  let read = 0;
  const property = fc.property(pieces(), (text) => {
    if (isRead(text)) read++;
    assert.equal(problemWith(text), undefined);
  });
  fc.assert(property, { seed: SEED, numRuns: PIECES_FACTOR * RUNS });
  assert(read >= MIN_READ_SHARE.pieces * PIECES_FACTOR * RUNS, `only ${read}`);
});

Deno.test("collected scripts are printed", () => {
  printsAll("collected", collected());
});

Deno.test("real commands are printed", () => {
  printsAll("real", real());
});

Deno.test("bash takes what is printed of what it takes", async () => {
  await using bash = await buildBash();
  const texts = [
    ...collected(),
    ...real().filter((_, i) => i % BASH_STEP === 0),
    ...fc.sample(script(), { seed: SEED, numRuns: BASH_RUNS }),
    ...fc.sample(pieces(), { seed: SEED, numRuns: 10 * BASH_RUNS }),
  ].filter(isRead);
  const before = await bash.parse(texts);
  const taken = texts.filter((_, i) => before[i] === 0);
  const printed = taken.map((text) => printShell(readShell(text).script));
  const after = await bash.parse(printed);
  const refused = printed.flatMap((text, i) =>
    after[i] === 0 ? [] : [`${taken[i]}\n--- is printed as ---\n${text}`]
  );
  console.log(`bash takes ${taken.length} of ${texts.length} texts`);
  assert(taken.length > 1_000);
  assert.deepEqual(refused, []);
});

function pieces(): fc.Arbitrary<string> {
  const piece = fc.constantFrom(...PIECES);
  return fc.array(piece, { minLength: 1, maxLength: 12 })
    .map((list) => list.join(""));
}

function printsAll(
  name: keyof typeof MIN_READ_SHARE,
  texts: readonly string[],
): void {
  const problems = texts.flatMap((text) => problemWith(text) ?? []);
  const read = texts.filter(isRead).length;
  console.log(`${name}: ${read} of ${texts.length} texts are read`);
  assert(read >= MIN_READ_SHARE[name] * texts.length);
  assert.equal(problems.length, 0, problems.slice(0, 5).join("\n\n"));
}

function isRead(text: string): boolean {
  return readShell(text).unknowns.length === 0;
}

/** What is lost of a text that is read; `undefined` where nothing is. */
function problemWith(text: string): string | undefined {
  const { script, unknowns } = readShell(text);
  if (unknowns.length > 0) return undefined;
  const printed = printShell(script);
  const again = readShell(printed);
  const [one, two] = [treeOf(script), treeOf(again.script)];
  if (again.unknowns.length === 0 && one === two) return undefined;
  const codes = again.unknowns.map(({ code }) => code).join();
  return [text, "--- is printed as ---", printed, codes, one, two].join("\n");
}

/** A tree without its spans. */
function treeOf(tree: unknown): string {
  return JSON.stringify(withoutSpans(tree));
}

function withoutSpans(tree: unknown): unknown {
  if (Array.isArray(tree)) return tree.map(withoutSpans);
  if (typeof tree !== "object" || tree === null) return tree;
  const entries = Object.entries(tree)
    .filter(([name]) => name !== "span")
    .map(([name, value]) => [name, withoutSpans(value)] as const);
  return Object.fromEntries(entries.sort(([a], [b]) => a < b ? -1 : 1));
}

function real(): string[] {
  return readCommands(COMMANDS).map(({ command }) => command);
}

function collected(): string[] {
  const folder = new URL("./differential/", import.meta.url);
  return [...Deno.readDirSync(folder)].flatMap(({ name }) =>
    readTxtar(Deno.readTextFileSync(new URL(name, folder)))
      .map(({ lines }) => lines.join("\n"))
  );
}
