// Copyright 2026 the airg authors. Apache-2.0 license.
// deno-lint-ignore-file no-console -- its output is its answer

/**
 * A process that reads texts with airg's reader: a JSON string a line in, a
 * JSON answer a line out. Alone, because a reader that fails may take all
 * memory, or never end.
 *
 * @module
 */

import { readScript } from "../shell/support/compare.ts";

let rest = "";
for await (
  const chunk of Deno.stdin.readable.pipeThrough(new TextDecoderStream())
) {
  const lines = (rest + chunk).split("\n");
  rest = lines.pop() ?? "";
  for (const line of lines) {
    console.log(JSON.stringify(answer(JSON.parse(line))));
  }
}

function answer(text: string): { took: number; problem: string | null } {
  const startedAt = performance.now();
  let problem: string | null = null;
  try {
    const { programs, unknowns } = readScript(text);
    if (!Array.isArray(programs) || !Array.isArray(unknowns)) {
      problem = "no facts";
    }
  } catch (error) {
    problem = String(error).slice(0, 200);
  }
  return { took: performance.now() - startedAt, problem };
}
