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

/** `''$x` is a word even when x is empty; `''a` is `a`. */
function withoutEmptyQuotes(list: readonly Growing[]): readonly Growing[] {
  const isEmpty = (part: Growing): boolean =>
    part.kind === "text" && part.text === "";
  if (!list.some(isEmpty)) return list;
  const full = list.filter((part) => !isEmpty(part));
  const quoted = full.some((part) => "quoted" in part && part.quoted);
  const [first, next] = list;
  if (
    first !== undefined && isEmpty(first) && next?.kind === "text" &&
    !next.quoted && next.text.startsWith("~")
  ) return [first, ...merged(full)]; // `""~` is no home folder.
  if (
    list.some((part, i) =>
      isEmpty(part) && part !== first && i > 0 &&
      endsInTilde(list[i - 1])
    )
  ) return list; // Nor is `~""`.
  const keeps = quoted || full.some(({ kind }) => kind === "text");
  if (keeps && full.length > 0) return merged(full);
  const empty: Growing = { kind: "text", text: "", quoted: true };
  return [empty, ...merged(full)];
}

function endsInTilde(part: Growing | undefined): boolean {
  return part?.kind === "text" && !part.quoted && /~[^/]*$/.test(part.text);
}

function merged(list: readonly Growing[]): readonly Growing[] {
  const joined: Growing[] = [];
  for (const part of list) {
    const last = joined.at(-1);
    if (
      part.kind === "text" && last?.kind === "text" &&
      last.quoted === part.quoted
    ) {
      joined[joined.length - 1] = {
        kind: "text",
        text: last.text + part.text,
        quoted: part.quoted,
      };
    } else joined.push(part);
  }
  return joined;
}
