// Copyright 2026 the airg authors. Apache-2.0 license.

/**
 * Words of effective commands for a person: quoted, and with what is not known
 * of them shown as such.
 *
 * @module
 */

import { showWord } from "../shell/value.ts";
import { quoteWord } from "../shell/quote.ts";

/**
 * Parts of a word that are not known, and how each is shown. A NUL can be in no
 * real argument; one that is none of these stands for anything, too.
 */
const HOLES_REGEXP = /\0[$+*?_]?/g;

/** A word as shell text; `…` is any text, `*` and `?` are globs not resolved. */
function shownWord(word: string): string {
  if (!word.includes("\0")) return quoteWord(word);
  const known = word.split(HOLES_REGEXP);
  const holes = word.match(HOLES_REGEXP) ?? [];
  return known.map((text, i) => {
    const hole = holes[i];
    return `${text === "" ? "" : quoteWord(text)}${
      hole === undefined ? "" : shownHole(hole)
    }`;
  }).join("");
}

/** Words as one line. */
export function shownWords(words: readonly string[]): string {
  return words.map(shownWord).join(" ");
}

function shownHole(hole: string): string {
  return hole === "\0*" ? "*" : hole === "\0?" ? "?" : "…";
}

/** Folders that a program may run in, as one line. */
export function shownFolders(folders: readonly string[]): string {
  return folders.map(showWord).join(" or ");
}
