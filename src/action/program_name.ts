// Copyright 2026 the airg authors. Apache-2.0 license.

/**
 * Which program a word names.
 *
 * @module
 */

import { hasHole, isMany, knownEnd, withoutHoles } from "../shell/value.ts";
import { baseName } from "./words.ts";

/** A program word, read. */
export interface ProgramName {
  /** Lower case, without folder and `.exe`; empty where nothing is known. */
  readonly name: string;
  /** It is exactly this name. */
  readonly known: boolean;
  /** The words after it may be the command instead. */
  readonly rest: boolean;
}

/** Reads a program word. A name in other letter case is the same program: some file systems ignore case. */
export function nameOf(word: string): ProgramName {
  if (!hasHole(word)) return { name: plain(word), known: true, rest: false };
  const end = knownEnd(word);
  if (end.includes("/") && !end.endsWith("/")) {
    return { name: plain(end), known: true, rest: false };
  }
  return {
    name: plain(withoutHoles(word)),
    known: false,
    rest: isMany(word) && withoutHoles(word) === "",
  };
}

function plain(word: string): string {
  const name = baseName(word);
  const lower = /[A-Z]/.test(name) ? name.toLowerCase() : name;
  return lower.endsWith(".exe") ? lower.slice(0, -4) : lower;
}
