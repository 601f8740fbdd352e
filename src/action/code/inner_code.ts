// Copyright 2026 the airg authors. Apache-2.0 license.

/**
 * Code inside strings: `f"{x}"`, `${x}`, `#{x}`, `@{[x]}`, `{$x}`.
 *
 * @module
 */

import type { Language } from "./code_facts.ts";

const OPENING: Readonly<Partial<Record<Language, RegExp>>> = {
  python: /\{/g,
  node: /\$\{/g,
  ruby: /#\{/g,
  perl: /[@$]\{/g,
  php: /\{(?=\$)/g,
};

/** Whether a string with this source can hold code. */
function mayHoldCode(language: Language, source: string): boolean {
  switch (language) {
    case "python":
      return /^[a-zA-Z]?[fFtT][a-zA-Z]?["']/.test(source);
    case "node":
      return source.startsWith("`");
    case "ruby":
    case "perl":
    case "php":
      return !source.startsWith("'") && !/^(?:q|qw|%[wiq])\W/.test(source);
    default:
      return false;
  }
}

/**
 * The pieces of code in a string or a command.
 *
 * @param source As written, quotes included.
 */
export function innerCode(language: Language, source: string): string[] {
  const opening = OPENING[language];
  if (opening === undefined || !mayHoldCode(language, source)) return [];
  const found: string[] = [];
  let from = 0;
  for (const { index, 0: mark } of source.matchAll(opening)) {
    if (index < from) continue;
    const start = index + mark.length;
    let depth = 1;
    let at = start;
    for (; at < source.length; at++) {
      if (source[at] === "{") depth++;
      else if (source[at] === "}" && --depth === 0) break;
    }
    const code = source.slice(start, at);
    if (/\W/.test(code)) found.push(code);
    from = at;
  }
  return found;
}
