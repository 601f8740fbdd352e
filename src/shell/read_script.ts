// Copyright 2026 the airg authors. Apache-2.0 license.

/**
 * Shell text -> tree.
 *
 * Reads what bash would read, or names the first thing it does not: never a
 * guess, never an exception. Commands before that thing are given, because
 * they could run. Linear in the length of the text.
 *
 * @module
 */

import {
  type Cursor,
  type ScriptEnd,
  ShellStop,
  startCursor,
  stop,
} from "./cursor.ts";
import { MAX_TEXT } from "./limits.ts";
import { readCommand } from "./read_command.ts";
import { readDocuments } from "./read_redirection.ts";
import { peekReserved } from "./reserved.ts";
import type {
  AndOr,
  Command,
  Pipeline,
  Script,
  ShellText,
  ShellUnknown,
  Span,
} from "./syntax.ts";
import { unknownAt } from "./unknown.ts";

/**
 * Reads a command text.
 *
 * @param origin What to add to offsets, or the one span that everything gets.
 *
 * @example A pipeline of two commands
 * ```ts
 * import assert from "node:assert/strict";
 * import { readShell } from "./read_script.ts";
 *
 * const { script, unknowns } = readShell(`cat 'old file' | wc -l`);
 * const [pipeline] = script.items.map(({ first }) => first);
 * assert.equal(pipeline?.commands.length, 2);
 * assert.deepEqual(unknowns, []);
 * ```
 */
export function readShell(
  text: string,
  origin: number | Span = 0,
): ShellText {
  const refused = refuseWhole(text, origin);
  if (refused !== undefined) {
    return { script: { items: [] }, unknowns: [refused] };
  }
  const items: AndOr[] = [];
  const c = startCursor(text, origin, readScript);
  try {
    readItems(c, "", items);
    if (c.at < text.length) stop(c, "shell.syntax", c.at);
    readDocuments(c);
    return { script: { items }, unknowns: [] };
  } catch (error) {
    if (!(error instanceof ShellStop)) throw error;
    return { script: { items }, unknowns: [error.unknown] };
  }
}

function refuseWhole(
  text: string,
  origin: number | Span,
): ShellUnknown | undefined {
  const at = (start: number, end: number): Span =>
    typeof origin === "number" ? [start + origin, end + origin] : origin;
  if (text.length > MAX_TEXT) {
    return unknownAt("shell.too_long", at(0, text.length));
  }
  const nul = text.indexOf("\0");
  if (nul >= 0) return unknownAt("shell.nul", at(nul, nul + 1));
  if (!text.isWellFormed()) {
    return unknownAt("shell.encoding", at(0, text.length));
  }
  return undefined;
}

/** Reads commands up to `end`, which is left. */
function readScript(c: Cursor, end: ScriptEnd): Script {
  const items: AndOr[] = [];
  readItems(c, end, items);
  return { items };
}

function readItems(c: Cursor, end: ScriptEnd, items: AndOr[]): void {
  for (;;) {
    skipLines(c);
    if (isAtEnd(c, end)) return;
    const read = readAndOr(c);
    items.push(read);
    if (!skipTerminator(c, end)) return;
  }
}

function isAtEnd(c: Cursor, end: ScriptEnd): boolean {
  const char = c.text[c.at];
  if (char === undefined || char === ")") return true;
  if (char === ";" && isCaseEnd(c, end)) return true;
  if (typeof end !== "object" && end !== "}") return false;
  const word = peekReserved(c);
  return word !== undefined &&
    (end === "}" ? word === "}" : end.includes(word));
}

function isCaseEnd(c: Cursor, end: ScriptEnd): boolean {
  return typeof end === "object" && end.includes(";;") &&
    /^;[;&]/.test(c.text.slice(c.at, c.at + 2));
}

/** After a list: `true` where another may follow. */
function skipTerminator(c: Cursor, end: ScriptEnd): boolean {
  skipBlanks(c);
  const { text } = c;
  const char = text[c.at];
  switch (char) {
    case undefined:
    case ")":
      return false;
    case "\n":
      return true;
    case "&":
      c.at++;
      return true;
    case ";":
      if (text[c.at + 1] === ";" || text[c.at + 1] === "&") {
        if (isCaseEnd(c, end)) return false;
        stop(c, "shell.syntax", c.at, c.at + 2);
      }
      c.at++;
      return true;
    default:
      // After a compound command a reserved word may stand at once.
      if (isAtEnd(c, end)) return false;
      return stop(c, "shell.syntax", c.at);
  }
}

function readAndOr(c: Cursor): AndOr {
  const first = readPipeline(c);
  const rest: { operator: "&&" | "||"; pipeline: Pipeline }[] = [];
  for (;;) {
    skipBlanks(c);
    const operator = c.text.slice(c.at, c.at + 2);
    if (operator !== "&&" && operator !== "||") {
      const background = operator[0] === "&" && operator !== "&>";
      return { first, rest, background };
    }
    c.at += 2;
    skipLines(c);
    rest.push({ operator, pipeline: readPipeline(c) });
  }
}

function readPipeline(c: Cursor): Pipeline {
  let [negated, timed] = [false, false];
  for (;;) {
    const word = peekReserved(c);
    if (word === "!") {
      negated = !negated;
      c.at++;
    } else if (word === "time" && !timed) {
      timed = true;
      c.at += 4;
      skipTimeOptions(c);
    } else break;
    skipBlanks(c);
  }
  if ((timed || negated) && isCommandEnd(c)) {
    return { negated, timed, commands: [], joins: [] };
  }
  const commands: Command[] = [readCommand(c)];
  const joins: ("|" | "|&")[] = [];
  for (;;) {
    skipBlanks(c);
    if (c.text[c.at] !== "|" || c.text[c.at + 1] === "|") break;
    const join = c.text[c.at + 1] === "&" ? "|&" : "|";
    c.at += join.length;
    skipLines(c);
    joins.push(join);
    commands.push(readCommand(c));
  }
  return { negated, timed, commands, joins };
}

function skipTimeOptions(c: Cursor): void {
  const options = /(?:(?:[ \t]|\\\n)+(?:-p|--)(?=[ \t\n;|&)]|$))*/y;
  options.lastIndex = c.at;
  c.at += options.exec(c.text)?.[0].length ?? 0;
}

function isCommandEnd(c: Cursor): boolean {
  const char = c.text[c.at];
  return char === undefined || "\n;)&|".includes(char);
}

const BLANKS = /(?:[ \t]|\\\n)*/y;

/** Skips blanks, line continuations and a comment. */
export function skipBlanks(c: Cursor): void {
  const { text } = c;
  const code = text.charCodeAt(c.at);
  if (code === 32 || code === 9 || code === 92) {
    BLANKS.lastIndex = c.at;
    c.at += BLANKS.exec(text)?.[0].length ?? 0;
  }
  if (text[c.at] === "#") {
    const end = text.indexOf("\n", c.at);
    c.at = end < 0 ? text.length : end;
  }
}

/** Skips empty lines too, and reads here-documents that wait at a newline. */
export function skipLines(c: Cursor): void {
  skipBlanks(c);
  while (c.text[c.at] === "\n") {
    c.at++;
    if (c.documents.length > 0) readDocuments(c);
    skipBlanks(c);
  }
}
