// Copyright 2026 the airg authors. Apache-2.0 license.

/**
 * What the words of a program run. A program in no table runs nothing else
 * that can be told from its words: it is allowed, and contained.
 *
 * @module
 */

import { readGit } from "./git.ts";
import { LANGUAGE_READERS, versionedReader } from "./languages.ts";
import { LIST_READERS } from "./lists.ts";
import { OTHER_READERS } from "./others.ts";
import { PACKAGE_READERS } from "./packages.ts";
import { REMOTE_READERS } from "./remote.ts";
import { valued, walkOptions } from "./option_walk.ts";
import { type Input, programFrom, type Run, type RunReader } from "./run.ts";
import { WRAPPER_READERS } from "./wrappers.ts";

const READERS: ReadonlyMap<string, RunReader> = new Map<string, RunReader>([
  ...WRAPPER_READERS,
  ...LIST_READERS,
  ...LANGUAGE_READERS,
  ...REMOTE_READERS,
  ...PACKAGE_READERS,
  ...OTHER_READERS,
  ["git", readGit],
  ["bun", readBun],
]);

/** `bun -e CODE` and `bun x.ts` run code; `bun NAME` runs a task. */
function readBun(
  argv: readonly string[],
  name: string,
  input: Input,
): readonly Run[] {
  const [, first = ""] = argv;
  const readers = /^-|[./]/.test(first) || first === "run"
    ? [LANGUAGE_READERS, PACKAGE_READERS]
    : [PACKAGE_READERS];
  return readers.flatMap((one) => one.get(name)?.(argv, name, input) ?? []);
}

/** The dynamic loader starts the program it is given. Source: ld.so(8). */
function readLoader(argv: readonly string[]): readonly Run[] {
  const options = valued(
    "--library-path --preload --audit --argv0 --inhibit-rpath",
  );
  return programFrom(argv, walkOptions(argv, options).at);
}

const NOTHING: Input = {};

/**
 * Finds what a program is given to run.
 *
 * @param name Lower case, without folder and `.exe`.
 * @param argv All words, the program first; may hold holes.
 */
export function runsOf(
  name: string,
  argv: readonly string[],
  input: Input = NOTHING,
): readonly Run[] {
  const reader = READERS.get(name) ?? versionedReader(name) ??
    (name.startsWith("ld-") ? readLoader : undefined);
  return reader === undefined ? [] : reader(argv, name, input);
}
