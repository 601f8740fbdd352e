// Copyright 2026 the airg authors. Apache-2.0 license.

/**
 * Action -> Facts: programs, paths, hosts, and what could not be read.
 *
 * Asks the disk only through the {@linkcode Lookup}; decides nothing.
 *
 * @module
 */

import { quoteWord, quoteWords } from "../shell/quote.ts";
import { readShell } from "../shell/lexer.ts";
import type { SimpleCommand, Word } from "../shell/syntax.ts";
import type { Action, Command, ExecAction } from "./action.ts";
import { readCommand } from "./command.ts";
import type { Access, Facts, Lookup, UnknownFact } from "./facts.ts";
import { trackFolders } from "./folders.ts";
import { addPath, addUnknown, type Reader, startReader } from "./reader.ts";

/**
 * Reads what an action would do.
 *
 * Spans are offsets in {@linkcode commandText} for a command, and in the path
 * as written for a file tool.
 *
 * @param lookup Its answers are kept in the result, so that a replay can use
 * them instead of today's disk.
 */
export function readAction(action: Action, lookup: Lookup): Facts {
  const reader = startReader(lookup, action.origin.workspace);
  switch (action.kind) {
    case "exec":
      readExec(reader, action);
      break;
    case "read":
    case "write":
    case "list":
      readFile(reader, action);
      break;
  }
  const { programs, paths, hosts, unknowns } = reader;
  return {
    action,
    programs,
    paths,
    hosts,
    unknowns,
    lookups: reader.lookups(),
  };
}

/** The command as one text: what was given, or its words quoted for a shell. */
export function commandText(command: Command): string {
  return command.form === "shell" ? command.text : quoteWords(command.argv);
}

function readFile(
  reader: Reader,
  action: Exclude<Action, ExecAction>,
): void {
  const { path: word } = action;
  if (word === "" || word.includes("\0") || !word.isWellFormed()) {
    addUnknown(reader, {
      code: "fs.bad_path",
      message: "Not read: the path is empty or holds what no path may hold",
      span: [0, word.length],
    });
    return;
  }
  const access: Access = action.kind;
  // File tools take a path as it is: `~` is a file of that name.
  const literal = word.startsWith("~") ? `./${word}` : word;
  addPath(reader, { word: literal, access, span: [0, word.length] }, [
    action.origin.workspace,
  ]);
}

function readExec(reader: Reader, action: ExecAction): void {
  const { commands, unknowns } = parse(action.command);
  const tracker = trackFolders(action.cwd);
  const written: string[] = [];
  for (const [i, command] of commands.entries()) {
    const piped = command.join === "|" || commands[i + 1]?.join === "|";
    readCommand(reader, command, {
      folders: tracker.enter(command.join),
      tracker,
      // A `cd` in a pipeline happens in a subshell and changes nothing.
      keepsFolder: piped,
      written,
    });
  }
  for (const unknown of unknowns) addUnknown(reader, unknown);
  if (commands.length === 0 && unknowns.length === 0) {
    addUnknown(reader, {
      code: "exec.empty",
      message: "Not read: there is no command",
      span: [0, 0],
    });
  }
}

function parse(
  command: Command,
): {
  readonly commands: readonly SimpleCommand[];
  readonly unknowns: readonly UnknownFact[];
} {
  if (command.form === "shell") return readShell(command.text);
  const words: Word[] = [];
  let at = 0;
  for (const text of command.argv) {
    if (text.includes("\0") || !text.isWellFormed()) {
      const code = text.includes("\0") ? "shell.nul" : "shell.encoding";
      const message = "Not read: a word no program can be given";
      return { commands: [], unknowns: [{ code, message, span: [at, at] }] };
    }
    const end = at + quoteWord(text).length;
    words.push({ text, span: [at, end], tilde: false, bare: false });
    at = end + 1;
  }
  if (words.length === 0) return { commands: [], unknowns: [] };
  return {
    commands: [{
      join: "start",
      timed: false,
      assignments: [],
      words,
      redirections: [],
      span: [0, at - 1],
    }],
    unknowns: [],
  };
}
