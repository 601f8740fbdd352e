// Copyright 2026 the airg authors. Apache-2.0 license.

/**
 * Scans languages that have a handful of ways out: awk, sed, ed, vim, tcl, make,
 * SQL clients, PowerShell, AppleScript.
 *
 * Sources: awk(1p), the GNU sed, ed and make manuals, vim `:help`, Tcl 8.6,
 * psql(1), sqlite3(1), mysql(1), the PowerShell reference.
 *
 * @module
 */

import { ANY, hasHole } from "../../shell/value.ts";
import type { Access, Span } from "../facts.ts";
import type { CodeDraft } from "./code_facts.ts";
import { decodeEscapes } from "./escapes.ts";

function spanOf(found: RegExpMatchArray): Span {
  const start = found.index ?? 0;
  return [start, start + found[0].length];
}

/** Text of a quoted string, or a hole for an expression. */
function stringValue(text: string): string {
  const parts = [...text.matchAll(/"((?:[^"\\]|\\[\s\S])*)"|([^"\s]+)/g)];
  return parts.map(([, quoted, other]) =>
    quoted === undefined
      ? other === undefined ? "" : ANY
      : decodeEscapes(quoted)
  ).join("");
}

const AWK_STRING = /"(?:[^"\\]|\\[\s\S])*"/;

/** `system("cmd")`, `"cmd" | getline`, `print | "cmd"`, `print > "file"`. */
export function scanAwk(code: string, draft: CodeDraft): void {
  const plain = code.replace(/#[^\n"]*(?=\n|$)/g, "");
  for (const found of plain.matchAll(/\bsystem\s*\(([^)]*)\)/g)) {
    draft.shells.push({
      text: stringValue(found[1] ?? ""),
      span: spanOf(found),
    });
  }
  for (
    const found of plain.matchAll(
      /("(?:[^"\\]|\\[\s\S])*"|\b[A-Za-z_]\w*)\s*\|&?\s*getline/g,
    )
  ) {
    const span = spanOf(found);
    draft.shells.push({ text: stringValue(found[1] ?? ""), span });
  }
  for (
    const found of plain.matchAll(
      /\bprintf?\b[^\n;}|]*\|&?\s*("(?:[^"\\]|\\[\s\S])*"|[A-Za-z_$]\w*)/g,
    )
  ) {
    const span = spanOf(found);
    if (/\|\|/.test(found[0])) continue;
    draft.shells.push({ text: stringValue(found[1] ?? ""), span });
  }
  for (
    const found of plain.matchAll(
      /\bprintf?\b[^\n;}]*?>>?\s*("(?:[^"\\]|\\[\s\S])*")/g,
    )
  ) {
    const path = stringValue(found[1] ?? "");
    addFile(draft, path, "write", spanOf(found));
  }
  for (
    const found of plain.matchAll(
      /\bgetline\b[^\n;}<]*<\s*("(?:[^"\\]|\\[\s\S])*")/g,
    )
  ) {
    addFile(draft, stringValue(found[1] ?? ""), "read", spanOf(found));
  }
  const address = /\/inet[46]?\/\w+\/\w*\/([^/"]+)/.exec(plain)?.[1];
  if (address !== undefined) {
    draft.addresses.push({ text: address, span: [0, 0] });
  }
  if (hasHole(code) && !isInString(code)) {
    draft.unread.push({
      why: "part of the program is known only at run time",
      span: [0, code.length],
    });
  }
}

function isInString(code: string): boolean {
  return !hasHole(code.replace(new RegExp(AWK_STRING.source, "g"), ""));
}

function addFile(
  draft: CodeDraft,
  path: string,
  access: Access,
  span: Span,
): void {
  if (path !== "" && path !== "-" && !path.startsWith("/dev/std")) {
    draft.paths.push({ path, access, recursive: false, span });
  }
}

/** An address of sed: a line, `$`, a pattern, a range. */
const SED_ADDRESS =
  /^(?:(?:\d+(?:~\d+)?|\$|\/(?:[^/\\]|\\.)*\/[IM]*|\\(.)(?:(?!\1)[^\\]|\\.)*\1[IM]*)(?:\s*,\s*(?:[+~]?\d+|\$|\/(?:[^/\\]|\\.)*\/[IM]*))?)?\s*!?\s*/;

/** `e cmd`, `s/a/b/e`, `w file`, `r file`. */
export function scanSed(code: string, draft: CodeDraft): void {
  const span: Span = [0, code.length];
  let rest = code;
  for (let turn = 0; turn < 2_000 && rest.trim() !== ""; turn++) {
    rest = rest.replace(/^[\s;{}]+/, "");
    rest = rest.slice(SED_ADDRESS.exec(rest)?.[0].length ?? 0);
    const letter = rest[0];
    if (letter === undefined) return;
    const line = /^[^\n]*/.exec(rest)?.[0] ?? "";
    if (letter === "#") rest = rest.slice(line.length);
    else if (letter === "s" || letter === "y") {
      const end = substitution(rest);
      if (end === undefined) {
        if (hasHole(rest)) {
          draft.unread.push({
            why: "the script is known only at run time",
            span,
          });
        }
        return;
      }
      const flags = /^[a-zA-Z0-9]*/.exec(rest.slice(end))?.[0] ?? "";
      const write = flags.indexOf("w");
      const set = write < 0 ? flags : flags.slice(0, write);
      if (letter === "s" && set.includes("e")) {
        draft.shells.push({ text: replacementOf(rest), span });
      }
      if (write >= 0) {
        const file = line.slice(end + write + 1).trim();
        addFile(draft, file, "write", span);
        rest = rest.slice(line.length);
      } else rest = rest.slice(end + flags.length);
    } else if (letter === "e") {
      const text = line.slice(1).trim();
      draft.shells.push({ text: text === "" ? ANY : text, span });
      rest = rest.slice(line.length);
    } else if (letter === "w" || letter === "W") {
      addFile(draft, line.slice(1).trim(), "write", span);
      rest = rest.slice(line.length);
    } else if (letter === "r" || letter === "R") {
      addFile(draft, line.slice(1).trim(), "read", span);
      rest = rest.slice(line.length);
    } else if (/[aic:btT]/.test(letter)) rest = rest.slice(line.length);
    else if (letter === "\0") {
      draft.unread.push({ why: "the script is known only at run time", span });
      return;
    } else rest = rest.slice(1).replace(/^\s*\d*/, "");
  }
}

/** Offset after the third mark of `s/a/b/`. */
function substitution(text: string): number | undefined {
  const mark = text[1];
  if (mark === undefined || mark === "\n" || mark === "\\" || mark === "\0") {
    return undefined;
  }
  let seen = 0;
  for (let at = 2; at < text.length; at++) {
    if (text[at] === "\\") at++;
    else if (text[at] === mark && ++seen === 2) return at + 1;
  }
  return undefined;
}

function replacementOf(text: string): string {
  const mark = text[1] ?? "/";
  const parts = text.split(mark);
  const to = parts[2] ?? ANY;
  return /[&\\]/.test(to) ? ANY : to;
}

/** Lines of ed: `!cmd`, `r !cmd`, `w !cmd`, `e file`, `r file`, `w file`. */
export function scanLineEditor(code: string, draft: CodeDraft): void {
  let at = 0;
  for (const line of code.split("\n")) {
    const span: Span = [at, at + line.length];
    at += line.length + 1;
    const shell = /^[^a-zA-Z!]*(?:[rwe]\s*)?!(.*)$/s.exec(line.trim())?.[1] ??
      /^[^a-zA-Z]*[rwe]\s*!(.*)$/s.exec(line.trim())?.[1];
    if (shell !== undefined) draft.shells.push({ text: shell, span });
    const file = /^[^a-zA-Z]*([erfwW])\s+([^!].*)$/.exec(line.trim());
    if (file !== null) {
      const access = /[wW]/.test(file[1] ?? "") ? "write" : "read";
      addFile(draft, file[2] ?? "", access, span);
    }
  }
}

/** Commands of vim: `:!cmd`, `:r !cmd`, `:w !cmd`, `:call system()`, `:e file`. */
export function scanVim(code: string, draft: CodeDraft): void {
  let at = 0;
  for (const line of code.split(/\n|\|(?!\|)/)) {
    const span: Span = [at, at + line.length];
    at += line.length + 1;
    const text = line.trim().replace(/^:+\s*/, "").replace(
      /^(?:silent!?|sil!?|noautocmd|keepjumps|%|\d+(?:,\d+)?)\s*/,
      "",
    );
    const shell = /^(?:\w*\s*)?!\s*(.*)$/s.exec(text)?.[1];
    const call =
      /\b(?:system|systemlist|job_start|jobstart|termopen|term_start)\s*\(\s*(['"])(.*?)\1/s
        .exec(text)?.[2];
    const terminal = /^(?:ter(?:minal)?|te)\b!?\s*(.*)$/s.exec(text)?.[1];
    if (shell !== undefined && !/^[a-z]+!$/.test(text)) {
      draft.shells.push({ text: shell, span });
    } else if (call !== undefined) draft.shells.push({ text: call, span });
    else if (terminal !== undefined) {
      draft.shells.push({ text: terminal, span });
    } else if (/\b(?:system|systemlist|jobstart)\s*\(/.test(text)) {
      draft.unread.push({ why: "vim starts a command that is computed", span });
    } else if (
      /^(?:py3?|python3?|lua|perl|ruby|tcl|exe(?:cute)?|so(?:urce)?|luaf(?:ile)?|norm(?:al)?!?.*:!)/
        .test(text)
    ) {
      draft.unread.push({ why: "vim runs code in another language", span });
    }
    const file = /^(?:e|edit|r|read|w|write|saveas|sp|vs|tabe)!?\s+([^!\s].*)$/
      .exec(text);
    if (file !== null) {
      const access = /^(?:w|sa)/.test(text) ? "write" : "read";
      addFile(draft, file[1] ?? "", access, span);
    }
    const deleted = /\bdelete\(\s*(['"])(.*?)\1/.exec(text)?.[2];
    if (deleted !== undefined) {
      draft.paths.push({
        path: deleted,
        access: "delete",
        recursive: true,
        span,
      });
    }
  }
}

/** `exec cmd`, `file delete`, `open file`, `socket`, `spawn cmd`. */
export function scanTcl(code: string, draft: CodeDraft): void {
  for (
    const found of code.matchAll(
      /(?:^|[\n;{[])\s*(exec|spawn|system)\s+([^\n;\]}]*)/g,
    )
  ) {
    const words = (found[2] ?? "").trim().split(/\s+/).filter((word) =>
      !/^-(?:ignorestderr|keepnewline|-|noecho)$/.test(word)
    );
    draft.programs.push({ argv: words.map(tclWord), span: spanOf(found) });
  }
  for (const found of code.matchAll(/\bfile\s+delete\s+([^\n;\]}]*)/g)) {
    for (const word of (found[1] ?? "").trim().split(/\s+/)) {
      if (word.startsWith("-")) continue;
      draft.paths.push({
        path: tclWord(word),
        access: "delete",
        recursive: true,
        span: spanOf(found),
      });
    }
  }
  for (const found of code.matchAll(/\bopen\s+(\S+)(?:\s+"?([rwa+]+))?/g)) {
    const word = tclWord(found[1] ?? "");
    const span = spanOf(found);
    if (word.startsWith("|")) {
      draft.shells.push({ text: word.slice(1), span });
    } else {addFile(
        draft,
        word,
        /[wa+]/.test(found[2] ?? "") ? "write" : "read",
        span,
      );}
  }
  for (const found of code.matchAll(/\bsocket\s+(?:-\S+\s+)*(\S+)\s+\d+/g)) {
    draft.addresses.push({
      text: tclWord(found[1] ?? ""),
      span: spanOf(found),
    });
  }
  if (/(?:^|[\n;{[])\s*(?:eval|uplevel|source|load)\s/.test(code)) {
    draft.unread.push({
      why: "Tcl runs code that is put together",
      span: [0, code.length],
    });
  }
}

function tclWord(word: string): string {
  const plain = word.replace(/^["{](.*)["}]$/s, "$1");
  return /[$[]/.test(plain) ? ANY : plain;
}

/** Recipe lines of a makefile, and `$(shell cmd)`. */
export function scanMake(code: string, draft: CodeDraft): void {
  let at = 0;
  for (const line of code.split("\n")) {
    const span: Span = [at, at + line.length];
    at += line.length + 1;
    const recipe = /^\t\s*[-@+]*(.*)$/.exec(line)?.[1] ??
      /^[^\s#=][^=]*:[^=;]*;\s*[-@+]*(.*)$/.exec(line)?.[1];
    if (recipe !== undefined) {
      draft.shells.push({ text: makeText(recipe), span });
    }
    for (
      const found of line.matchAll(
        /\$\(shell\s+([^()]*(?:\([^()]*\)[^()]*)*)\)/g,
      )
    ) {
      draft.shells.push({ text: makeText(found[1] ?? ""), span });
    }
    const assigned = /^\s*[\w.]+\s*!=\s*(.*)$/.exec(line)?.[1];
    if (assigned !== undefined) {
      draft.shells.push({ text: makeText(assigned), span });
    }
  }
}

/** `$$` is a dollar for the shell; other expansions are make's own. */
function makeText(text: string): string {
  return text.replace(
    /\$\$|\$\([^()]*\)|\$\{[^{}]*\}|\$./g,
    (one) => one === "$$" ? "$" : ANY,
  );
}

/** Ways out of a database client; statements are the policy's matter. */
export function scanSql(code: string, draft: CodeDraft): void {
  for (
    const found of code.matchAll(
      /(?:^|\n|;)\s*(?:\\!|\.shell|\.system|system|\\o\s*\||\\g\s*\||\\w\s*\|)\s+([^\n]*)/g,
    )
  ) {
    draft.shells.push({ text: found[1] ?? "", span: spanOf(found) });
  }
  for (const found of code.matchAll(/\bprogram\s+'((?:[^']|'')*)'/gi)) {
    draft.shells.push({
      text: (found[1] ?? "").replaceAll("''", "'"),
      span: spanOf(found),
    });
  }
  for (
    const found of code.matchAll(
      /(?:^|\n|;)\s*(?:\\i|\\ir|\.read|source|\\\.)\s+(\S+)/g,
    )
  ) {
    addFile(draft, found[1] ?? "", "read", spanOf(found));
  }
  for (
    const found of code.matchAll(
      /(?:^|\n|;)\s*(?:\.output|\.once|\.import|\.save|\.backup)\s+(\S+)/g,
    )
  ) {
    addFile(draft, found[1] ?? "", "write", spanOf(found));
  }
  if (/\bload_extension\s*\(|\.load\s/.test(code)) {
    draft.unread.push({
      why: "a native library is loaded",
      span: [0, code.length],
    });
  }
}

/** Cmdlets as programs of their own names, and code run from text. */
export function scanPowershell(code: string, draft: CodeDraft): void {
  for (
    const found of code.matchAll(
      /(?:^|[;|&{(\n])\s*&?\s*([A-Za-z][\w.-]*)((?:\s+[^;|&\n{}()]*)?)/g,
    )
  ) {
    const [, name = "", rest = ""] = found;
    const words = [...rest.matchAll(/"([^"]*)"|'([^']*)'|(\S+)/g)]
      .map(([, double, single, plain]) => {
        const word = double ?? single ?? plain ?? "";
        return single === undefined && /\$/.test(word) ? ANY : word;
      });
    draft.programs.push({ argv: [name, ...words], span: spanOf(found) });
  }
  if (
    /\b(?:iex|invoke-expression|frombase64string|downloadstring)\b/i.test(code)
  ) {
    draft.unread.push({
      why: "PowerShell runs text as code",
      span: [0, code.length],
    });
  }
}

/** `do shell script "cmd"`. */
export function scanApplescript(code: string, draft: CodeDraft): void {
  for (
    const found of code.matchAll(
      /\bdo shell script\s+("(?:[^"\\]|\\[\s\S])*"|\S+)/g,
    )
  ) {
    draft.shells.push({
      text: stringValue(found[1] ?? ""),
      span: spanOf(found),
    });
  }
  if (/\btell app(?:lication)?\b/.test(code)) {
    draft.unread.push({
      why: "AppleScript steers another application",
      span: [0, code.length],
    });
  }
}
