// Copyright 2026 the airg authors. Apache-2.0 license.

/**
 * One command that would start -> facts about it, and about what it would
 * start in turn.
 *
 * @module
 */

import type { FolderEntry, Host, Start, Stdin, Walk } from "../shell/host.ts";
import { hasHole, showWord } from "../shell/value.ts";
import { unknownAt } from "../shell/unknown.ts";
import { checkEnvironment } from "./environment_use.ts";
import type { ProgramFact, Span } from "./facts.ts";
import { type Following, followRun } from "./follow_run.ts";
import { nameOf } from "./program_name.ts";
import { addPath, addProgram, addUnknown, type Reader } from "./reader.ts";
import { runsOf } from "./runs/runs_of.ts";
import type { Elsewhere, Input } from "./runs/run.ts";
import { addHost, readWords } from "./program_words.ts";
import { followFile } from "./made_files.ts";

/** A command with where it would run. */
export interface Started extends Start {
  readonly elsewhere?: Elsewhere;
  readonly items?: boolean;
}

/** Programs that lead to one another; people write a handful. */
const MAX_VIA = 40;

/** The world of a shell text, for `reader`. */
export function hostFor(reader: Reader): Host {
  return {
    home: reader.home,
    user: reader.user,
    start: (start, walk) => startProgram(reader, walk, start),
    file: ({ path, access, span, state }) => {
      const connection = /^\/dev\/(?:tcp|udp)\/([^/]*)/.exec(path);
      if (connection !== null) {
        addHost(reader, { host: connection[1] ?? "", program: "bash", span });
      } else addPath(reader, { word: path, access, span }, state.folders);
    },
    setVariable: (name, value, span) =>
      checkEnvironment(reader, { name, value, span, alone: true }),
    readVariable: (name, span) => {
      const key = `$ ${span[0]} ${name}`;
      if (reader.seen.has(key)) return;
      reader.seen.add(key);
      reader.variables.push({ name, span });
    },
    unknown: (unknown) => addUnknown(reader, unknown),
    list: (folder) => withMade(reader, folder),
    resolve: reader.resolve,
    isFolder: (path) => {
      const cut = path.lastIndexOf("/");
      const name = path.slice(cut + 1);
      if (name === "") return true;
      const entries = reader.list(path.slice(0, cut) || "/");
      return entries?.some((entry) =>
        entry.name === name && entry.kind === "folder"
      );
    },
  };
}

/** Names in a folder, with those that commands of this text made there. */
function withMade(
  reader: Reader,
  folder: string,
): readonly FolderEntry[] | null {
  const entries = reader.list(folder);
  if (entries === null) return null;
  const known = new Set(entries.map(({ name }) => name));
  const made: FolderEntry[] = [];
  for (const { path, access, owner } of reader.paths) {
    const cut = path.lastIndexOf("/");
    const name = path.slice(cut + 1);
    if (access !== "write" || known.has(name) || hasHole(path)) continue;
    if ((path.slice(0, cut) || "/") !== folder) continue;
    known.add(name);
    // A redirection makes a file; a program may make anything.
    made.push({ name, kind: owner === undefined ? "file" : "other" });
  }
  return made.length === 0 ? entries : [...entries, ...made];
}

/**
 * Adds one started command, and follows what it starts.
 *
 * @returns What it writes, where it only passes on another's output.
 */
function startProgram(
  reader: Reader,
  walk: Walk,
  start: Started,
): string | undefined {
  const [word = ""] = start.argv;
  if (start.via.length > MAX_VIA) {
    addUnknown(reader, unknownAt("shell.too_deep", start.span));
    return undefined;
  }
  const { name, known, rest } = nameOf(word);
  if (!known) addUnknown(reader, unknownAt("shell.program", start.span));
  if (rest && start.argv.length > 1) {
    // The first word may be no word at all, or several.
    startProgram(reader, walk, {
      ...start,
      argv: start.argv.slice(1),
      spans: start.spans.slice(1),
      via: [...start.via, showWord(word)],
    });
  }
  if (name === "") {
    if (known) {
      addUnknown(reader, {
        code: "exec.no_program",
        message: "Not read: the program word is empty",
        span: start.span,
      });
    }
    return undefined;
  }
  return startNamed(reader, walk, start, name);
}

function startNamed(
  reader: Reader,
  walk: Walk,
  start: Started,
  name: string,
): string | undefined {
  const program = factOf(reader, start, name, walk.loops > 0);
  // The same command in another turn of a loop says nothing new.
  const first = addProgram(reader, program);
  for (const assignment of start.assignments) {
    const equals = assignment.indexOf("=");
    checkEnvironment(reader, {
      name: assignment.slice(0, equals).replace(/\+$/, ""),
      value: assignment.slice(equals + 1),
      span: start.span,
      alone: false,
    });
  }
  if (first) readWords(reader, walk, program, start);
  if (start.builtin) return undefined;
  followFile(
    reader,
    walk,
    start,
    name,
    (inner) => startProgram(reader, walk, inner),
  );
  const following: Following = {
    reader,
    walk,
    start,
    name,
    begin: (inner) => startProgram(reader, walk, inner),
  };
  let output: string | undefined;
  for (const run of runsOf(name, start.argv, inputOf(start.stdin))) {
    output = followRun(following, run) ?? output;
  }
  return output;
}

/** Clients whose input is statements that rules speak of. */
const TAKES_STATEMENTS: ReadonlySet<string> = new Set(
  "psql mysql mariadb sqlite3 mongosh mongo redis-cli cqlsh sqlcmd clickhouse-client duckdb"
    .split(" "),
);

function factOf(
  reader: Reader,
  start: Started,
  name: string,
  loop: boolean,
): ProgramFact {
  const { argv, assignments, via, state, elsewhere, items, stdin } = start;
  return {
    name,
    argv,
    assignments,
    via,
    span: spanOf(start),
    ...(state.folders !== undefined && {
      folders: state.folders.map((folder) => reader.resolve(folder) ?? folder),
    }),
    ...(elsewhere !== undefined && { elsewhere }),
    ...(items === true && { items }),
    ...(loop && { loop: true as const }),
    ...(stdin.kind === "text" && TAKES_STATEMENTS.has(name) &&
      { input: stdin.text.slice(0, 65_536) }),
  };
}

function spanOf({ span, spans }: Start): Span {
  const [first] = spans;
  const last = spans.at(-1);
  return first === undefined || last === undefined
    ? span
    : [first[0], Math.max(first[1], last[1])];
}

function inputOf(stdin: Stdin): Input | undefined {
  switch (stdin.kind) {
    case "text":
      return { text: stdin.text };
    case "opaque":
      return { opaque: true };
    default:
      return undefined;
  }
}
