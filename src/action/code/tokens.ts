// Copyright 2026 the airg authors. Apache-2.0 license.

/**
 * Code -> tokens, for languages that look like C, Python, Perl or Lua.
 *
 * Enough to tell names, strings and brackets from comments and text; not a
 * parser. Linear: every character is looked at a bounded number of times.
 *
 * Sources: the lexical chapters of the Python 3.11, ECMAScript 2024, Perl 5.36,
 * Ruby 3.2, PHP 8 and Lua 5.4 references.
 *
 * @module
 */

import { ANY } from "../../shell/value.ts";
import { decodeEscapes } from "./escapes.ts";
import { hereDocument, MAX_LINES, skipDocumentation } from "./long_texts.ts";

/** One token. */
export interface Token {
  readonly kind:
    | "name"
    | "string"
    | "words"
    | "command"
    | "code"
    | "number"
    | "mark";
  /** A string's value, which may hold holes; else as written. */
  readonly text: string;
  readonly start: number;
  readonly end: number;
}

/** What differs between languages. */
export interface Lexicon {
  readonly hash: boolean;
  readonly slashes: boolean;
  readonly dashes: boolean;
  /** `$name` and `@name` are names, and strings in double quotes hold them. */
  readonly sigils: boolean;
  /** What backquotes hold: a command, or a template. */
  readonly backquotes: "command" | "template" | "none";
  /** Python's prefixes and triple quotes. */
  readonly prefixes: boolean;
  /** `q(..)`, `qq(..)`, `qw(..)`, `qx(..)`. */
  readonly quoteWords: boolean;
  /** `%w(..)`, `%x(..)`. */
  readonly percents: boolean;
  /** Interpolation in double quotes: `#{x}`. */
  readonly hashBraces: boolean;
  /** `/regex/` where a value may start. */
  readonly regexes: boolean;
  /** `<<END` or `<<<END` and the lines after it. */
  readonly heredocs: RegExp | undefined;
  /** `=pod` to `=cut`. */
  readonly documentation: RegExp | undefined;
}

const CLOSERS: Readonly<Record<string, string>> = {
  "(": ")",
  "[": "]",
  "{": "}",
  "<": ">",
};

/** Most tokens looked at. */
const MAX_TOKENS = 50_000;

/** Splits code into tokens; `undefined` where there are too many. */
export function tokensOf(
  code: string,
  lexicon: Lexicon,
): readonly Token[] | undefined {
  const tokens: Token[] = [];
  let at = 0;
  /** Where the line after the texts of this line starts. */
  let resume = 0;
  const lines = { left: MAX_LINES };
  while (at < code.length) {
    if (tokens.length >= MAX_TOKENS || lines.left <= 0) return undefined;
    if (code[at] === "\n" && resume > at) {
      tokens.push(token("mark", "\n", at, at + 1));
      at = resume;
      continue;
    }
    const documented = skipDocumentation(code, at, lexicon.documentation);
    if (documented > at) {
      at = documented;
      continue;
    }
    const here = isOperand(tokens.at(-1), true) ? undefined : hereDocument(
      code,
      at,
      Math.max(resume, at),
      lexicon.heredocs,
      lines,
    );
    if (here !== undefined) {
      const text = here.raw
        ? here.text
        : decodeEscapes(interpolated(here.text, lexicon));
      tokens.push(token("string", text, at, here.end));
      at = here.end;
      resume = here.resume;
      continue;
    }
    const skipped = skipBlank(code, at, lexicon);
    if (skipped > at) {
      at = skipped;
      continue;
    }
    const read = readToken(code, at, lexicon, tokens.at(-1));
    tokens.push(read);
    at = Math.max(read.end, at + 1);
  }
  return tokens;
}

function skipBlank(code: string, at: number, lexicon: Lexicon): number {
  const char = code[at] as string;
  if (char === " " || char === "\t" || char === "\r") return at + 1;
  const line = char === "#" && lexicon.hash ||
    lexicon.slashes && code.startsWith("//", at) ||
    lexicon.dashes && code.startsWith("--", at) && code[at + 2] !== "[";
  if (line) {
    const end = code.indexOf("\n", at);
    return end < 0 ? code.length : end;
  }
  if (lexicon.slashes && code.startsWith("/*", at)) {
    const end = code.indexOf("*/", at + 2);
    return end < 0 ? code.length : end + 2;
  }
  return at;
}

const NAME = /[$@%&]?_?[A-Za-z_\u0080-\uffff][\w\u0080-\uffff]*[?!]?/y;
const PLAIN_NAME = /[A-Za-z_$\u0080-\uffff][\w$\u0080-\uffff]*/y;
const NUMBER = /(?:0[xX][0-9a-fA-F_]+|[0-9][0-9_]*(?:\.[0-9]+)?)/y;
const PREFIX = /[rRbBuUfF]{1,2}(?=["'])/y;

function readToken(
  code: string,
  at: number,
  lexicon: Lexicon,
  before: Token | undefined,
): Token {
  const char = code[at] as string;
  if (lexicon.prefixes) {
    const prefix = match(PREFIX, code, at);
    if (prefix !== "" || char === '"' || char === "'") {
      return pythonString(code, at, prefix);
    }
  }
  if (lexicon.quoteWords) {
    const quoted = quoteLike(code, at);
    if (quoted !== undefined) return quoted;
  }
  if (lexicon.percents && char === "%" && startsPercent(code, at, before)) {
    const percent = percentLike(code, at);
    if (percent !== undefined) return percent;
  }
  if (char === "'" || char === '"' || char === "`") {
    return quotedString(code, at, lexicon);
  }
  if (char === "/" && lexicon.regexes && !isOperand(before)) {
    return regexLiteral(code, at);
  }
  if (
    lexicon.dashes && char === "[" && /^\[=*\[/.test(code.slice(at, at + 8))
  ) {
    return longBracket(code, at);
  }
  const name = match(lexicon.sigils ? NAME : PLAIN_NAME, code, at);
  if (name !== "") return token("name", name, at, at + name.length);
  const number = match(NUMBER, code, at);
  if (number !== "") return token("number", number, at, at + number.length);
  const two = code.slice(at, at + 2);
  const wide = /^(?:->|::|=>|==|!=|\.\.|\?\.|=~|\+=|&&|\|\||<=|>=|\*\*|:=)$/
    .test(two);
  return token("mark", wide ? two : char, at, at + (wide ? 2 : 1));
}

function token(
  kind: Token["kind"],
  text: string,
  start: number,
  end: number,
): Token {
  return { kind, text, start, end };
}

function match(pattern: RegExp, code: string, at: number): string {
  pattern.lastIndex = at;
  return pattern.exec(code)?.[0] ?? "";
}

/** `puts %w[a b]` has a blank before and none after; `a % b` is a remainder. */
function startsPercent(
  code: string,
  at: number,
  before: Token | undefined,
): boolean {
  return !isOperand(before) ||
    before?.kind === "name" && code[at - 1] === " " &&
      /[wWqQiIx]/.test(code[at + 1] ?? "");
}

/** A value stands before, so `/` divides and `%` is a remainder. */
function isOperand(before: Token | undefined, words = false): boolean {
  if (before === undefined) return false;
  if (before.kind !== "mark") {
    if (words && before.kind === "name") return /^[$@%]/.test(before.text);
    return before.kind !== "name" ||
      !/^(?:return|typeof|case|in|of|and|or|not|if|unless|while|until|when|print|puts|p|split|grep|join|map|x)$/
        .test(before.text);
  }
  return before.text === ")" || before.text === "]" || before.text === "}";
}

/** End of a quoted text whose quote is closed by `close`. */
function closing(code: string, from: number, close: string): number {
  let at = from;
  while (at < code.length && !code.startsWith(close, at)) {
    at += code[at] === "\\" ? 2 : 1;
  }
  return Math.min(at, code.length);
}

function pythonString(code: string, at: number, prefix: string): Token {
  const from = at + prefix.length;
  const triple = code.slice(from, from + 3);
  const quote = triple === '"""' || triple === "'''"
    ? triple
    : code[from] as string;
  const end = closing(code, from + quote.length, quote);
  const inside = code.slice(from + quote.length, end);
  const raw = /r/i.test(prefix);
  const plain = raw ? inside : decodeEscapes(inside);
  const value = /f/i.test(prefix) ? fillBraces(plain) : plain;
  return token("string", value, at, end + quote.length);
}

/** `{x}` of an f-string is not known; `{{` is a brace. */
function fillBraces(text: string): string {
  return text.replace(
    /\{\{|\}\}|\{[^{}]*\}/g,
    (one) => one === "{{" ? "{" : one === "}}" ? "}" : ANY,
  );
}

function quotedString(code: string, at: number, lexicon: Lexicon): Token {
  const quote = code[at] as string;
  const end = closing(code, at + 1, quote);
  const inside = code.slice(at + 1, end);
  if (quote === "`") {
    const value = lexicon.backquotes === "template"
      ? decodeEscapes(inside.replace(/\$\{[^{}]*\}/g, ANY))
      : interpolated(inside, lexicon);
    const kind = lexicon.backquotes === "command" ? "command" : "string";
    return token(kind, value, at, end + 1);
  }
  if (quote === "'" && (lexicon.sigils || lexicon.hashBraces)) {
    return token("string", inside.replace(/\\(['\\])/g, "$1"), at, end + 1);
  }
  return token(
    "string",
    decodeEscapes(interpolated(inside, lexicon)),
    at,
    end + 1,
  );
}

function interpolated(text: string, { sigils, hashBraces }: Lexicon): string {
  const braced = hashBraces ? text.replace(/#\{[^{}]*\}/g, ANY) : text;
  return sigils && !hashBraces
    ? braced.replace(
      /(^|[^\\])(?:\$\{[^{}]*\}|\{\$[^{}]*\}|[$@][A-Za-z_]\w*(?:->)?(?:\[[^\]]*\]|\{[^}]*\})?)/g,
      `$1${ANY.replace("$", "$$$$")}`,
    )
    : braced;
}

const QUOTE_LIKE = /(?:qq|qw|qx|qr|q|m|s|tr|y)(?=\s*[^\w\s,;=)])/y;

function quoteLike(code: string, at: number): Token | undefined {
  if (/[\w$@%&>]/.test(code[at - 1] ?? " ")) return undefined;
  const kind = match(QUOTE_LIKE, code, at);
  if (kind === "") return undefined;
  let open = at + kind.length;
  while (/\s/.test(code[open] ?? "x")) open++;
  if (code[open] === "=" && code[open + 1] === ">") return undefined;
  const { text, end } = bracketed(code, open);
  if (/^(?:s|tr|y)$/.test(kind)) return substitution(code, at, kind, end);
  switch (kind) {
    case "qw":
      return token("words", text.trim(), at, end);
    case "qx":
      return token("command", text, at, end);
    case "q":
      return token("string", text, at, end);
    case "qq":
      return token("string", decodeEscapes(text), at, end);
    default:
      return token("string", ANY, at, end);
  }
}

/** `s/a/b/` and `tr/a/b/`: the second part, which with `e` is code. */
function substitution(
  code: string,
  at: number,
  kind: string,
  middle: number,
): Token {
  const paired = CLOSERS[code[match(/\w+\s*/y, code, at).length + at] ?? ""];
  let from = middle - 1;
  if (paired !== undefined) {
    from = middle;
    while (/\s/.test(code[from] ?? "x")) from++;
  }
  const { text, end } = bracketed(code, from);
  const flags = match(/[a-z]+/y, code, end);
  const runs = kind === "s" && flags.includes("e");
  return token(runs ? "code" : "string", runs ? text : ANY, at, end);
}

function percentLike(code: string, at: number): Token | undefined {
  const found = /^%([wWiIqQx]?)([([{<|!])/.exec(code.slice(at, at + 3));
  if (found === null) return undefined;
  const [whole, kind = ""] = found;
  const { text, end } = bracketed(code, at + whole.length - 1);
  const value = text.replace(/#\{[^{}]*\}/g, ANY);
  return token(
    kind === "x" ? "command" : /[wW]/.test(kind) ? "words" : "string",
    value,
    at,
    end,
  );
}

/** Text between a bracket, or any other mark, and the one that closes it. */
function bracketed(
  code: string,
  open: number,
): { readonly text: string; readonly end: number } {
  const first = code[open] ?? "";
  const close = CLOSERS[first];
  if (close === undefined) {
    const end = closing(code, open + 1, first === "" ? "\0" : first);
    return { text: code.slice(open + 1, end), end: end + 1 };
  }
  let depth = 0;
  let at = open;
  for (; at < code.length; at++) {
    if (code[at] === "\\") at++;
    else if (code[at] === first) depth++;
    else if (code[at] === close && --depth === 0) break;
  }
  return { text: code.slice(open + 1, at), end: at + 1 };
}

function regexLiteral(code: string, at: number): Token {
  let end = at + 1;
  let inClass = false;
  while (end < code.length && code[end] !== "\n") {
    if (code[end] === "\\") end++;
    else if (code[end] === "[") inClass = true;
    else if (code[end] === "]") inClass = false;
    else if (code[end] === "/" && !inClass) break;
    end++;
  }
  return token("string", ANY, at, end + 1);
}

function longBracket(code: string, at: number): Token {
  const level = /^\[(=*)\[/.exec(code.slice(at, at + 8))?.[1] ?? "";
  const from = at + level.length + 2;
  const end = code.indexOf(`]${level}]`, from);
  const to = end < 0 ? code.length : end;
  return token("string", code.slice(from, to), at, to + level.length + 2);
}
