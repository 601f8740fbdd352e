// Copyright 2026 the airg authors. Apache-2.0 license.

/**
 * Prints words: unquoted text as it is, quoted text in quotes made anew.
 *
 * @module
 */

import { printEnclosed, type Printer, printUntil } from "./printer.ts";
import { closingOffset } from "./read_substitution.ts";
import type { ParameterPart, Word, WordPart } from "./syntax.ts";

/** Prints a word that stands where quotes mean something. */
export function printWord(p: Printer, { parts, bare }: Word): string {
  const [only] = parts;
  if (!bare && parts.length === 1 && only?.kind === "text" && !only.quoted) {
    return `${only.text}''`; // Empty quotes that left no trace but this.
  }
  let text = "";
  for (let at = 0; at < parts.length;) {
    const part = parts[at] as WordPart;
    const end = isQuoted(part) ? endOfQuoted(parts, at) : at + 1;
    const before = parts[at - 1];
    const afterDollar = before?.kind === "text" && !before.quoted &&
      before.text.endsWith("$");
    if (isQuoted(part)) {
      text += printQuoted(p, parts.slice(at, end), afterDollar);
    } else if (part.kind === "text") text += part.text;
    else text += printPart(p, part, { next: parts[end], afterDollar });
    at = end;
  }
  return text;
}

function isQuoted(part: WordPart): boolean {
  return part.kind !== "process" && part.quoted;
}

/** Parts that one pair of double quotes can hold. */
function endOfQuoted(parts: readonly WordPart[], start: number): number {
  let end = start + 1;
  for (; end < parts.length; end++) {
    const part = parts[end] as WordPart;
    const isEmpty = part.kind === "text" && part.text === "";
    if (!isQuoted(part) || isEmpty) break;
  }
  return end;
}

function printQuoted(
  p: Printer,
  parts: readonly WordPart[],
  afterDollar: boolean,
): string {
  const [only] = parts;
  if (parts.length > 1 || only?.kind !== "text") {
    return `"${printInside(p, parts, '"')}"`;
  }
  // `$'a'` and `$"a"` would be quotes of another kind.
  return afterDollar && only.text !== ""
    ? `\\${only.text[0]}${printMore(p, only.text.slice(1))}`
    : printLiteral(p, only.text);
}

function printMore(p: Printer, text: string): string {
  return text === "" ? "" : printLiteral(p, text);
}

/** Control characters, and the NUL of values that are not known. */
const UNREADABLE = /[^\P{Cc}\n\t]/u;

/** Quotes text, so that it means only itself. */
export function printLiteral(p: Printer, text: string): string {
  if (UNREADABLE.test(text) || p.inDocument && text.includes("\n")) {
    return ansiQuote(text);
  }
  if (text === "'") return "\\'";
  return `'${text.replaceAll("'", `'\\''`)}'`;
}

function ansiQuote(text: string): string {
  // `\0$` stands for bytes that make no text, and so does this code.
  const escaped = text.replace(/\0\$|[\\']|\p{Cc}/gu, (char) => {
    if (char === "\0$") return "\\ud800";
    if (char === "\n") return "\\n";
    if (char === "\t") return "\\t";
    if (char === "\\" || char === "'") return `\\${char}`;
    return `\\u${char.charCodeAt(0).toString(16).padStart(4, "0")}`;
  });
  return `$'${escaped}'`;
}

/** Prints an arithmetic expression, where all is quoted and quotes are text. */
export function printExpression(p: Printer, { parts }: Word): string {
  return printInside({ ...p, documents: [] }, parts, "");
}

/** Prints the text of a here-document that is expanded. */
export function printDocument(p: Printer, { parts }: Word): string {
  const within = { ...p, documents: [], inDocument: true };
  return printInside(within, parts, "");
}

/** Prints what stands in double quotes that end with `end`. */
function printInside(
  p: Printer,
  parts: readonly WordPart[],
  end: '"' | "}" | "",
): string {
  let text = "";
  for (const [i, part] of parts.entries()) {
    if (part.kind === "text") text += escapeInside(part.text, end);
    else text += printPart(p, part, { next: parts[i + 1], afterDollar: false });
  }
  return text;
}

function escapeInside(text: string, end: '"' | "}" | ""): string {
  const special = end === ""
    ? /[$`]|\\(?=[$`\\\n]|$)/g
    : end === '"'
    ? /[$`"]|\\(?=[$`\\\n"]|$)/g
    : /[$`"}]|\\(?=[$`\\\n"}]|$)/g;
  return text.replace(special, "\\$&");
}

function printPart(
  p: Printer,
  part: Exclude<WordPart, { readonly kind: "text" }>,
  { next, afterDollar }: {
    readonly next: WordPart | undefined;
    readonly afterDollar: boolean;
  },
): string {
  switch (part.kind) {
    case "parameter":
      return printParameter(p, part, next);
    case "arithmetic": {
      const text = printExpression(p, part.expression);
      const isEven = closingOffset(`${text})`, 0, "()") === text.length;
      return isEven ? `$((${text}))` : `$[${text}]`;
    }
    case "process":
      return printEnclosed(p, `${part.direction}(`, part.body, ")");
    case "command": {
      if (part.here !== undefined) {
        const open = part.here === "reply" ? "${| " : "${ ";
        return open + printUntil(p, part.body, "}");
      }
      if (!afterDollar) return printEnclosed(p, "$(", part.body, ")");
      // `$$(` would be the number of the process.
      const { inDocument, lines } = p;
      const text = p.printText(part.body, { inDocument, lines });
      return `\`${
        text.replace(part.quoted ? /[$`\\"]/g : /[$`\\]/g, "\\$&")
      }\``;
    }
  }
}

function printParameter(
  p: Printer,
  part: ParameterPart,
  next: WordPart | undefined,
): string {
  const { name, index, indirect, names, length, operator, quoted } = part;
  const plain = index === undefined && operator === undefined && !indirect &&
    !names && !length;
  const letters = /^[A-Za-z_]/.test(name);
  const follows = next?.kind === "text" && /^[A-Za-z0-9_]/.test(next.text) &&
    next.quoted === quoted;
  if (plain && part.bare) return `$${name}${follows ? "''" : ""}`;
  if (plain && (letters ? quoted && !follows : name.length === 1)) {
    return `$${name}`;
  }
  const head = (length ? "#" : indirect ? "!" : "") + name + (names ? "*" : "");
  const subscript = index === undefined ? "" : `[${printWord(p, index)}]`;
  return `\${${head}${subscript}${printOperator(p, part)}}`;
}

function printOperator(
  p: Printer,
  { operator, quoted }: ParameterPart,
): string {
  if (operator === undefined) return "";
  const { symbol, word, second } = operator;
  const isDefault = /^:?[-=?+]$/.test(symbol);
  const text = quoted && isDefault
    ? printDefault(p, word.parts)
    : printWord(p, word);
  if (second === undefined) return symbol + text;
  return symbol + text + (symbol === ":" ? ":" : "/") + printWord(p, second);
}

/** Bash wants single quotes in pairs here, unless in double quotes of their own. */
function printDefault(p: Printer, parts: readonly WordPart[]): string {
  const holdsQuote = parts.some((part) =>
    part.kind === "text" && part.text.includes("'")
  );
  return holdsQuote
    ? `"${printInside(p, parts, '"')}"`
    : printInside(p, parts, "}");
}
