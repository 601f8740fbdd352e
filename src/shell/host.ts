// Copyright 2026 the airg authors. Apache-2.0 license.

/**
 * What following a text needs from outside the shell: what programs do, and
 * what the disk says.
 *
 * @module
 */

import type { State, Variable } from "./state.ts";
import type { ShellUnknown, Span } from "./syntax.ts";

/** What a command reads from its standard input. */
export type Stdin =
  /** Whatever the shell has. */
  | { readonly kind: "inherited" }
  /** Known text; may hold holes. */
  | { readonly kind: "text"; readonly text: string }
  /** A file, by redirection. */
  | { readonly kind: "file"; readonly path: string }
  /** What another command writes, not known. */
  | { readonly kind: "opaque" };

/** One command that would be started: a program, or a builtin of the shell. */
export interface Start {
  /** The program word first; words may hold holes. */
  readonly argv: readonly string[];
  readonly spans: readonly Span[];
  readonly span: Span;
  /** `NAME=value` for this command alone. */
  readonly assignments: readonly string[];
  /** What leads to it, outermost first. */
  readonly via: readonly string[];
  readonly stdin: Stdin;
  /** The shell that starts it. */
  readonly state: State;
  /** The shell does this itself. */
  readonly builtin: boolean;
}

/** How a redirection uses a file. */
export interface FileUse {
  readonly path: string;
  readonly access: "read" | "write";
  readonly span: Span;
  readonly state: State;
}

/** One name in a folder. */
export interface FolderEntry {
  readonly name: string;
  readonly kind: "file" | "folder" | "link" | "other";
}

/** The world outside the shell. */
export interface Host {
  readonly home: string;
  readonly user: string | undefined;
  /** Told of each command; answers what it writes, where that is known. */
  readonly start: (start: Start, walk: Walk) => string | undefined;
  readonly file: (use: FileUse) => void;
  /** A variable given to all later programs. */
  readonly setVariable: (name: string, value: string, span: Span) => void;
  /** A variable that the text uses and does not set. */
  readonly readVariable: (name: string, span: Span) => void;
  readonly unknown: (unknown: ShellUnknown) => void;
  /** Sorted names in an absolute folder; `null` where they cannot be had. */
  readonly list: (folder: string) => readonly FolderEntry[] | null;
  /** The path without links, as far as the disk has it. */
  readonly resolve: (path: string) => string | null;
  /** Whether a folder stands at this absolute path; `undefined` if not known. */
  readonly isFolder: (path: string) => boolean | undefined;
}

/** A text being followed. */
export interface Walk {
  readonly host: Host;
  /** The host without what a shell inside a shell adds to it. */
  readonly root: Host;
  /** Steps left; at 0 the text is too complex. */
  steps: number;
  /** Functions, `eval`s and shells entered. */
  calls: number;
  loops: number;
  /** Functions entered, innermost last. */
  readonly functions: string[];
  /** Texts that commands may have written into files, by absolute path. */
  readonly written: Map<string, readonly string[]>;
  /** Programs that commands of this text put under another path. */
  readonly copies: Map<string, string>;
  /** Variables to put back when the function ends. */
  readonly locals: Map<string, Variable | null | undefined>[];
  /** Texts of `trap`, which run later with whatever is true then. */
  readonly traps: { readonly text: string; readonly origin: Span }[];
  nextDescriptor: number;
  /** The body being run belongs to a pipeline or runs in the background. */
  apart: number;
}
