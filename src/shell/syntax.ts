// Copyright 2026 the airg authors. Apache-2.0 license.

/**
 * What a command text says, as far as this version reads it: simple commands
 * with literal words, in a row.
 *
 * Spans are offsets `[start, end)` in UTF-16 code units. The full parser
 * (compound commands, expansions) will add node types here; these stay.
 *
 * @module
 */

/** Offsets `[start, end)` in the text. */
export type Span = readonly [start: number, end: number];

/** One word whose value is known before anything runs. */
export interface Word {
  /** Quotes and backslashes removed; a leading `~` stays as written. */
  readonly text: string;
  readonly span: Span;
  /** Starts with an unquoted `~` or `~/`, which the shell replaces by the home folder. */
  readonly tilde: boolean;
  /** Written without any quote or backslash. */
  readonly bare: boolean;
}

/** `NAME=value` before the program word, or alone. */
export interface Assignment {
  readonly name: string;
  readonly value: string;
  readonly span: Span;
}

/** How a file is opened: `dup` copies or closes a descriptor and names no file. */
export type RedirectionKind = "read" | "write" | "append" | "dup";

/** One redirection with a literal target. */
export interface Redirection {
  readonly kind: RedirectionKind;
  /** Absent for `dup`. */
  readonly target?: Word;
  readonly span: Span;
}

/** What stands before a command. `start` is for the first one. */
export type Join = "start" | "&&" | "||" | ";" | "newline" | "|";

/** One program start, or assignments alone. */
export interface SimpleCommand {
  readonly join: Join;
  /** Written after the reserved word `time`. */
  readonly timed: boolean;
  readonly assignments: readonly Assignment[];
  /** Empty when there are only assignments or redirections. */
  readonly words: readonly Word[];
  readonly redirections: readonly Redirection[];
  readonly span: Span;
}

/** Something this version does not read. */
export interface ShellUnknown {
  /** Stable and dotted; documented in docs/reason-codes.md. */
  readonly code: string;
  readonly message: string;
  readonly span: Span;
}

/** The commands up to the first thing that is not read, and that thing. */
export interface ShellText {
  readonly commands: readonly SimpleCommand[];
  readonly unknowns: readonly ShellUnknown[];
}
