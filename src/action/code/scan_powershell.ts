// Copyright 2026 the airg authors. Apache-2.0 license.

/**
 * Scans PowerShell: commands are programs of their own names, the cmdlets that
 * touch files or hosts are paths and addresses too.
 *
 * Source: about_Parsing, about_Quoting_Rules, about_Operators, and the reference
 * of Microsoft.PowerShell.Management and Utility.
 *
 * @module
 */

import { ANY, hasHole } from "../../shell/value.ts";
import type { Access, Span } from "../facts.ts";
import type { CodeDraft } from "./code_facts.ts";

/** One token. */
interface PowerToken {
  readonly kind: "word" | "string" | "variable" | "mark" | "type";
  readonly text: string;
  readonly span: Span;
}

const COMMENT = /#[^\n]*|<#[\s\S]*?(?:#>|$)/y;
const HERE = /@(["'])[ \t]*\r?\n([\s\S]*?)\n\1@/y;
const SINGLE = /'((?:[^']|'')*)'?/y;
const DOUBLE = /"((?:[^"`]|`[\s\S]|"")*)"?/y;
const VARIABLE = /[$@](?:\{[^}\n]*\}|[A-Za-z_?^][\w:]*)/y;
const TYPE = /\[[A-Za-z][\w.]*\](?=::)/y;
const WORD =
  /(?:[^\s;|&(){}"'$=,<>\[\]@`]|`[\s\S]|=(?=[^\s=])|\[(?=[\w*!-]+\]))+/y;
const MARK = /\|\||&&|::|\$\(|@\(|@\{|>>|[\s\S]/y;

function lex(code: string): PowerToken[] {
  const tokens: PowerToken[] = [];
  let at = 0;
  const take = (form: RegExp): RegExpExecArray | null => {
    form.lastIndex = at;
    return form.exec(code);
  };
  const add = (
    kind: PowerToken["kind"],
    text: string,
    found: RegExpExecArray,
  ): void => {
    const end = at + Math.max(found[0].length, 1);
    tokens.push({ kind, text, span: [at, end] });
    at = end;
  };
  /** Quotes of texts whose end is nowhere further on. */
  const endless = new Set<string>();
  while (at < code.length) {
    const char = code[at] ?? "";
    if (char === " " || char === "\t" || char === "\r") {
      at++;
      continue;
    }
    if (char === "`" && code[at + 1] === "\n") {
      at += 2;
      continue;
    }
    const comment = char === "#" || char === "<" ? take(COMMENT) : null;
    if (comment !== null) {
      at += comment[0].length;
      continue;
    }
    const here = char === "@" && !endless.has(code[at + 1] ?? "")
      ? take(HERE)
      : null;
    if (char === "@" && here === null) endless.add(code[at + 1] ?? "");
    const quoted = char === "'"
      ? take(SINGLE)
      : char === '"'
      ? take(DOUBLE)
      : null;
    const variable = char === "$" || char === "@" ? take(VARIABLE) : null;
    const type = char === "[" ? take(TYPE) : null;
    const word = take(WORD);
    if (here !== null) {
      add(
        "string",
        here[1] === "'" ? here[2] ?? "" : filled(here[2] ?? ""),
        here,
      );
    } else if (quoted !== null) {
      const text = quoted[1] ?? "";
      add(
        "string",
        char === "'" ? text.replaceAll("''", "'") : filled(text),
        quoted,
      );
    } else if (variable !== null) add("variable", variable[0], variable);
    else if (type !== null) add("type", type[0].slice(1, -1), type);
    else if (word !== null) {
      add("word", word[0].replace(/`([\s\S])/g, "$1"), word);
    } else {
      const mark = take(MARK);
      if (mark === null) break;
      add("mark", mark[0], mark);
    }
  }
  return tokens;
}

/** Variables in a text are not known; a backtick takes a character as it is. */
function filled(text: string): string {
  return text.replace(
    /`([\s\S])|\$(?:\{[^}]*\}|\([^)]*\)?|[A-Za-z_?^][\w:]*)|""/g,
    (one, escaped?: string) =>
      one === '""' ? '"' : escaped === undefined ? ANY : escaped,
  );
}

const KEYWORD =
  /^(?:if|else|elseif|foreach|for|while|do|until|switch|function|filter|param|try|catch|finally|return|throw|in|begin|process|end|class|enum|using|trap|exit|break|continue)$/i;
/** How deep code in code is followed. */
const MAX_DEPTH = 4;

/** Adds what PowerShell would do. */
export function scanPowershell(
  code: string,
  draft: CodeDraft,
  depth = 0,
): void {
  const tokens = lex(code);
  const scan: Scan = { tokens, draft, depth };
  /** A command may start here. */
  let fresh = true;
  for (let at = 0; at < tokens.length; at++) {
    const one = tokens[at] as PowerToken;
    if (one.kind === "mark") {
      if (one.text === "\0") {
        draft.unread.push({
          why: "part of the code is not known",
          span: one.span,
        });
      }
      const call = one.text === "&" && fresh;
      if (call && tokens[at + 1]?.kind !== "mark") {
        at = readCommand(scan, at + 1) - 1;
        fresh = false;
      } else if (call) {
        draft.unread.push({
          why: "which command is run is computed",
          span: one.span,
        });
      } else fresh = /^(?:[;|&({=\n]|\|\||&&|\$\(|@\(|@\{|,)$/.test(one.text);
      continue;
    }
    if (one.kind === "type") scanMethod(scan, at);
    else if (one.kind === "word" && KEYWORD.test(one.text)) {
      fresh = !/^(?:function|filter|class|enum)$/i.test(one.text);
      continue;
    } else if (one.text.startsWith(".") && /^\.\w+$/.test(one.text)) {
      scanMember(scan, at);
    } else if (one.kind === "word" && fresh && isCommand(one.text)) {
      // `name = value` in a table is no command.
      if (tokens[at + 1]?.text !== "=") at = readCommand(scan, at) - 1;
    }
    fresh = false;
  }
}

function isCommand(text: string): boolean {
  return /^[A-Za-z./\\~%?_][^:]*$|^[A-Za-z]:/.test(text) &&
    !/^\.\w+$/.test(text);
}

interface Scan {
  readonly tokens: readonly PowerToken[];
  readonly draft: CodeDraft;
  readonly depth: number;
}

/** Reads a command and its words; gives the index after the words. */
function readCommand({ tokens, draft, depth }: Scan, from: number): number {
  const argv: string[] = [];
  let at = from;
  let end = tokens[from]?.span[1] ?? 0;
  for (; at < tokens.length; at++) {
    const one = tokens[at] as PowerToken;
    if (one.kind === "mark") {
      if (one.text === ",") continue;
      if (one.text === ">" || one.text === ">>") {
        const path = valueOf(tokens[++at]);
        addPath(draft, path, "write", false, one.span);
        continue;
      }
      if (/^(?:\(|\$\(|@\(|\{|@\{)$/.test(one.text)) argv.push(ANY);
      break;
    }
    const glued = at > from && one.span[0] === end &&
      tokens[at - 1]?.kind !== "mark";
    const value = valueOf(one);
    if (glued) argv[argv.length - 1] += value;
    else argv.push(value);
    end = one.span[1];
  }
  const span: Span = [tokens[from]?.span[0] ?? 0, end];
  const [name = ANY] = argv;
  if (hasHole(name)) {
    draft.unread.push({ why: "which command is run is computed", span });
  } else {
    draft.programs.push({ argv, span });
    runCmdlet(argv, span, draft, depth);
  }
  return Math.max(at, from + 1);
}

function valueOf(token: PowerToken | undefined): string {
  return token === undefined || token.kind === "variable" ? ANY : token.text;
}

const DELETES = /^(?:remove-item|ri|rm|rmdir|rd|del|erase)$/;
const READS =
  /^(?:get-content|gc|cat|type|import-csv|import-clixml|select-string)$/;
const WRITES =
  /^(?:set-content|sc|add-content|ac|out-file|tee-object|clear-content|new-item|ni|export-csv|set-acl)$/;
const MOVES = /^(?:move-item|mi|mv|rename-item|rni|ren)$/;
const REACHES =
  /^(?:invoke-webrequest|iwr|invoke-restmethod|irm|curl|wget|test-netconnection|tnc|start-bitstransfer)$/;
const STARTS = /^(?:start-process|saps|start)$/;
const EVALUATES = /^(?:invoke-expression|iex)$/;
const NATIVE = /^(?:add-type|import-module|ipmo|invoke-command|icm)$/;

function runCmdlet(
  argv: readonly string[],
  span: Span,
  draft: CodeDraft,
  depth: number,
): void {
  const name = (argv[0] ?? "").toLowerCase();
  const words = argv.slice(1);
  const recursive = words.some((word) => /^-r/i.test(word) || hasHole(word));
  const operands = words.filter((word) => !word.startsWith("-"));
  const [first = ANY] = operands;
  if (EVALUATES.test(name)) {
    if (hasHole(first) || depth >= MAX_DEPTH) {
      draft.unread.push({ why: "PowerShell runs text as code", span });
    } else nested(first, span, draft, depth);
  } else if (NATIVE.test(name)) {
    draft.unread.push({ why: `${name} loads or sends code`, span });
  } else if (STARTS.test(name)) {
    draft.programs.push({ argv: operands.length > 0 ? operands : [ANY], span });
  } else if (REACHES.test(name)) draft.addresses.push({ text: first, span });
  else {
    const access = DELETES.test(name) || MOVES.test(name)
      ? "delete"
      : READS.test(name)
      ? "read"
      : WRITES.test(name)
      ? "write"
      : undefined;
    if (access === undefined) return;
    for (const path of MOVES.test(name) ? [first] : operands) {
      addPath(draft, path, access, recursive && access === "delete", span);
    }
  }
}

function nested(
  code: string,
  span: Span,
  draft: CodeDraft,
  depth: number,
): void {
  const inner: CodeDraft = {
    programs: [],
    shells: [],
    paths: [],
    addresses: [],
    unread: [],
  };
  scanPowershell(code, inner, depth + 1);
  for (const { argv } of inner.programs) draft.programs.push({ argv, span });
  for (const one of inner.paths) draft.paths.push({ ...one, span });
  for (const { text } of inner.addresses) draft.addresses.push({ text, span });
  for (const { why } of inner.unread) draft.unread.push({ why, span });
}

function addPath(
  draft: CodeDraft,
  path: string,
  access: Access,
  recursive: boolean,
  span: Span,
): void {
  if (path !== "") draft.paths.push({ path, access, recursive, span });
}

/** `[IO.File]::Delete('x')` and other static methods. */
function scanMethod({ tokens, draft }: Scan, at: number): void {
  const type = tokens[at]?.text.toLowerCase().replace(/^system\./, "") ?? "";
  const method = (tokens[at + 1]?.text ?? "").replace(/^::/, "");
  const span = tokens[at]?.span ?? [0, 0];
  const value = tokens[at + 3]?.text === ")" ? ANY : valueOf(tokens[at + 3]);
  if (/^io\.(?:file|directory)$/.test(type)) {
    const access = /^(?:Delete|Move)/i.test(method)
      ? "delete"
      : /^(?:Write|Append|Create|Copy|Set|Open)/i.test(method)
      ? "write"
      : /^(?:Get|Enumerate)/i.test(method)
      ? "list"
      : "read";
    addPath(draft, value, access, type.endsWith("directory"), span);
  } else if (type === "diagnostics.process") {
    draft.programs.push({ argv: [value], span });
  } else if (
    /^(?:reflection|scriptblock|runtime|activator|management)/.test(type)
  ) {
    draft.unread.push({ why: "code is loaded or put together", span });
  }
}

/** `.DownloadString('http://..')`, `.Invoke()`. */
function scanMember({ tokens, draft }: Scan, at: number): void {
  const one = tokens[at] as PowerToken;
  if (/^\.(?:download|upload|openread|getstring)\w*$/i.test(one.text)) {
    draft.addresses.push({ text: valueOf(tokens[at + 2]), span: one.span });
  } else if (/^\.(?:invoke\w*|delete)$/i.test(one.text)) {
    draft.unread.push({
      why: "a method is called that is not followed",
      span: one.span,
    });
  }
}
