// Copyright 2026 the airg authors. Apache-2.0 license.

/**
 * Scans what is given to a database client for ways out of it: `\!`, `.shell`,
 * `COPY .. PROGRAM`. Statements themselves are the policy's matter.
 *
 * Sources: psql(1) Meta-Commands, sqlite3 "Special commands", mysql(1)
 * Client Commands, PostgreSQL COPY.
 *
 * @module
 */

import type { Access, Span } from "../facts.ts";
import type { CodeDraft } from "./code_facts.ts";

/** Strings, quoted names and comments, which hold no command. */
const QUIET =
  /'(?:[^']|'')*'?|"(?:[^"]|"")*"?|--[^\n]*|\/\*[\s\S]*?(?:\*\/|$)/y;
/** sqlite3 takes any start of a name that no other name shares. */
const DOT =
  /\.(sh(?:e(?:l(?:l)?)?)?|sy(?:s(?:t(?:e(?:m)?)?)?)?|read|output|once|import|save|backup|clone|open|restore|dump|log|load|excel|archive|ar|cd)\b[ \t]*([^\n]*)/y;
const BACKSLASH =
  /\\(!|copy|i|ir|include|include_relative|o|out|g|gx|w|write|lo_import|lo_export|setenv|e|edit|ef|ev|\.|s)(?:(?<=!)|(?!\w))[ \t]*([^\n]*)/y;
const WORD = /(?:system|source|tee|pager|edit)\b[ \t]+([^\n]*)/iy;
const PROGRAM = /\bprogram\s+(?:E?'((?:[^']|'')*)')/iy;

/** Adds what a client would do. */
export function scanSql(code: string, draft: CodeDraft): void {
  let at = 0;
  /** A statement may start here. */
  let fresh = true;
  while (at < code.length) {
    const char = code[at] ?? "";
    const found = read(code, at, fresh, draft);
    if (found > 0) {
      at += found;
      fresh = true;
      continue;
    }
    const quiet = match(QUIET, code, at)?.[0].length ?? 0;
    if (quiet > 0) fresh = false;
    else if (char === ";" || char === "\n" && fresh) fresh = true;
    else if (char === "\n") fresh = code[at + 1] === ".";
    else if (!/\s/.test(char)) fresh = false;
    at += Math.max(quiet, 1);
  }
}

function match(form: RegExp, code: string, at: number): RegExpExecArray | null {
  form.lastIndex = at;
  return form.exec(code);
}

/** Reads a command here; gives its length. */
function read(
  code: string,
  at: number,
  fresh: boolean,
  draft: CodeDraft,
): number {
  const char = code[at] ?? "";
  const form = char === "\\"
    ? BACKSLASH
    : char === "." && fresh
    ? DOT
    : /[stpe]/i.test(char) && fresh
    ? WORD
    : undefined;
  const found = form && match(form, code, at);
  if (found) {
    const [whole, first = "", second] = found;
    const name = second === undefined
      ? /^\w+/.exec(whole)?.[0].toLowerCase() ?? ""
      : first;
    const span: Span = [at, at + whole.length];
    command(name, (second ?? first).trim(), span, draft);
    return whole.length;
  }
  const free = !/\w/.test(code[at - 1] ?? "");
  const program = /[pP]/.test(char) && free && match(PROGRAM, code, at);
  if (program) {
    const span: Span = [at, at + program[0].length];
    shell(program[1] ?? "", span, draft);
    return program[0].length;
  }
  if (/[lwr]/i.test(char) && free) scanFunction(code, at, draft);
  return 0;
}

const FUNCTION =
  /(load_extension|writefile|readfile|edit|lo_import|lo_export|pg_read_file|load_file)\s*\(\s*(?:'([^']*)')?/iy;

function scanFunction(code: string, at: number, draft: CodeDraft): void {
  const found = match(FUNCTION, code, at);
  if (found === null) return;
  const name = (found[1] ?? "").toLowerCase();
  const span: Span = [at, at + found[0].length];
  if (name === "load_extension" || name === "edit") {
    draft.unread.push({ why: "a native library is loaded", span });
  } else {
    const access = /write|export/.test(name) ? "write" : "read";
    addPath(found[2] ?? "\0$", access, span, draft);
  }
}

function shell(text: string, span: Span, draft: CodeDraft): void {
  draft.shells.push({ text: text.replaceAll("''", "'"), span });
}

function addPath(
  path: string,
  access: Access,
  span: Span,
  draft: CodeDraft,
): void {
  if (path !== "" && !/^(?:stdout|stdin|pstdin|pstdout|off)$/.test(path)) {
    draft.paths.push({ path, access, recursive: false, span });
  }
}

const RUNS = /^(?:!|sh\w*|sy\w*|system)$/;
const WRITES =
  /^(?:o|out|g|gx|w|write|output|once|save|backup|clone|log|tee|lo_export|s|pager)$/;

function command(
  name: string,
  given: string,
  span: Span,
  draft: CodeDraft,
): void {
  const argument = given.replace(/^(['"])(.*)\1;?$/s, "$2").replace(/;$/, "");
  if (RUNS.test(name)) {
    return shell(argument === "" ? "\0$" : given, span, draft);
  }
  const program = /\bprogram\s+'((?:[^']|'')*)'/i.exec(given)?.[1];
  if (program !== undefined) return shell(program, span, draft);
  if (argument.startsWith("|")) return shell(argument.slice(1), span, draft);
  if (name === "load") {
    draft.unread.push({ why: "a native library is loaded", span });
  } else if (name === "pager" && argument !== "") shell(argument, span, draft);
  else if (name === "setenv") {
    draft.unread.push({ why: "the client's environment is changed", span });
  } else if (name === "copy") {
    const [, way = "", path = ""] = /\b(to|from)\s+'?([^\s']+)/i.exec(given) ??
      [];
    addPath(path, way.toLowerCase() === "to" ? "write" : "read", span, draft);
  } else if (/^(?:excel|e|ef|ev|edit)$/.test(name)) {
    draft.unread.push({ why: "the client starts an editor", span });
  } else {
    const reads = /^(?:i|ir|include\w*|read|source|\.)$/.test(name);
    const [path = ""] = argument.split(/\s+/);
    addPath(
      path,
      WRITES.test(name) || !reads && name !== "import" &&
          name !== "open" && name !== "lo_import" && name !== "cd"
        ? "write"
        : "read",
      span,
      draft,
    );
  }
}
