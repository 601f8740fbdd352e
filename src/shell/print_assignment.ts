// Copyright 2026 the airg authors. Apache-2.0 license.

/**
 * Prints assignments and array literals.
 *
 * @module
 */

import { printWord } from "./print_word.ts";
import type { Printer } from "./printer.ts";
import type { ArrayLiteral, Assignment, Word } from "./syntax.ts";

/** Prints `NAME=value` and its relatives. */
export function printAssignment(p: Printer, assignment: Assignment): string {
  const { name, index, append, value } = assignment;
  const head = name + printIndex(p, index) + (append ? "+=" : "=");
  return head + ("parts" in value ? printWord(p, value) : printArray(p, value));
}

function printIndex(p: Printer, index: Word | undefined): string {
  return index === undefined ? "" : `[${printWord(p, index)}]`;
}

function printArray(p: Printer, { elements }: ArrayLiteral): string {
  const texts = elements.map(({ index, append, value }) => {
    const head = printIndex(p, index) + (append ? "+" : "");
    return (index === undefined ? "" : `${head}=`) + printWord(p, value);
  });
  return `(${texts.join(" ")})`;
}
