// Copyright 2026 the airg authors. Apache-2.0 license.

/**
 * Patterns for paths, as policy files write them. No regular expressions: each
 * test is linear in the path.
 *
 * - `/etc/passwd`, `~/.ssh`: that path or anything below;
 * - `.env`, `*.pem`: any component of the path;
 * - `config/secrets.yml`: these components in a row, at the end or above it.
 *
 * Letter case is ignored, as macOS does and Runtime Guard did. A component that
 * is known in part fits where it could be the name; one of which nothing is
 * known is let be, because it would fit everything.
 *
 * @module
 */

import type { PathFact } from "../action/facts.ts";
import { normalizePath } from "../action/words.ts";
import { mayMean } from "./wild_name.ts";

/** One compiled pattern. */
export interface PathPattern {
  readonly text: string;
  readonly anchored: boolean;
  readonly parts: readonly NamePattern[];
}

/** One component of a pattern, with what makes its test cheap worked out. */
export interface NamePattern {
  readonly text: string;
  readonly wild: boolean;
  /** For `*.pem` and `?*.pem`: how such a name ends, and how long it is at least. */
  readonly suffix?: string;
  readonly least: number;
}

/** A path ready to be tested: its components, resolved and as written. */
export interface PathParts {
  readonly fact: PathFact;
  readonly anchored: readonly (readonly string[])[];
  readonly loose: readonly (readonly string[])[];
  /** Some component has an unknown part, or `*` or `?` that a program may expand itself. */
  readonly wild: boolean;
  /** Nothing is known of where it starts: it may be any path at all. */
  readonly anywhere: boolean;
}

/** Compiles one pattern; `home` replaces a leading `~`. */
export function compilePathPattern(text: string, home: string): PathPattern {
  const expanded = text === "~" || text.startsWith("~/")
    ? home + text.slice(1)
    : text;
  return {
    text,
    anchored: expanded.startsWith("/"),
    parts: split(expanded).map(namePattern),
  };
}

/** Splits a path fact once, for any number of patterns. */
export function partsOf(fact: PathFact): PathParts {
  const { path, word } = fact;
  const resolved = split(path);
  const same = path === word;
  const written = same ? resolved : split(normalizePath(word));
  const rooted = !same && word.startsWith("/");
  const anchored = rooted ? [resolved, written] : [resolved];
  // macOS: /etc is a link to /private/etc.
  if (resolved[0] === "private") anchored.push(resolved.slice(1));
  return {
    fact,
    anchored,
    loose: same ? [resolved] : [resolved, written],
    wild: isWild(word) || path.includes("\0"),
    anywhere: path.startsWith("\0$"),
  };
}

/** Whether the path is what the pattern means, or could be. */
export function matchesPath(pattern: PathPattern, path: PathParts): boolean {
  const { parts } = pattern;
  return pattern.anchored
    ? path.anchored.some((own) => startsWith(own, path.wild, parts, 0))
    : path.loose.some((own) => contains(own, path.wild, parts));
}

/** Whether `text` holds `*` or `?`. */
export function isWild(text: string): boolean {
  return text.includes("*") || text.includes("?");
}

/** Whether `name` fits `pattern`, where `*` stands for any run of characters and `?` for one. */
export function matchesName(pattern: string, name: string): boolean {
  if (!isWild(pattern)) return pattern === name;
  // Greedy with one point of return: linear in practice, never exponential.
  let [p, n, star, mark] = [0, 0, -1, 0];
  while (n < name.length) {
    if (pattern[p] === "*") {
      star = p++;
      mark = n;
    } else if (pattern[p] === "?" || pattern[p] === name[n]) {
      p++;
      n++;
    } else if (star >= 0) {
      p = star + 1;
      n = ++mark;
    } else return false;
  }
  while (pattern[p] === "*") p++;
  return p === pattern.length;
}

function split(path: string): string[] {
  return path.toLowerCase().split("/").filter((part) =>
    part !== "" && part !== "."
  );
}

function namePattern(text: string): NamePattern {
  const suffix = text.match(/^\??\*([^*?]+)$/)?.[1];
  return {
    text,
    wild: isWild(text),
    ...(suffix !== undefined && { suffix }),
    least: text.replaceAll("*", "").length,
  };
}

function fits(part: NamePattern, own: string, wild: boolean): boolean {
  if (wild && (own.includes("\0") || isWild(own))) {
    return mayMean(own, part.text);
  }
  if (!part.wild) return part.text === own;
  if (part.suffix !== undefined) {
    return own.length >= part.least && own.endsWith(part.suffix);
  }
  return matchesName(part.text, own);
}

function startsWith(
  own: readonly string[],
  wild: boolean,
  parts: readonly NamePattern[],
  from: number,
): boolean {
  if (own.length - from < parts.length) return false;
  for (let i = 0; i < parts.length; i++) {
    const part = parts[i] as NamePattern;
    if (!fits(part, own[from + i] as string, wild)) return false;
  }
  return true;
}

function contains(
  own: readonly string[],
  wild: boolean,
  parts: readonly NamePattern[],
): boolean {
  if (parts.length === 0) return false;
  for (let from = 0; from + parts.length <= own.length; from++) {
    if (startsWith(own, wild, parts, from)) return true;
  }
  return false;
}
