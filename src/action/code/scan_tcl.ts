// Copyright 2026 the airg authors. Apache-2.0 license.

/**
 * Scans Tcl: `exec`, `open "|cmd"`, `file delete`, `socket`, `source`, `eval`.
 *
 * Source: Tcl 8.6, Tcl(n) (the twelve rules), exec(n), open(n), file(n).
 *
 * @module
 */

import { ANY, MANY } from "../../shell/value.ts";
import type { Access, Span } from "../facts.ts";
import type { CodeDraft } from "./code_facts.ts";
import { decodeEscapes } from "./escapes.ts";

/** One word; `code` is what its brackets or braces hold. */
interface TclWord {
  readonly text: string;
  readonly braced: boolean;
}

/** Commands inside commands past this are not read. */
const MAX_DEPTH = 12;
/** Characters read, those in nested commands counted each time. */
const MAX_READ = 1_000_000;

interface Reading {
  readonly code: string;
  readonly draft: CodeDraft;
  readonly depth: number;
  readonly span: Span | undefined;
  readonly budget: { left: number };
  at: number;
}

/** Adds what Tcl code would do. */
export function scanTcl(code: string, draft: CodeDraft): void {
  const budget = { left: MAX_READ };
  readScript({ code, draft, depth: 0, span: undefined, budget, at: 0 }, "");
}

/** Reads commands up to `close`. */
function readScript(reading: Reading, close: string): void {
  const { code, draft } = reading;
  while (reading.at < code.length) {
    const char = code[reading.at] ?? "";
    if (char === close) return;
    if (/[\s;]/.test(char)) {
      reading.at++;
      continue;
    }
    if (char === "#") {
      const end = code.indexOf("\n", reading.at);
      reading.at = end < 0 ? code.length : end;
      continue;
    }
    const start = reading.at;
    const words = readCommand(reading, close);
    const span = reading.span ?? [start, reading.at];
    if ((reading.budget.left -= reading.at - start) < 0) {
      draft.unread.push({ why: "the code is too tangled to be read", span });
      reading.at = code.length;
      return;
    }
    runCommand(words, span, reading);
  }
}

function readCommand(reading: Reading, close: string): readonly TclWord[] {
  const { code } = reading;
  const words: TclWord[] = [];
  while (reading.at < code.length) {
    const char = code[reading.at] ?? "";
    if (char === close || char === "\n" || char === ";") break;
    if (char === "\\" && code[reading.at + 1] === "\n") reading.at += 2;
    else if (/\s/.test(char)) reading.at++;
    else words.push(readWord(reading, close));
  }
  return words;
}

function readWord(reading: Reading, close: string): TclWord {
  const { code } = reading;
  if (
    code.startsWith("{*}", reading.at) && /\S/.test(code[reading.at + 3] ?? " ")
  ) {
    reading.at += 3;
    const { text, braced } = readWord(reading, close);
    const known = braced || !text.includes("\0");
    return { text: known ? text : MANY, braced: false };
  }
  if (code[reading.at] === "{") {
    return { text: readBraces(reading), braced: true };
  }
  const quoted = code[reading.at] === '"';
  if (quoted) reading.at++;
  let text = "";
  while (reading.at < code.length) {
    const char = code[reading.at] ?? "";
    if (quoted ? char === '"' : /[\s;]/.test(char) || char === close) break;
    text += readPiece(reading, char);
  }
  if (quoted) reading.at++;
  return { text, braced: false };
}

function readPiece(reading: Reading, char: string): string {
  const { code } = reading;
  if (char === "\\") {
    const escape =
      /\\(?:x[0-9a-fA-F]{1,2}|u[0-9a-fA-F]{1,4}|[0-7]{1,3}|[\s\S]|$)/y;
    escape.lastIndex = reading.at;
    const found = escape.exec(code)?.[0] ?? "\\";
    reading.at += found.length;
    return /^\\[abfnrtvxu0-7\n]/.test(found)
      ? decodeEscapes(found)
      : found.slice(1);
  }
  if (char === "[") {
    reading.at++;
    if (reading.depth >= MAX_DEPTH) {
      reading.at = code.length;
      const span: Span = [reading.at, code.length];
      reading.draft.unread.push({ why: "commands are nested too deep", span });
      return ANY;
    }
    const inner: Reading = { ...reading, depth: reading.depth + 1 };
    readScript(inner, "]");
    reading.at = inner.at + 1;
    return ANY;
  }
  const variable = /\$(?:\{[^}]*\}|[\w:]+(?:\([^)\n]*\))?)/y;
  variable.lastIndex = reading.at;
  const found = char === "$" ? variable.exec(code)?.[0] : undefined;
  reading.at += found?.length ?? 1;
  return found === undefined ? char : ANY;
}

function readBraces(reading: Reading): string {
  const { code } = reading;
  const start = reading.at + 1;
  let depth = 0;
  for (; reading.at < code.length; reading.at++) {
    const char = code[reading.at];
    if (char === "\\") reading.at++;
    else if (char === "{") depth++;
    else if (char === "}" && --depth === 0) break;
  }
  const text = code.slice(start, reading.at);
  reading.at++;
  return text;
}

/** Commands whose words in braces are code. */
const CONTROLS =
  /^(?:if|else|elseif|while|for|foreach|catch|try|on|finally|proc|eval|uplevel|namespace|switch|after|time|expr|apply|lmap|dict|return|bind|trace|coroutine|oo::class)$/;
/** Where braces hold data only. */
const COMPUTED = /^(?:eval|uplevel|subst|interp|after|apply|namespace)$/;

function runCommand(
  words: readonly TclWord[],
  span: Span,
  reading: Reading,
): void {
  const { draft } = reading;
  const name = (words[0]?.text ?? "").replace(/^::/, "");
  const rest = words.slice(1);
  const texts = rest.map(({ text }) => text);
  if (name.includes("\0")) {
    draft.unread.push({ why: "which command is run is computed", span });
  } else if (CONTROLS.test(name)) runBodies(name, rest, span, reading);
  switch (name) {
    case "exec":
    case "spawn":
    case "system":
      return runProgram(name, texts, span, draft);
    case "file":
      return runFile(texts, span, draft);
    case "open":
      return runOpen(texts, span, draft);
    case "source":
      return addPath(draft, texts.at(-1), "execute", span);
    case "socket": {
      const [host] = operands(texts, /^-(?:myaddr|myport|server)$/);
      if (host !== undefined && !texts.includes("-server")) {
        draft.addresses.push({ text: host, span });
      }
      return;
    }
    case "http::geturl":
      draft.addresses.push({ text: texts[0] ?? ANY, span });
      return;
    case "glob":
      return addPath(draft, texts.at(-1), "list", span);
    case "load":
      draft.unread.push({ why: "a native library is loaded", span });
  }
}

/** Code in braces; code that is put together is not known. */
function runBodies(
  name: string,
  words: readonly TclWord[],
  span: Span,
  reading: Reading,
): void {
  const { draft, budget, depth } = reading;
  const whole = name === "eval" || name === "uplevel" || name === "after";
  const all = whole && words.some(({ braced }) => !braced)
    ? [{ text: words.map(({ text }) => text).join(" "), braced: true }]
    : words;
  for (const { text, braced } of all) {
    if (COMPUTED.test(name) && text.includes("\0")) {
      draft.unread.push({ why: "Tcl runs code that is put together", span });
    } else if (braced && depth < MAX_DEPTH) {
      if (name === "expr" && !text.includes("[")) continue;
      readScript(
        { code: text, draft, depth: depth + 1, span, budget, at: 0 },
        "",
      );
    } else if (braced) {
      draft.unread.push({ why: "code is nested too deep", span });
    }
  }
}

function operands(words: readonly string[], valued: RegExp): string[] {
  const found: string[] = [];
  for (let i = 0; i < words.length; i++) {
    const word = words[i] ?? "";
    if (valued.test(word)) i++;
    else if (!word.startsWith("-")) found.push(word);
  }
  return found;
}

/** A pipeline; `<`, `>` and `2>` name files as in a shell. */
function runProgram(
  name: string,
  texts: readonly string[],
  span: Span,
  draft: CodeDraft,
): void {
  let argv: string[] = [];
  const flags = /^-(?:ignorestderr|keepnewline|noecho|-)$/;
  const words = texts.slice(texts.findIndex((word) => !flags.test(word)));
  if (name === "system") {
    draft.shells.push({ text: texts.join(" "), span });
    return;
  }
  for (let i = 0; i < words.length; i++) {
    const word = words[i] ?? "";
    const [, mark, file = ""] = /^(2?>>?&?|>>?@|<|<<)(.*)$/s.exec(word) ?? [];
    if (/^(?:\||\|&)$/.test(word)) {
      draft.programs.push({ argv, span });
      argv = [];
    } else if (mark !== undefined) {
      const path = file === "" ? words[++i] : file;
      if (mark !== "<<" && !mark.includes("@")) {
        addPath(draft, path, mark === "<" ? "read" : "write", span);
      }
    } else if (word !== "&" || i < words.length - 1) argv.push(word);
  }
  if (argv.length > 0) draft.programs.push({ argv, span });
}

function runFile(texts: readonly string[], span: Span, draft: CodeDraft): void {
  const [verb = ""] = texts;
  const paths = texts.slice(1).filter((word) => !/^-(?:force|-)$/.test(word));
  const recursive = texts.includes("-force");
  for (const [i, path] of paths.entries()) {
    const last = i === paths.length - 1;
    if (verb.startsWith("del")) addPath(draft, path, "delete", span, recursive);
    else if (verb.startsWith("ren")) {
      addPath(draft, path, last ? "write" : "delete", span);
    } else if (verb.startsWith("cop")) {
      addPath(draft, path, last ? "write" : "read", span);
    } else if (verb === "mkdir" || verb === "attributes" && i === 0) {
      addPath(draft, path, "write", span);
    }
  }
}

function runOpen(texts: readonly string[], span: Span, draft: CodeDraft): void {
  const [path = ANY, mode = "r"] = texts;
  if (path.startsWith("|")) {
    draft.shells.push({ text: path.slice(1), span });
  } else {
    addPath(draft, path, /[wa+]|WR|CREAT/.test(mode) ? "write" : "read", span);
  }
}

function addPath(
  draft: CodeDraft,
  path: string | undefined,
  access: Access,
  span: Span,
  recursive = false,
): void {
  if (path === undefined || path === "") return;
  draft.paths.push({ path, access, recursive, span });
}
