// Copyright 2026 the airg authors. Apache-2.0 license.
// Runs test/shell/corpus/*.txtar; its first file says how they are written.
import assert from "node:assert/strict";
import { readShell } from "../../src/shell/lexer.ts";
import { readTxtar } from "../support/txtar.ts";

const folder = new URL("./corpus/", import.meta.url);

for (const { name: file } of Deno.readDirSync(folder)) {
  for (const part of readTxtar(Deno.readTextFileSync(new URL(file, folder)))) {
    Deno.test(`${file}:${part.line}: ${part.name}`, () => {
      const { text, want } = readCase(part.lines);
      const { commands, unknowns } = readShell(text);
      const got = [
        ...commands.flatMap(({ words }, i) => [
          ...(i === 0 ? [] : ["+"]),
          ...words.map((word) => `> ${word.text}`.trimEnd()),
        ]),
        ...unknowns.map(({ code }) => `! ${code}`),
      ];
      assert.deepEqual(got, want);
    });
  }
}

function readCase(
  lines: readonly string[],
): { readonly text: string; readonly want: readonly string[] } {
  const text = lines.filter((line) => /^[$|] /.test(line))
    .map((line) => line.slice(2)).join("\n");
  const want = lines.filter((line) => !/^[$|] |^$/.test(line))
    .map((line) => line.trimEnd());
  return { text, want };
}
