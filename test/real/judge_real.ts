// Copyright 2026 the airg authors. Apache-2.0 license.

/**
 * Judges commands that people wrote by the default policy.
 *
 * @module
 */

import type { Conclusion } from "../../src/policy/decision.ts";
import { judge, policyOf } from "../policy/judge.ts";

/** One command and where it is from. */
export interface RealCommand {
  readonly id: string;
  readonly source: string;
  readonly command: string;
}

/** A command and what the default policy says of it; `crash` where it did not answer. */
export interface Judged extends RealCommand {
  readonly conclusion: Conclusion | null;
  readonly crash: string | null;
}

/** Reads a file of commands, one a line. */
export function readCommands(path: string | URL): RealCommand[] {
  const lines = Deno.readTextFileSync(path).split("\n");
  return lines.filter((line) => line !== "").map((line) => JSON.parse(line));
}

/** The commands in this repository; scripts/extract_commands.ts collects them. */
export const COMMANDS = new URL("commands.jsonl", import.meta.url);

/** Judges each command; what crashes is kept, not thrown. */
export function judgeAll(commands: readonly RealCommand[]): Judged[] {
  const policy = policyOf({ version: 1, extends: ["default"] });
  return commands.map((each) => {
    try {
      const conclusion = judge(policy, each.command);
      return { ...each, conclusion, crash: null };
    } catch (error) {
      return { ...each, conclusion: null, crash: String(error) };
    }
  });
}

/** Codes of what the default policy has against it, each once. */
export function codesOf({ conclusion }: Judged): readonly string[] {
  return [...new Set(conclusion?.reasons.map(({ code }) => code))];
}

/** Whether the default policy lets it run. */
export function isAllowed({ conclusion }: Judged): boolean {
  return conclusion !== null &&
    (conclusion.verdict === "allow" || conclusion.mode === "shadow");
}

/** Counts, commonest first. */
export function tally(names: readonly string[]): (readonly [string, number])[] {
  const counts = new Map<string, number>();
  for (const name of names) counts.set(name, (counts.get(name) ?? 0) + 1);
  return [...counts].toSorted(([, a], [, b]) => b - a);
}

/** The verdicts of each source, and the share that reads without a syntax error. */
export function summarize(judged: readonly Judged[]): string {
  const isRead = (each: Judged) =>
    !codesOf(each).some((code) =>
      code === "shell.syntax" || code === "shell.unterminated_quote"
    );
  const percent = (part: number) =>
    `${(100 * part / Math.max(1, judged.length)).toFixed(1)}%`;
  const sources = [...new Set(judged.map(({ source }) => source))];
  const rows = sources.map((source) => {
    const own = judged.filter((each) => each.source === source);
    const verdicts = tally(
      own.map(({ conclusion }) => conclusion?.verdict ?? "crash"),
    );
    const told = verdicts.map(([verdict, n]) => `${verdict} ${n}`).join(", ");
    return `  ${source}: ${told}`;
  });
  return [
    `${judged.length} commands`,
    `read without a syntax error: ${percent(judged.filter(isRead).length)}`,
    `allowed: ${percent(judged.filter(isAllowed).length)}`,
    ...rows,
  ].join("\n");
}
