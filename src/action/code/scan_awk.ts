// Copyright 2026 the airg authors. Apache-2.0 license.

/**
 * Scans awk programs: `system()`, pipes, redirections, `getline`, `@load`.
 *
 * Source: awk(1p) and the GNU awk manual (Redirection, Getline, Networking,
 * Indirect Calls, Include Files).
 *
 * @module
 */

import { ANY } from "../../shell/value.ts";
import type { Access, Span } from "../facts.ts";
import type { CodeDraft } from "./code_facts.ts";
import { decodeEscapes } from "./escapes.ts";

interface AwkToken {
  readonly kind: "name" | "string" | "number" | "mark" | "regex" | "line";
  readonly text: string;
  readonly span: Span;
}

const BLANK = /(?:[ \t\r]|\\\n|#[^\n]*)+/y;
const STRING = /"(?:[^"\\\n]|\\[\s\S])*"?/y;
const REGEX =
  /\/(?:[^/\\\n[]|\\[^\n]|\[\]?(?:[^\]\\\n]|\\[^\n]){0,200}\]|\[)*\/?/y;
const WORD = /[A-Za-z_]\w*/y;
const NUMBER = /(?:[0-9]+\.?[0-9]*|\.[0-9]+)(?:[eE][-+]?[0-9]+)?/y;
const MARK = /\|&|\|\||&&|>>|[-+*\/%^=!<>]=|\+\+|--|\*\*|[\s\S]/y;

function lex(code: string): AwkToken[] {
  const tokens: AwkToken[] = [];
  let at = 0;
  const take = (form: RegExp): string => {
    form.lastIndex = at;
    return form.exec(code)?.[0] ?? "";
  };
  while (at < code.length) {
    const start = at;
    at += take(BLANK).length;
    if (at > start) continue;
    const found = read(code[at] ?? "", tokens.at(-1), take);
    at += Math.max(found.length, 1);
    const text = found.kind === "string"
      ? decodeEscapes(code.slice(start + 1, at).replace(/"$/, ""))
      : code.slice(start, at);
    tokens.push({ kind: found.kind, text, span: [start, at] });
  }
  return tokens;
}

function read(
  char: string,
  before: AwkToken | undefined,
  take: (form: RegExp) => string,
): { readonly kind: AwkToken["kind"]; readonly length: number } {
  if (char === "\n") return { kind: "line", length: 1 };
  if (char === '"') return { kind: "string", length: take(STRING).length };
  if (char === "/" && !isOperand(before)) {
    return { kind: "regex", length: take(REGEX).length };
  }
  const name = take(WORD);
  if (name !== "") return { kind: "name", length: name.length };
  const number = take(NUMBER);
  if (number !== "") return { kind: "number", length: number.length };
  return { kind: "mark", length: take(MARK).length };
}

function isOperand(token: AwkToken | undefined): boolean {
  if (token === undefined || token.kind === "line") return false;
  if (token.kind === "mark") return /^(?:\)|\]|\$|\+\+|--)$/.test(token.text);
  return token.kind !== "name" ||
    !/^(?:print|printf|return|in)$/.test(token.text);
}

/** A program being scanned. */
interface Program {
  readonly tokens: readonly AwkToken[];
  /** Index after the bracket that closes the one here. */
  readonly ends: readonly number[];
  /** Variables with one known value. */
  readonly values: ReadonlyMap<string, string>;
  readonly draft: CodeDraft;
}

/** Adds what an awk program would do. */
export function scanAwk(code: string, draft: CodeDraft): void {
  const tokens = lex(code);
  const ends = bracketEnds(tokens);
  const values = new Map<string, string>();
  const program: Program = { tokens, ends, values, draft };
  for (const [name, at] of singleAssignments(tokens)) {
    const [text] = valueOf(program, at, statementEnd(program, at));
    values.set(name, text);
  }
  for (let at = 0; at < tokens.length; at++) scanToken(program, at);
}

function bracketEnds(tokens: readonly AwkToken[]): readonly number[] {
  const ends = tokens.map(() => tokens.length);
  const open: number[] = [];
  for (const [at, { kind, text }] of tokens.entries()) {
    if (kind !== "mark") continue;
    if (/^[([{]$/.test(text)) open.push(at);
    else if (/^[)\]}]$/.test(text)) ends[open.pop() ?? at] = at + 1;
  }
  return ends;
}

/** Names assigned once, and where the value starts. */
function singleAssignments(
  tokens: readonly AwkToken[],
): ReadonlyMap<string, number> {
  const found = new Map<string, number>();
  const unsettled = new Set<string>();
  for (const [at, one] of tokens.entries()) {
    if (one.kind !== "name") continue;
    const next = tokens[at + 1]?.text ?? "";
    const read = tokens[at - 1]?.text === "getline";
    if (
      read || /^[-+*\/%^]=$/.test(next) || found.has(one.text) && next === "="
    ) {
      unsettled.add(one.text);
    } else if (next === "=") found.set(one.text, at + 2);
  }
  for (const name of unsettled) found.delete(name);
  return found;
}

/** Where the statement at `from` ends: `;`, `}`, a line, a bracket that closes. */
function statementEnd({ tokens, ends }: Program, from: number): number {
  let at = from;
  while (at < tokens.length) {
    const { kind, text } = tokens[at] as AwkToken;
    if (kind === "line" || kind === "mark" && /^[;})\]|]$|^\|&$/.test(text)) {
      return at;
    }
    at = kind === "mark" && /^[([]$/.test(text) ? ends[at] ?? at + 1 : at + 1;
    if (at - from > MAX_EXPRESSION) return at;
  }
  return at;
}

/** Longest expression that is worked out, in tokens. */
const MAX_EXPRESSION = 200;

/** Text of the concatenation at `from`, and where it ended. */
function valueOf(
  program: Program,
  from: number,
  end: number,
  depth = 0,
): readonly [text: string, at: number] {
  const { tokens, ends, values } = program;
  let text = "";
  let at = from;
  while (at < end) {
    const one = tokens[at] as AwkToken;
    const called = tokens[at + 1]?.text;
    if (one.kind === "string" || one.kind === "number") text += one.text;
    else if (one.kind === "name") {
      const call = called === "(" || called === "[";
      text += call ? ANY : values.get(one.text) ?? ANY;
      if (call) at = (ends[at + 1] ?? end) - 1;
    } else if (one.text === "(" && depth < 10) {
      const close = ends[at] ?? end;
      text += valueOf(program, at + 1, close - 1, depth + 1)[0];
      at = close - 1;
    } else if (one.text === "$") {
      text += ANY;
      at++;
    } else return [ANY, end];
    at++;
  }
  return [text, at];
}

function scanToken(program: Program, at: number): void {
  const { tokens, ends, draft } = program;
  const one = tokens[at] as AwkToken;
  const next = tokens[at + 1];
  const { span } = one;
  if (one.kind === "string") return scanText(program, one);
  if (one.text === "\0") {
    draft.unread.push({ why: "part of the program is not known", span });
  } else if (one.text === "@") scanAt(program, at);
  else if (one.text === "system" && next?.text === "(") {
    const [text] = valueOf(program, at + 2, (ends[at + 1] ?? at) - 1);
    draft.shells.push({ text, span });
  } else if (one.text === "|" || one.text === "|&") scanPipe(program, at);
  else if (one.text === "getline") scanGetline(program, at);
  else if (one.text === "print" || one.text === "printf") {
    scanPrint(program, at);
  }
}

/** `/inet/tcp/0/host/80` is a connection in GNU awk. */
function scanText({ draft }: Program, { text, span }: AwkToken): void {
  const parts = text.split("/");
  if (/^inet[46]?$/.test(parts[1] ?? "") && parts[0] === "") {
    draft.addresses.push({ text: parts[4] ?? ANY, span });
  }
}

/** `@load "x"`, `@include "x"`, `@name(..)`. */
function scanAt({ tokens, draft }: Program, at: number): void {
  const word = tokens[at + 1]?.text;
  const file = tokens[at + 2];
  const span = tokens[at]?.span ?? [0, 0];
  if (word === "include" && file?.kind === "string") {
    draft.paths.push({
      path: file.text,
      access: "execute",
      recursive: false,
      span,
    });
  } else if (word !== "namespace") {
    draft.unread.push({ why: "awk loads or calls what is computed", span });
  }
}

/** `"cmd" | getline` and `print | "cmd"`. */
function scanPipe(program: Program, at: number): void {
  const { tokens, draft } = program;
  const span = tokens[at]?.span ?? [0, 0];
  if (tokens[at + 1]?.text !== "getline") {
    const [text] = valueOf(program, at + 1, statementEnd(program, at + 1));
    if (!text.startsWith("/inet")) draft.shells.push({ text, span });
    return;
  }
  let from = at;
  while (from > 0 && at - from < MAX_EXPRESSION) {
    const { kind, text } = tokens[from - 1] as AwkToken;
    if (kind === "line" || kind === "mark" && /^[;{}(&|!=]+$/.test(text)) break;
    from--;
  }
  const [text] = valueOf(program, from, at);
  const inside = tokens[at - 1]?.text === ")" ? ANY : text;
  if (!inside.startsWith("/inet")) draft.shells.push({ text: inside, span });
}

/** `getline line < "file"`. */
function scanGetline(program: Program, at: number): void {
  const { tokens, ends } = program;
  let from = at + 1;
  if (tokens[from]?.text === "$") from++;
  if (/^(?:name|number)$/.test(tokens[from]?.kind ?? "")) from++;
  if (tokens[from]?.text === "[") from = ends[from] ?? from + 1;
  if (tokens[from]?.text !== "<") return;
  const open = tokens[from + 1]?.text === "(";
  const end = open ? ends[from + 1] ?? from + 2 : from + 2;
  addFile(program, from + 1, end, "read");
}

/** `print .. > "file"`; a `>` in parentheses compares. */
function scanPrint(program: Program, at: number): void {
  const { tokens, ends } = program;
  for (let i = at + 1; i < tokens.length && i - at < MAX_EXPRESSION;) {
    const { kind, text } = tokens[i] as AwkToken;
    if (kind === "line" || kind === "mark" && /^[;})|]$|^\|&$/.test(text)) {
      return;
    }
    if (kind === "mark" && (text === ">" || text === ">>")) {
      return addFile(program, i + 1, statementEnd(program, i + 1), "write");
    }
    i = kind === "mark" && /^[([]$/.test(text) ? ends[i] ?? i + 1 : i + 1;
  }
}

function addFile(
  program: Program,
  from: number,
  end: number,
  access: Access,
): void {
  const [path] = valueOf(program, from, end);
  const span = program.tokens[from]?.span ?? [0, 0];
  if (path === "" || path === "-" || /^\/dev\/std|^\/inet/.test(path)) return;
  program.draft.paths.push({ path, access, recursive: false, span });
}
