// Copyright 2026 the airg authors. Apache-2.0 license.

/**
 * Field splitting. Source: POSIX.1-2024, Shell Command Language, 2.6.5.
 *
 * @module
 */

import { asManyWords, hasHole, MANY } from "./value.ts";

/** A value split into fields. */
export interface Split {
  readonly fields: readonly string[];
  /** The first field starts a word of its own. */
  readonly before: boolean;
  /** So does what comes after the last field. */
  readonly after: boolean;
}

/** Splits the value of an unquoted expansion; `ifs` is `undefined` when not known. */
export function splitFields(value: string, ifs: string | undefined): Split {
  if (value === "") return { fields: [], before: false, after: false };
  if (ifs === undefined) return { fields: [MANY], before: true, after: true };
  const marked = asManyWords(value);
  if (ifs === "") return { fields: [marked], before: false, after: false };
  const isWhite = (char: string | undefined): boolean =>
    char !== undefined && ifs.includes(char) && " \t\n".includes(char);
  const fields: string[] = [];
  let at = 0;
  const skipWhite = (): void => {
    while (isWhite(marked[at])) at++;
  };
  skipWhite();
  const before = at > 0;
  let after = false;
  while (at < marked.length) {
    const start = at;
    while (at < marked.length && !ifs.includes(marked[at] as string)) {
      at += marked[at] === "\0" ? 2 : 1;
    }
    fields.push(marked.slice(start, at));
    after = at < marked.length;
    skipWhite();
    const char = marked[at];
    if (char !== undefined && ifs.includes(char)) {
      at++;
      skipWhite();
    }
  }
  return { fields, before, after };
}

/** Words separated by blanks, where nothing in them is unknown. */
export function splitLines(text: string): readonly string[] | undefined {
  if (hasHole(text)) return undefined;
  const lines = text.split("\n");
  if (lines.at(-1) === "") lines.pop();
  return lines;
}
