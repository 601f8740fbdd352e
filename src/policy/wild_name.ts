// Copyright 2026 the airg authors. Apache-2.0 license.

/**
 * Names that are known in part, against names that a policy speaks of.
 *
 * @module
 */

/** Names are at most this long on disk; longer ones fit nothing. */
const MAX_NAME = 255;

type Token = string | "any" | "one";

/**
 * Whether a name with holes, or with `*` and `?` that a program expands, could
 * be what `pattern` means.
 *
 * Something that tells it apart from every other name must be known: one letter
 * or digit, and for a pattern such as `*.pem` how the name ends.
 */
export function mayMean(name: string, pattern: string): boolean {
  const { start, end, tells } = edgesOf(name);
  if (!tells) return false;
  const isNamed = /^[^*?]/.test(pattern);
  // `*.json` is every name of that kind, not the one that is meant.
  if (isNamed && start === "" && /^\.[^.]*$/.test(end)) return false;
  const patternEnd = /[^*?]*$/.exec(pattern)?.[0] ?? "";
  if (patternEnd === pattern) {
    if (!pattern.startsWith(start) || !pattern.endsWith(end)) return false;
  } else {
    const shared = end !== "" &&
      (patternEnd.endsWith(end) || end.endsWith(patternEnd));
    if (!shared) return false;
  }
  return intersect(tokens(name), tokens(pattern));
}

/** What is known of a name with unknown parts. */
export interface NameEdges {
  readonly start: string;
  readonly end: string;
  /** Enough is known to tell it from other names. */
  readonly tells: boolean;
}

/** Known text at both ends of a name with holes, `*`, `?` or brackets. */
export function edgesOf(name: string): NameEdges {
  if (name.length > MAX_NAME) return { start: "", end: "", tells: false };
  const first = name.search(/[\0*?[]/);
  const found = /(?:\0.|[*?\]])([^\0*?\]]*)$/s.exec(name);
  const start = first < 0 ? name : name.slice(0, first);
  const known = name.replace(/\0[$+*?_]/g, "");
  const tells = /[\p{L}\p{N}]/u.test(known);
  return { start, end: found?.[1] ?? "", tells };
}

/** Whether `name`, which has holes, could be exactly `text`; for words, not paths. */
export function mayBe(name: string, text: string): boolean {
  return intersect(tokens(name), [...text]);
}

/**
 * Whether a path with holes could be `folder` or lie below it. A path that
 * starts unknown could be everything, and is let be.
 */
export function mayBeBelow(path: string, folder: string): boolean {
  if (path.startsWith("\0") || path.startsWith("/\0")) return false;
  const own = path.split("/");
  const wanted = folder.split("/");
  for (const [i, part] of wanted.entries()) {
    const mine = own[i];
    if (mine === undefined) return false;
    if (!mine.includes("\0") ? mine !== part : !mayBe(mine, part)) return false;
    // `$x` may hold slashes; a `*` matches no name that starts with a dot.
    if (/\0[$+]/.test(mine)) return true;
    if (mine.startsWith("\0") && part.startsWith(".")) return false;
  }
  return true;
}

function tokens(text: string): Token[] {
  const found: Token[] = [];
  for (let at = 0; at < text.length; at++) {
    const char = text[at] as string;
    if (char === "\0") found.push(text[++at] === "?" ? "one" : "any");
    else if (char === "*") found.push("any");
    else if (char === "?") found.push("one");
    else if (char === "[") {
      const close = text.indexOf("]", at + 2);
      found.push(close < 0 ? "[" : "one");
      if (close >= 0) at = close;
    } else found.push(char);
  }
  return found;
}

/** Whether some text fits both. Rows of the usual table, so the product of the lengths. */
function intersect(a: readonly Token[], b: readonly Token[]): boolean {
  let row = [true];
  for (const token of b) row.push((row.at(-1) ?? false) && token === "any");
  for (const left of a) {
    const next = [(row[0] ?? false) && left === "any"];
    for (const [j, right] of b.entries()) {
      const [up, corner, before] = [row[j + 1], row[j], next[j]];
      const same = left === right || left === "one" || right === "one";
      const fits = left === "any" || right === "any"
        ? up || before || corner
        : same && corner;
      next.push(fits ?? false);
    }
    row = next;
  }
  return row.at(-1) ?? false;
}
