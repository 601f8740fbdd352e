// Copyright 2026 the airg authors. Apache-2.0 license.

/**
 * The reasons a text is not understood, one sentence each.
 *
 * @module
 */

import type { ShellUnknown, Span } from "./syntax.ts";

const MESSAGES = {
  "shell.encoding": "the text is not well-formed Unicode",
  "shell.expansion": "an expansion that this version does not know",
  "shell.fork_bomb": "a function that starts itself without end",
  "shell.nul": "a NUL character",
  "shell.program": "which program runs is known only at run time",
  "shell.code": "the text that a shell is given is known only at run time",
  "shell.alias": "an alias makes other words of this one",
  "shell.syntax": "the shell would refuse this text as a syntax error",
  "shell.too_complex": "the text takes too much work to follow",
  "shell.too_deep": "too many constructs inside one another",
  "shell.too_long": "the text or one word of it is too long",
  "shell.too_many_commands": "the text starts too many commands",
  "shell.unterminated_quote": "a quote is opened and never closed",
} as const;

/** Codes of what is not understood. */
export type ShellCode = keyof typeof MESSAGES;

/** Names what is not understood, and where. */
export function unknownAt(code: ShellCode, span: Span): ShellUnknown {
  return { code, message: `Not read: ${MESSAGES[code]}`, span };
}
