// Copyright 2026 the airg authors. Apache-2.0 license.

/**
 * Files that are started: what a program word leads to on every search path it
 * may have, and what the first line of a script names.
 *
 * @module
 */

import type { Facts, ProgramFact } from "../action/facts.ts";
import { hasHole } from "../shell/value.ts";
import { foldersOf } from "./named_files.ts";

/** What is asked of the disk. */
export interface StartedWorld {
  /** Absolute path of the file a program word starts, links resolved; on `path`, if given. */
  readonly program: (
    word: string,
    cwd: string,
    path?: string,
  ) => string | undefined;
  /** First line of a plain file, cut where it is long; undefined for any other. */
  readonly firstLine: (path: string) => string | undefined;
}

/** Scripts whose interpreter is a script: Linux follows five. */
const MAX_INTERPRETERS = 5;

/** Files that the programs of a text start. */
export function startedBy(
  { action, environment, programs }: Facts,
  world: StartedWorld,
): string[] {
  if (action.kind !== "exec") return [];
  const later = environment.flatMap(({ name, value }) =>
    name === "PATH" ? [value] : []
  );
  return programs.flatMap((program) => {
    const [word] = program.argv;
    if (
      program.elsewhere !== undefined || word === undefined || hasHole(word)
    ) return [];
    return foldersOf(program, action.cwd).flatMap((folder) => {
      const found = [
        world.program(word, folder),
        // A text that sets PATH may mean another file than the caller's does.
        ...word.includes("/") ? [] : [...later, ...ownPaths(program)].flatMap(
          (path) => foldersOn(path, folder),
        ).map((place) => world.program(word, folder, place)),
      ];
      return found.flatMap((path) =>
        path === undefined ? [] : [path, ...interpretersOf(path, folder, world)]
      );
    });
  });
}

/** What the first line of a script starts, and the first line of that. */
export function interpretersOf(
  path: string,
  cwd: string,
  world: StartedWorld,
): string[] {
  const found: string[] = [];
  let at: string | undefined = path;
  while (at !== undefined && found.length < MAX_INTERPRETERS) {
    at = interpreterOf(world.firstLine(at), cwd, world);
    if (at !== undefined) found.push(at);
  }
  return found;
}

function interpreterOf(
  line: string | undefined,
  cwd: string,
  world: StartedWorld,
): string | undefined {
  if (line === undefined || !line.startsWith("#!")) return undefined;
  const words = line.slice(2).trim().split(/[ \t]+/);
  const [interpreter = ""] = words;
  // env(1): options and assignments come before the program.
  const program = /(?:^|\/)env$/.test(interpreter)
    ? words.slice(1).find((word) =>
      !word.startsWith("-") && !word.includes("=")
    )
    : interpreter;
  if (program === undefined || program === "") return undefined;
  return program.includes("/") || program !== interpreter
    ? world.program(program, cwd)
    : world.program(`./${program}`, cwd);
}

function ownPaths({ assignments }: ProgramFact): string[] {
  return assignments.flatMap((text) =>
    text.startsWith("PATH=") ? [text.slice(5)] : []
  );
}

/** Folders of a search path; an empty one, and a relative one, is in the current. */
function foldersOn(path: string, cwd: string): string[] {
  return path.split(":").filter((one) => !hasHole(one)).map((one) =>
    one.startsWith("/") ? one : one === "" ? cwd : `${cwd}/${one}`
  );
}
