// Copyright 2026 the airg authors. Apache-2.0 license.

/**
 * Whether an action ends airg itself, by a pattern or through a search.
 *
 * @module
 */

import type { Facts, ProgramFact } from "../action/facts.ts";
import { argumentsOf } from "../action/programs/options.ts";
import { hasHole } from "../shell/value.ts";
import { compileTextRegex } from "./text_regex.ts";

/** What airg's own processes are called (pgrep(1) matches a part of it). */
const OWN_NAMES = ["airg", "ai-runtime-guard"] as const;

const BY_PATTERN = /^(?:pkill|pgrep|killall|pidof|skill)$/;

/** Programs of `facts` that end airg's own processes. */
export function guardKills({ programs }: Facts): readonly ProgramFact[] {
  const found = programs.filter(namesGuard);
  const kills = programs.some(({ name, argv }) =>
    name === "kill" && argv.slice(1).some(hasHole)
  );
  return found.filter(({ name }) =>
    name === "pgrep" || name === "pidof" ? kills : true
  );
}

function namesGuard(program: ProgramFact): boolean {
  if (!BY_PATTERN.test(program.name)) return false;
  return argumentsOf(program).operands.some(({ text }) => {
    if (hasHole(text)) return false;
    const test = patternOf(text);
    // A pattern that fits every name ends much else; that has rules of its own.
    return OWN_NAMES.some((name) => test(name)) && !test("\u0001");
  });
}

function patternOf(text: string): (name: string) => boolean {
  try {
    return compileTextRegex(text);
  } catch (error) {
    if (!(error instanceof SyntaxError)) throw error;
    return (name) => text.includes(name);
  }
}
