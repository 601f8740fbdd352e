// Copyright 2026 the airg authors. Apache-2.0 license.

/**
 * What a rule looks for inside one word, such as SQL given to a database's
 * command line. Letter case is ignored.
 *
 * @module
 */

import { compileTextRegex, type TextTest } from "./text_regex.ts";

/** One text or pattern; says whether a word holds it. */
export type TextPattern = TextTest;

/**
 * Makes one entry of `match.text` ready.
 *
 * A pattern is compiled when it is first needed, because most never are; parse.ts
 * has already refused one that cannot be.
 */
export function compileText(
  entry: string | { readonly regex: string },
): TextPattern {
  if (typeof entry === "string") {
    const wanted = entry.toLowerCase();
    return (word) => word.toLowerCase().includes(wanted);
  }
  let test: TextTest | undefined;
  return (word) => {
    test ??= compileTextRegex(entry.regex);
    return test(word);
  };
}

/** Why `regex` cannot be used, or nothing. */
export function regexProblem(regex: string): string | undefined {
  try {
    compileTextRegex(regex);
    return undefined;
  } catch (error) {
    if (error instanceof SyntaxError) return error.message;
    throw error;
  }
}
