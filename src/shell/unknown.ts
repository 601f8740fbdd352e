// Copyright 2026 the airg authors. Apache-2.0 license.

/**
 * The reasons a text is not read further, one sentence each.
 *
 * @module
 */

import type { ShellUnknown, Span } from "./syntax.ts";

const MESSAGES = {
  "shell.ansi_quote": "a $'..' quote with an escape that is not read yet",
  "shell.array": "an array or an element of one",
  "shell.background": "`&` starts a command in the background",
  "shell.brace": "a brace expansion makes several words of one",
  "shell.encoding": "the text is not well-formed Unicode",
  "shell.expansion": "a value is known only when the shell expands it",
  "shell.glob": "a pattern stands for whatever files match it",
  "shell.group": "a subshell, a group or a function",
  "shell.here_document": "a here-document or a here-string",
  "shell.keyword": "a compound command such as if, for, while, case or [[",
  "shell.line_continuation": "a backslash joins two lines inside a word",
  "shell.network_redirect": "a redirection that opens a network connection",
  "shell.nul": "a NUL character",
  "shell.redirection": "a redirection of a kind that is not read yet",
  "shell.substitution": "a command inside the command makes part of it",
  "shell.syntax": "the shell would refuse this text as a syntax error",
  "shell.tilde": "the home folder of another user, or a past folder",
  "shell.too_long": "the text or one word of it is too long",
  "shell.too_many_commands": "the text holds too many commands",
  "shell.unterminated_quote": "a quote is opened and never closed",
} as const;

/** Codes of what the lexer does not read. */
export type ShellCode = keyof typeof MESSAGES;

/** Names what is not read, and where. */
export function unknownAt(code: ShellCode, span: Span): ShellUnknown {
  return { code, message: `Not read: ${MESSAGES[code]}`, span };
}
