// Copyright 2026 the airg authors. Apache-2.0 license.

/**
 * What the generators of scripts share: choices by weight, quoting, and
 * putting statements in a row.
 *
 * @module
 */

import fc from "fast-check";

/** Random shell text. */
export type Text = fc.Arbitrary<string>;

/** One of several, by weight; shrinks towards the first. */
export function oneOf(...choices: readonly (readonly [number, Text])[]): Text {
  return fc.oneof(
    { withCrossShrink: true },
    ...choices.map(([weight, arbitrary]) => ({ weight, arbitrary })),
  );
}

/** One of several fixed texts, listed one a line; `⏎` stands for a line break. */
export function lineOf(text: string): Text {
  const lines = text.split("\n").filter((line) => line !== "");
  return fc.constantFrom(...lines.map((line) => line.replaceAll("⏎", "\n")));
}

/** Texts made of other texts: `make` gets one of each. */
export function made(
  parts: readonly Text[],
  make: (...values: string[]) => string,
): Text {
  return fc.tuple(...parts).map((values) => make(...values));
}

/** Several texts with blanks between. */
export function several(text: Text, least: number, most: number): Text {
  return fc.array(text, { minLength: least, maxLength: most }).map((texts) =>
    texts.join(" ")
  );
}

/** The text in single quotes, as one word. */
export function inSingle(text: string): string {
  return `'${text.replaceAll("'", "'\\''")}'`;
}

/** The text in double quotes, kept from the outer shell. */
export function inDouble(text: string): string {
  return `"${text.replace(/[\\"$`]/g, "\\$&")}"`;
}

/** The text between backticks, where a backslash, a backtick and a dollar are escaped. */
export function inBackticks(text: string): string {
  return `\`${text.replace(/[\\`]/g, "\\$&")}\``;
}

/** Whether the statement ends in a here-document's last line. */
function endsInDocument(text: string): boolean {
  return /\n\t?END$/.test(text);
}

/** Puts statements in a row, each with what separates it from the next. */
export function joinStatements(
  parts: readonly (readonly [text: string, separator: string])[],
): string {
  return parts.map(([text, separator], i) => {
    if (i === parts.length - 1) return text;
    return text + (endsInDocument(text) ? "\n" : separator);
  }).join("");
}

/** Builds each depth's generator once: they share most of their parts. */
export function byDepth(
  build: (depth: number) => Text,
): (depth: number) => Text {
  const built = new Map<number, Text>();
  return (depth) => {
    const known = built.get(depth);
    if (known !== undefined) return known;
    const text = build(depth);
    built.set(depth, text);
    return text;
  };
}
