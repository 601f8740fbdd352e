// Copyright 2026 the airg authors. Apache-2.0 license.

/**
 * Scans makefiles: recipe lines, `$(shell cmd)`, `NAME != cmd`, `include`.
 *
 * Source: the GNU make manual (Rule Syntax, Recipe Syntax, Shell Function,
 * Setting Variables, Include, Eval Function, File Function).
 *
 * @module
 */

import { ANY } from "../../shell/value.ts";
import type { Span } from "../facts.ts";
import type { CodeDraft } from "./code_facts.ts";

const SHELL = /\$[({]shell\s/g;
const OTHER = /\$[({](?:eval|file|guile|call)\s/;
const DEFINE = /^\s*(?:override\s+|export\s+)*define\b/;
const INCLUDE = /^\s*(?:-include|sinclude|include)\s+(.*)$/;
const LOAD = /^\s*-?load\s/;
const ASSIGNED =
  /^\s*(?:export\s+|override\s+|private\s+)*[^\s:#=!]+\s*!=(.*)$/;
const PREFIX = /^\.RECIPEPREFIX\s*[:?]*=\s*(\S?)/;
const SHELL_NAME = /^\s*(?:export\s+|override\s+)*\.?SHELL(?:FLAGS)?\s*[:?+]*=/;

/** Adds what make could run; which targets are made is not looked at. */
export function scanMake(code: string, draft: CodeDraft): void {
  let prefix = "\t";
  let defining = false;
  let at = 0;
  for (const { text: line, length } of logicalLines(code)) {
    const span: Span = [at, Math.min(at + length, code.length)];
    at += length;
    scanFunctions(line, span, draft);
    if (/^\s*endef\b/.test(line)) defining = false;
    else if (defining || line.startsWith(prefix)) {
      addRecipe(defining ? line : line.slice(prefix.length), span, draft);
    } else if (DEFINE.test(line)) defining = true;
    else {
      prefix = PREFIX.exec(line)?.[1] ?? prefix;
      if (prefix === "") prefix = "\t";
      scanLine(line, span, draft);
    }
  }
}

/** Lines joined where a backslash ends them; `length` counts what was joined. */
function logicalLines(
  code: string,
): readonly { readonly text: string; readonly length: number }[] {
  const lines: { readonly text: string; readonly length: number }[] = [];
  let open: string[] = [];
  let length = 0;
  for (const line of code.split("\n")) {
    open.push(line);
    length += line.length + 1;
    const slashes = /\\*$/.exec(line.slice(-64))?.[0].length ?? 0;
    if (slashes % 2 === 1) continue;
    lines.push({ text: open.join("\n"), length });
    open = [];
    length = 0;
  }
  if (open.length > 0) lines.push({ text: open.join("\n"), length });
  return lines;
}

function addRecipe(recipe: string, span: Span, draft: CodeDraft): void {
  const text = makeText(recipe.replace(/^[\s@+-]+/, ""));
  if (text !== "") draft.shells.push({ text, span });
}

function scanLine(line: string, span: Span, draft: CodeDraft): void {
  const plain = line.trimStart();
  if (plain.startsWith("#")) return;
  const assigned = ASSIGNED.exec(line)?.[1];
  if (assigned !== undefined) return addRecipe(assigned, span, draft);
  if (SHELL_NAME.test(line)) {
    draft.unread.push({ why: "the makefile names its shell", span });
  }
  const included = INCLUDE.exec(line)?.[1];
  for (const word of included?.split(/\s+/).slice(0, 32) ?? []) {
    const path = makeText(word);
    if (path === "") continue;
    draft.paths.push({ path, access: "execute", recursive: false, span });
  }
  if (LOAD.test(line)) {
    draft.unread.push({ why: "a native library is loaded", span });
  }
  const colon = line.indexOf(":");
  const recipe = colon < 0 ? -1 : line.indexOf(";", colon);
  const equals = line.indexOf("=");
  if (recipe > 0 && (equals < 0 || equals > recipe)) {
    addRecipe(line.slice(recipe + 1), span, draft);
  }
}

function scanFunctions(line: string, span: Span, draft: CodeDraft): void {
  let from = 0;
  for (const { index, 0: mark } of line.matchAll(SHELL)) {
    if (index < from) continue;
    const end = closing(line, index + 1);
    addRecipe(line.slice(index + mark.length, end), span, draft);
    from = end;
  }
  if (OTHER.test(line)) {
    draft.unread.push({ why: "make runs or writes what is computed", span });
  }
}

/** The bracket that closes the one at `open`. */
function closing(text: string, open: number): number {
  const first = text[open];
  const close = first === "(" ? ")" : "}";
  let depth = 0;
  for (let at = open; at < text.length; at++) {
    if (text[at] === first) depth++;
    else if (text[at] === close && --depth === 0) return at;
  }
  return text.length;
}

/** `$$` is a dollar for the shell; other expansions are make's own. */
function makeText(text: string): string {
  let made = "";
  let plain = 0;
  for (let at = text.indexOf("$"); at >= 0; at = text.indexOf("$", at)) {
    made += text.slice(plain, at);
    const next = text[at + 1] ?? "";
    made += next === "$" ? "$" : ANY;
    at = /[({]/.test(next) ? closing(text, at + 1) + 1 : at + 2;
    plain = at;
  }
  return (made + text.slice(plain)).trim();
}
