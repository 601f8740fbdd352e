// Copyright 2026 the airg authors. Apache-2.0 license.

/**
 * Reads `if`, `while`, `for`, `case`, `[[ ]]` and `(( ))`.
 *
 * @module
 */

import { type Cursor, pay, stop } from "./cursor.ts";
import { nameLength } from "./characters.ts";
import type { CompoundBody } from "./read_command.ts";
import { skipBlanks, skipLines } from "./read_script.ts";
import { arithmeticEnd, readExpression } from "./read_substitution.ts";
import { readWord } from "./read_word.ts";
import { expectReserved, peekReserved } from "./reserved.ts";
import type { Script, TestWord, Word } from "./syntax.ts";

/** Commands up to one of the reserved words; there must be some. */
function readPart(c: Cursor, ends: readonly string[]): Script {
  const start = c.at;
  const body = c.readScript(c, ends);
  if (body.items.length === 0) stop(c, "shell.syntax", start);
  return body;
}

/** Reads `if .. fi`. */
export function readIf(c: Cursor): CompoundBody {
  const branches: { condition: Script; body: Script }[] = [];
  let otherwise: Script | undefined;
  let word: string | undefined = "if";
  while (word === "if" || word === "elif") {
    c.at += word.length;
    const condition = readPart(c, ["then"]);
    expectReserved(c, "then");
    const body = readPart(c, ["elif", "else", "fi"]);
    branches.push({ condition, body });
    word = peekReserved(c);
  }
  if (word === "else") {
    c.at += 4;
    otherwise = readPart(c, ["fi"]);
  }
  expectReserved(c, "fi");
  return {
    kind: "if",
    branches,
    ...(otherwise !== undefined && { otherwise }),
  };
}

/** Reads `while .. done` and `until .. done`. */
export function readWhile(c: Cursor, kind: "while" | "until"): CompoundBody {
  c.at += kind.length;
  const condition = readPart(c, ["do"]);
  return { kind, condition, body: readDo(c) };
}

function readDo(c: Cursor): Script {
  expectReserved(c, "do");
  const body = readPart(c, ["done"]);
  expectReserved(c, "done");
  return body;
}

/** The body of a `for`: `do .. done`, or in bash `{ .. }`. */
function readLoopBody(c: Cursor): Script {
  skipBlanks(c);
  if (c.text[c.at] === ";") c.at++;
  skipLines(c);
  if (peekReserved(c) !== "{") return readDo(c);
  c.at++;
  const body = readPart(c, ["}"]);
  expectReserved(c, "}");
  return body;
}

/** Reads `for` and `select`. */
export function readFor(c: Cursor, kind: "for" | "select"): CompoundBody {
  const start = c.at;
  c.at += kind.length;
  skipBlanks(c);
  if (kind === "for" && c.text.startsWith("((", c.at)) {
    return readArithmeticFor(c, start);
  }
  const length = nameLength(c.text, c.at);
  if (length === 0) stop(c, "shell.syntax", start);
  const name = c.text.slice(c.at, c.at + length);
  c.at += length;
  skipLines(c);
  if (peekReserved(c) !== "in") return { kind, name, body: readLoopBody(c) };
  c.at += 2;
  const words: Word[] = [];
  for (;;) {
    skipBlanks(c);
    const from = c.at;
    const word = readWord(c);
    if (c.at === from) break;
    words.push(word);
  }
  return { kind, name, words, body: readLoopBody(c) };
}

function readArithmeticFor(c: Cursor, start: number): CompoundBody {
  const from = c.at + 2;
  const end = arithmeticEnd(c, from);
  if (end < 0) stop(c, "shell.syntax", start);
  const parts: Word[] = [];
  let at = from;
  for (const part of c.text.slice(from, end).split(";")) {
    parts.push(readExpression(c, at, at + part.length));
    at += part.length + 1;
  }
  if (parts.length !== 3) stop(c, "shell.syntax", start);
  c.at = end + 2;
  return { kind: "arithmetic-for", parts, body: readLoopBody(c) };
}

/** Reads `((..))`; `undefined`, and nothing taken, where it is a subshell. */
export function readArithmeticCommand(c: Cursor): CompoundBody | undefined {
  const from = c.at + 2;
  const end = arithmeticEnd(c, from);
  if (end < 0) return undefined;
  const expression = readExpression(c, from, end);
  c.at = end + 2;
  return { kind: "arithmetic", expression };
}

/** Reads `case .. esac`. */
export function readCase(c: Cursor): CompoundBody {
  const start = c.at;
  c.at += 4;
  skipBlanks(c);
  const from = c.at;
  const subject = readWord(c);
  if (c.at === from) stop(c, "shell.syntax", start);
  skipLines(c);
  expectReserved(c, "in");
  const items: {
    patterns: Word[];
    body: Script;
    end: ";;" | ";&" | ";;&";
  }[] = [];
  for (;;) {
    skipLines(c);
    if (peekReserved(c) === "esac") break;
    const patterns = readPatterns(c);
    const body = c.readScript(c, CASE_END);
    const end = /^(?:;;&|;;|;&)/.exec(c.text.slice(c.at, c.at + 3))?.[0] as
      | ";;"
      | ";&"
      | ";;&"
      | undefined;
    items.push({ patterns, body, end: end ?? ";;" });
    if (end === undefined) break;
    c.at += end.length;
  }
  skipLines(c);
  expectReserved(c, "esac");
  return { kind: "case", subject, items };
}

const CASE_END = ["esac", ";;"] as const;

function readPatterns(c: Cursor): Word[] {
  const start = c.at;
  const patterns: Word[] = [];
  if (c.text[c.at] === "(") c.at++;
  for (;;) {
    skipBlanks(c);
    const from = c.at;
    patterns.push(readWord(c));
    if (c.at === from) stop(c, "shell.syntax", start, from + 1);
    skipBlanks(c);
    const char = c.text[c.at];
    c.at++;
    if (char === ")") return patterns;
    if (char !== "|") stop(c, "shell.syntax", start, c.at);
  }
}

/** Reads `[[ .. ]]`. */
export function readTest(c: Cursor): CompoundBody {
  const start = c.at;
  c.at += 2;
  const words: TestWord[] = [];
  let regex = false;
  for (;;) {
    skipLines(c);
    if (peekReserved(c) === "]]") break;
    if (c.at >= c.text.length) stop(c, "shell.syntax", start, c.at);
    const operator = regex ? undefined : testOperator(c);
    if (operator !== undefined) {
      words.push(operator);
      c.at += operator.length;
      continue;
    }
    const from = c.at;
    const word = readWord(c, regex);
    if (c.at === from) stop(c, "shell.syntax", start, from + 1);
    pay(c, 1);
    words.push(word);
    const [only] = word.parts;
    regex = word.bare && only?.kind === "text" && only.text === "=~";
  }
  if (words.length === 0) stop(c, "shell.syntax", start, c.at + 2);
  c.at += 2;
  return { kind: "test", words };
}

function testOperator(c: Cursor): Exclude<TestWord, Word> | undefined {
  const two = c.text.slice(c.at, c.at + 2);
  if (two === "&&" || two === "||") return two;
  const [one] = two;
  if (two === "<(" || two === ">(") return undefined;
  if (one === "(" || one === ")" || one === "<" || one === ">") return one;
  return peekReserved(c) === "!" ? "!" : undefined;
}
