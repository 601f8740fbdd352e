// Copyright 2026 the airg authors. Apache-2.0 license.

/**
 * What a program is given to run, or does to be run later.
 *
 * @module
 */

import type { Language } from "../code/scan_code.ts";

/** Where a program runs, when not on this machine's files. */
export type Elsewhere = "container" | "host" | "chroot";

/** Languages of text, scripts and standard input. */
export type RunLanguage = Language | "shell";

/** One thing that runs. `index` is the word of argv it comes from. */
export type Run =
  | {
    readonly kind: "program";
    readonly argv: readonly string[];
    /** Source word of each word, for spans. */
    readonly indexes: readonly number[];
    /** `NAME=value` set for it. */
    readonly assignments: readonly string[];
    readonly clearsEnvironment?: boolean;
    /** Runs there; as written. */
    readonly folder?: string;
    readonly elsewhere?: Elsewhere;
    /** Some words come from standard input or a search. */
    readonly items?: boolean;
  }
  /** Text for a shell; `positional[0]` is `$0`. */
  | {
    readonly kind: "shell";
    readonly text: string;
    readonly index: number;
    readonly positional?: readonly string[];
    readonly elsewhere?: Elsewhere;
    readonly folder?: string;
    readonly assignments?: readonly string[];
  }
  /** Code on standard input. */
  | {
    readonly kind: "stdin";
    readonly language: RunLanguage;
    readonly positional?: readonly string[];
  }
  | {
    readonly kind: "code";
    readonly language: Language;
    readonly text: string;
    readonly index: number;
  }
  /** A script file run by name. */
  | {
    readonly kind: "file";
    readonly language: RunLanguage;
    readonly path: string;
    readonly index: number;
    readonly arguments: readonly string[];
    /** It may not exist; only what this text has put there counts. */
    readonly onlyMade?: true;
  }
  /** A task of a project file. */
  | {
    readonly kind: "task";
    readonly tool: string;
    readonly name: string;
    readonly arguments: readonly string[];
    readonly index: number;
    readonly folder?: string;
  }
  /** It runs something that these words do not tell. */
  | {
    readonly kind: "unread";
    readonly code: "exec.inner_command";
    readonly why: string;
    readonly index: number;
  };

/** What the program reads. */
export interface Input {
  /** Known text; may hold holes. */
  readonly text?: string;
  /** Something is piped in that is not known. */
  readonly opaque?: boolean;
}

/** Finds what the words of one program run. */
export type RunReader = (
  argv: readonly string[],
  name: string,
  input: Input,
) => readonly Run[];

/** The words from `at` on, as a program. */
export function programFrom(
  argv: readonly string[],
  at: number,
  more: Partial<Omit<Extract<Run, { kind: "program" }>, "kind" | "argv">> = {},
): Run[] {
  if (argv[at] === undefined) return [];
  const words = argv.slice(at);
  return [{
    kind: "program",
    argv: words,
    indexes: words.map((_, i) => at + i),
    assignments: [],
    ...more,
  }];
}

/** Says that something runs which cannot be read. */
export function unread(why: string, index: number = 0): Run {
  return { kind: "unread", code: "exec.inner_command", why, index };
}
