// Copyright 2026 the airg authors. Apache-2.0 license.

/**
 * A place in a text being read, with what bounds the reading.
 *
 * @module
 */

import { MAX_DEPTH, MAX_NODES } from "./limits.ts";
import type { Script, ShellUnknown, Span, Word } from "./syntax.ts";
import { type ShellCode, unknownAt } from "./unknown.ts";

/** A here-document whose text starts after the next newline. */
export interface PendingDocument {
  readonly delimiter: string;
  readonly quoted: boolean;
  readonly stripTabs: boolean;
  readonly give: (body: Word) => void;
}

/** What ends a list of commands: a bracket, the text, or a reserved word. */
export type ScriptEnd = ")" | "}" | "" | readonly string[];

/** Reads commands up to `end`, which is left. */
export type ReadScript = (c: Cursor, end: ScriptEnd) => Script;

/** What bounds a reading, whatever the text. */
export interface Budget {
  /** Characters that may still be looked at; keeps reading linear. */
  fuel: number;
  /** Words, parts and commands that may still be made. */
  nodes: number;
}

/** Where reading stands. */
export interface Cursor {
  /** Commands and words hold one another; this closes the circle. */
  readonly readScript: ReadScript;
  readonly text: string;
  at: number;
  depth: number;
  /** Shared by all cursors over one text. */
  readonly budget: Budget;
  documents: PendingDocument[];
  /** Added to offsets, or the one span of everything in a text read again. */
  readonly origin: number | Span;
}

/** Ends the reading; caught where reading starts, never further out. */
export class ShellStop extends Error {
  readonly unknown: ShellUnknown;

  constructor(unknown: ShellUnknown) {
    super(unknown.message);
    this.unknown = unknown;
  }
}

/** Starts at the beginning of `text`. */
export function startCursor(
  text: string,
  origin: number | Span,
  readScript: ReadScript,
): Cursor {
  return {
    readScript,
    text,
    at: 0,
    depth: 0,
    budget: { fuel: 16 * text.length + 4_096, nodes: MAX_NODES },
    documents: [],
    origin,
  };
}

/** The span of `[start, end)` in the text that was given first. */
export function spanOf(c: Cursor, start: number, end: number): Span {
  const { origin } = c;
  return typeof origin === "number" ? [start + origin, end + origin] : origin;
}

/** Ends the reading with a reason. */
export function stop(
  c: Cursor,
  code: ShellCode,
  start: number,
  end: number = start + 1,
): never {
  const last = Math.min(end, c.text.length);
  throw new ShellStop(unknownAt(code, spanOf(c, Math.min(start, last), last)));
}

/** Goes one level deeper; every `enter` is followed by a `leave` or the end of the reading. */
export function enter(c: Cursor, start: number): void {
  if (++c.depth > MAX_DEPTH) stop(c, "shell.too_deep", start);
}

/** Comes back one level. */
export function leave(c: Cursor): void {
  c.depth--;
}

/** Pays for looking ahead over `count` characters. */
export function pay(c: Cursor, count: number): void {
  c.budget.fuel -= count;
  if (c.budget.fuel < 0) stop(c, "shell.too_complex", c.at);
}

/** Counts one word, expansion or command. */
export function count(c: Cursor): void {
  if (--c.budget.nodes < 0) stop(c, "shell.too_many_commands", c.at);
}

/** A cursor over another text that belongs to this one. */
export function innerCursor(c: Cursor, text: string, span: Span): Cursor {
  pay(c, text.length);
  return {
    readScript: c.readScript,
    text,
    at: 0,
    depth: c.depth,
    budget: c.budget,
    documents: [],
    origin: span,
  };
}
