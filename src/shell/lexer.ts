// Copyright 2026 the airg authors. Apache-2.0 license.

/**
 * Command text -> simple commands joined by `&& || ; |` and newlines.
 *
 * Reads what bash would read, or names the first thing it does not read: never
 * a guess, never an exception. Commands before that thing are given, because
 * they would run; nothing after it is. Linear in the length of the text.
 *
 * @module
 */

import { fail, ok, type Result } from "../base/result.ts";
import { MAX_COMMANDS, MAX_TEXT } from "./limits.ts";
import { readRedirection } from "./redirection.ts";
import type {
  Assignment,
  Join,
  Redirection,
  ShellText,
  ShellUnknown,
  SimpleCommand,
  Word,
} from "./syntax.ts";
import { unknownAt } from "./unknown.ts";
import { assignmentNameLength, readWord } from "./word.ts";

/** Reserved words, which change the grammar where a command may start. */
const KEYWORDS: ReadonlySet<string> = new Set(
  ("if then else elif fi for while until do done case esac select in " +
    "function coproc ! [[ ]] { }").split(" "),
);
const BLANKS = /(?:[ \t]|\\\n)*/y;
const COMMENT = /#[^\n]*/y;

/**
 * Reads a command text.
 *
 * @example Two commands
 * ```ts
 * import assert from "node:assert/strict";
 * import { readShell } from "./lexer.ts";
 *
 * const { commands, unknowns } = readShell(`cd src && rm -r 'old files'`);
 * assert.deepEqual(commands.map((c) => c.words.map((w) => w.text)), [
 *   ["cd", "src"],
 *   ["rm", "-r", "old files"],
 * ]);
 * assert.deepEqual(unknowns, []);
 * ```
 */
export function readShell(text: string): ShellText {
  const refused = refuseWhole(text);
  if (refused !== undefined) return { commands: [], unknowns: [refused] };
  const commands: SimpleCommand[] = [];
  let at = skipLines(text, 0);
  let join: Join = "start";
  while (at < text.length) {
    if (commands.length === MAX_COMMANDS) {
      return {
        commands,
        unknowns: [unknownAt("shell.too_many_commands", [at, text.length])],
      };
    }
    const command = readCommand(text, at, join);
    if (!command.ok) return { commands, unknowns: [command.error] };
    commands.push(command.value);
    const operator = readOperator(
      text,
      skipBlanks(text, command.value.span[1]),
    );
    if (!operator.ok) return { commands, unknowns: [operator.error] };
    join = operator.value.join;
    at = skipLines(text, operator.value.end);
  }
  if (join === "&&" || join === "||" || join === "|") {
    return { commands, unknowns: [unknownAt("shell.syntax", [at, at])] };
  }
  return { commands, unknowns: [] };
}

function refuseWhole(text: string): ShellUnknown | undefined {
  if (text.length > MAX_TEXT) {
    return unknownAt("shell.too_long", [0, text.length]);
  }
  const nul = text.indexOf("\0");
  if (nul >= 0) return unknownAt("shell.nul", [nul, nul + 1]);
  if (!text.isWellFormed()) {
    return unknownAt("shell.encoding", [0, text.length]);
  }
  return undefined;
}

function skipBlanks(text: string, at: number): number {
  BLANKS.lastIndex = at;
  const end = at + (BLANKS.exec(text)?.[0].length ?? 0);
  COMMENT.lastIndex = end;
  return end + (COMMENT.exec(text)?.[0].length ?? 0);
}

/** Blanks, comments and empty lines. */
function skipLines(text: string, from: number): number {
  let at = skipBlanks(text, from);
  while (text[at] === "\n") at = skipBlanks(text, at + 1);
  return at;
}

function readOperator(
  text: string,
  at: number,
): Result<{ readonly join: Join; readonly end: number }, ShellUnknown> {
  const two = text.slice(at, at + 2);
  if (two === "") return ok({ join: "newline", end: at });
  if (two === "&&" || two === "||") return ok({ join: two, end: at + 2 });
  if (two === ";;" || two === ";&" || two === "|&") {
    return fail(unknownAt("shell.syntax", [at, at + 2]));
  }
  switch (two[0]) {
    case ";":
      return ok({ join: ";", end: at + 1 });
    case "|":
      return ok({ join: "|", end: at + 1 });
    case "\n":
      return ok({ join: "newline", end: at + 1 });
    case "&":
      return fail(unknownAt("shell.background", [at, at + 1]));
    default:
      return fail(unknownAt("shell.syntax", [at, at + 1]));
  }
}

/** A command being read. */
interface Draft {
  readonly words: Word[];
  readonly assignments: Assignment[];
  readonly redirections: Redirection[];
  timed: boolean;
}

function readCommand(
  text: string,
  start: number,
  join: Join,
): Result<SimpleCommand, ShellUnknown> {
  const draft: Draft = {
    words: [],
    assignments: [],
    redirections: [],
    timed: false,
  };
  let end = start;
  let at = start;
  for (;;) {
    const piece = readPart(text, at, draft, join);
    if (!piece.ok) return piece;
    if (piece.value === at) break;
    end = piece.value;
    at = skipBlanks(text, end);
  }
  const { words, assignments, redirections, timed } = draft;
  if (words.length + assignments.length + redirections.length === 0) {
    return fail(unknownAt("shell.syntax", [start, start + 1]));
  }
  return ok({
    join,
    timed,
    assignments,
    words,
    redirections,
    span: [start, end],
  });
}

/** Reads one redirection, assignment or word; the value is where it ended. */
function readPart(
  text: string,
  at: number,
  draft: Draft,
  join: Join,
): Result<number, ShellUnknown> {
  const redirection = readRedirection(text, at);
  if (!redirection.ok) return redirection;
  if (redirection.value !== undefined) {
    draft.redirections.push(redirection.value);
    return ok(redirection.value.span[1]);
  }
  const nameLength = draft.words.length === 0
    ? assignmentNameLength(text, at)
    : 0;
  const read = readWord(text, at);
  if (!read.ok) return read;
  const word = read.value;
  if (word.span[1] === at) return ok(at);
  if (nameLength > 0) {
    const name = word.text.slice(0, nameLength - 1);
    const value = word.text.slice(nameLength);
    draft.assignments.push({ name, value, span: word.span });
    return ok(word.span[1]);
  }
  if (draft.words.length > 0) {
    draft.words.push(word);
    return ok(word.span[1]);
  }
  return readFirstWord(word, draft, join);
}

/** The program word, unless it is reserved. */
function readFirstWord(
  word: Word,
  draft: Draft,
  join: Join,
): Result<number, ShellUnknown> {
  if (/^[A-Za-z_]\w*\+=/.test(word.text)) {
    // `NAME+=value`: appends to a value that is not known here.
    return fail(unknownAt("shell.expansion", word.span));
  }
  if (word.bare && KEYWORDS.has(word.text)) {
    const code = word.text === "{" || word.text === "}"
      ? "shell.group"
      : "shell.keyword";
    return fail(unknownAt(code, word.span));
  }
  if (word.bare && word.text === "time") {
    // Reserved only at the start of a pipeline; elsewhere it is a program that
    // reads the words after it in another way.
    const first = draft.redirections.length + draft.assignments.length === 0;
    if (!first || draft.timed || join === "|") {
      return fail(unknownAt("shell.keyword", word.span));
    }
    draft.timed = true;
    return ok(word.span[1]);
  }
  if (draft.timed && word.bare && word.text.startsWith("-")) {
    return word.text === "-p"
      ? ok(word.span[1])
      : fail(unknownAt("shell.keyword", word.span));
  }
  draft.words.push(word);
  return ok(word.span[1]);
}
