// Copyright 2026 the airg authors. Apache-2.0 license.

/**
 * Patterns for paths as git reads them (pure): wildmatch.c of git, on bytes.
 *
 * A pattern becomes a row of steps that are all followed at once, so that no
 * pattern makes a test slow (git's own goes back and tries again).
 *
 * @module
 */

import { bytesOfName } from "../platform/byte_names.ts";

// deno-lint-ignore no-control-regex -- the whole of ASCII is meant
const ASCII_REGEXP = /^[\x00-\x7f]*$/;

/** Whether a path, as one character a byte, fits. */
export type GlobTest = (path: string) => boolean;

/** One step: a byte to take, or a run of them. */
type Step =
  | { readonly kind: "one"; readonly fits: (code: number) => boolean }
  /** Any run, possibly empty. */
  | { readonly kind: "run"; readonly slashes: boolean }
  /** What comes until `to` may be left out. */
  | { readonly kind: "skip"; readonly to: number };

const SLASH = 47;
/** Characters of a pattern that are read; git has no limit, but its paths do. */
const MAX_PATTERN = 4096;

/**
 * Compiles a pattern.
 *
 * @param pattern One character a byte.
 * @returns Nothing fits a pattern that is malformed, as in git.
 */
export function compileGlob(pattern: string): GlobTest {
  const steps = pattern.length > MAX_PATTERN ? undefined : stepsOf(pattern);
  return steps === undefined ? () => false : (path) => fits(steps, path);
}

function stepsOf(pattern: string): readonly Step[] | undefined {
  const steps: Step[] = [];
  for (let at = 0; at < pattern.length;) {
    const char = pattern[at] as string;
    if (char === "*") at = readStars(pattern, at, steps);
    else if (char === "?") {
      steps.push({ kind: "one", fits: (code) => code !== SLASH });
      at++;
    } else if (char === "[") {
      const set = readSet(pattern, at);
      if (set === undefined) return undefined;
      const { has } = set;
      steps.push({ kind: "one", fits: (code) => code !== SLASH && has(code) });
      at = set.end;
    } else {
      const literal = char === "\\" ? pattern[at + 1] : char;
      if (literal === undefined) return undefined;
      const wanted = literal.charCodeAt(0);
      steps.push({ kind: "one", fits: (code) => code === wanted });
      at += char === "\\" ? 2 : 1;
    }
  }
  return steps;
}

/** `*` stays in a name; two of them that are a name of their own do not. */
function readStars(pattern: string, from: number, steps: Step[]): number {
  let at = from;
  while (pattern[at] === "*") at++;
  const next = pattern[at];
  const isOwn = at - from > 1 && (from === 0 || pattern[from - 1] === "/") &&
    (next === undefined || next === "/" ||
      next === "\\" && pattern[at + 1] === "/");
  if (!isOwn) {
    steps.push({ kind: "run", slashes: false });
    return at;
  }
  if (next === "/") {
    // Folders on the way, or none at all.
    steps.push(
      { kind: "skip", to: steps.length + 3 },
      { kind: "run", slashes: true },
      { kind: "one", fits: (code) => code === SLASH },
    );
    return at + 1;
  }
  steps.push({ kind: "run", slashes: true });
  return at;
}

interface CharSet {
  readonly has: (code: number) => boolean;
  readonly end: number;
}

/** `[a-z]`, `[!x]`, `[[:digit:]]`; `undefined` where it is never closed. */
function readSet(pattern: string, from: number): CharSet | undefined {
  const tests: ((code: number) => boolean)[] = [];
  let at = from + 1;
  const negated = pattern[at] === "!" || pattern[at] === "^";
  if (negated) at++;
  let before = 0;
  for (let first = true; first || pattern[at] !== "]"; first = false) {
    let code = pattern.charCodeAt(at);
    if (Number.isNaN(code)) return undefined;
    const next = pattern[at + 1];
    if (pattern[at] === "\\") {
      code = pattern.charCodeAt(++at);
      if (Number.isNaN(code)) return undefined;
      tests.push(same(code));
    } else if (
      pattern[at] === "-" && before > 0 && next !== undefined && next !== "]"
    ) {
      at++;
      if (pattern[at] === "\\") at++;
      const last = pattern.charCodeAt(at);
      if (Number.isNaN(last)) return undefined;
      tests.push(between(before, last));
      code = 0;
    } else if (pattern[at] === "[" && next === ":") {
      const close = pattern.indexOf("]", at + 2);
      if (close < 0) return undefined;
      if (close - 1 < at + 2 || pattern[close - 1] !== ":") {
        tests.push(same(code));
      } else {
        const named = CLASSES[pattern.slice(at + 2, close - 1)];
        if (named === undefined) return undefined;
        tests.push(named);
        at = close;
        code = 0;
      }
    } else tests.push(same(code));
    before = code;
    at++;
  }
  return {
    has: (code) => tests.some((test) => test(code)) !== negated,
    end: at + 1,
  };
}

function same(wanted: number): (code: number) => boolean {
  return (code) => code === wanted;
}

function between(first: number, last: number): (code: number) => boolean {
  return (code) => code >= first && code <= last;
}

const isUpper = between(65, 90);
const isLower = between(97, 122);
const isDigit = between(48, 57);
const isGraph = between(33, 126);

function isAlpha(code: number): boolean {
  return isUpper(code) || isLower(code);
}

function isAlnum(code: number): boolean {
  return isAlpha(code) || isDigit(code);
}

/** Classes of POSIX in the C locale (wildmatch.c of git). */
const CLASSES: Readonly<Record<string, (code: number) => boolean>> = {
  alnum: isAlnum,
  alpha: isAlpha,
  blank: (code) => code === 32 || code === 9,
  cntrl: (code) => code < 32 || code === 127,
  digit: isDigit,
  graph: isGraph,
  lower: isLower,
  print: between(32, 126),
  punct: (code) => isGraph(code) && !isAlnum(code),
  space: (code) => code === 32 || code >= 9 && code <= 13,
  upper: isUpper,
  xdigit: (code) =>
    isDigit(code) || code >= 65 && code <= 70 || code >= 97 && code <= 102,
};

/** Follows every step at once. */
function fits(steps: readonly Step[], path: string): boolean {
  let now = new Uint8Array(steps.length + 1);
  let next = new Uint8Array(steps.length + 1);
  enter(steps, now, 0);
  for (let i = 0; i < path.length; i++) {
    const code = path.charCodeAt(i);
    let any = false;
    next.fill(0);
    for (let n = 0; n < steps.length; n++) {
      if (now[n] === 0) continue;
      const step = steps[n] as Step;
      if (step.kind === "one" && step.fits(code)) {
        enter(steps, next, n + 1);
        any = true;
      } else if (step.kind === "run" && (step.slashes || code !== SLASH)) {
        enter(steps, next, n);
        any = true;
      }
    }
    if (!any) return false;
    [now, next] = [next, now];
  }
  return now[steps.length] === 1;
}

/** Marks a step, and those that are reached from it without a byte. */
function enter(steps: readonly Step[], marks: Uint8Array, from: number): void {
  for (let n = from; n <= steps.length; n++) {
    if (marks[n] === 1) return;
    marks[n] = 1;
    const step = steps[n];
    if (step === undefined || step.kind === "one") return;
    if (step.kind === "skip") enter(steps, marks, step.to);
  }
}

/** A text as one character a byte, as {@linkcode GlobTest} takes it. */
export function asBytes(text: string): string {
  // Most names are plain ASCII.
  return ASCII_REGEXP.test(text)
    ? text
    : String.fromCharCode(...bytesOfName(text));
}

/** Alternatives that one pattern may stand for. */
const MAX_ALTERNATIVES = 64;

/** `*.{ts,tsx}` as `*.ts` and `*.tsx`; one level, as tools write it. */
export function alternatives(pattern: string): readonly string[] {
  let all = [pattern];
  for (let round = 0; round < 4; round++) {
    const next = all.flatMap(expandFirst);
    if (next.length === all.length || next.length > MAX_ALTERNATIVES) {
      return all;
    }
    all = next;
  }
  return all;
}

function expandFirst(pattern: string): string[] {
  const open = pattern.indexOf("{");
  const close = pattern.indexOf("}", open);
  const inner = pattern.slice(open + 1, close);
  if (open < 0 || close < 0 || !inner.includes(",") || inner.includes("{")) {
    return [pattern];
  }
  return inner.split(",").map((one) =>
    pattern.slice(0, open) + one + pattern.slice(close + 1)
  );
}
