// Copyright 2026 the airg authors. Apache-2.0 license.

/**
 * Runtime Guard's lists -> the same structured rules as `rules` has.
 *
 * A command entry means what its author meant, not its letters: `rm -rf` is
 * rm with recursive and force in any spelling. Runtime Guard lower-cased
 * everything, so `chmod -r` means `-R`.
 *
 * @module
 */

import type { ProgramCondition } from "./program_condition.ts";
import type { PathPattern } from "./path_pattern.ts";
import { compilePathPattern } from "./path_pattern.ts";

/** What one entry of a command list compiles to. */
export interface LegacyCommand {
  readonly condition: ProgramCondition;
  /** The entry ends in a path: the command must name exactly it. */
  readonly target?: PathPattern;
}

/** Flags whose lower-case form means something else for that program. */
const UPPER_CASE: Readonly<Record<string, Readonly<Record<string, string>>>> = {
  chmod: { "-r": "-R" },
  chown: { "-r": "-R" },
  chgrp: { "-r": "-R" },
};

/** Programs whose options have one dash and many letters. */
const ONE_DASH: ReadonlySet<string> = new Set(["find", "terraform", "java"]);

/**
 * Compiles one entry such as `git reset --hard`.
 *
 * @returns Why it cannot be compiled, as a clause, or the command it means.
 */
export function compileLegacyCommand(
  entry: string,
  home: string,
): LegacyCommand | string {
  const words = entry.trim().toLowerCase().split(/\s+/).filter((w) => w !== "");
  const [first, ...rest] = words;
  if (first === undefined) return "the entry is empty";
  if (words.some((word) => /[|;&<>`$()]/.test(word))) {
    return "it spans several commands, which are judged one by one";
  }
  if (first === "do" && rest.length > 0) {
    // The text of a loop: `for f in *; do rm`.
    const inner = compileLegacyCommand(rest.join(" "), home);
    return typeof inner === "string" ? inner : {
      ...inner,
      condition: { ...inner.condition, loop: true },
    };
  }
  if (first.startsWith("-")) {
    return { condition: withFlags(["*"], words, "*") };
  }
  const program = first.slice(first.lastIndexOf("/") + 1);
  const names = /^[\w-]+$/.test(program)
    ? [program, `${program}.*`]
    : [program];
  const runner = program === "xargs" ||
    program === "find" && /^-(?:exec|execdir|ok|okdir)$/.test(rest[0] ?? "");
  if (runner) return { condition: innerCommand(program, names, rest) };
  const flags = rest.filter((word) => /^-./.test(word));
  const operands = rest.filter((word) => !/^-./.test(word));
  const last = operands.at(-1);
  const target = last !== undefined && /^[/~]/.test(last)
    ? compilePathPattern(last, home)
    : undefined;
  const args = target === undefined ? operands : operands.slice(0, -1);
  return {
    condition: { ...withFlags(names, flags, program), args },
    ...(target !== undefined && { target }),
  };
}

/** `xargs -0 rm`, `find -exec rm`: the inner program, whatever options stand around it. */
function innerCommand(
  program: string,
  names: readonly string[],
  rest: readonly string[],
): ProgramCondition {
  const inner = rest.filter((word) => !word.startsWith("-")).slice(0, 1);
  return {
    names,
    args: [],
    anyFlags: program === "find" ? ["-exec", "-execdir", "-ok", "-okdir"] : [],
    allFlags: [],
    inner,
  };
}

function withFlags(
  names: readonly string[],
  words: readonly string[],
  program: string,
): ProgramCondition {
  const upper = UPPER_CASE[program] ?? {};
  const allFlags = words.flatMap((word) => {
    const isCluster = /^-[a-z0-9]{2,}$/.test(word) && !ONE_DASH.has(program);
    const flags = isCluster ? [...word.slice(1)].map((c) => `-${c}`) : [word];
    return flags.map((flag) => upper[flag] ?? flag);
  });
  return { names, args: [], anyFlags: [], allFlags, inner: [] };
}
