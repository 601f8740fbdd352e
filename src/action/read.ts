// Copyright 2026 the airg authors. Apache-2.0 license.

/**
 * Action -> Facts: programs, paths, hosts, and what could not be read.
 *
 * Asks the disk only through the {@linkcode Lookup}; decides nothing.
 *
 * @module
 */

import { ShellStop } from "../shell/cursor.ts";
import { followText, followTraps, startWalk } from "../shell/follow.ts";
import { quoteWord, quoteWords } from "../shell/quote.ts";
import { startState } from "../shell/state.ts";
import { unknownAt } from "../shell/unknown.ts";
import type {
  Action,
  Command,
  ExecAction,
  FileAction,
  RestoreAction,
} from "./action.ts";
import type { Access, Facts, Lookup, Span } from "./facts.ts";
import {
  addPath,
  addUnknown,
  MAX_FACTS,
  type Reader,
  startReader,
} from "./reader.ts";
import { namedPath } from "./named_path.ts";
import { hostFor } from "./start.ts";

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
    case "edit":
    case "delete":
    case "list":
    case "search":
      readFile(reader, action);
      break;
    case "backups":
      // No path in a backup is looked at for its content.
      readFile(reader, { ...action, kind: "list" });
      break;
    case "restore":
      readRestore(reader, action);
      break;
  }
  const { programs, paths, hosts, environment, variables, unknowns } = reader;
  return {
    action,
    programs,
    paths,
    hosts,
    environment,
    variables,
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
  action: FileAction,
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
  const span: Span = [0, word.length];
  const folders = [action.origin.workspace];
  for (const access of accessesOf(action)) {
    if (access === "delete") addNamed(reader, word, span, folders);
    else addPath(reader, { word, access, span }, folders);
  }
}

/** What a file tool does with its path; `edit` shows what stands around. */
function accessesOf(action: FileAction): readonly Access[] {
  switch (action.kind) {
    case "edit":
      return ["read", "write"];
    case "search":
      return action.pattern === undefined ? ["list"] : ["list", "read"];
    default:
      return [action.kind];
  }
}

/** A link is deleted itself, not what it leads to: only the folders are resolved. */
function addNamed(
  reader: Reader,
  word: string,
  span: Span,
  [workspace = "/"]: readonly string[],
): void {
  const use = { access: "delete", span } as const;
  const path = namedPath(word, workspace, reader.resolve);
  if (path === null) addPath(reader, { word, ...use }, [workspace]);
  else reader.paths.push({ path, word, ...use });
}

/** Its paths are judged as they are: no link among them is followed. */
function readRestore(reader: Reader, { targets }: RestoreAction): void {
  for (const { access, path } of targets.slice(0, MAX_FACTS)) {
    reader.paths.push({ path, word: path, access, span: [0, path.length] });
  }
  if (targets.length > MAX_FACTS) {
    addUnknown(reader, {
      code: "fs.unresolved",
      message: "Not read: more paths would be put back than can be judged",
      span: [0, 0],
    });
  }
}

function readExec(reader: Reader, { command, cwd }: ExecAction): void {
  const length = command.form === "shell"
    ? command.text.length
    : command.argv.reduce((sum, word) => sum + word.length, 0);
  const walk = startWalk(hostFor(reader), length);
  try {
    if (command.form === "shell") {
      const state = startState([cwd], []);
      followText(walk, state, command.text, { origin: 0 });
      followTraps(walk, state);
      if (command.text.trim() === "") addEmpty(reader);
    } else startWords(reader, walk, command.argv, cwd);
  } catch (error) {
    // A RangeError is the stack: nobody writes what needs so much of it.
    if (error instanceof RangeError) {
      addUnknown(reader, unknownAt("shell.too_complex", [0, 0]));
    } else if (error instanceof ShellStop) addUnknown(reader, error.unknown);
    else throw error;
  }
  if (reader.programs.length >= MAX_FACTS || reader.paths.length >= MAX_FACTS) {
    addUnknown(reader, {
      code: "shell.too_many_commands",
      message: "Not read: the text starts too many commands",
      span: [0, 0],
    });
  }
}

function addEmpty(reader: Reader): void {
  addUnknown(reader, {
    code: "exec.empty",
    message: "Not read: there is no command",
    span: [0, 0],
  });
}

/** A command given as words: no shell reads them. */
function startWords(
  reader: Reader,
  walk: ReturnType<typeof startWalk>,
  argv: readonly string[],
  cwd: string,
): void {
  const spans: Span[] = [];
  let at = 0;
  for (const text of argv) {
    if (text.includes("\0") || !text.isWellFormed()) {
      const code = text.includes("\0") ? "shell.nul" : "shell.encoding";
      const message = "Not read: a word no program can be given";
      return addUnknown(reader, { code, message, span: [at, at] });
    }
    const end = at + quoteWord(text).length;
    spans.push([at, end]);
    at = end + 1;
  }
  if (argv.length === 0) return addEmpty(reader);
  walk.host.start({
    argv,
    spans,
    span: [0, at - 1],
    assignments: [],
    via: [],
    stdin: { kind: "inherited" },
    state: startState([cwd], []),
    builtin: false,
  }, walk);
}
