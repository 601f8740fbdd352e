// Copyright 2026 the airg authors. Apache-2.0 license.

/**
 * Sets what airg read in a script against what bash did with it.
 *
 * @module
 */

import type {
  Facts,
  Lookup,
  ProgramFact,
  UnknownFact,
} from "../../../src/action/facts.ts";
import { readAction } from "../../../src/action/read.ts";
import { hasHole, matchesArgv, matchesWord } from "./match.ts";
import type { Ran, Start } from "./sandbox.ts";
import { SITE, treeLookup } from "./tree.ts";

/** A program with the folders it may be started in, where airg tells them. */
interface Predicted extends Omit<ProgramFact, "folders"> {
  readonly folders?: readonly string[] | null;
}

/**
 * `exact`: each start was predicted with every word known. `holes`: with words
 * partly unknown. `unknown`: not all were predicted, and airg said that it had
 * not understood. `missed`: they were not, and it did not.
 */
export type Verdict = "exact" | "holes" | "unknown" | "missed";

/** One script, both readings of it, and how they compare. */
export interface Comparison {
  readonly script: string;
  readonly verdict: Verdict;
  /** How many programs bash started. */
  readonly starts: number;
  /** Starts that no predicted program covers. */
  readonly unpredicted: readonly Start[];
  readonly programs: readonly Predicted[];
  readonly unknowns: readonly UnknownFact[];
}

/** Reads a script as airg would, in the known tree. */
export function readScript(
  text: string,
  lookup: Lookup = treeLookup(),
): Facts {
  const origin = {
    agent: "codex-1",
    session: "s",
    source: "ai-agent",
    workspace: SITE,
  } as const;
  const command = { form: "shell", text } as const;
  return readAction({ kind: "exec", origin, command, cwd: SITE }, lookup);
}

/** Compares one script's facts with what it did. */
export function compare(
  script: string,
  ran: Ran,
  facts: Pick<Facts, "programs" | "unknowns">,
): Comparison {
  const programs: readonly Predicted[] = facts.programs.map((program) => ({
    ...program,
    argv: program.argv.map(anyDescriptor),
  }));
  const { unknowns } = facts;
  const known = programs.filter(({ argv }) => !argv.some(hasHole));
  // A program that could be any is no prediction; airg has to say so.
  const named = programs.filter(({ argv }) => !hasHole(argv[0] ?? ""));
  const seen = ran.starts.map((start) => ({
    ...start,
    argv: start.argv.map(anyDescriptor),
  }));
  const inexact = seen.filter((start) => !isAmong(start, known));
  const unpredicted = inexact.filter((start) => !isAmong(start, named));
  const verdict = inexact.length === 0
    ? "exact"
    : unpredicted.length === 0
    ? "holes"
    : unknowns.some(isExcuse)
    ? "unknown"
    : "missed";
  const starts = ran.starts.length;
  return { script, verdict, starts, unpredicted, programs, unknowns };
}

/** Which descriptor a process substitution gets is nobody's business. */
function anyDescriptor(word: string): string {
  return word.replace(/\/dev\/fd\/\d+/g, "/dev/fd/N");
}

/** Only what was not understood of the commands excuses a start not foreseen. */
function isExcuse({ code }: UnknownFact): boolean {
  return /^(shell|exec|code)\./.test(code);
}

function isAmong(start: Start, programs: readonly Predicted[]): boolean {
  return programs.some((program) =>
    isSameProgram(program, start) && isThere(program, start)
  );
}

function isSameProgram({ name, argv }: Predicted, start: Start): boolean {
  if (matchesArgv(argv, start.argv)) return true;
  // `exec -a other rm`: the first word is not the program.
  return name === start.name && matchesArgv(argv.slice(1), start.argv.slice(1));
}

function isThere({ folders }: Predicted, { folder }: Start): boolean {
  if (folders === undefined || folders === null) return true;
  const { resolve } = treeLookup();
  return folders.some((predicted) =>
    hasHole(predicted)
      ? matchesWord(predicted, folder)
      : resolve(predicted) === folder
  );
}

/** All of one comparison a person needs to mend what was missed. */
export function describe(comparison: Comparison): string {
  const { script, unpredicted, programs, unknowns } = comparison;
  return [
    "--- script ---",
    script,
    "--- started, not predicted ---",
    ...unpredicted.map(({ folder, argv }) =>
      `${JSON.stringify(argv)} in ${folder}`
    ),
    "--- predicted ---",
    ...programs.slice(0, 30).map(({ argv, folders }) =>
      JSON.stringify(argv) + (folders ? ` in ${JSON.stringify(folders)}` : "")
    ),
    `--- unknowns: ${unknowns.map(({ code }) => code).join(" ")}`,
  ].join("\n");
}

/** How many comparisons ended in each way, and which codes made them unknown. */
export function summarize(comparisons: readonly Comparison[]): string {
  const counts = Object.fromEntries(
    (["exact", "holes", "unknown", "missed"] as const).map((verdict) => [
      verdict,
      comparisons.filter((each) => each.verdict === verdict).length,
    ]),
  );
  const codes = new Map<string, number>();
  for (const { verdict, unknowns } of comparisons) {
    if (verdict !== "unknown") continue;
    for (const code of new Set(unknowns.map(({ code }) => code))) {
      codes.set(code, (codes.get(code) ?? 0) + 1);
    }
  }
  const listed = [...codes].toSorted(([, a], [, b]) => b - a)
    .map(([code, count]) => `${code} ${count}`).join(", ");
  return `${comparisons.length} scripts: ${
    Object.entries(counts).map(([verdict, n]) => `${verdict} ${n}`).join(", ")
  }${listed === "" ? "" : `\n  unknown for: ${listed}`}`;
}

/** Share of scripts that are not wholly predicted. */
export function unknownShare(comparisons: readonly Comparison[]): number {
  const unknown = comparisons.filter(({ verdict }) => verdict === "unknown");
  return unknown.length / Math.max(1, comparisons.length);
}
