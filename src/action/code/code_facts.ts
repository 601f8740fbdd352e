// Copyright 2026 the airg authors. Apache-2.0 license.

/**
 * What a piece of code in another language would do, as far as it can be read.
 *
 * @module
 */

import type { Access, Span } from "../facts.ts";

/** Languages that are scanned. */
export type Language =
  | "python"
  | "node"
  | "perl"
  | "ruby"
  | "php"
  | "lua"
  | "awk"
  | "sed"
  | "ed"
  | "vim"
  | "tcl"
  | "powershell"
  | "applescript"
  | "make"
  | "sql";

/** Findings; spans are offsets in the code. Words may hold holes. */
export interface CodeFacts {
  /** Programs it starts. */
  readonly programs: readonly {
    readonly argv: readonly string[];
    readonly span: Span;
  }[];
  /** Texts it gives to a shell. */
  readonly shells: readonly { readonly text: string; readonly span: Span }[];
  readonly paths: readonly {
    /** A leading `~` stands for the home folder. */
    readonly path: string;
    readonly access: Access;
    readonly recursive: boolean;
    readonly span: Span;
  }[];
  /** Addresses of network calls. */
  readonly addresses: readonly {
    readonly text: string;
    readonly span: Span;
  }[];
  /** Code that it puts together or fetches while it runs. */
  readonly unread: readonly { readonly why: string; readonly span: Span }[];
}

/** Facts being collected. */
export type CodeDraft = {
  -readonly [Key in keyof CodeFacts]: CodeFacts[Key][number][];
};

/** An empty collection. */
export function startCode(): CodeDraft {
  return { programs: [], shells: [], paths: [], addresses: [], unread: [] };
}
