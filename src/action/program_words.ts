// Copyright 2026 the airg authors. Apache-2.0 license.

/**
 * What the words of a program name: files and hosts.
 *
 * @module
 */

import type { Start, Walk } from "../shell/host.ts";
import { hasHole, isMany, showWord } from "../shell/value.ts";
import { environmentRisk } from "./environment.ts";
import type { HostFact, ProgramFact, Span } from "./facts.ts";
import { noteMadeFile, noteText } from "./made_files.ts";
import { listedPaths, namedPaths } from "./programs/files.ts";
import { namedHosts } from "./programs/network.ts";
import { argumentsOf } from "./programs/options.ts";
import { addPath, addUnknown, type Reader } from "./reader.ts";

/** Adds the files and hosts that a program's words name. */
export function readWords(
  reader: Reader,
  walk: Walk,
  program: ProgramFact,
  start: Start,
): void {
  const { name, argv, span } = program;
  const args = argumentsOf(program);
  const owner = reader.programs.length - 1;
  const at = (index: number): Span => start.spans[index] ?? span;
  if (program.elsewhere === undefined) {
    const named = namedPaths(name, argv, args);
    if (start.stdin.kind === "text") {
      named.push(...listedPaths(name, args, start.stdin.text));
    }
    for (const { text, index, access } of named) {
      const use = { word: text, access, span: at(index), owner };
      const paths = addPath(reader, use, program.folders);
      if (access === "write") {
        for (const path of paths) {
          noteMadeFile(reader, walk, program, path);
          if (name === "tee") noteText(walk, path, start.stdin);
        }
      }
    }
  }
  for (const { host, index } of namedHosts(name, args, argv)) {
    if (host !== undefined) {
      addHost(reader, { host, program: name, span: at(index), owner });
    } else {
      addUnknown(reader, {
        code: "exec.host",
        message: `Not read: which host ${showWord(name)} is given`,
        span: at(index),
      });
    }
  }
  checkSetVariables(reader, program);
}

/** Adds a host unless the same one is there. */
export function addHost(reader: Reader, fact: HostFact): void {
  const host = isMany(fact.host)
    ? fact.host.replaceAll("\0+", "\0$")
    : fact.host;
  const key = `@ ${fact.span[0]} ${fact.program} ${host}`;
  if (reader.seen.has(key)) return;
  reader.seen.add(key);
  reader.hosts.push({ ...fact, host });
}

/** Builtins that set a variable to what they read. */
const VARIABLE_READERS: ReadonlySet<string> = new Set(
  ["read", "getopts", "mapfile", "readarray"],
);

/** A variable that decides what runs, filled from input. */
function checkSetVariables(reader: Reader, program: ProgramFact): void {
  if (!VARIABLE_READERS.has(program.name)) return;
  for (const word of program.argv.slice(1)) {
    const name = word.match(/^[A-Za-z_]\w*/)?.[0];
    if (name === undefined || hasHole(word)) continue;
    if (environmentRisk(name, "/", reader) !== "none") {
      addUnknown(reader, {
        code: "exec.environment",
        message: `Not read: ${name} changes what programs load or run`,
        span: program.span,
      });
    }
  }
}
