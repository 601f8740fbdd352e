// Copyright 2026 the airg authors. Apache-2.0 license.

/**
 * Whether words that a program was given are among those airg said it could
 * be given, where airg's words may hold holes.
 *
 * @module
 */

/** What one state of the matcher takes, and where else it may go for nothing. */
interface State {
  /** `any` takes all, also the end of a word; the rest takes one thing. */
  readonly takes: string;
  /** States that are as good as this one before anything is taken. */
  readonly or: number[];
}

/** Stands before each word, in patterns and in what was seen. */
const WORD = "\0";

/** Holes by the character after their NUL. */
const HOLES: Readonly<Record<string, string>> = {
  "$": "text",
  "+": "any",
  "*": "name",
  _: "name",
  "?": "one",
};

/**
 * Matches all words at once: `\0+` may end words and start others, a word that
 * is nothing but `\0+` may be missing, and a word with a glob may be several.
 */
export function matchesArgv(
  predicted: readonly string[],
  seen: readonly string[],
): boolean {
  const states = compile(predicted);
  let current = spread(states, [0]);
  for (const word of seen) {
    for (const unit of [WORD, ...word]) {
      current = spread(states, step(states, current, unit));
      if (current.size === 0) return false;
    }
  }
  return current.has(states.length - 1);
}

/** Whether one word can be another. */
export function matchesWord(predicted: string, seen: string): boolean {
  return matchesArgv([predicted], [seen]);
}

/** Whether some part of the word is not known. */
export function hasHole(word: string): boolean {
  return word.includes("\0");
}

function compile(words: readonly string[]): State[] {
  const states: State[] = [];
  for (const word of words) {
    const start = states.length;
    states.push({ takes: "word", or: [] });
    for (const takes of tokens(word)) states.push({ takes, or: [] });
    const end = states.length;
    if (/^(\0\+)+$/.test(word)) states[start]!.or.push(end);
    states.push({ takes: "skip", or: [end + 1] });
    if (/\0[*?]/.test(word)) states[end]!.or.push(start);
  }
  states.push({ takes: "end", or: [] });
  return states;
}

function tokens(word: string): string[] {
  const result: string[] = [];
  const units = [...word];
  for (let i = 0; i < units.length; i++) {
    if (units[i] !== "\0") {
      result.push(`=${units[i]}`);
      continue;
    }
    i++;
    const takes = HOLES[units[i] ?? ""];
    if (takes === undefined) throw new TypeError(`A hole of no kind: ${word}`);
    result.push(takes);
  }
  return result;
}

function spread(states: readonly State[], from: Iterable<number>): Set<number> {
  const reached = new Set<number>();
  const todo = [...from];
  for (let at = todo.pop(); at !== undefined; at = todo.pop()) {
    if (reached.has(at)) continue;
    reached.add(at);
    const { takes, or } = states[at]!;
    todo.push(...or);
    // These may take nothing at all.
    if (takes === "any" || takes === "text" || takes === "name") {
      todo.push(at + 1);
    }
  }
  return reached;
}

function step(
  states: readonly State[],
  current: ReadonlySet<number>,
  unit: string,
): number[] {
  const next: number[] = [];
  for (const at of current) {
    const { takes } = states[at]!;
    switch (takes) {
      case "any":
        next.push(at);
        break;
      case "text":
        if (unit !== WORD) next.push(at);
        break;
      case "name":
        if (unit !== WORD && unit !== "/") next.push(at);
        break;
      case "one":
        if (unit !== WORD && unit !== "/") next.push(at + 1);
        break;
      case "word":
        if (unit === WORD) next.push(at + 1);
        break;
      default:
        if (takes === `=${unit}`) next.push(at + 1);
    }
  }
  return next;
}
