// Copyright 2026 the airg authors. Apache-2.0 license.

/**
 * Tree -> shell text.
 *
 * What is printed reads back as the same tree, spans aside, for every tree
 * that was read without unknowns. It is not the text that was read: comments
 * and the choice between `'a'` and `\a` are gone, and so are the bytes of a
 * `$'..'` that makes no text, for which other such bytes stand.
 *
 * @module
 */

import { printCommand } from "./print_command.ts";
import {
  endCommand,
  isWaiting,
  type Printer,
  takeDocuments,
  type TextOptions,
} from "./printer.ts";
import type { AndOr, Pipeline, Script } from "./syntax.ts";

/**
 * Prints a whole text.
 *
 * @example Quotes are made anew
 * ```ts
 * import assert from "node:assert/strict";
 * import { printShell } from "./print.ts";
 * import { readShell } from "./read_script.ts";
 *
 * const { script } = readShell(`rm a\\ b  &&  ls "$x"`);
 * assert.equal(printShell(script), `rm a' 'b && ls "$x"`);
 * ```
 */
export function printShell(
  script: Script,
  options: TextOptions = { inDocument: false, lines: "top" },
): string {
  const p: Printer = {
    ...options,
    printScript,
    printText: printShell,
    depth: 0,
    documents: [],
  };
  const text = printScript(p, script);
  return isWaiting(p) ? `${text}\n${takeDocuments(p)}` : text;
}

/** Items and what separates them; nothing after the last but its `&`. */
function printScript(p: Printer, { items }: Script): string {
  let text = "";
  for (const [i, item] of items.entries()) {
    if (i > 0) text += endCommand(p, items[i - 1]?.background);
    text += printAndOr(p, item);
  }
  return text;
}

function printAndOr(p: Printer, { first, rest, background }: AndOr): string {
  let text = printPipeline(p, first);
  for (const { operator, pipeline } of rest) {
    text += ` ${operator} ${printPipeline(p, pipeline)}`;
  }
  return background ? `${text} &` : text;
}

function printPipeline(p: Printer, pipeline: Pipeline): string {
  const { negated, timed, commands, joins } = pipeline;
  const words: string[] = [];
  if (timed) words.push("time");
  if (negated) words.push("!");
  for (const [i, command] of commands.entries()) {
    if (i > 0) words.push(joins[i - 1] ?? "|");
    words.push(printCommand(p, command));
  }
  return words.join(" ");
}
