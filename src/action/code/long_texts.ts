// Copyright 2026 the airg authors. Apache-2.0 license.

/**
 * Texts of whole lines: here-documents and documentation.
 *
 * @module
 */

/** A here-document. */
export interface HereDocument {
  readonly text: string;
  /** Nothing is replaced in it. */
  readonly raw: boolean;
  /** Where its mark ends. */
  readonly end: number;
  /** Where the line after its last line starts. */
  readonly resume: number;
}

/** Lines of one code that may be looked at for the ends of its texts. */
export const MAX_LINES = 20_000;

/**
 * Reads the here-document whose mark is at `at`.
 *
 * @param after Its lines start after the first line end from here.
 * @param lines How many may still be looked at.
 * @param mark Sticky; its groups `quote` and `name` say where it ends.
 */
export function hereDocument(
  code: string,
  at: number,
  after: number,
  mark: RegExp | undefined,
  lines: { left: number },
): HereDocument | undefined {
  if (mark === undefined || code[at] !== "<") return undefined;
  mark.lastIndex = at;
  const found = mark.exec(code);
  const name = found?.groups?.["name"];
  if (found === null || name === undefined) return undefined;
  const end = at + found[0].length;
  const lineEnd = after > at ? after - 1 : code.indexOf("\n", end);
  const first = lineEnd < 0 ? code.length : lineEnd + 1;
  let line = first;
  while (line < code.length && --lines.left > 0) {
    const next = code.indexOf("\n", line);
    const stop = next < 0 ? code.length : next;
    const last = code.slice(line, Math.min(stop, line + 200)).trim();
    if (last === name || last.replace(/[;,)].*$/s, "") === name) {
      const raw = found.groups?.["quote"] === "'";
      const text = code.slice(first, line);
      // What follows the last word on its line, as PHP allows, is code again.
      return { text, raw, end, resume: code.indexOf(name, line) + name.length };
    }
    line = stop + 1;
  }
  return undefined;
}

/** Skips documentation that starts at `at`, a line's start. */
export function skipDocumentation(
  code: string,
  at: number,
  start: RegExp | undefined,
): number {
  if (start === undefined || code[at] !== "=") return at;
  if (at > 0 && code[at - 1] !== "\n") return at;
  start.lastIndex = at;
  const end = start.exec(code)?.[0] === "=begin" ? "\n=end" : "\n=cut";
  start.lastIndex = at;
  if (!start.test(code)) return at;
  const found = code.indexOf(end, at);
  if (found < 0) return code.length;
  const line = code.indexOf("\n", found + 1);
  return line < 0 ? code.length : line;
}
