// Copyright 2026 the airg authors. Apache-2.0 license.
// deno-lint-ignore-file no-console -- a bench talks to a terminal

/**
 * What it costs to say what a command would change in a repository (the folder
 * given as argument): from its facts to the paths that are to be saved.
 *
 * @module
 */

import { changedBy } from "../../src/action/changes/changed.ts";
import { readAction } from "../../src/action/read.ts";
import { targetsOf } from "../../src/backup/targets.ts";
import { diskLookup } from "../../src/platform/disk_lookup.ts";

const ROUNDS = 50;
const [folder = Deno.cwd(), ...texts] = Deno.args;
const workspace = Deno.realPathSync(folder);
for (const text of texts) {
  const facts = readAction({
    kind: "exec",
    origin: { agent: "a", session: "s", source: "ai-agent", workspace },
    command: { form: "shell", text },
    cwd: workspace,
  }, diskLookup({ home: "/home/x" }));
  const times: number[] = [];
  let count = 0;
  for (let n = 0; n < ROUNDS; n++) {
    const start = performance.now();
    const changed = changedBy(facts);
    count = targetsOf(changed, { workspace, roots: [workspace], held: [] })
      .paths.length;
    times.push(performance.now() - start);
  }
  times.sort((a, b) => a - b);
  const [first, median] = [times.at(-1) ?? 0, times[ROUNDS / 2] ?? 0];
  console.log(
    `${text}: ${count} paths, median ${median.toFixed(3)} ms, slowest ${
      first.toFixed(3)
    } ms`,
  );
}
