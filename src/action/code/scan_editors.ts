// Copyright 2026 the airg authors. Apache-2.0 license.

/**
 * Scans commands of ed and vim.
 *
 * Sources: ed(1p), the GNU ed manual; vim `:help various`, `:help ex-cmd-index`,
 * `:help function-list`.
 *
 * @module
 */

import { ANY, hasHole } from "../../shell/value.ts";
import type { Access, Span } from "../facts.ts";
import type { CodeDraft } from "./code_facts.ts";

/** Addresses before a command; patterns with slashes too. */
const ADDRESSES =
  /^(?:[\s,;%.$0-9+-]|'[A-Za-z<>[\]]|\/(?:[^/\\]|\\.)*\/|\?(?:[^?\\]|\\.)*\?)*/;
const GLOBAL = /^[gGvV](?:lobal)?!?([^\w\s])(?:(?!\1)[^\\]|\\.)*\1/;
/** Lines longer than this are not read. */
const MAX_LINE = 8_192;

function addFile(
  draft: CodeDraft,
  path: string,
  access: Access,
  span: Span,
): void {
  if (path !== "") draft.paths.push({ path, access, recursive: false, span });
}

/** Lines of `code` with their places; too long ones are said to be unread. */
function eachLine(
  code: string,
  draft: CodeDraft,
  visit: (line: string, span: Span) => void,
): void {
  let at = 0;
  for (const line of code.split("\n")) {
    const span: Span = [at, at + line.length];
    at += line.length + 1;
    if (line.length <= MAX_LINE) visit(line, span);
    else draft.unread.push({ why: "a line is too long to be read", span });
  }
}

/** Adds what ed would do: `!cmd`, `r !cmd`, `w !cmd`, `e file`, `r file`, `w file`. */
export function scanLineEditor(code: string, draft: CodeDraft): void {
  let inserting = false;
  eachLine(code, draft, (line, span) => {
    if (inserting) {
      if (line === "." || hasHole(line)) inserting = false;
      return;
    }
    let rest = line.replace(ADDRESSES, "");
    rest = rest.replace(GLOBAL, "").replace(ADDRESSES, "");
    if (/^[aic][pln]?\s*$/.test(rest)) inserting = true;
    const shell = /^(?:[rweEf]\s*)?!(.*)$/s.exec(rest)?.[1] ??
      /^wq?\s*!(.*)$/s.exec(rest)?.[1];
    if (shell !== undefined) draft.shells.push({ text: shell, span });
    const file = /^([erEfwW])q?\s+([^!\s].*)$/s.exec(rest);
    if (file !== null && shell === undefined) {
      const access = /[wW]/.test(file[1] ?? "") ? "write" : "read";
      addFile(draft, (file[2] ?? "").trim(), access, span);
    }
    if (rest.startsWith("\0")) {
      draft.unread.push({ why: "the command is not known", span });
    }
  });
}

/** Words of vim that come before a command and change little. */
const MODIFIERS =
  /^(?:sil(?:ent)?!?|noa(?:utocmd)?|keep\w+|lockm\w*|verb(?:ose)?|vert(?:ical)?|bel\w*|abo\w*|lefta\w*|rightb\w*|tab|hid(?:e)?|conf(?:irm)?|sandbox|uns(?:ilent)?|\d*(?:arg|buf|win|tab|c|l|cf|lf)do!?|if\s+[^|]*\||(?:au(?:tocmd)?)!?\s+\S+\s+\S+)\s+/;
/** Commands that run code in another language, or what is computed. */
const OTHER_CODE =
  /^(?:py(?:thon)?[3x]?|py3do|pydo|lua(?:do|file)?|perl(?:do)?|pe|rub(?:y(?:do|file)?)?|tcl(?:do|file)?|mz(?:scheme)?|exe\w*|norm(?:al)?!?\s+(?:@|.*(?::|!!|!\w))|@|star(?:tinsert)?\b.*:)(?:\s|$|!|@|['"])/;
const CALL =
  /\b(system|systemlist|job_start|jobstart|termopen|term_start)\s*\(\s*(?:'([^']*)'|"([^"\\]*)")\s*[,)]/;
const ANY_CALL =
  /\b(?:system|systemlist|job_start|jobstart|termopen|term_start|libcall|libcallnr|luaeval|py3?eval|pyxeval|perleval|rubyeval|execute|feedkeys)\s*\(/;
const SHELL_OPTIONS =
  /^se(?:t(?:local|global)?|tl|tg)?\s.*(?:shell|sh|shcf|equalprg|ep|makeprg|mp|grepprg|gp|formatprg|fp|keywordprg|kp|exrc|ex|modelineexpr)\s*[-+^]?=/;

/** Adds what commands of vim would do. */
export function scanVim(code: string, draft: CodeDraft): void {
  eachLine(code, draft, (line, span) => {
    // A bar ends a command; a shell command keeps its own bars.
    let rest = line;
    for (let turn = 0; turn < 64 && rest !== ""; turn++) {
      rest = scanCommand(rest, span, draft);
    }
    if (rest !== "") draft.unread.push({ why: "too many commands", span });
  });
}

/** Reads one command; gives what follows its bar. */
function scanCommand(line: string, span: Span, draft: CodeDraft): string {
  let text = line.replace(/^[:\s|]+/, "");
  for (let turn = 0; turn < 8; turn++) {
    text = text.replace(ADDRESSES, "").replace(/^:+\s*/, "")
      .replace(MODIFIERS, "").replace(GLOBAL, "");
  }
  if (text.startsWith('"')) return "";
  const shell =
    /^(?:(?:r(?:ead)?|w(?:rite)?|up(?:date)?)\s+)?!+\s*(.*)$/s.exec(text)
      ?.[1] ??
      /^ter(?:minal)?!?(?:\s+\+\+\S+)*\s+(.*)$/s.exec(text)?.[1];
  if (shell !== undefined) {
    if (shell !== "") draft.shells.push({ text: shell, span });
    return "";
  }
  const bar = splitAtBar(text);
  const command = bar < 0 ? text : text.slice(0, bar);
  const read = scanEx(command, span, draft);
  return read || bar < 0 ? "" : text.slice(bar + 1);
}

/** The bar that ends a command: not in quotes, not doubled, not escaped. */
function splitAtBar(text: string): number {
  let quote = "";
  for (let at = 0; at < text.length; at++) {
    const char = text[at] ?? "";
    if (char === "\\") at++;
    else if (quote !== "") quote = char === quote ? "" : quote;
    else if (char === "'" && /[\s(,]/.test(text[at - 1] ?? "")) quote = char;
    else if (char === "|") {
      if (text[at + 1] === "|") at++;
      else return at;
    }
  }
  return -1;
}

/** Reads a command that is no shell escape; `true` when nothing after it matters. */
function scanEx(text: string, span: Span, draft: CodeDraft): boolean {
  if (hasHole(text.slice(0, 8))) {
    draft.unread.push({ why: "the command is not known", span });
  }
  const plain = text.replace(/'[^']*'/g, "''").replace(/"[^"]*"/g, '""');
  const call = CALL.exec(text);
  if (call !== null && CALL.test(plain.replace(/(['"])\1/g, "'x'"))) {
    draft.shells.push({ text: call[2] ?? call[3] ?? ANY, span });
  } else if (ANY_CALL.test(plain)) {
    draft.unread.push({ why: "vim starts what is computed", span });
  }
  if (OTHER_CODE.test(text)) {
    draft.unread.push({ why: "vim runs code that is not read", span });
    return true;
  }
  if (SHELL_OPTIONS.test(text)) {
    draft.unread.push({ why: "a setting names a program or runs code", span });
  }
  const source = /^(?:so(?:urce)?|ru(?:ntime)?)!?\s+(\S.*)$/s.exec(text)?.[1];
  if (source !== undefined) {
    draft.paths.push({
      path: source.trim(),
      access: "execute",
      recursive: false,
      span,
    });
  }
  scanFiles(text, span, draft);
  return false;
}

function scanFiles(text: string, span: Span, draft: CodeDraft): void {
  const file =
    /^(e|ed|edit|vie|view|r|read|w|wq|write|sav|saveas|up|update|sp|split|vs|vsplit|tabe|tabedit|tabnew|n|next|fin|find|mks|mksession|wv|wviminfo|rv|rviminfo)!?\s+((?:\+\S+\s+|>>\s*)?[^!\s].*)$/
      .exec(text);
  if (file !== null) {
    const access = /^(?:w|sav|up|mks)/.test(file[1] ?? "") ? "write" : "read";
    addFile(draft, (file[2] ?? "").replace(/^>>\s*/, "").trim(), access, span);
  }
  const [, deleted, deep] =
    /\bdelete\(\s*(?:'([^']*)')\s*(?:,\s*'(\w+)')?/.exec(text) ??
      /\bdelete\(\s*(?:"([^"]*)")\s*(?:,\s*"(\w+)")?/.exec(text) ??
      (/\bdelete\(/.test(text) ? ["", ANY, "rf"] : []);
  if (deleted !== undefined) {
    const recursive = deep === "rf";
    draft.paths.push({ path: deleted, access: "delete", recursive, span });
  }
  const written = /\bwritefile\(.*,\s*['"]([^'"]*)['"]/.exec(text)?.[1] ??
    (/\bwritefile\(/.test(text) ? ANY : undefined);
  if (written !== undefined) addFile(draft, written, "write", span);
  const read = /\breadfile\(\s*['"]([^'"]*)['"]/.exec(text)?.[1] ??
    (/\breadfile\(/.test(text) ? ANY : undefined);
  if (read !== undefined) addFile(draft, read, "read", span);
}
