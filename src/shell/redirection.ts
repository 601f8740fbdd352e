// Copyright 2026 the airg authors. Apache-2.0 license.

/**
 * Reads one redirection to a literal file: `> >> >| < &> &>>` with a
 * descriptor number before them, and copies such as `2>&1`.
 *
 * Source: the Bash manual, 3.6 Redirections, whose special file names
 * `/dev/tcp/HOST/PORT` open a connection.
 *
 * @module
 */

import { fail, ok, type Result } from "../base/result.ts";
import type { Redirection, RedirectionKind, ShellUnknown } from "./syntax.ts";
import { unknownAt } from "./unknown.ts";
import { readWord } from "./word.ts";

const OPERATOR = /([0-9]*)(&>>|&>|>>|>\||>&|<<|<>|<&|>|<)/y;
const COPY = /(?:[0-9]{1,2}|-)(?=[ \t\n;|&]|$)/y;
const BLANKS = /[ \t]*/y;

/** What an operator does to its target; others are not read. */
const KINDS: ReadonlyMap<string, RedirectionKind> = new Map([
  ["<", "read"],
  [">", "write"],
  [">|", "write"],
  ["&>", "write"],
  [">>", "append"],
  ["&>>", "append"],
]);

/**
 * Reads the redirection at `start`.
 *
 * @returns `undefined` where no redirection starts.
 */
export function readRedirection(
  text: string,
  start: number,
): Result<Redirection | undefined, ShellUnknown> {
  OPERATOR.lastIndex = start;
  const found = OPERATOR.exec(text);
  if (found === null) return ok(undefined);
  const [whole, number = "", operator = ""] = found;
  const after = start + whole.length;
  if (number.length > 2 || (number !== "" && operator.startsWith("&"))) {
    return fail(unknownAt("shell.redirection", [start, after]));
  }
  if (operator === ">&" || operator === "<&") {
    return readCopy(text, start, after);
  }
  if (text[after] === "(") {
    return fail(unknownAt("shell.substitution", [start, after + 1]));
  }
  const kind = KINDS.get(operator);
  if (kind === undefined) {
    const code = operator === "<<"
      ? "shell.here_document"
      : "shell.redirection";
    return fail(unknownAt(code, [start, after]));
  }
  return readTarget(text, { start, after, kind });
}

function readCopy(
  text: string,
  start: number,
  after: number,
): Result<Redirection, ShellUnknown> {
  COPY.lastIndex = after;
  const source = COPY.exec(text);
  if (source === null) {
    return fail(unknownAt("shell.redirection", [start, after]));
  }
  return ok({ kind: "dup", span: [start, after + source[0].length] });
}

function readTarget(
  text: string,
  { start, after, kind }: {
    readonly start: number;
    readonly after: number;
    readonly kind: RedirectionKind;
  },
): Result<Redirection, ShellUnknown> {
  BLANKS.lastIndex = after;
  const from = after + (BLANKS.exec(text)?.[0].length ?? 0);
  const target = readWord(text, from);
  if (!target.ok) return target;
  const end = target.value.span[1];
  if (end === from) return fail(unknownAt("shell.syntax", [start, after]));
  // `>2>&1`: the digits belong to the next redirection.
  if (/^[0-9]+[<>]/.test(text.slice(from, end + 1))) {
    return fail(unknownAt("shell.syntax", [start, end]));
  }
  if (text[from] === "#") return fail(unknownAt("shell.syntax", [start, end]));
  if (/^\/dev\/(?:tcp|udp)\//.test(target.value.text)) {
    return fail(unknownAt("shell.network_redirect", [start, end]));
  }
  return ok({ kind, target: target.value, span: [start, end] });
}
