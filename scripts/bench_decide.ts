// Copyright 2026 the airg authors. Apache-2.0 license.
// deno-lint-ignore-file no-console -- a script talks to a terminal

/**
 * What deciding costs over a thousand varied commands, warm, on one thread:
 * text to verdict with the disk's answers given, and with the real disk.
 *
 * @module
 */

import { readAction } from "../src/action/read.ts";
import type { ExecAction } from "../src/action/action.ts";
import type { Lookup } from "../src/action/facts.ts";
import { normalizePath } from "../src/action/words.ts";
import { diskLookup } from "../src/platform/disk_lookup.ts";
import { defaultDocument } from "../src/policy/builtin.ts";
import { type CompiledPolicy, compilePolicy } from "../src/policy/compile.ts";
import { evaluate } from "../src/policy/evaluate.ts";
import type { PolicyRule } from "../src/policy/schema.ts";

const ROUNDS = 40;
const given: Lookup = {
  home: "/home/a",
  resolve: normalizePath,
  list: () => [],
};
const options = { agent: "a", protectedPaths: ["/home/a/.config/airg"] };

function commands(): readonly string[] {
  const lines = (name: string): string[] =>
    Deno.readTextFileSync(new URL(`../test/${name}`, import.meta.url)).trim()
      .split("\n").map((line) => JSON.parse(line).command);
  const real = lines("real/commands.jsonl").filter(({ length }) =>
    length < 200
  );
  const every = Math.max(1, Math.floor(real.length / 800));
  return [
    ...lines("policy/corpus.jsonl"),
    ...real.filter((_, i) => i % every === 0),
  ].slice(0, 1_000);
}

function actionOf(text: string): ExecAction {
  return {
    kind: "exec",
    origin: {
      agent: "a",
      session: "s",
      source: "ai-agent",
      workspace: "/work/site",
    },
    command: { form: "shell", text },
    cwd: "/work/site",
  };
}

/** Microseconds of each command, sorted. */
function costs(
  texts: readonly string[],
  work: (text: string) => unknown,
): readonly number[] {
  for (let i = 0; i < ROUNDS; i++) for (const text of texts) work(text);
  return texts.map((text) => {
    const before = performance.now();
    for (let i = 0; i < ROUNDS; i++) work(text);
    return (performance.now() - before) * 1_000 / ROUNDS;
  }).toSorted((a, b) => a - b);
}

function print(name: string, sorted: readonly number[], bar = ""): void {
  const at = (share: number): string =>
    (sorted[Math.floor((sorted.length - 1) * share)] ?? 0).toFixed(1);
  const p = `p50 ${at(0.5)} p90 ${at(0.9)} p99 ${at(0.99)} us`;
  console.log(`${name.padEnd(42)} ${p} ${bar}`);
}

function compiled(rules: readonly PolicyRule[]): CompiledPolicy {
  const document = { version: 1 as const, rules: [...rules] };
  return compilePolicy(document, { hash: "sha256:0", home: "/home/a" });
}

function madeUp(count: number): PolicyRule[] {
  return Array.from({ length: count }, (_, i) => ({
    id: `r${i}`,
    match: i % 3 === 0
      ? { program: `p${i}` }
      : i % 3 === 1
      ? { path: `secret-${i}/x` }
      : { host: `h${i}.example` },
    verdict: "block",
    reason: "r",
  }));
}

/** Measures and prints. */
export function benchDecisions(): void {
  const texts = commands();
  const policy = compilePolicy(defaultDocument(), {
    hash: "sha256:0",
    home: "/home/a",
    name: "default",
  });
  const decide = (text: string, lookup: Lookup): unknown =>
    evaluate(policy, readAction(actionOf(text), lookup), options);
  const json = new Map(texts.map((text) => [text, JSON.stringify(text)]));
  console.log(`deciding, ${texts.length} commands:`);
  print(
    "  JSON.parse of the same text",
    costs(texts, (text) => JSON.parse(json.get(text) ?? "")),
  );
  print(
    "  text to verdict, answers given",
    costs(texts, (text) => decide(text, given)),
    "bar: p50 20, p99 200",
  );
  print(
    "  the same with the real disk",
    costs(texts, (text) => decide(text, diskLookup({ home: "/home/a" }))),
  );
  const facts = texts.map((text) => readAction(actionOf(text), given));
  for (const count of [10, 10_000]) {
    const many = compiled(madeUp(count));
    const indexes = facts.map((_, i) => String(i));
    print(
      `  ${count} rules, facts to verdict`,
      costs(
        indexes,
        (i) => evaluate(many, facts[Number(i)] ?? facts[0]!, options),
      ),
      "bar: 10000 within 2x of 10",
    );
  }
}

if (import.meta.main) benchDecisions();
