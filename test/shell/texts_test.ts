// Copyright 2026 the airg authors. Apache-2.0 license.
// The machine's own bash as the judge: what a recorder was given must be among
// what airg said could be given, or airg must have said that it does not know.
import assert from "node:assert/strict";
import fc from "fast-check";
import type { Facts } from "../../src/action/facts.ts";
import { readAction } from "../../src/action/read.ts";
import { diskLookup } from "../../src/platform/disk_lookup.ts";
import { couldBe, showWord } from "../../src/shell/value.ts";
import { scripts } from "./generated_text.ts";
import {
  type Bench,
  makeTree,
  openBench,
  RECORDERS,
  type Seen,
} from "./real_bash.ts";

/** Of generated texts at most this part may be said to be unknown. */
const MAX_UNKNOWN_SHARE = 0.25;

function read(bench: Bench, text: string, folder: string): Facts {
  return readAction({
    kind: "exec",
    origin: {
      agent: "a",
      session: "s",
      source: "ai-agent",
      workspace: folder,
    },
    command: { form: "shell", text },
    cwd: folder,
  }, diskLookup({ home: bench.home, user: "ann" }));
}

/** Whether a word that may hold holes could be `seen`. */
function fits(word: string, seen: string): boolean {
  return couldBe(word, seen);
}

/** Whether the words could be those that were seen; an unquoted hole is any number of them. */
function fitsAll(
  words: readonly string[],
  seen: readonly string[],
): boolean {
  const [first, ...rest] = words;
  if (first === undefined) return seen.length === 0;
  if (!first.includes("\0+")) {
    const [one, ...others] = seen;
    return one !== undefined && fits(first, one) && fitsAll(rest, others);
  }
  for (let taken = 0; taken <= seen.length; taken++) {
    if (fitsAll(rest, seen.slice(taken))) return true;
  }
  return false;
}

function predicts(facts: Facts, { argv, folder }: Seen): boolean {
  const [name = "", ...words] = argv;
  return facts.programs.some((program) =>
    program.name === name && fitsAll(program.argv.slice(1), words) &&
    (program.folders?.some((one) => fits(one, folder)) ?? true)
  );
}

interface Verdict {
  readonly text: string;
  readonly missed: readonly Seen[];
  readonly unknown: boolean;
  readonly told: string;
}

function compare(bench: Bench, texts: readonly string[]): readonly Verdict[] {
  const facts = texts.map((text, i) => {
    const folder = bench.folderOf(i);
    makeTree(folder);
    return read(bench, text, folder);
  });
  const seen = bench.run(texts);
  return texts.map((text, i) => {
    const mine = facts[i] as Facts;
    const missed = (seen[i] ?? []).filter((one) =>
      RECORDERS.includes(one.argv[0] ?? "") && !predicts(mine, one)
    );
    const told = mine.programs.map(({ argv, folders }) =>
      `${JSON.stringify(argv.map(showWord))} in ${folders?.map(showWord)}`
    ).join("\n  ");
    return { text, missed, unknown: mine.unknowns.length > 0, told };
  });
}

function report({ text, missed, told }: Verdict): string {
  const saw = missed.map(({ argv, folder }) =>
    `${JSON.stringify(argv)} in ${folder}`
  ).join("\n  ");
  return `\n${text}\n bash started\n  ${saw}\n airg said\n  ${told}\n`;
}

Deno.test("what collected texts start in bash is what airg says they could", () => {
  const file = new URL("./corpus/differential.txt", import.meta.url);
  const texts = Deno.readTextFileSync(file).split(/^----\n/m).slice(1)
    .map((text) => text.replace(/\n$/, ""));
  const bench = openBench();
  try {
    const verdicts = compare(bench, texts);
    const wrong = verdicts.filter(({ missed, unknown }) =>
      missed.length > 0 && !unknown
    );
    assert.equal(wrong.map(report).join(""), "");
    const unknown = verdicts.filter((verdict) => verdict.unknown);
    console.error(
      `${texts.length} collected texts, ${unknown.length} with something unknown`,
    );
    assert(texts.length > 100);
  } finally {
    bench.remove();
  }
});

Deno.test("what generated texts start in bash is what airg says they could", () => {
  const runs = Number(Deno.env.get("AIRG_FUZZ_RUNS") ?? 400);
  const seed = Number(Deno.env.get("AIRG_FUZZ_SEED") ?? Date.now() % 2 ** 31);
  console.error(`seed ${seed}`);
  const texts = fc.sample(scripts, { numRuns: runs, seed });
  const bench = openBench();
  try {
    const verdicts = compare(bench, texts);
    const wrong = verdicts.filter(({ missed, unknown }) =>
      missed.length > 0 && !unknown
    );
    assert.equal(wrong.map(report).join(""), "", `AIRG_FUZZ_SEED=${seed}`);
    const share = verdicts.filter(({ unknown }) => unknown).length /
      texts.length;
    console.error(`${texts.length} texts, ${Math.round(share * 100)}% unknown`);
    assert(share <= MAX_UNKNOWN_SHARE, `${share} of the texts are unknown`);
  } finally {
    bench.remove();
  }
});
