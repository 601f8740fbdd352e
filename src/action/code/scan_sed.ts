// Copyright 2026 the airg authors. Apache-2.0 license.

/**
 * Scans sed scripts: `e`, `s///e`, and the files of `r R w W s///w`.
 *
 * Source: the GNU sed manual (sed scripts; Commands Requiring a newline).
 *
 * @module
 */

import { ANY } from "../../shell/value.ts";
import type { Access, Span } from "../facts.ts";
import type { CodeDraft } from "./code_facts.ts";

const BETWEEN = /[\s;{}]+/y;
const ONE_ADDRESS = /(?:[+~]?\d+(?:~\d+)?|\$)/y;
const COMMA = /\s*,\s*/y;
const AFTER_ADDRESS = /[\s!]+/y;
const FLAGS = /[gpiImMe0-9]*/y;
const TO_LINE_END = /[^\n]*/y;
const LABEL = /[^;\n}]*/y;
/** `a text`, or `a\` and lines that go on after a backslash. */
const TEXT = /(?:[^\\\n]|\\[\s\S])*/y;
const NUMBER = /\s*\d*/y;

/** A script, and how far it was read. */
interface Script {
  readonly code: string;
  at: number;
}

function take(script: Script, form: RegExp): string {
  form.lastIndex = script.at;
  const found = form.exec(script.code)?.[0] ?? "";
  script.at += found.length;
  return found;
}

/** Adds what a sed script would do. */
export function scanSed(code: string, draft: CodeDraft): void {
  const script: Script = { code, at: 0 };
  for (;;) {
    take(script, BETWEEN);
    takeAddresses(script);
    if (script.at >= code.length) return;
    const start = script.at;
    const letter = code[script.at++] ?? "";
    if (!takeCommand(script, letter, draft, start)) {
      const span: Span = [start, code.length];
      draft.unread.push({ why: "the sed script is not read from here", span });
      return;
    }
  }
}

function takeAddresses(script: Script): void {
  takeAddress(script);
  if (take(script, COMMA) !== "") takeAddress(script);
  take(script, AFTER_ADDRESS);
}

function takeAddress(script: Script): void {
  const { code } = script;
  const custom = code[script.at] === "\\";
  if (!custom && code[script.at] !== "/") {
    take(script, ONE_ADDRESS);
    return;
  }
  if (custom) script.at++;
  const end = partEnd(code, script.at + 1, code[script.at] ?? "");
  script.at = Math.min(end + 1, code.length);
  while (/[IM]/.test(code[script.at] ?? "")) script.at++;
}

/** A class of characters; longer ones are not taken for one. */
const CLASS = /\[\^?\]?(?:\[[:.=][a-z]{1,12}[:.=]\]|[^\]\n]){0,200}\]/y;

/**
 * Where the part that starts at `from` meets `mark`; the end without one.
 *
 * In a pattern, a mark in brackets is an ordinary character.
 */
function partEnd(
  code: string,
  from: number,
  mark: string,
  pattern = true,
): number {
  let at = from;
  let brackets = pattern;
  while (at < code.length && code[at] !== mark) {
    if (code[at] === "[" && brackets) {
      CLASS.lastIndex = at;
      const length = CLASS.exec(code)?.[0].length ?? 0;
      brackets = length > 0;
      at += Math.max(length, 1);
    } else at += code[at] === "\\" ? 2 : 1;
  }
  return Math.min(at, code.length);
}

function takeCommand(
  script: Script,
  letter: string,
  draft: CodeDraft,
  start: number,
): boolean {
  switch (letter) {
    case "s":
    case "y":
      return takeSubstitution(script, letter, draft, start);
    case "e": {
      const text = take(script, TO_LINE_END).trim();
      const span: Span = [start, script.at];
      draft.shells.push({ text: text === "" ? ANY : text, span });
      return true;
    }
    case "w":
    case "W":
      return takeFile(script, "write", draft, start);
    case "r":
    case "R":
      return takeFile(script, "read", draft, start);
    case "a":
    case "i":
    case "c":
      take(script, TEXT);
      return true;
    case "#":
      take(script, TO_LINE_END);
      return true;
    case ":":
    case "b":
    case "t":
    case "T":
    case "v":
      take(script, LABEL);
      return true;
    case "{":
    case "}":
      return true;
    default:
      if (!/^[=dDgGhHnNpPxzFqQlL]$/.test(letter)) return false;
      take(script, NUMBER);
      return true;
  }
}

function takeFile(
  script: Script,
  access: Access,
  draft: CodeDraft,
  start: number,
): boolean {
  const path = take(script, TO_LINE_END).trim();
  if (path !== "" && !/^\/dev\/std(?:in|out|err)$/.test(path)) {
    const span: Span = [start, script.at];
    draft.paths.push({ path, access, recursive: false, span });
  }
  return true;
}

function takeSubstitution(
  script: Script,
  letter: string,
  draft: CodeDraft,
  start: number,
): boolean {
  const { code } = script;
  const mark = code[script.at] ?? "";
  if (mark === "" || /[\n\\\0]/.test(mark)) return false;
  const middle = partEnd(code, script.at + 1, mark, letter === "s");
  const end = partEnd(code, middle + 1, mark, false);
  if (end >= code.length) return false;
  script.at = end + 1;
  const flags = letter === "s" ? take(script, FLAGS) : "";
  if (flags.includes("e")) {
    const to = code.slice(middle + 1, end);
    // The rest of the line stays, so the text is only a part of the command.
    const text = /[&\\]/.test(to) ? ANY : `${ANY}${to}${ANY}`;
    const whole = /^\.\*$|^\^\.\*\$?$/.test(
      code.slice(start + 2, middle),
    );
    const span: Span = [start, script.at];
    draft.shells.push({ text: whole && text !== ANY ? to : text, span });
  }
  if (letter === "s" && code[script.at] === "w") {
    script.at++;
    return takeFile(script, "write", draft, start);
  }
  return true;
}
