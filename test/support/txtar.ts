// Copyright 2026 the airg authors. Apache-2.0 license.

/**
 * Reads txtar files: a comment, then parts under `-- name --` lines, so that a
 * reviewer can add a case without TypeScript.
 *
 * @module
 */

/** One part of a txtar file. */
export interface TxtarPart {
  readonly name: string;
  /** Lines below the marker, without the empty ones at the end. */
  readonly lines: readonly string[];
  /** Line number of the marker, from 1, for messages. */
  readonly line: number;
}

/** Splits a txtar text into its parts; the comment before the first is dropped. */
export function readTxtar(text: string): TxtarPart[] {
  const parts: { name: string; lines: string[]; line: number }[] = [];
  for (const [i, line] of text.split("\n").entries()) {
    const name = line.match(/^-- (.+) --$/)?.[1];
    if (name !== undefined) parts.push({ name, lines: [], line: i + 1 });
    else parts.at(-1)?.lines.push(line);
  }
  for (const { lines } of parts) {
    while (lines.at(-1) === "") lines.pop();
  }
  return parts;
}
