// Copyright 2026 the airg authors. Apache-2.0 license.
// deno-lint-ignore-file no-console -- the rates are the result
// Commands from real packages, Makefiles and scripts under the default policy.
// `deno run -A test/real/report.ts` lists what is refused, and why.
import assert from "node:assert/strict";
import {
  COMMANDS,
  isAllowed,
  judgeAll,
  readCommands,
  summarize,
} from "./judge_real.ts";

/** Smallest share of real commands that the default policy lets run. */
const MIN_ALLOWED_SHARE = 0.8;

const commands = readCommands(COMMANDS);

Deno.test("at least 2,000 distinct real commands are judged", () => {
  assert(new Set(commands.map(({ command }) => command)).size >= 2_000);
  assert.equal(new Set(commands.map(({ id }) => id)).size, commands.length);
});

Deno.test("no real command crashes, and most are allowed", () => {
  const judged = judgeAll(commands);
  console.log(summarize(judged));
  const crashed = judged.filter(({ crash }) => crash !== null);
  assert.deepEqual(crashed.map(({ id, crash }) => `${id}: ${crash}`), []);
  const allowed = judged.filter(isAllowed).length / judged.length;
  assert(allowed >= MIN_ALLOWED_SHARE, `only ${allowed} are allowed`);
});
