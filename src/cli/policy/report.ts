// Copyright 2026 the airg authors. Apache-2.0 license.

/**
 * What `airg policy explain` prints: the script with the decisive words
 * underlined, what would really run, the rules, the verdict.
 *
 * @module
 */

import type { Facts, ProgramFact } from "../../action/facts.ts";
import { commandText } from "../../action/read.ts";
import { printable } from "../../base/printable.ts";
import type { Decision } from "../../policy/decision.ts";
import { explain } from "../../policy/explain.ts";
import { fitted } from "./cells.ts";
import { type Mark, underlined } from "./underline.ts";
import { shownFolders, shownWords } from "../../policy/shown_words.ts";

/** Effective commands that are listed; a person reads no more. */
const MAX_COMMANDS = 40;
/** Columns of a line. */
const COLUMNS = 80;

/** Lines for a person, printable. */
export function reportLines(decision: Decision, facts: Facts): string[] {
  const { action } = facts;
  const script = action.kind === "exec"
    ? commandText(action.command)
    : action.path;
  const [verdict = "", ...reasons] = explain(decision).map((line) =>
    printable(line)
  );
  return [
    ...underlined(script, marksOf(decision)),
    "",
    ...commandLines(facts),
    ...unreadLines(facts),
    "",
    ...reasons,
    "",
    verdict,
  ];
}

function marksOf({ verdict, reasons }: Decision): Mark[] {
  if (verdict === "allow") return [];
  return reasons.flatMap(({ evidence }) =>
    evidence?.span === undefined ? [] : [evidence.span]
  );
}

function commandLines({ programs, action }: Facts): string[] {
  if (programs.length === 0) return ["would run: nothing that could be read"];
  const start = action.kind === "exec" ? action.cwd : "";
  const more = programs.length - MAX_COMMANDS;
  return [
    "would run:",
    ...programs.slice(0, MAX_COMMANDS).map((program) =>
      commandLine(program, start)
    ),
    ...(more > 0 ? [`  … and ${more} more`] : []),
  ];
}

function commandLine(program: ProgramFact, start: string): string {
  const { argv, via, assignments } = program;
  const folder = folderOf(program);
  const notes = [
    ...(via.length > 0 ? [`via ${via.join(" > ")}`] : []),
    ...(folder !== undefined && folder !== start ? [`in ${folder}`] : []),
  ].map((note) => fitted(note, COLUMNS / 2));
  const suffix = notes.length === 0 ? "" : `  (${notes.join(", ")})`;
  const words = shownWords([...assignments, ...argv]);
  return `  ${
    fitted(words, Math.max(24, COLUMNS - 2 - suffix.length))
  }${suffix}`;
}

/** The folder a program starts in, where the reading tells. */
function folderOf(program: ProgramFact): string | undefined {
  return program.folders !== undefined
    ? shownFolders(program.folders)
    : undefined;
}

function unreadLines({ unknowns }: Facts): string[] {
  return unknowns.slice(0, MAX_COMMANDS).map(({ message, code }) =>
    `  not known: ${printable(message)} [${code}]`
  );
}
