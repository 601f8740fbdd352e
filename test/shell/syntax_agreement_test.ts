// Copyright 2026 the airg authors. Apache-2.0 license.
// deno-lint-ignore-file no-console -- the seed and the counts are the result
// `bash -n` and airg agree on what is a syntax error: what bash refuses, airg
// does not call understood; what bash accepts, airg does not call an error.
// Where they differ on purpose, syntax_differences.txt says why.
//
// AIRG_FUZZ_RUNS sets how many scripts are generated, AIRG_FUZZ_SEED repeats a run.
import assert from "node:assert/strict";
import fc from "fast-check";
import { readTxtar } from "../support/txtar.ts";
import { readScript } from "./support/compare.ts";
import { script } from "./support/generate.ts";
import { mutated } from "./support/mutate.ts";
import { buildBash } from "./support/sandbox.ts";

const RUNS = Number(Deno.env.get("AIRG_FUZZ_RUNS") ?? 1_500);
const SEED = Number(Deno.env.get("AIRG_FUZZ_SEED") ?? 20_261_121);

/** What airg calls an error of the text, not of its own reach. */
const SYNTAX_CODES = new Set(["shell.syntax", "shell.unterminated_quote"]);

/** Which of the two says that the text is an error. */
type Stricter = "airg" | "bash";

interface Difference {
  readonly stricter: Stricter;
  readonly pattern: RegExp;
}

const differences = readDifferences();

Deno.test("bash -n and airg agree: collected scripts", async () => {
  await agree("collected", collected());
});

Deno.test("bash -n and airg agree: generated scripts", async () => {
  console.log(`seed ${SEED}, ${RUNS} scripts`);
  const texts = fc.sample(script(), { seed: SEED, numRuns: RUNS });
  await agree("generated", texts);
});

Deno.test("bash -n and airg agree: mutated scripts", async () => {
  console.log(`seed ${SEED}, ${RUNS} scripts`);
  const sources = fc.oneof(fc.constantFrom(...collected()), script());
  const texts = fc.sample(mutated(sources), { seed: SEED, numRuns: RUNS });
  await agree("mutated", texts);
});

async function agree(name: string, texts: readonly string[]): Promise<void> {
  await using bash = await buildBash();
  const statuses = await bash.parse(texts);
  const problems: string[] = [];
  let listed = 0;
  for (const [i, text] of texts.entries()) {
    const who = stricter(text, statuses[i]!);
    if (who === undefined) continue;
    const difference = differences.find((each) =>
      each.stricter === who && each.pattern.test(text)
    );
    if (difference === undefined) {
      problems.push(`--- only ${who} calls it an error ---\n${text}`);
    } else listed++;
  }
  const refused = statuses.filter((status) => status !== 0).length;
  console.log(
    `${name}: ${texts.length} texts, bash refuses ${refused}, ` +
      `${listed} listed differences, ${problems.length} others`,
  );
  assert.equal(problems.length, 0, problems.slice(0, 10).join("\n"));
}

/** Who alone says that the text is a syntax error. */
function stricter(text: string, status: number): Stricter | undefined {
  const codes = readScript(text).unknowns.map(({ code }) => code);
  if (status !== 0) return codes.length === 0 ? "bash" : undefined;
  return codes.some((code) => SYNTAX_CODES.has(code)) ? "airg" : undefined;
}

function readDifferences(): readonly Difference[] {
  const file = new URL("syntax_differences.txt", import.meta.url);
  const lines = Deno.readTextFileSync(file).split("\n")
    .filter((line) => !line.startsWith("#"));
  return lines.join("\n").split(/\n{2,}/).filter((block) => block.trim() !== "")
    .map((block) => {
      const [who = "", pattern = "", ...reason] = block.trim().split("\n");
      const stricter = who === "only airg refuses"
        ? "airg"
        : who === "only bash refuses"
        ? "bash"
        : undefined;
      assert(stricter !== undefined && reason.length > 0, block);
      return { stricter, pattern: new RegExp(pattern, "su") };
    });
}

function collected(): string[] {
  const folder = new URL("./differential/", import.meta.url);
  return [...Deno.readDirSync(folder)].flatMap(({ name }) =>
    readTxtar(Deno.readTextFileSync(new URL(name, folder)))
      .map(({ lines }) => lines.join("\n"))
  );
}
