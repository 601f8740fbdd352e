// Copyright 2026 the airg authors. Apache-2.0 license.
// deno-lint-ignore-file no-console -- a script talks to a terminal

/**
 * Prints each real command that the default policy refuses, under the codes
 * of its refusal, commonest codes first.
 *
 * report.ts [--code CODE] [--most N] [--brief] [FILE]: one code only; at most N
 * commands a group; no commands; another file than commands.jsonl.
 *
 * @module
 */

import {
  codesOf,
  COMMANDS,
  isAllowed,
  judgeAll,
  type Judged,
  readCommands,
  summarize,
  tally,
} from "./judge_real.ts";

const [args, file] = split(Deno.args);
const code = args.get("--code");
const most = Number(args.get("--most") ?? Infinity);
const judged = judgeAll(readCommands(file ?? COMMANDS));
const refused = judged.filter((each) => !isAllowed(each));
const groups = Map.groupBy(refused, groupOf);

console.log(summarize(judged));
console.log("\ncodes, of the refused commands:");
for (const [name, count] of tally(refused.flatMap(codesOf))) {
  console.log(`${String(count).padStart(6)}  ${name}`);
}
if (!args.has("--brief")) {
  for (const [name] of tally(refused.map(groupOf))) print(name);
}

function print(name: string): void {
  const members = groups.get(name) ?? [];
  if (code !== undefined && !name.split(" + ").includes(code)) return;
  console.log(`\n== ${name}: ${members.length}`);
  for (const { id, command, conclusion } of members.slice(0, most)) {
    const verdict = conclusion?.verdict ?? "crash";
    console.log(`${verdict}  ${id}\n    ${command.replaceAll("\n", "\n    ")}`);
  }
}

function groupOf(each: Judged): string {
  return each.crash ?? codesOf(each).toSorted().join(" + ");
}

/** Options with their values, and the one word that is none. */
function split(
  words: readonly string[],
): readonly [ReadonlyMap<string, string>, string | undefined] {
  const options = new Map<string, string>();
  let file: string | undefined;
  for (let i = 0; i < words.length; i++) {
    const word = words[i]!;
    if (word === "--brief") options.set(word, "");
    else if (word.startsWith("--")) options.set(word, words[++i] ?? "");
    else file = word;
  }
  return [options, file];
}
