// Copyright 2026 the airg authors. Apache-2.0 license.

/**
 * What printing remembers on its way: here-documents wait for a line break,
 * for the printer as for the reader.
 *
 * @module
 */

import type { Script } from "./syntax.ts";

/** A here-document that was named, and has yet to be written. */
export interface WaitingDocument {
  /** The text with the line that ends it. */
  readonly text: string;
  /** `false` where only the end of the whole text ends it. */
  readonly isClosed: boolean;
}

/** How one text is printed: the whole, or one that is read by itself. */
export interface TextOptions {
  /** Inside a here-document, where a line of its own could end it. */
  readonly inDocument: boolean;
  /**
   * Where commands get a line each: those at the top, or all, because a
   * semicolon would be taken for another.
   */
  readonly lines: "top" | "all";
}

/** Where printing stands. */
export interface Printer extends TextOptions {
  /** Commands and words hold one another; this closes the circle. */
  readonly printScript: (p: Printer, script: Script) => string;
  /** Prints a text that is read by itself. */
  readonly printText: (script: Script, options: TextOptions) => string;
  /** How many lists are around. */
  readonly depth: number;
  readonly documents: WaitingDocument[];
}

/** What ends a command: a line break where a document waits. */
export function endCommand(p: Printer, background: boolean = false): string {
  const lines = isWaiting(p) || p.lines === "all" || p.depth === 0;
  if (lines && canBreakLine(p)) return `\n${takeDocuments(p)}`;
  return background ? " " : "; ";
}

/** A document that nothing ends would take all that comes after. */
function canBreakLine({ documents }: Printer): boolean {
  return documents.every(({ isClosed }) => isClosed);
}

/** Whether a here-document waits for the next line. */
export function isWaiting({ documents }: Printer): boolean {
  return documents.length > 0;
}

/** The documents that waited, to stand after a line break. */
export function takeDocuments({ documents }: Printer): string {
  const waiting = documents.splice(0);
  const open = waiting.findIndex(({ isClosed }) => !isClosed);
  // What comes after a document that nothing ends is empty.
  const last = open < 0 ? waiting.length : open + 1;
  return waiting.slice(0, last).map(({ text }) => text).join("");
}

/** A list between brackets: documents are written before the second. */
export function printEnclosed(
  p: Printer,
  open: string,
  body: Script,
  close: string,
): string {
  const inner = deeper(p);
  const text = p.printScript(inner, body);
  // `((` would start arithmetic.
  const blank = text.startsWith("(") ? " " : "";
  const breaks = isWaiting(p) && canBreakLine(p);
  const rest = breaks ? `\n${takeDocuments(p)}` : "";
  return open + blank + text + rest + close;
}

/** A list and the reserved word that ends it. */
export function printUntil(p: Printer, body: Script, word: string): string {
  const inner = deeper(p);
  const text = p.printScript(inner, body);
  const background = body.items.at(-1)?.background === true;
  const end = text === "" ? "" : endCommand(inner, background);
  return text + end + word;
}

/** One list further in; documents wait together. */
export function deeper(p: Printer): Printer {
  return { ...p, depth: p.depth + 1 };
}
