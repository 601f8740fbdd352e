// Copyright 2026 the airg authors. Apache-2.0 license.

/**
 * The part of Starlark that Codex `.rules` are written in: calls at the top
 * level, with strings and lists as arguments.
 *
 * Nothing is evaluated. What is more than that (names, sums, loops) is a value
 * that is not known; what is no Starlark at all is an error, as it is to Codex.
 *
 * @module
 */

import { fail, ok, type Result } from "../../base/result.ts";
import { type Token, tokensOf } from "./starlark_tokens.ts";
import type { ImportProblem } from "./notes.ts";

/** A value in a call. */
export type StarlarkValue =
  | { readonly kind: "string"; readonly text: string }
  | { readonly kind: "list"; readonly items: readonly StarlarkValue[] }
  /** Something that only running the file would tell. */
  | { readonly kind: "unknown" };

/** One call at the top level. */
export interface StarlarkCall {
  readonly name: string;
  /** From 1. */
  readonly line: number;
  readonly named: ReadonlyMap<string, StarlarkValue>;
  /** Arguments without a name. */
  readonly plain: readonly StarlarkValue[];
}

/** What a file says: its calls, and the lines of what is no call. */
export interface StarlarkFile {
  readonly calls: readonly StarlarkCall[];
  /** Statements that are not read, by their first line. */
  readonly others: readonly { readonly line: number; readonly text: string }[];
}

/** Lists in lists; rules need two. */
const MAX_DEPTH = 16;

/** A value, and the index of the token after it. */
interface Parsed<Value> {
  readonly value: Value;
  readonly next: number;
}

/** Reads a `.rules` file. */
export function readStarlark(
  text: string,
): Result<StarlarkFile, ImportProblem> {
  const tokens = tokensOf(text);
  if (!tokens.ok) return tokens;
  const calls: StarlarkCall[] = [];
  const others: { line: number; text: string }[] = [];
  const all = tokens.value;
  for (let at = 0; at < all.length;) {
    const token = all[at]!;
    if (token.kind === "break") {
      at++;
      continue;
    }
    const end = statementEnd(all, at);
    if (!end.ok) return end;
    if (token.kind === "name" && isSign(all[at + 1], "(")) {
      const call = readCall(all, at);
      if (!call.ok) return call;
      if (call.value.next === end.value) {
        calls.push(call.value.value);
        at = end.value;
        continue;
      }
    }
    if (token.kind !== "string") {
      others.push({ line: token.line, text: token.text });
    }
    at = end.value;
  }
  return ok({ calls, others });
}

/** The index after a statement: a line end or `;` outside of brackets. */
function statementEnd(
  tokens: readonly Token[],
  from: number,
): Result<number, ImportProblem> {
  const open: Token[] = [];
  for (let at = from; at < tokens.length; at++) {
    const token = tokens[at]!;
    if (token.kind === "break" && open.length === 0) return ok(at);
    if (token.kind !== "sign") continue;
    if ("([{".includes(token.text)) open.push(token);
    else if (")]}".includes(token.text)) {
      const closed = open.pop();
      if (closed === undefined || PAIRS[closed.text] !== token.text) {
        return fail({
          line: token.line,
          message: `${token.text} closes nothing`,
        });
      }
    }
  }
  const last = open.at(-1);
  return last === undefined
    ? ok(tokens.length)
    : fail({ line: last.line, message: `${last.text} is never closed` });
}

const PAIRS: Readonly<Record<string, string>> = {
  "(": ")",
  "[": "]",
  "{": "}",
};

function readCall(
  tokens: readonly Token[],
  from: number,
): Result<Parsed<StarlarkCall>, ImportProblem> {
  const { text: name, line } = tokens[from]!;
  const named = new Map<string, StarlarkValue>();
  const plain: StarlarkValue[] = [];
  let at = from + 2;
  while (!isSign(tokens[at], ")")) {
    const token = tokens[at];
    if (token === undefined) {
      return fail({ line, message: `the call of ${name} is never closed` });
    }
    const key = token.kind === "name" && isSign(tokens[at + 1], "=")
      ? token.text
      : undefined;
    const value = readValue(tokens, key === undefined ? at : at + 2, 0);
    if (key === undefined) plain.push(value.value);
    else if (named.has(key)) {
      return fail({ line: token.line, message: `${key} is given twice` });
    } else named.set(key, value.value);
    at = isSign(tokens[value.next], ",") ? value.next + 1 : value.next;
  }
  return ok({ value: { name, line, named, plain }, next: at + 1 });
}

/** A value up to the `,` or bracket after it. */
function readValue(
  tokens: readonly Token[],
  from: number,
  depth: number,
): Parsed<StarlarkValue> {
  const token = tokens[from];
  if (token?.kind === "string" && endsValue(tokens[from + 1])) {
    return { value: { kind: "string", text: token.text }, next: from + 1 };
  }
  if (isSign(token, "[") && depth < MAX_DEPTH) {
    const list = readList(tokens, from, depth);
    if (list !== undefined && endsValue(tokens[list.next])) return list;
  }
  return { value: { kind: "unknown" }, next: skipValue(tokens, from) };
}

function readList(
  tokens: readonly Token[],
  from: number,
  depth: number,
): Parsed<StarlarkValue> | undefined {
  const items: StarlarkValue[] = [];
  let at = from + 1;
  while (!isSign(tokens[at], "]")) {
    if (at >= tokens.length) return undefined;
    const item = readValue(tokens, at, depth + 1);
    if (item.next === at) return undefined; // A comma with nothing before it.
    items.push(item.value);
    at = isSign(tokens[item.next], ",") ? item.next + 1 : item.next;
  }
  return { value: { kind: "list", items }, next: at + 1 };
}

/** The index of the `,` or bracket that ends a value; brackets match by now. */
function skipValue(tokens: readonly Token[], from: number): number {
  let open = 0;
  for (let at = from; at < tokens.length; at++) {
    const token = tokens[at]!;
    if (token.kind !== "sign") continue;
    if ("([{".includes(token.text)) open++;
    else if (")]}".includes(token.text)) {
      if (open === 0) return at;
      open--;
    } else if (token.text === "," && open === 0) return Math.max(at, from);
  }
  return tokens.length;
}

function endsValue(token: Token | undefined): boolean {
  return isSign(token, ",") || isSign(token, "]") || isSign(token, ")");
}

function isSign(token: Token | undefined, text: string): boolean {
  return token?.kind === "sign" && token.text === text;
}
