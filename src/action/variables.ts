// Copyright 2026 the airg authors. Apache-2.0 license.

/**
 * Variables a command sets that change what is loaded or run, as unknowns.
 *
 * A loader variable of a program is left to the policy's own check; set alone,
 * it changes later commands and is not read.
 *
 * @module
 */

import { environmentRisk } from "./environment.ts";
import type { ProgramFact, Span } from "./facts.ts";
import { addUnknown, type Reader } from "./reader.ts";

/** Names variables in `assignments` that change what programs load or run. */
export function checkEnvironment(
  reader: Reader,
  assignments: readonly string[],
  span: Span,
  { alone }: { readonly alone: boolean },
): void {
  for (const assignment of assignments) {
    const equals = assignment.indexOf("=");
    const name = assignment.slice(0, equals).replace(/\+$/, "");
    const risk = environmentRisk(name, assignment.slice(equals + 1));
    if (risk === "code" || alone && risk === "loader") {
      addUnknown(reader, {
        code: "exec.environment",
        message: `Not read: ${name} changes what programs load or run`,
        span,
      });
    }
  }
}

/** Builtins that set a variable to what they read. */
const VARIABLE_READERS: ReadonlySet<string> = new Set(
  ["read", "let", "getopts", "unset", "export", "declare", "typeset"],
);

/** The same for builtins that set a variable without `=`. */
export function checkSetVariables(reader: Reader, program: ProgramFact): void {
  if (!VARIABLE_READERS.has(program.name)) return;
  for (const word of program.argv.slice(1)) {
    const name = word.match(/^\w+/)?.[0];
    const isAssignment = /^\w+\+?=/.test(word);
    if (name === undefined || isAssignment && program.name !== "let") continue;
    if (environmentRisk(name, "/") !== "none") {
      addUnknown(reader, {
        code: "exec.environment",
        message: `Not read: ${name} changes what programs load or run`,
        span: program.span,
      });
    }
  }
}
