// Copyright 2026 the airg authors. Apache-2.0 license.

/**
 * What an action would do, as far as it can be read.
 *
 * Facts are data: the policy decides on them alone, an approval binds to them,
 * a replay uses them instead of today's disk. What could not be read is in
 * {@linkcode Facts.unknowns}, never left out.
 *
 * @module
 */

import type { FolderEntry } from "../shell/host.ts";
import type { Action } from "./action.ts";

/** Offsets `[start, end)` in the command's text, in UTF-16 code units. */
export type Span = readonly [start: number, end: number];

/** One program that would be started, with the words it would get. */
export interface ProgramFact {
  /** Last component of the program word, such as `rm` for `/bin/rm`. */
  readonly name: string;
  /** All words, the program first, quotes removed; unknown parts are holes (shell/value.ts). */
  readonly argv: readonly string[];
  /** Variables set for this command alone, as `NAME=value`. */
  readonly assignments: readonly string[];
  /** Programs that lead to this one, outermost first, such as `["env"]`. */
  readonly via: readonly string[];
  readonly span: Span;
  /** Absolute folders it may run in; absent when not known. */
  readonly folders?: readonly string[];
  /** Its paths are not this machine's: it runs in a container or on another host. */
  readonly elsewhere?: "container" | "host" | "chroot";
  /** Some words come from standard input or a search. */
  readonly items?: true;
  /** What a client of a database is given on standard input, where known. */
  readonly input?: string;
  /** It stands in a loop. */
  readonly loop?: true;
}

/** What a path would be used for. */
export type Access = "read" | "write" | "delete" | "list" | "execute";

/** One path the action names. */
export interface PathFact {
  /** Absolute; links and `..` resolved as far as the disk allows. May hold holes. */
  readonly path: string;
  /** As written. */
  readonly word: string;
  readonly access: Access;
  readonly span: Span;
  /** Index in {@linkcode Facts.programs}; absent for redirections and file tools. */
  readonly owner?: number;
}

/** One host the action names. */
export interface HostFact {
  /** Lower case, no trailing dot, as written otherwise; a hole where it is not known. */
  readonly host: string;
  readonly program: string;
  readonly span: Span;
  /** Index in {@linkcode Facts.programs}. */
  readonly owner?: number;
}

/** Something that could not be read, and why. */
export interface UnknownFact {
  /** Stable and dotted, such as `shell.expansion`; documented in docs/reason-codes.md. */
  readonly code: string;
  /** One sentence for a person. */
  readonly message: string;
  readonly span: Span;
}

/** A variable that later programs are given, or that changes the shell itself. */
export interface EnvironmentFact {
  readonly name: string;
  /** May hold holes. */
  readonly value: string;
  readonly span: Span;
}

/** A variable of the environment that a text uses and does not set. */
export interface VariableFact {
  readonly name: string;
  readonly span: Span;
}

/** One answer of the disk that the reading relied on. */
export type LookupAnswer =
  | { readonly path: string; readonly resolved: string | null }
  | { readonly path: string; readonly names: readonly FolderEntry[] | null }
  | { readonly path: string; readonly text: string | null };

/** Everything the policy may decide on. */
export interface Facts {
  readonly action: Action;
  readonly programs: readonly ProgramFact[];
  readonly paths: readonly PathFact[];
  readonly hosts: readonly HostFact[];
  readonly environment: readonly EnvironmentFact[];
  readonly variables: readonly VariableFact[];
  readonly unknowns: readonly UnknownFact[];
  readonly lookups: readonly LookupAnswer[];
}

/** Bounded, synchronous questions to the disk, asked while an action is read. */
export interface Lookup {
  /**
   * Follows links and `..` in `path` as far as components exist; the rest is
   * kept as written.
   *
   * @param path Absolute.
   * @returns Absolute path without links, or `null` where it cannot be known
   * (a loop, no permission, the bound reached).
   */
  readonly resolve: (path: string) => string | null;
  /**
   * Sorted names in a folder.
   *
   * @param folder Absolute.
   * @returns `null` where they cannot be had, or are too many.
   */
  readonly list?: (folder: string) => readonly FolderEntry[] | null;
  /**
   * Text of a small file, such as `package.json`.
   *
   * @param path Absolute.
   * @returns `null` where it cannot be had, is too large or no UTF-8.
   */
  readonly text?: (path: string) => string | null;
  /** Real home folder of the user, for `~`. */
  readonly home: string;
  /** Login name of the user. */
  readonly user?: string;
}
