// Copyright 2026 the airg authors. Apache-2.0 license.
// deno-lint-ignore-file no-console -- the ratios are the result
// Long and deep texts of many kinds: the reader answers to each before a
// deadline that only a reader that is not linear reaches, and throws nothing.
//
// AIRG_FUZZ_KIND picks one kind by a part of its name.
import assert from "node:assert/strict";
import { DEEP } from "./deep.ts";
import { type ReaderProcess, startReader } from "./reader_process.ts";

/** Milliseconds for one text; the bar is 200 for 1 MB on a quiet machine. */
const DEADLINE_MS = 8_000;

/** UTF-16 units: to warm up, to compare with, the most that is read, and more than that. */
const SIZES = [1_000, 10_000, 100_000, 990_000, 1_000_100] as const;

/** How long each size took, or what went wrong. */
interface Run {
  readonly kind: string;
  readonly times: readonly number[];
  readonly problem: string | null;
}

Deno.test("the reader answers to long and deep texts", async () => {
  await using reader = startReader(DEADLINE_MS);
  const runs: Run[] = [];
  const picked = Deno.env.get("AIRG_FUZZ_KIND") ?? "";
  for (const kind of Object.keys(DEEP)) {
    if (kind.includes(picked)) runs.push(await readAll(reader, kind));
  }
  report(runs);
  const failed = runs.filter(({ problem }) => problem !== null);
  assert.equal(
    failed.length,
    0,
    failed.map(({ kind, problem }) => `${JSON.stringify(kind)}: ${problem}`)
      .join("\n"),
  );
});

async function readAll(reader: ReaderProcess, kind: string): Promise<Run> {
  const times: number[] = [];
  for (const size of SIZES) {
    const answer = await reader.read(DEEP[kind]!(size));
    if (answer.problem !== null) {
      return { kind, times, problem: `${size} units: ${answer.problem}` };
    }
    times.push(answer.took);
  }
  return { kind, times, problem: null };
}

/** Ten times the text should take about ten times as long. */
function report(runs: readonly Run[]): void {
  const steepness = ({ times }: Run) =>
    (times[3] ?? 0) / Math.max(times[2] ?? 0, 3);
  const sorted = runs.filter(({ problem }) => problem === null)
    .toSorted((a, b) => steepness(b) - steepness(a));
  const slowest = runs.toSorted((a, b) =>
    (b.times[3] ?? 0) - (a.times[3] ?? 0)
  );
  const line = ({ kind, times }: Run) =>
    `  ${
      times.slice(2, 4).map((time) => `${time.toFixed(0)} ms`).join(" -> ")
    }` +
    `  ${JSON.stringify(kind)}`;
  console.log(`${runs.length} kinds; for 100 kB and 990 kB, steepest first:`);
  for (const run of sorted.slice(0, 8)) console.log(line(run));
  console.log("slowest first:");
  for (const run of slowest.slice(0, 8)) console.log(line(run));
}
