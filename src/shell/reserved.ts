// Copyright 2026 the airg authors. Apache-2.0 license.

/**
 * Reserved words, which change the grammar where a command may start.
 *
 * @module
 */

import { isMeta } from "./characters.ts";
import { type Cursor, stop } from "./cursor.ts";

const RESERVED: ReadonlySet<string> = new Set(
  ("if then else elif fi for while until do done case esac select in " +
    "function coproc time ! [[ ]] { }").split(" "),
);
const FIRST: ReadonlySet<number> = new Set(
  [...RESERVED].map((word) => word.charCodeAt(0)),
);

/** Whether the word means something else where a command may start. */
export function isReserved(word: string): boolean {
  return RESERVED.has(word);
}

/** The reserved word at the cursor, which stays where it is. */
export function peekReserved(c: Cursor): string | undefined {
  const { text, at } = c;
  if (!FIRST.has(text.charCodeAt(at))) return undefined;
  let end = at;
  while (end < text.length && end - at <= 8) {
    const code = text.charCodeAt(end);
    if (isMeta(code)) {
      // `{<(a)` is one word.
      if ((code === 60 || code === 62) && text[end + 1] === "(") {
        return undefined;
      }
      break;
    }
    if (code === 92 && endsAtContinuation(text, end)) break;
    end++;
  }
  const word = text.slice(at, end);
  return RESERVED.has(word) ? word : undefined;
}

/** Whether only line continuations stand between `at` and the word's end. */
function endsAtContinuation(text: string, at: number): boolean {
  let end = at;
  while (text[end] === "\\" && text[end + 1] === "\n") end += 2;
  return end > at && (end === text.length || isMeta(text.charCodeAt(end)));
}

/** Takes the reserved word `word`, or ends the reading. */
export function expectReserved(c: Cursor, word: string): void {
  if (peekReserved(c) !== word) stop(c, "shell.syntax", c.at);
  c.at += word.length;
}
