// Copyright 2026 the airg authors. Apache-2.0 license.

/**
 * Gathers the parts of one word.
 *
 * @module
 */

import type { Span, TextPart, Word, WordPart } from "./syntax.ts";

type Growing = Exclude<WordPart, TextPart> | {
  readonly kind: "text";
  text: string;
  readonly quoted: boolean;
};

/** Parts of a word being read. */
export interface Parts {
  readonly list: Growing[];
  /** No quote, backslash or expansion so far. */
  bare: boolean;
  /** Some unquoted text may stand for other text: a glob, a brace, a tilde. */
  active: boolean;
}

/** An empty word. */
export function startParts(): Parts {
  return { list: [], bare: true, active: false };
}

/** Appends text; neighbours of the same kind become one. */
export function addText(parts: Parts, text: string, quoted: boolean): void {
  if (quoted) parts.bare = false;
  const last = parts.list.at(-1);
  if (last?.kind === "text" && last.quoted === quoted) last.text += text;
  else if (text !== "" || quoted) {
    parts.list.push({ kind: "text", text, quoted });
  }
}

/** Appends an expansion. */
export function addPart(
  parts: Parts,
  part: Exclude<WordPart, TextPart>,
): void {
  parts.bare = false;
  parts.list.push(part);
}

/** The word. Empty quotes count only where they keep a word from vanishing. */
export function endParts({ list, bare, active }: Parts, span: Span): Word {
  const parts = list.length < 2 ? list : withoutEmptyQuotes(list);
  if (active || parts.some(({ kind }) => kind !== "text")) {
    return { parts, span, bare };
  }
  let literal = "";
  for (const part of parts) if (part.kind === "text") literal += part.text;
  return { parts, span, bare, literal };
}

/**
 * `''$x` is a word even when x is empty; `a''` is `a`. Before unquoted text
 * they stay: `''~`, `{''a,b}` and `''a=b` are not what they would be without.
 */
function withoutEmptyQuotes(list: readonly Growing[]): readonly Growing[] {
  if (!list.some(isEmpty) || list.some(isEmptyAfterTilde)) return list;
  const full: Growing[] = [];
  for (const [i, part] of list.entries()) {
    const last = full.at(-1);
    const next = list[i + 1];
    const isKept = (isPlainText(next) || next?.kind === "process") &&
      (i === 0 || isPlainText(list[i - 1]));
    if (!isEmpty(part) || isKept) full.push(part);
    else if (last?.kind === "parameter" && last.bare) {
      // In `$x''{a,b}` braces do not lengthen the name.
      const { bare: _, ...rest } = last;
      full[full.length - 1] = rest;
    }
  }
  const keeps = full.some((part) =>
    part.kind === "text" || "quoted" in part && part.quoted
  );
  return keeps ? full : [{ kind: "text", text: "", quoted: true }, ...full];
}

function isEmpty(part: Growing): boolean {
  return part.kind === "text" && part.text === "";
}

function isPlainText(part: Growing | undefined): boolean {
  return part?.kind === "text" && !part.quoted;
}

/** `~""` is no home folder either. */
function isEmptyAfterTilde(
  part: Growing,
  i: number,
  list: readonly Growing[],
): boolean {
  const before = list[i - 1];
  return isEmpty(part) && before?.kind === "text" && !before.quoted &&
    /~[^/]*$/.test(before.text);
}
