// Copyright 2026 the airg authors. Apache-2.0 license.

/**
 * One simple command -> its effective programs and what their words name.
 *
 * @module
 */

import type { Redirection, SimpleCommand } from "../shell/syntax.ts";
import { assignmentsOf } from "./environment.ts";
import type { ProgramFact, Span } from "./facts.ts";
import type { FolderTracker } from "./folders.ts";
import { codeIn, namedProgramIndex } from "./programs/code.ts";
import { namedPaths } from "./programs/files.ts";
import { namedHosts } from "./programs/network.ts";
import { readArguments } from "./programs/options.ts";
import { unwrap } from "./programs/wrappers.ts";
import { addPath, addUnknown, type Reader } from "./reader.ts";
import { checkEnvironment, checkSetVariables } from "./variables.ts";
import { absolutePath, baseName, isBelow, normalizePath } from "./words.ts";

/** Where a command stands among the others. */
export interface Place {
  /** Folders it may run in. */
  readonly folders: readonly string[];
  readonly tracker: FolderTracker;
  /** `cd` has no effect on later commands. */
  readonly keepsFolder: boolean;
  /** Files that earlier commands of the same text make. */
  readonly written: string[];
}

/** A program being read: words with their spans, wrappers taken off one by one. */
interface Started {
  readonly argv: readonly string[];
  readonly spans: readonly Span[];
  readonly assignments: readonly string[];
  readonly via: readonly string[];
}

/** Reads one command into `reader`. */
export function readCommand(
  reader: Reader,
  command: SimpleCommand,
  place: Place,
): void {
  for (const redirection of command.redirections) {
    readRedirection(reader, redirection, place);
  }
  const assignments = command.assignments.map(({ name, value }) =>
    `${name}=${value}`
  );
  if (command.words.length === 0) {
    checkEnvironment(reader, assignments, command.span, { alone: true });
    return;
  }
  const argv = command.words.map(({ text, tilde }) =>
    tilde ? reader.home + text.slice(1) : text
  );
  readProgram(reader, {
    argv,
    spans: command.words.map(({ span }) => span),
    assignments,
    via: command.timed ? ["time"] : [],
  }, place);
}

function readRedirection(
  reader: Reader,
  { kind, target }: Redirection,
  place: Place,
): void {
  if (target === undefined || kind === "dup") return;
  const access = kind === "read" ? "read" : "write";
  const word = target.tilde || !target.text.startsWith("~")
    ? target.text
    : `./${target.text}`;
  const before = reader.paths.length;
  addPath(reader, { word, access, span: target.span }, place.folders);
  if (access === "write") {
    place.written.push(...reader.paths.slice(before).map(({ path }) => path));
  }
}

function readProgram(reader: Reader, started: Started, place: Place): void {
  const { argv, spans, via } = started;
  const span: Span = [spans[0]?.[0] ?? 0, spans.at(-1)?.[1] ?? 0];
  const name = baseName(argv[0] ?? "");
  if (name === "") {
    addUnknown(reader, {
      code: "exec.no_program",
      message: "Not read: the program word is empty",
      span,
    });
    return;
  }
  const wrapped = unwrap(name, argv);
  if (wrapped?.kind === "program") {
    const { index, assignments } = wrapped;
    checkFreshProgram(reader, started, place);
    readProgram(reader, {
      argv: argv.slice(index),
      spans: spans.slice(index),
      assignments: [...started.assignments, ...assignments],
      via: [...via, name],
    }, place);
    return;
  }
  const program: ProgramFact = {
    name,
    argv,
    assignments: started.assignments,
    via,
    span,
  };
  reader.programs.push(program);
  const why = wrapped?.kind === "unknown" ? wrapped.why : codeIn(name, argv);
  if (why !== undefined) {
    addUnknown(reader, {
      code: "exec.inner_command",
      message: `Not read: ${why}`,
      span,
    });
  }
  checkEnvironment(reader, assignmentsOf(program), span, { alone: false });
  checkSetVariables(reader, program);
  checkFreshProgram(reader, started, place);
  readWords(reader, program, spans, place);
  if (name === "cd") changeFolder(reader, program, place);
  readNamedProgram(reader, started, place);
}

/** `npx eslint .` starts eslint too: rules about it apply as well. */
function readNamedProgram(
  reader: Reader,
  { argv, spans, assignments, via }: Started,
  place: Place,
): void {
  const name = baseName(argv[0] ?? "");
  const index = namedProgramIndex(name, argv);
  if (index === undefined) return;
  if (index === "unknown") {
    addUnknown(reader, {
      code: "exec.inner_command",
      message: `Not read: options of ${name} before the program it runs`,
      span: [spans[0]?.[0] ?? 0, spans.at(-1)?.[1] ?? 0],
    });
    return;
  }
  readProgram(reader, {
    argv: argv.slice(index),
    spans: spans.slice(index),
    assignments,
    via: [...via, name],
  }, place);
}

function readWords(
  reader: Reader,
  { name, argv, span }: ProgramFact,
  spans: readonly Span[],
  place: Place,
): void {
  const args = readArguments(name, argv);
  for (const { text, index, access } of namedPaths(name, argv, args)) {
    const before = reader.paths.length;
    addPath(
      reader,
      { word: text, access, span: spans[index] ?? span },
      place.folders,
    );
    if (access === "write" && !MARKS_ONLY.has(name)) {
      place.written.push(...reader.paths.slice(before).map(({ path }) => path));
    }
  }
  for (const { host, index } of namedHosts(name, args, argv)) {
    const at = spans[index] ?? span;
    if (host !== undefined) {
      reader.hosts.push({ host, program: name, span: at });
    } else {
      addUnknown(reader, {
        code: "exec.host",
        message: `Not read: which host ${name} is given`,
        span: at,
      });
    }
  }
}

/** Writes that put no content of their own into a file. */
const MARKS_ONLY: ReadonlySet<string> = new Set(
  ["chmod", "chown", "chgrp", "touch", "mkdir", "setfacl", "chattr", "sed"],
);

/** A program made by the same text cannot have been read before. */
function checkFreshProgram(
  reader: Reader,
  { argv, spans, via, assignments }: Started,
  place: Place,
): void {
  const words = [argv[0] ?? "", ...scriptWords(argv)];
  for (const [i, word] of words.entries()) {
    if (i === 0 && !word.includes("/")) continue;
    for (const folder of place.folders) {
      const absolute = absolutePath(word, folder);
      const path = reader.resolve(absolute);
      const span = spans[0] ?? [0, 0];
      if (path === null) continue;
      const lexical = normalizePath(absolute);
      if (place.written.some((w) => isBelow(path, w) || isBelow(lexical, w))) {
        addUnknown(reader, {
          code: "exec.fresh_program",
          message: "Not read: the program is made by the same text",
          span,
        });
      }
      // A link in the workspace: what it leads to is what runs.
      const alias = baseName(path);
      if (
        i === 0 && isBelow(lexical, reader.workspace) &&
        alias !== baseName(word)
      ) {
        reader.programs.push({
          name: alias,
          argv,
          assignments,
          via: [...via, word],
          span: [span[0], spans.at(-1)?.[1] ?? span[1]],
        });
      }
    }
  }
}

const RUNS_FILES =
  /^(?:(?:ba|da|z|k)?sh|python[0-9.]*|node|perl|ruby|php|lua)$/;

function scriptWords(argv: readonly string[]): string[] {
  if (!RUNS_FILES.test(baseName(argv[0] ?? ""))) return [];
  return argv.slice(1).filter((word) => word !== "" && !word.startsWith("-"))
    .slice(0, 2);
}

function changeFolder(
  reader: Reader,
  { argv, span }: ProgramFact,
  place: Place,
): void {
  if (place.keepsFolder) return;
  const operands = argv.slice(1).filter((word) => !/^-[LP]$|^--$/.test(word));
  const target = operands[0] ?? reader.home;
  const readable = operands.length <= 1 && !target.startsWith("-") &&
    place.tracker.change(target);
  if (!readable) {
    addUnknown(reader, {
      code: "exec.working_folder",
      message: "Not read: in which folder the next commands run",
      span,
    });
  }
}
