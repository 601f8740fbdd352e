// Copyright 2026 the airg authors. Apache-2.0 license.

/**
 * Writes words as shell text that reads back as the same words.
 *
 * @module
 */

const SAFE = /^[A-Za-z0-9_\-./:+@%^,]+$/;

/** Quotes one word, where it needs quotes. It must not hold a NUL. */
export function quoteWord(word: string): string {
  if (SAFE.test(word)) return word;
  return `'${word.replaceAll("'", `'\\''`)}'`;
}

/** Words as one line, for a person and for spans. */
export function quoteWords(words: readonly string[]): string {
  return words.map(quoteWord).join(" ");
}
