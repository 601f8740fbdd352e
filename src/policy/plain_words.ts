// Copyright 2026 the airg authors. Apache-2.0 license.

/**
 * Words of a command that is nothing but words: no operator, expansion,
 * variable, pattern or escape. What else a shell would make of a text is not
 * asked here.
 *
 * @module
 */

/** Means itself to every shell, wherever it stands in a word. */
const PLAIN_REGEXP = /^[A-Za-z0-9_@%+:,./=-]$/;

/** Means itself between double quotes. */
const QUOTED_REGEXP = /^[^"$`\\!\p{Cc}]$/u;

/** Means itself between single quotes. */
const LITERAL_REGEXP = /^[^'\p{Cc}]$/u;

/** The words of `text`; `undefined` where it holds anything but words. */
export function plainWords(text: string): string[] | undefined {
  const words: string[] = [];
  let word: string | undefined;
  let quote: "'" | '"' | undefined;
  for (const letter of text) {
    if (letter === quote) quote = undefined;
    else if (quote !== undefined) {
      const allowed = quote === '"' ? QUOTED_REGEXP : LITERAL_REGEXP;
      if (!allowed.test(letter)) return undefined;
      word += letter;
    } else if (letter === "'" || letter === '"') {
      quote = letter;
      word ??= "";
    } else if (letter === " ") {
      if (word !== undefined) words.push(word);
      word = undefined;
    } else if (PLAIN_REGEXP.test(letter)) word = (word ?? "") + letter;
    else return undefined;
  }
  if (quote !== undefined) return undefined;
  if (word !== undefined) words.push(word);
  // `NAME=value` before a command is no word of it.
  return words.length === 0 || words[0]?.includes("=") ? undefined : words;
}

/** Words as a text that {@linkcode plainWords} reads back; `undefined` where there is none. */
export function quotedWords(words: readonly string[]): string | undefined {
  const text = words.map(quotedWord).join(" ");
  const again = plainWords(text);
  return again !== undefined && again.length === words.length &&
      again.every((word, i) => word === words[i])
    ? text
    : undefined;
}

function quotedWord(word: string): string {
  if (word !== "" && [...word].every((letter) => PLAIN_REGEXP.test(letter))) {
    return word;
  }
  return `'${word.replaceAll("'", `'"'"'`)}'`;
}
