// Copyright 2026 the airg authors. Apache-2.0 license.

/**
 * Words whose text is known in part.
 *
 * A NUL can be in no argument and no path, so a marker that starts with one
 * stands for what is not known. A word without NUL is known exactly.
 *
 * @module
 */

/** Any text, perhaps empty: the value of an unknown expansion. */
export const ANY = "\0$";

/** Any number of words of any text: an unknown expansion without quotes. */
export const MANY = "\0+";

/** A `*` that no listing has answered: any text without `/`. */
export const STAR = "\0*";

/** A `?` or `[..]` that no listing has answered: one character, not `/`. */
export const ONE = "\0?";

/** Whether something in the word is not known. */
export function hasHole(word: string): boolean {
  return word.includes("\0");
}

/** Whether the word may become several words, or none. */
export function isMany(word: string): boolean {
  return word.includes(MANY);
}

/** The word as a person may read it. */
export function showWord(word: string): string {
  if (!word.includes("\0")) return word;
  return word.replaceAll(STAR, "*").replaceAll(ONE, "?")
    .replace(/\0[$+_]/g, "…");
}

/** Text after the last unknown part. */
export function knownEnd(word: string): string {
  const at = word.lastIndexOf("\0");
  return at < 0 ? word : word.slice(at + 2);
}

/** The word with every unknown part left empty. */
export function withoutHoles(word: string): string {
  return word.includes("\0") ? word.replace(/\0[$+*?_]/g, "") : word;
}

/** Turns a list of words into unknown words that do not split: inside quotes. */
export function asOneWord(word: string): string {
  return word.includes(MANY) ? word.replaceAll(MANY, ANY) : word;
}

/** Any text without blanks and slashes: a number, a date, a made-up name. */
export const NAME = "\0_";

/** Turns unknown text into unknown words that may split: without quotes. */
export function asManyWords(word: string): string {
  return word.includes(ANY) ? word.replaceAll(ANY, MANY) : word;
}
