// Copyright 2026 the airg authors. Apache-2.0 license.

/**
 * Values of expressions, where they are made of literals.
 *
 * @module
 */

import { ANY, hasHole, MANY } from "../../shell/value.ts";
import type { Token } from "./tokens.ts";

/** A text, or a list of words. */
export interface CodeValue {
  readonly text: string;
  readonly list?: readonly string[];
  /** What an object or table holds by name. */
  readonly fields?: ReadonlyMap<string, CodeValue>;
}

/** What names stand for. */
export interface Scope {
  readonly values: Map<string, CodeValue>;
  /** Local name -> module or function. */
  readonly aliases: Map<string, string>;
  /** Names without one value that can be relied on. */
  readonly unsettled: ReadonlySet<string>;
  /** Starts of the tokens that only declare a name. */
  readonly declared: Set<number>;
  /** Steps that may still be taken. */
  readonly work: { left: number };
}

/** Steps taken for one piece of code before the rest is unknown. */
export const MAX_STEPS = 200_000;

/** A value that is not known. */
export const UNKNOWN: CodeValue = { text: ANY };

/** Where reading an expression ended. */
export interface Evaluated {
  readonly value: CodeValue;
  readonly at: number;
}

const OPENERS: Readonly<Record<string, string>> = {
  "(": ")",
  "[": "]",
  "{": "}",
};

/** Index after the bracket that closes the one at `at`. */
function afterBracket(tokens: readonly Token[], at: number): number {
  let ends = BRACKETS.get(tokens);
  if (ends === undefined) {
    ends = matchBrackets(tokens);
    BRACKETS.set(tokens, ends);
  }
  return ends[at] ?? tokens.length;
}

/** Worked out once for each list of tokens. */
const BRACKETS = new WeakMap<readonly Token[], readonly number[]>();

function matchBrackets(tokens: readonly Token[]): readonly number[] {
  const ends = tokens.map(() => tokens.length);
  const open: number[] = [];
  for (const [at, one] of tokens.entries()) {
    if (one.kind !== "mark") continue;
    if (Object.hasOwn(OPENERS, one.text)) open.push(at);
    else if (/^[)\]}]$/.test(one.text)) {
      const start = open.pop();
      if (start !== undefined) ends[start] = at + 1;
    }
  }
  return ends;
}

/** Reads `a, b, c)` from after the opening bracket. */
export function readArguments(
  tokens: readonly Token[],
  from: number,
  scope: Scope,
  depth: number,
): {
  readonly values: readonly CodeValue[];
  readonly names: ReadonlySet<string>;
  readonly fields: ReadonlyMap<string, CodeValue>;
  readonly at: number;
} {
  const values: CodeValue[] = [];
  const names = new Set<string>();
  const fields = new Map<string, CodeValue>();
  let at = from;
  while (at < tokens.length && scope.work.left > 0) {
    const one = tokens[at] as Token;
    if (one.kind === "mark" && /^[)\]}]$/.test(one.text)) {
      return { values, names, fields, at: at + 1 };
    }
    if (
      one.kind === "mark" &&
      (one.text === "," || one.text === "\n" || one.text === ";")
    ) {
      at++;
      continue;
    }
    const next = tokens[at + 1]?.text;
    if (
      one.kind === "name" && (next === "=" || next === ":" || next === "=>")
    ) {
      const read = evaluate(tokens, at + 2, scope, depth + 1);
      names.add(`${one.text}=${read.value.text}`);
      fields.set(one.text, read.value);
      at = Math.max(read.at, at + 3);
      continue;
    }
    const read = evaluate(tokens, at, scope, depth + 1);
    values.push(read.value);
    at = Math.max(read.at, at + 1);
  }
  return { values, names, fields, at };
}

/** Reads one expression up to a comma, a closing bracket or the end of a statement. */
export function evaluate(
  tokens: readonly Token[],
  from: number,
  scope: Scope,
  depth: number,
): Evaluated {
  let { value, at } = operand(tokens, from, scope, depth);
  for (;;) {
    const one = tokens[at];
    if (one === undefined || one.kind !== "mark") {
      // Neighbouring strings are one in Python.
      if (one?.kind === "string" && tokens[at - 1]?.kind === "string") {
        value = join(value, { text: one.text }, "");
        at++;
        continue;
      }
      if (one === undefined || one.kind !== "name") return { value, at };
      if (/^(?:if|unless|or|and|for|else|in|is|not)$/.test(one.text)) {
        return { value: UNKNOWN, at: skipRest(tokens, at, scope) };
      }
      return { value, at };
    }
    if (/^[,)\]};\n]$/.test(one.text)) return { value, at };
    if (one.text === "+" || one.text === "." || one.text === "..") {
      const right = operand(tokens, at + 1, scope, depth + 1);
      value = join(value, right.value, "");
      at = right.at;
    } else if (one.text === "/") {
      const right = operand(tokens, at + 1, scope, depth + 1);
      value = join(value, right.value, "/");
      at = right.at;
    } else return { value: UNKNOWN, at: skipRest(tokens, at, scope) };
  }
}

function join(a: CodeValue, b: CodeValue, by: string): CodeValue {
  if (a.list !== undefined && b.list !== undefined) {
    return { text: ANY, list: [...a.list, ...b.list] };
  }
  return a.text.length + b.text.length > MAX_MADE
    ? UNKNOWN
    : { text: a.text + by + b.text };
}

/** Longest text that is put together. */
const MAX_MADE = 65_536;

function bounded(value: CodeValue): CodeValue {
  const { text, list } = value;
  return text.length > MAX_MADE || (list?.length ?? 0) > MAX_MADE
    ? UNKNOWN
    : value;
}

/** To the end of the expression. */
function skipRest(
  tokens: readonly Token[],
  from: number,
  { work }: Scope,
): number {
  let at = from;
  while (at < tokens.length && --work.left > 0) {
    const one = tokens[at] as Token;
    if (one.kind === "mark") {
      if (/^[,)\]};\n]$/.test(one.text)) return at;
      if (Object.hasOwn(OPENERS, one.text)) {
        at = afterBracket(tokens, at);
        continue;
      }
    }
    at++;
  }
  return at;
}

const MAX_NESTED = 24;
/** Words before a value that leave it as it is. */
const PREFIXES = /^(?:my|our|local|new|await|const|let|var|return)$/;

function operand(
  tokens: readonly Token[],
  from: number,
  scope: Scope,
  depth: number,
): Evaluated {
  const one = tokens[from];
  if (one === undefined || depth > MAX_NESTED || --scope.work.left < 0) {
    return { value: UNKNOWN, at: from + 1 };
  }
  if (one.kind === "name" && PREFIXES.test(one.text)) {
    return operand(tokens, from + 1, scope, depth + 1);
  }
  switch (one.kind) {
    case "string":
      return methods(tokens, from + 1, { text: one.text }, scope, depth);
    case "number":
      return { value: { text: one.text }, at: from + 1 };
    case "words": {
      const list = one.text === "" ? [] : one.text.split(/\s+/);
      return { value: { text: ANY, list }, at: from + 1 };
    }
    case "command":
      return { value: UNKNOWN, at: from + 1 };
    case "name":
      return named(tokens, from, scope, depth);
    case "mark":
      break;
  }
  if (one.text === "[" || one.text === "(") {
    const { values, at } = readArguments(tokens, from + 1, scope, depth + 1);
    const [first = UNKNOWN] = values;
    const value = one.text === "(" && values.length === 1
      ? first
      : { text: ANY, list: values.map(({ text }) => text) };
    return methods(tokens, at, value, scope, depth);
  }
  if (one.text === "{") {
    const { fields } = readArguments(tokens, from + 1, scope, depth + 1);
    return { value: { text: ANY, fields }, at: afterBracket(tokens, from) };
  }
  if (Object.hasOwn(OPENERS, one.text)) {
    return { value: UNKNOWN, at: afterBracket(tokens, from) };
  }
  return { value: UNKNOWN, at: from + 1 };
}

/** A dotted name, called or not. */
function named(
  tokens: readonly Token[],
  from: number,
  scope: Scope,
  depth: number,
): Evaluated {
  const { name, at } = chainAt(tokens, from, scope);
  const known = scope.values.get(name);
  if (known !== undefined) return methods(tokens, at, known, scope, depth);
  if (tokens[at]?.text !== "(") return { value: UNKNOWN, at };
  const call = readArguments(tokens, at + 1, scope, depth + 1);
  const value = pure(name, call.values);
  return methods(tokens, call.at, value, scope, depth);
}

/** The name that starts at `from`, aliases resolved: `o.path.join` is `os.path.join`. */
export function chainAt(
  tokens: readonly Token[],
  from: number,
  scope: Scope,
): { readonly name: string; readonly at: number } {
  const first = tokens[from]?.text ?? "";
  let name = scope.aliases.get(first) ?? first;
  let at = from + 1;
  while (/^(?:\.|->|::|\?\.)$/.test(tokens[at]?.text ?? "")) {
    const part = tokens[at + 1];
    if (part?.kind !== "name" || at - from > MAX_CHAIN) break;
    name += `.${part.text}`;
    at += 2;
  }
  return { name, at };
}

/** Longest dotted name, in tokens. */
const MAX_CHAIN = 32;

/** Functions whose result can be worked out. */
function pure(name: string, values: readonly CodeValue[]): CodeValue {
  const texts = values.map(({ text }) => text);
  const [first = ANY] = texts;
  switch (name.replace(/^(?:posixpath|ntpath)\./, "os.path.")) {
    case "os.path.expanduser":
    case "os.path.abspath":
    case "os.path.realpath":
    case "os.path.normpath":
    case "str":
    case "String":
    case "Path":
    case "pathlib.Path":
    case "PurePath":
    case "path.resolve":
    case "path.normalize":
    case "File.expand_path":
    case "Pathname.new":
    case "shlex.quote":
      return { text: texts.length > 1 ? texts.join("/") : first };
    case "Path.home":
    case "pathlib.Path.home":
    case "os.homedir":
    case "Dir.home":
      return { text: "~" };
    case "os.path.join":
    case "path.join":
    case "File.join":
    case "path.posix.join":
      return { text: texts.join("/") };
    case "os.getcwd":
    case "process.cwd":
    case "Dir.pwd":
      return { text: "." };
    case "chr":
    case "String.fromCharCode":
      return { text: texts.map(charOf).join("") };
    case "bytes.fromhex":
    case "bytearray.fromhex":
      return { text: fromHex(first) };
    case "base64.b64decode":
    case "atob":
    case "base64_decode":
    case "MIME.Base64.decode_base64":
    case "decode_base64":
    case "Base64.decode64":
      return { text: fromBase64(first) };
    case "Buffer.from":
      return {
        text: texts[1] === "base64"
          ? fromBase64(first)
          : texts[1] === "hex"
          ? fromHex(first)
          : first,
      };
    case "shlex.split":
      return { text: ANY, list: wordsOf(first) };
    case "list":
    case "tuple":
      return values[0] ?? UNKNOWN;
    default:
      return UNKNOWN;
  }
}

function charOf(text: string): string {
  const code = Number(text);
  return Number.isInteger(code) && code > 0 && code < 0xd800
    ? String.fromCodePoint(code)
    : ANY;
}

function fromHex(text: string): string {
  const digits = text.replace(/\s/g, "");
  if (hasHole(text) || !/^(?:[0-9a-fA-F]{2})*$/.test(digits)) return ANY;
  return decoded(Uint8Array.fromHex(digits));
}

function fromBase64(text: string): string {
  const digits = text.replace(/\s/g, "").replace(/=+$/, "");
  if (hasHole(text) || !/^[A-Za-z0-9+/]*$/.test(digits)) return ANY;
  if (digits.length % 4 === 1) return ANY;
  return decoded(
    Uint8Array.fromBase64(
      digits.padEnd(Math.ceil(digits.length / 4) * 4, "="),
    ),
  );
}

function decoded(bytes: Uint8Array): string {
  const text = new TextDecoder().decode(bytes);
  return /[\ufffd\0]/.test(text) ? ANY : text;
}

/** Words of a text that is split at blanks. */
function wordsOf(text: string): readonly string[] {
  if (hasHole(text)) return [MANY];
  return text.trim() === "" ? [] : text.trim().split(/\s+/);
}

/** `.split()`, `.join(..)`, `.decode()` and other methods after a value. */
function methods(
  tokens: readonly Token[],
  from: number,
  start: CodeValue,
  scope: Scope,
  depth: number,
): Evaluated {
  let value = start;
  let at = from;
  for (;;) {
    const dot = tokens[at]?.text;
    const name = tokens[at + 1];
    if (dot === "[" && tokens[at - 1]?.text !== "=") {
      return { value: UNKNOWN, at: afterBracket(tokens, at) };
    }
    if (dot === "%" && name !== undefined) {
      const right = operand(tokens, at + 1, scope, depth + 1);
      value = bounded({ text: formatted(value.text, right.value) });
      at = right.at;
      continue;
    }
    if (!/^(?:\.|->|\?\.)$/.test(dot ?? "") || name?.kind !== "name") {
      return { value, at };
    }
    if (tokens[at + 2]?.text !== "(") {
      if (/^(?:chomp|strip|to_s|reverse|shellsplit)$/.test(name.text)) {
        value = method(value, name.text, []);
        at += 2;
        continue;
      }
      return { value, at };
    }
    const call = readArguments(tokens, at + 3, scope, depth + 1);
    if (EFFECTS.test(name.text)) return { value, at };
    if (
      [value, ...call.values].some(({ text }) => text.length > MAX_METHOD)
    ) {
      value = UNKNOWN;
    } else value = bounded(method(value, name.text, call.values));
    at = call.at;
  }
}

/** Longest text whose methods are worked out. */
const MAX_METHOD = 16_384;

/** Methods that do something; calls.ts looks at them. */
const EFFECTS =
  /^(?:unlink|rmdir|rmtree|read_text|write_text|read_bytes|write_bytes|open|touch|rename|replace_with|iterdir|glob|rglob|mkdir|chmod|symlink_to|hardlink_to|delete|exist)$/;

function method(
  { text, list }: CodeValue,
  name: string,
  given: readonly CodeValue[],
): CodeValue {
  const [first] = given;
  switch (name) {
    case "split":
    case "shellsplit": {
      const by = first?.text;
      if (by === undefined || by === " ") {
        return { text: ANY, list: wordsOf(text) };
      }
      return {
        text: ANY,
        list: hasHole(text) || hasHole(by) ? [MANY] : text.split(by),
      };
    }
    case "join":
      // `sep.join(list)` in Python, `list.join(sep)` elsewhere.
      return list === undefined
        ? { text: first?.list?.join(text) ?? ANY }
        : { text: list.join(first?.text ?? ",") };
    case "decode":
    case "encode":
    case "toString":
    case "strip":
    case "trim":
    case "chomp":
    case "to_s":
    case "expanduser":
    case "resolve":
    case "absolute":
      return { text };
    case "format":
      return { text: text.replace(/\{[^{}]*\}/g, () => first?.text ?? ANY) };
    case "replace":
    case "replaceAll":
    case "gsub": {
      const [from, to] = given.map((one) => one.text);
      return from === undefined || to === undefined ||
          hasHole(text + from + to) || from === ""
        ? UNKNOWN
        : { text: text.replaceAll(from, to) };
    }
    case "lower":
    case "toLowerCase":
    case "downcase":
      return { text: text.toLowerCase() };
    case "upper":
    case "toUpperCase":
    case "upcase":
      return { text: hasHole(text) ? ANY : text.toUpperCase() };
    case "reverse":
      return list === undefined
        ? { text: hasHole(text) ? ANY : [...text].reverse().join("") }
        : { text: ANY, list: [...list].reverse() };
    case "concat":
    case "joinpath":
      return {
        text: name === "concat"
          ? text + given.map((one) => one.text).join("")
          : [text, ...given.map((one) => one.text)].join("/"),
      };
    default:
      return UNKNOWN;
  }
}

function formatted(text: string, { text: only, list }: CodeValue): string {
  let next = 0;
  return text.replace(
    /%[-0-9.]*[sdrxif%]/g,
    (one) => one.endsWith("%") ? "%" : list?.[next++] ?? only,
  );
}
