// Copyright 2026 the airg authors. Apache-2.0 license.

/**
 * The first words of a command, as other tools' rules have them -> what a rule
 * of ours matches.
 *
 * Theirs match text, ours programs and their words: flags stand anywhere and in
 * any spelling, further words may follow. So ours match more, never less.
 *
 * @module
 */

import { baseName } from "../../action/words.ts";
import { fail, ok, type Result } from "../../base/result.ts";
import { quoteWords } from "../../shell/quote.ts";
import type { PolicyRule } from "../schema.ts";

/** What a rule is about. */
export type RuleMatch = PolicyRule["match"];

/** A command as a rule sees it. */
export interface CommandMatch {
  readonly match: RuleMatch;
  /** A command that the rule must match. */
  readonly example: string;
  /** What the rule does not say, though theirs does. */
  readonly looser?: string;
}

/** Programs whose options are one dash and a word. */
const ONE_DASH: ReadonlySet<string> = new Set([
  "find",
  "java",
  "terraform",
  "go",
  "openssl",
  "ffmpeg",
  "magick",
]);

const CLUSTER_REGEXP = /^-[A-Za-z]{2,}$/;
const OPERATOR_REGEXP = /[|&;<>()`$'"\\\p{C}]/u;
const ASSIGNMENT_REGEXP = /^[A-Za-z_][A-Za-z0-9_]*=/;

/**
 * What matches every command that begins with `words`.
 *
 * @param words The program first; `*` in a word stands for any text in it.
 * @returns Why there is no such rule, as a clause, or the match.
 */
export function matchOfWords(
  words: readonly string[],
): Result<CommandMatch, string> {
  const [first, ...rest] = words;
  if (first === undefined || first === "") return fail("it names no program");
  if (words.some((word) => OPERATOR_REGEXP.test(word))) {
    return fail(
      "it holds quotes or signs of a shell; rules here match one program and its words",
    );
  }
  if (ASSIGNMENT_REGEXP.test(first)) {
    return fail("it begins with a variable; rules here match programs");
  }
  const program = baseName(first);
  const flags = rest.filter((word) => /^-./.test(word) && word !== "--")
    .flatMap((word) => flagsOf(word, program));
  const args = rest.filter((word) => !/^-./.test(word));
  const wild = flags.find((flag) => flag.includes("*"));
  const all = flags.map((flag) => flag.replace(/\*.*$/, ""))
    .filter((flag) => /^--?[^-]/.test(flag));
  const match = {
    program,
    ...(args.length > 0 && { args }),
    ...(all.length > 0 && { flags: { all: [...new Set(all)] } }),
  };
  return ok({
    match,
    example: quoteWords(words.map(exampleOf)),
    ...(wild !== undefined && {
      looser:
        `${wild} means any option that begins so; here only that option itself`,
    }),
  });
}

/** A word that fits; an option is written out as far as it is known. */
function exampleOf(word: string): string {
  return word.startsWith("-")
    ? word.replace(/\*.*$/, "")
    : word.replaceAll("*", "x");
}

/** `-rf` is `-r` and `-f`; what stands after `=` is left out. */
function flagsOf(word: string, program: string): string[] {
  if (CLUSTER_REGEXP.test(word) && !ONE_DASH.has(program)) {
    return [...word.slice(1)].map((letter) => `-${letter}`);
  }
  const equals = word.indexOf("=");
  return [equals < 0 ? word : word.slice(0, equals)];
}
