// Copyright 2026 the airg authors. Apache-2.0 license.

/**
 * Prints redirections and the texts of here-documents.
 *
 * @module
 */

import { printDocument, printWord } from "./print_word.ts";
import type { Printer, WaitingDocument } from "./printer.ts";
import { documentMark } from "./read_redirection.ts";
import type { Redirection, Word } from "./syntax.ts";

/** Prints a redirection; the text of a here-document waits for the next line. */
export function printRedirection(p: Printer, redirection: Redirection): string {
  const { operator, descriptor = "", body } = redirection;
  const target = printWord(p, redirection.target);
  if (operator === "<<" || operator === "<<-") {
    p.documents.push(writeDocument(p, target, body, operator === "<<-"));
  }
  const start = descriptor === "" || /^[0-9]/.test(descriptor)
    ? descriptor
    : `{${descriptor}}`;
  // `<<-E` strips tabs, `< <(a)` reads from a command.
  const blank = /^[<>-]/.test(target) && !operator.endsWith("&") ? " " : "";
  return start + operator + blank + target;
}

function writeDocument(
  p: Printer,
  target: string,
  body: Word | undefined,
  stripTabs: boolean,
): WaitingDocument {
  const { delimiter, quoted } = documentMark(target);
  const text = body === undefined
    ? ""
    : quoted && body.literal !== undefined
    ? body.literal
    : printDocument(p, body);
  const isClosed = (text === "" || text.endsWith("\n")) &&
    !delimiter.includes("\n") && !(stripTabs && delimiter.startsWith("\t"));
  return { text: isClosed ? `${text}${delimiter}\n` : text, isClosed };
}
