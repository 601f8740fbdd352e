// Copyright 2026 the airg authors. Apache-2.0 license.
// deno-lint-ignore-file no-console -- the seed and the counts are the result
// Real bash as the judge of the reader: every program that a script starts was
// predicted with its words, or airg said that it had not understood.
//
// AIRG_FUZZ_RUNS sets how many scripts are generated, AIRG_FUZZ_SEED repeats a
// run, AIRG_SHOW=unknown (or holes) prints the scripts that end so.
import assert from "node:assert/strict";
import fc from "fast-check";
import { readTxtar } from "../support/txtar.ts";
import {
  compare,
  type Comparison,
  describe,
  readScript,
  summarize,
  unknownShare,
} from "./support/compare.ts";
import { script } from "./support/generate.ts";
import { type Bash, buildBash } from "./support/sandbox.ts";

/** Largest share of scripts that may be answered with "not understood". */
const MAX_UNKNOWN_SHARE = { collected: 0.1, generated: 0.2 };

const RUNS = Number(Deno.env.get("AIRG_FUZZ_RUNS") ?? 1_500);
// The same texts in every gate; `deno task fuzz` takes new ones.
const SEED = Number(Deno.env.get("AIRG_FUZZ_SEED") ?? 20_261_121);

/**
 * Largest share of generated scripts with a start that was not foreseen. It is
 * a known gap: values that meet three rare features of bash at once (nullglob
 * with unknown text, `"$@"` that vanishes, dash's own tildes). Collected scripts
 * have none.
 */
const MAX_MISSED_SHARE = 0.02;

/** Scripts that run in one go; more would only hold more in memory. */
const BATCH = 2_000;

/** Milliseconds for making a failing script small. */
const SHRINK_MS = 20_000;

Deno.test("bash starts what airg predicted: collected scripts", async () => {
  await using bash = await buildBash();
  const comparisons = await compareAll(bash, collected());
  report("collected", comparisons);
  const missed = comparisons.filter(({ verdict }) => verdict === "missed");
  assert.equal(missed.length, 0, missed.map(describe).join("\n\n"));
  assert(unknownShare(comparisons) <= MAX_UNKNOWN_SHARE.collected);
});

Deno.test("every collected script starts a program", async () => {
  await using bash = await buildBash();
  const scripts = collected();
  const idle = (await bash.run(scripts)).flatMap(({ starts }, i) =>
    starts.length === 0 ? [scripts[i]] : []
  );
  assert.deepEqual(idle, []);
});

Deno.test("bash starts what airg predicted: generated scripts", async () => {
  await using bash = await buildBash();
  console.log(`seed ${SEED}, ${RUNS} scripts`);
  const scripts = fc.sample(script(), { seed: SEED, numRuns: RUNS });
  const comparisons: Comparison[] = [];
  for (let at = 0; at < scripts.length; at += BATCH) {
    comparisons.push(
      ...await compareAll(bash, scripts.slice(at, at + BATCH)),
    );
  }
  report("generated", comparisons);
  const missed = comparisons.filter(({ verdict }) => verdict === "missed");
  if (missed.length > MAX_MISSED_SHARE * comparisons.length) {
    await failSmall(
      bash,
      comparisons.findIndex(({ verdict }) => verdict === "missed"),
    );
  }
  assert(unknownShare(comparisons) <= MAX_UNKNOWN_SHARE.generated);
});

Deno.test("the comparison misses what is not predicted", async () => {
  await using bash = await buildBash();
  const [ran] = await bash.run(["cd sub; rm a b"]);
  assert(ran);
  const verdict = (argv: string[], folders?: string[], code?: string) => {
    const program = { name: "rm", argv, assignments: [], via: [] };
    const span = [0, 0] as const;
    const programs = [{ ...program, span, ...folders && { folders } }];
    const unknowns = code === undefined ? [] : [{ code, message: "", span }];
    return compare("", ran, { programs, unknowns }).verdict;
  };
  assert.equal(verdict(["rm", "a", "b"]), "exact");
  assert.equal(verdict(["rm", "a", "b"], ["/work/site/sub"]), "exact");
  assert.equal(verdict(["rm", "\0+"]), "holes");
  assert.equal(verdict(["rm", "a"], [], "shell.syntax"), "unknown");
  assert.equal(verdict(["rm", "a"]), "missed");
  assert.equal(verdict(["rm", "a"], [], "fs.unresolved"), "missed");
  assert.equal(verdict(["rm", "a", "b"], ["/work/site"]), "missed");
  assert.equal(verdict(["\0+"]), "missed");
});

async function compareAll(
  bash: Bash,
  scripts: readonly string[],
): Promise<Comparison[]> {
  const results = await bash.run(scripts);
  return scripts.map((text, i) => compare(text, results[i]!, readScript(text)));
}

/** Finds the smallest script that fails like the one at `index`, and fails with it. */
async function failSmall(bash: Bash, index: number): Promise<void> {
  let smallest = "";
  const property = fc.asyncProperty(script(), async (text) => {
    const [comparison] = await compareAll(bash, [text]);
    if (comparison?.verdict !== "missed") return;
    smallest = describe(comparison);
    throw new Error(smallest);
  });
  const result = await fc.check(property, {
    seed: SEED,
    path: String(index),
    numRuns: 1,
    interruptAfterTimeLimit: SHRINK_MS,
  });
  assert.fail(
    `${smallest}\n--- seed ${SEED}, path ${
      result.counterexamplePath ?? index
    }; again: AIRG_FUZZ_SEED=${SEED} AIRG_FUZZ_RUNS=${RUNS}`,
  );
}

function report(name: string, comparisons: readonly Comparison[]): void {
  const starts = comparisons.reduce((sum, { starts }) => sum + starts, 0);
  console.log(`${name}: ${summarize(comparisons)}; ${starts} starts`);
  const shown = Deno.env.get("AIRG_SHOW");
  for (const comparison of comparisons) {
    if (comparison.verdict === shown) console.log(`\n${describe(comparison)}`);
  }
}

function collected(): string[] {
  const folder = new URL("./differential/", import.meta.url);
  return [...Deno.readDirSync(folder)].flatMap(({ name }) =>
    readTxtar(Deno.readTextFileSync(new URL(name, folder)))
      .map(({ lines }) => lines.join("\n"))
  );
}
