// Copyright 2026 the airg authors. Apache-2.0 license.

/**
 * Reads redirections and the texts of here-documents.
 *
 * Source: the Bash manual, 3.6 Redirections.
 *
 * @module
 */

import { count, type Cursor, pay, spanOf, stop } from "./cursor.ts";
import { endParts, startParts } from "./parts.ts";
import { readDoubleQuotes } from "./read_quotes.ts";
import { readWord } from "./read_word.ts";
import type { Redirection, RedirectionOperator, Word } from "./syntax.ts";

const OPERATOR =
  /(?:[0-9]+|\{[A-Za-z_][A-Za-z0-9_]*\})?(?:&>>|&>|>>|>\||>&|<<<|<<-|<<|<>|<&|>|<)/y;
const BLANKS = /(?:[ \t]|\\\n)*/y;

/** Characters that a redirection may start with. */
function mayStart(code: number): boolean {
  return code === 60 || code === 62 || code === 38 || code === 123 ||
    code >= 48 && code <= 57;
}

/** Reads the redirection at the cursor; `undefined` where none starts. */
export function readRedirection(c: Cursor): Redirection | undefined {
  const { text } = c;
  const start = c.at;
  if (!mayStart(text.charCodeAt(start))) return undefined;
  OPERATOR.lastIndex = start;
  const whole = OPERATOR.exec(text)?.[0];
  if (whole === undefined) return undefined;
  const split = whole.search(/[&<>]/);
  const operator = whole.slice(split) as RedirectionOperator;
  const after = start + whole.length;
  // `<(` and `>(` are words.
  if (text[after] === "(" && (operator === "<" || operator === ">")) {
    if (split === 0) return undefined;
    stop(c, "shell.syntax", start, after + 1);
  }
  if (split > 0 && operator.startsWith("&")) return undefined;
  BLANKS.lastIndex = after;
  c.at = after + (BLANKS.exec(text)?.[0].length ?? 0);
  const from = c.at;
  const isComment = text[from] === "#" && from > after;
  const target = readWord(c);
  if (c.at === from || isComment) stop(c, "shell.syntax", start, after);
  const redirection: Redirection & { body?: Word } = {
    operator,
    target,
    span: spanOf(c, start, c.at),
    ...(split > 0 &&
      { descriptor: whole.slice(0, split).replace(/[{}]/g, "") }),
  };
  if (operator === "<<" || operator === "<<-") {
    expectDocument(c, redirection, text.slice(from, c.at));
  }
  return redirection;
}

function expectDocument(
  c: Cursor,
  redirection: { readonly operator: string; body?: Word },
  written: string,
): void {
  c.documents.push({
    ...documentMark(written),
    stripTabs: redirection.operator === "<<-",
    give: (body) => redirection.body = body,
  });
}

/** The line that ends a here-document, and whether its text is left as it is. */
export function documentMark(
  written: string,
): { readonly delimiter: string; readonly quoted: boolean } {
  const joined = written.replace(
    /\\[\s\S]/g,
    (escape) => escape === "\\\n" ? "" : escape,
  );
  const quoted = /['"\\]/.test(joined);
  return { delimiter: quoted ? withoutQuotes(joined) : joined, quoted };
}

/** Quote removal alone: a delimiter is never expanded. */
function withoutQuotes(written: string): string {
  return written.replace(
    /'([^']*)'|"((?:[^"\\]|\\[\s\S])*)"|\\([\s\S])|\$(?=['"])/g,
    (_, single?: string, double?: string, escaped?: string) =>
      single ?? double?.replace(/\\([$`"\\])/g, "$1") ?? escaped ?? "",
  );
}

/** Reads the texts that wait after the newline which the cursor has passed. */
export function readDocuments(c: Cursor): void {
  const waiting = c.documents.splice(0);
  for (const { delimiter, quoted, stripTabs, give } of waiting) {
    count(c);
    const start = c.at;
    const lines: string[] = [];
    while (c.at < c.text.length) {
      const from = c.at;
      const line = takeLine(c, quoted);
      const text = c.text.slice(from, c.at);
      const tabs = stripTabs ? /^\t*/.exec(line)?.[0].length ?? 0 : 0;
      if (line.slice(tabs) === delimiter) break;
      lines.push(text.slice(tabs));
    }
    give(documentBody(c, lines.join(""), { quoted, start, plain: !stripTabs }));
  }
}

/** Passes a line; unless the text is quoted, with the lines that continue it. */
function takeLine(c: Cursor, quoted: boolean): string {
  let line = "";
  for (;;) {
    const newline = c.text.indexOf("\n", c.at);
    const end = newline < 0 ? c.text.length : newline;
    const part = c.text.slice(c.at, end);
    pay(c, part.length);
    c.at = newline < 0 ? end : end + 1;
    const continued = !quoted && newline >= 0 && isContinued(part);
    line += continued ? part.slice(0, -1) : part;
    if (!continued) return line;
  }
}

function isContinued(line: string): boolean {
  let end = line.length;
  while (line[end - 1] === "\\") end--;
  return (line.length - end) % 2 === 1;
}

function documentBody(
  c: Cursor,
  text: string,
  { quoted, start, plain }: {
    readonly quoted: boolean;
    readonly start: number;
    readonly plain: boolean;
  },
): Word {
  const span = spanOf(c, start, c.at);
  if (quoted || !/[\\$`]/.test(text)) {
    const part = { kind: "text", text, quoted: true } as const;
    return { parts: [part], span, literal: text, bare: false };
  }
  const { origin } = c;
  const within: Cursor = {
    ...c,
    text,
    at: 0,
    documents: [],
    // Offsets agree as long as no tab was taken away.
    origin: plain && typeof origin === "number" ? origin + start : span,
  };
  const parts = startParts();
  readDoubleQuotes(within, parts, "");
  readDocuments(within);
  return endParts(parts, span);
}
