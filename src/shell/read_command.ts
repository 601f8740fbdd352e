// Copyright 2026 the airg authors. Apache-2.0 license.

/**
 * Reads one command: simple, or one that holds others.
 *
 * Source: IEEE Std 1003.1-2024, Shell Command Language, 2.9 and 2.10; the Bash
 * manual, 3.2.
 *
 * @module
 */

import { type Cursor, enter, leave, spanOf, stop } from "./cursor.ts";
import {
  readAssignment,
  refuseOpenBracket,
  refuseSplitWord,
} from "./read_assignment.ts";
import {
  readArithmeticCommand,
  readCase,
  readFor,
  readIf,
  readTest,
  readWhile,
} from "./read_compound.ts";
import { readRedirection } from "./read_redirection.ts";
import { skipBlanks, skipLines } from "./read_script.ts";
import { readWord } from "./read_word.ts";
import { expectReserved, peekReserved } from "./reserved.ts";
import type {
  Assignment,
  Command,
  CompoundCommand,
  Redirection,
  Word,
} from "./syntax.ts";

/** Reads the command at the cursor. */
export function readCommand(c: Cursor): Command {
  const start = c.at;
  const char = c.text[start];
  if (char === "(") {
    enter(c, start);
    const body = readParenthesis(c);
    leave(c);
    return withRedirections(c, body, start);
  }
  const word = peekReserved(c);
  if (word === undefined || NOT_HERE.has(word)) return readSimple(c);
  enter(c, start);
  const body = readReserved(c, word);
  leave(c);
  if (body.kind === "function" || body.kind === "coproc") {
    return { ...body, redirections: [], span: spanOf(c, start, c.at) };
  }
  return withRedirections(c, body, start);
}

/** Reserved elsewhere only. */
const NOT_HERE: ReadonlySet<string> = new Set(["in", "]]", "time"]);

type Omit2<T> = T extends unknown ? Omit<T, "redirections" | "span"> : never;

/** A compound command without what stands around it. */
export type CompoundBody = Omit2<CompoundCommand>;

function readParenthesis(c: Cursor): CompoundBody {
  if (c.text[c.at + 1] === "(") {
    const arithmetic = readArithmeticCommand(c);
    if (arithmetic !== undefined) return arithmetic;
  }
  const start = c.at;
  c.at++;
  const body = c.readScript(c, ")");
  if (body.items.length === 0 || c.text[c.at] !== ")") {
    stop(c, "shell.syntax", start, c.at + 1);
  }
  c.at++;
  return { kind: "subshell", body };
}

function readReserved(c: Cursor, word: string): CompoundBody {
  switch (word) {
    case "{":
      return readGroup(c);
    case "if":
      return readIf(c);
    case "while":
    case "until":
      return readWhile(c, word);
    case "for":
    case "select":
      return readFor(c, word);
    case "case":
      return readCase(c);
    case "[[":
      return readTest(c);
    case "function":
      return readFunction(c);
    case "coproc":
      return readCoproc(c);
    default:
      return stop(c, "shell.syntax", c.at, c.at + word.length);
  }
}

function readGroup(c: Cursor): CompoundBody {
  const start = c.at;
  c.at++;
  const body = c.readScript(c, "}");
  if (body.items.length === 0) stop(c, "shell.syntax", start);
  expectReserved(c, "}");
  return { kind: "group", body };
}

function readFunction(c: Cursor): CompoundBody {
  const start = c.at;
  c.at += "function".length;
  skipBlanks(c);
  const name = readWord(c);
  if (name.literal === undefined || name.literal === "") {
    stop(c, "shell.syntax", start);
  }
  skipBlanks(c);
  if (c.text[c.at] === "(") skipEmptyParentheses(c);
  return { kind: "function", name: name.literal, body: readBody(c) };
}

function skipEmptyParentheses(c: Cursor): void {
  const start = c.at;
  c.at++;
  skipBlanks(c);
  if (c.text[c.at] !== ")") stop(c, "shell.syntax", start);
  c.at++;
}

/** The compound command that is a function's body. */
function readBody(c: Cursor): Command {
  skipLines(c);
  const start = c.at;
  const body = readCommand(c);
  if (body.kind === "simple") stop(c, "shell.syntax", start);
  return body;
}

function readCoproc(c: Cursor): CompoundBody {
  c.at += "coproc".length;
  skipBlanks(c);
  const named =
    /^[A-Za-z_]\w*(?=[ \t]+(?:\(|(?:\{|if|for|while|until|case|select|\[\[)(?:[ \t\n;&|<>()]|$)))/
      .exec(c.text.slice(c.at, c.at + 128))?.[0];
  if (named === undefined) return { kind: "coproc", body: readCommand(c) };
  c.at += named.length;
  skipBlanks(c);
  return { kind: "coproc", name: named, body: readCommand(c) };
}

function withRedirections(
  c: Cursor,
  body: CompoundBody,
  start: number,
): CompoundCommand {
  const redirections: Redirection[] = [];
  let end = c.at;
  for (;;) {
    skipBlanks(c);
    const redirection = readRedirection(c);
    if (redirection === undefined) break;
    redirections.push(redirection);
    end = c.at;
  }
  return { ...body, redirections, span: spanOf(c, start, end) };
}

/** Builtins whose arguments may be assignments with arrays. */
const DECLARES: ReadonlySet<string> = new Set(
  ["declare", "typeset", "local", "export", "readonly"],
);

function readSimple(c: Cursor): Command {
  const start = c.at;
  const assignments: Assignment[] = [];
  const words: (Word | Assignment)[] = [];
  const redirections: Redirection[] = [];
  let end = start;
  let declares = false;
  for (;;) {
    const redirection = readRedirection(c);
    if (redirection !== undefined) redirections.push(redirection);
    else {
      const assignment = words.length === 0 || declares
        ? readAssignment(c)
        : undefined;
      if (assignment !== undefined) {
        (declares ? words : assignments).push(assignment);
      } else {
        const from = c.at;
        const word = readWord(c);
        if (c.at === from) break;
        if (words.length === 0) refuseOpenBracket(c, from);
        if (words.length === 0 || declares) refuseSplitWord(c, from);
        words.push(word);
        if (words.length === 1 && word.bare) {
          if (mayBeFunction(c, assignments, redirections)) {
            return readNamedFunction(c, word, start);
          }
          declares = DECLARES.has(word.literal ?? "");
        } else if (
          words.length === 2 && !declares &&
          /^(?:builtin|command)$/.test(literalOf(words[0]) ?? "")
        ) declares = DECLARES.has(word.literal ?? "");
      }
    }
    end = c.at;
    skipBlanks(c);
  }
  if (words.length + assignments.length + redirections.length === 0) {
    stop(c, "shell.syntax", start);
  }
  c.at = end;
  const span = spanOf(c, start, end);
  return { kind: "simple", assignments, words, redirections, span };
}

function literalOf(word: Word | Assignment | undefined): string | undefined {
  return word !== undefined && "parts" in word ? word.literal : undefined;
}

function mayBeFunction(
  c: Cursor,
  assignments: readonly Assignment[],
  redirections: readonly Redirection[],
): boolean {
  if (assignments.length + redirections.length > 0) return false;
  let { at } = c;
  while (c.text[at] === " " || c.text[at] === "\t") at++;
  return c.text[at] === "(";
}

function readNamedFunction(c: Cursor, name: Word, start: number): Command {
  if (name.literal === undefined) stop(c, "shell.syntax", start);
  skipBlanks(c);
  skipEmptyParentheses(c);
  enter(c, start);
  const body = readBody(c);
  leave(c);
  return {
    kind: "function",
    name: name.literal,
    body,
    redirections: [],
    span: spanOf(c, start, c.at),
  };
}
