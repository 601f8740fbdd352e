// Copyright 2026 the airg authors. Apache-2.0 license.

/**
 * Patterns of RE2's syntax, the part that policies need, run in linear time.
 *
 * A pattern becomes a small automaton (Thompson, "Regular Expression Search
 * Algorithm", CACM 11(6), 1968) whose states are all followed at once, so no
 * pattern and no text can make it slow. RE2 itself costs 20 ms of a cold start
 * and cannot be loaded while deciding.
 *
 * Read: literals, `.`, `[..]`, `\w \W \d \D \s \S \b \B`, `^ $`, `( )`,
 * `(?: )`, `|`, `* + ? {m} {m,} {m,n}` and their lazy forms, which find the
 * same. Letter case is ignored and `.` stands for a line break as well. Not
 * read: captures by name, flags, `\p{..}`, look-around, back references.
 *
 * @module
 */

/** Whether a pattern is found in a text. */
export type TextTest = (text: string) => boolean;

type CharTest = (char: string) => boolean;
type Edge = "start" | "end" | "word" | "not-word";

/** One instruction of the automaton. */
type Step =
  | { readonly kind: "char"; readonly fits: CharTest; readonly next: number }
  | { readonly kind: "edge"; readonly edge: Edge; readonly next: number }
  | { readonly kind: "fork"; readonly to: readonly number[] }
  | { readonly kind: "found" };

/** Builds the steps of one part, given where it leads; gives its entry. */
type Part = (steps: Step[], next: number) => number;

const MAX_STEPS = 4_000;
const MAX_REPEAT = 1_000;
const CLASSES: Readonly<Record<string, CharTest>> = {
  w: isWord,
  W: (char) => !isWord(char),
  d: isDigit,
  D: (char) => !isDigit(char),
  s: isBlank,
  S: (char) => !isBlank(char),
};
const ESCAPED: Readonly<Record<string, string>> = {
  n: "\n",
  r: "\r",
  t: "\t",
  f: "\f",
  v: "\v",
};

/**
 * Compiles a pattern.
 *
 * @throws {SyntaxError} If it is malformed or uses what is not read.
 */
export function compileTextRegex(source: string): TextTest {
  const { part, at } = readChoice(source, 0);
  if (at < source.length) throw syntax(source, at, "nothing opens this");
  const steps: Step[] = [{ kind: "found" }];
  const start = part(steps, 0);
  const automaton = {
    steps,
    start,
    firsts: firstsOf(steps, start),
    anchored: isAnchored(steps, start),
  };
  return (text) => isFound(automaton, text.toLowerCase());
}

interface Automaton {
  readonly steps: readonly Step[];
  readonly start: number;
  readonly firsts: Uint8Array | undefined;
  /** A match begins where the text does. */
  readonly anchored: boolean;
}

interface Read {
  readonly part: Part;
  readonly at: number;
}

function syntax(source: string, at: number, why: string): SyntaxError {
  return new SyntaxError(
    `Cannot read the pattern ${JSON.stringify(source)}: ${why} (character ${
      at + 1
    })`,
  );
}

function readChoice(source: string, from: number): Read {
  const ways: Part[] = [];
  let at = from;
  for (;;) {
    const row: Part[] = [];
    while (at < source.length && source[at] !== "|" && source[at] !== ")") {
      const read = readRepeat(source, at);
      row.push(read.part);
      at = read.at;
    }
    ways.push((steps, next) =>
      row.reduceRight((entry, part) => part(steps, entry), next)
    );
    if (source[at] !== "|") break;
    at++;
  }
  const [only, ...others] = ways;
  if (only !== undefined && others.length === 0) return { part: only, at };
  return {
    part: (steps, next) =>
      add(steps, { kind: "fork", to: ways.map((way) => way(steps, next)) }),
    at,
  };
}

function readRepeat(source: string, from: number): Read {
  const atom = readAtom(source, from);
  const found = /^(?:[*+?]|\{([0-9]{1,4})(,?)([0-9]{0,4})\})/.exec(
    source.slice(atom.at, atom.at + 12),
  );
  if (found === null) return atom;
  const [all, low, comma, high] = found;
  const least = low === undefined ? (all === "+" ? 1 : 0) : Number(low);
  const most = low !== undefined
    ? (high ? Number(high) : comma ? Infinity : least)
    : all === "?"
    ? 1
    : Infinity;
  if (least > MAX_REPEAT || most < least) {
    throw syntax(source, atom.at, "this repetition is too long or backwards");
  }
  if (most !== Infinity && most > MAX_REPEAT) {
    throw syntax(source, atom.at, "this repetition is too long");
  }
  let at = atom.at + all.length;
  if (source[at] === "?") at++;
  if (/^[*+?]/.test(source.slice(at, at + 1))) {
    throw syntax(source, at, "a repetition of a repetition");
  }
  return { part: repeat(atom.part, least, most), at };
}

function repeat(part: Part, least: number, most: number): Part {
  return (steps, next) => {
    let entry = next;
    if (most === Infinity) {
      const loop = add(steps, { kind: "fork", to: [] });
      const body = part(steps, loop);
      steps[loop] = { kind: "fork", to: [body, next] };
      entry = loop;
    } else {
      for (let i = least; i < most; i++) {
        entry = add(steps, { kind: "fork", to: [part(steps, entry), next] });
      }
    }
    for (let i = 0; i < least; i++) entry = part(steps, entry);
    return entry;
  };
}

function readAtom(source: string, at: number): Read {
  const char = source[at] as string;
  if (char === "(") return readGroup(source, at);
  if (char === "[") return readSet(source, at);
  if (char === "^") return { part: edge("start"), at: at + 1 };
  if (char === "$") return { part: edge("end"), at: at + 1 };
  if (char === ".") return { part: one(() => true), at: at + 1 };
  if (char === "\\") return readEscape(source, at);
  if (/[*+?]/.test(char)) throw syntax(source, at, "nothing is repeated here");
  return { part: one(equals(char)), at: at + 1 };
}

function readGroup(source: string, at: number): Read {
  let from = at + 1;
  if (source[from] === "?") {
    if (source[from + 1] !== ":") {
      throw syntax(source, from, "of the forms with `(?` only `(?:` is read");
    }
    from += 2;
  }
  const inner = readChoice(source, from);
  if (source[inner.at] !== ")") throw syntax(source, at, "never closed");
  return { part: inner.part, at: inner.at + 1 };
}

function readEscape(source: string, at: number): Read {
  const char = source[at + 1];
  if (char === undefined) throw syntax(source, at, "a backslash at the end");
  if (char === "b") return { part: edge("word"), at: at + 2 };
  if (char === "B") return { part: edge("not-word"), at: at + 2 };
  return { part: one(escaped(source, at)), at: at + 2 };
}

function escaped(source: string, at: number): CharTest {
  const char = source[at + 1];
  if (char === undefined) throw syntax(source, at, "a backslash at the end");
  const known = CLASSES[char];
  if (known !== undefined) return known;
  const literal = ESCAPED[char];
  if (literal !== undefined) return equals(literal);
  if (isWord(char)) throw syntax(source, at, `\\${char} is not read`);
  return equals(char);
}

function readSet(source: string, from: number): Read {
  const negated = source[from + 1] === "^";
  const tests: CharTest[] = [];
  let at = from + (negated ? 2 : 1);
  for (let first = true; first || source[at] !== "]"; first = false) {
    const char = source[at];
    if (char === undefined) throw syntax(source, from, "never closed");
    if (char === "[" && source[at + 1] === ":") {
      throw syntax(source, at, "[: :] is not read");
    }
    const width = char === "\\" ? 2 : 1;
    const last = source[at + width + 1];
    if (source[at + width] === "-" && last !== undefined && last !== "]") {
      if (char === "\\" || last === "\\" || char > last) {
        throw syntax(source, at, "a range of other than plain characters");
      }
      tests.push(inRange(char, last));
      at += width + 2;
    } else {
      tests.push(char === "\\" ? escaped(source, at) : equals(char));
      at += width;
    }
  }
  return {
    part: one((char) => tests.some((test) => test(char)) !== negated),
    at: at + 1,
  };
}

function add(steps: Step[], step: Step): number {
  if (steps.length >= MAX_STEPS) {
    throw new SyntaxError(
      "Cannot use the pattern: its repetitions are too long",
    );
  }
  return steps.push(step) - 1;
}

function one(fits: CharTest): Part {
  return (steps, next) => add(steps, { kind: "char", fits, next });
}

function edge(edge: Edge): Part {
  return (steps, next) => add(steps, { kind: "edge", edge, next });
}

function equals(wanted: string): CharTest {
  const lower = wanted.toLowerCase();
  return (char) => char === lower;
}

function inRange(first: string, last: string): CharTest {
  const [low, high] = [first.toLowerCase(), last.toLowerCase()];
  return (char) => char >= low && char <= high || char >= first && char <= last;
}

function isWord(char: string): boolean {
  return char >= "a" && char <= "z" || char >= "0" && char <= "9" ||
    char >= "A" && char <= "Z" || char === "_";
}

function isDigit(char: string): boolean {
  return char >= "0" && char <= "9";
}

function isBlank(char: string): boolean {
  return char === " " || char >= "\t" && char <= "\r" || char === "\u00a0";
}

/** Follows every state at once; each text position sees each step at most once. */
function isFound(
  { steps, start, firsts, anchored }: Automaton,
  text: string,
): boolean {
  const seen = new Int32Array(steps.length).fill(-1);
  const stack: number[] = [];
  let waiting: number[] = [];
  for (let at = 0; at <= text.length; at++) {
    if (waiting.length === 0 && at > 0 && anchored) return false;
    if (waiting.length === 0 && firsts !== undefined) {
      while (at < text.length && firsts[text.charCodeAt(at)] === 0) at++;
    }
    for (let i = waiting.length - 1; i >= 0; i--) {
      stack.push(waiting[i] as number);
    }
    stack.push(start);
    waiting = [];
    while (stack.length > 0) {
      const index = stack.pop() as number;
      if (seen[index] === at) continue;
      seen[index] = at;
      const step = steps[index] as Step;
      if (step.kind === "found") return true;
      if (step.kind === "fork") stack.push(...step.to);
      else if (step.kind === "edge") {
        if (holds(step.edge, text, at)) stack.push(step.next);
      } else if (at < text.length && step.fits(text[at] as string)) {
        waiting.push(step.next);
      }
    }
  }
  return false;
}

/** Whether every way in passes `^`. */
function isAnchored(steps: readonly Step[], start: number): boolean {
  const seen = new Set<number>();
  const stack = [start];
  while (stack.length > 0) {
    const index = stack.pop() as number;
    if (seen.has(index)) continue;
    seen.add(index);
    const step = steps[index] as Step;
    if (step.kind === "fork") stack.push(...step.to);
    else if (step.kind !== "edge") return false;
    else if (step.edge !== "start") stack.push(step.next);
  }
  return true;
}

/**
 * Which of the first 128 characters a match can begin with, as 0 or 1; nothing
 * where the pattern also fits without any.
 */
function firstsOf(
  steps: readonly Step[],
  start: number,
): Uint8Array | undefined {
  const tests: CharTest[] = [];
  const seen = new Set<number>();
  const stack = [start];
  while (stack.length > 0) {
    const index = stack.pop() as number;
    if (seen.has(index)) continue;
    seen.add(index);
    const step = steps[index] as Step;
    if (step.kind === "found") return undefined;
    if (step.kind === "fork") stack.push(...step.to);
    else if (step.kind === "edge") stack.push(step.next);
    else tests.push(step.fits);
  }
  return Uint8Array.from({ length: 128 }, (_, code) => {
    const char = String.fromCharCode(code);
    return tests.some((fits) => fits(char)) ? 1 : 0;
  });
}

function holds(edge: Edge, text: string, at: number): boolean {
  if (edge === "start") return at === 0;
  if (edge === "end") return at === text.length;
  const before = at > 0 && isWord(text[at - 1] as string);
  const after = at < text.length && isWord(text[at] as string);
  return (before !== after) === (edge === "word");
}
