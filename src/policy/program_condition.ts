// Copyright 2026 the airg authors. Apache-2.0 license.

/**
 * What a rule asks of one program: its name, its words, how it was reached.
 *
 * An unknown word counts as anything for a rule that cares: it may be a flag,
 * or the subcommand. Such a match is `perhaps`.
 *
 * @module
 */

import type { Facts, ProgramFact } from "../action/facts.ts";
import {
  type Arguments,
  argumentsOf,
  hasFlag,
} from "../action/programs/options.ts";
import { baseName, isBelow } from "../action/words.ts";
import { matchesName, type PathParts } from "./path_pattern.ts";
import type { TextPattern } from "./text_pattern.ts";
import { mayBe } from "./wild_name.ts";

/** Conditions on one program; every one given must hold. */
export interface ProgramCondition {
  /** Names, `name.*` or `*`; lower case. */
  readonly names: readonly string[];
  /** Operands in order; a list stands for one of its words. */
  readonly args: readonly (string | readonly string[])[];
  readonly anyFlags: readonly string[];
  readonly allFlags: readonly string[];
  /** The rule does not apply with one of these, unless its `--no-` form stands there too. */
  readonly noneFlags?: readonly string[];
  /** Programs given to `find -exec` and `xargs`. */
  readonly inner: readonly string[];
  /** No word stands after the program. */
  readonly bare?: boolean;
  /** What some word after the program holds. */
  readonly text?: readonly TextPattern[];
  /** Names of variables set for it. */
  readonly env?: readonly string[];
  /** It runs through one of these. */
  readonly via?: readonly string[];
  /** It stands in a loop. */
  readonly loop?: boolean;
  /** It names a path outside the workspace, its roots and the temporary folders. */
  readonly outside?: boolean;
}

/** How well a program fits. */
export type Fit = "no" | "perhaps" | "yes";

/**
 * Tests one program.
 *
 * @param own Paths that its words name.
 */
export function fitsProgram(
  condition: ProgramCondition,
  program: ProgramFact,
  own: () => readonly PathParts[],
  facts: Facts,
): Fit {
  const { name, argv } = program;
  if (!condition.names.some((pattern) => matchesName(pattern, name))) {
    return "no";
  }
  const { args, anyFlags, allFlags, inner, noneFlags } = condition;
  if (!fitsRest(condition, program)) return "no";
  if (
    inner.length > 0 &&
    !argv.slice(1).some((word) => inner.includes(baseName(word)))
  ) return "no";
  let fit: Fit = "yes";
  if (args.length + anyFlags.length + allFlags.length > 0 || noneFlags) {
    fit = fitsWords(condition, program, argumentsOf(program));
  }
  if (fit === "no" || condition.outside !== true) return fit;
  return isOutside(own(), facts) ? fit : "no";
}

/** What needs no sorting of the words. */
function fitsRest(
  { bare, text, env, via, loop }: ProgramCondition,
  program: ProgramFact,
): boolean {
  const { argv, assignments } = program;
  if (bare === true && argv.length > 1) return false;
  if (loop === true && program.loop !== true) return false;
  if (via && !program.via.some((outer) => via.includes(baseName(outer)))) {
    return false;
  }
  if (
    env &&
    !assignments.some((one) =>
      env.some((name) => matchesName(name, one.slice(0, one.indexOf("="))))
    )
  ) return false;
  if (!text) return true;
  const words = program.input === undefined
    ? argv.slice(1)
    : [...argv.slice(1), program.input];
  return words.some((word) => text.some((test) => test(word)));
}

function fitsWords(
  { args, anyFlags, allFlags, noneFlags = [] }: ProgramCondition,
  { items }: ProgramFact,
  read: Arguments,
): Fit {
  let fit = hasWords(read, args);
  if (fit === "no") return fit;
  if (noneFlags.some((flag) => hasFlag(read, flag) && !isUndone(read, flag))) {
    return "no";
  }
  // Names that a search or a list gives are names, not options.
  const open = read.open && items !== true;
  const needed = (flag: string): Fit =>
    hasFlag(read, flag) ? "yes" : open ? "perhaps" : "no";
  const flags = allFlags.map(needed);
  if (anyFlags.length > 0) {
    const any = anyFlags.map(needed);
    flags.push(
      any.includes("yes") ? "yes" : any.includes("perhaps") ? "perhaps" : "no",
    );
  }
  for (const one of flags) {
    if (one === "no") return "no";
    if (one === "perhaps") fit = "perhaps";
  }
  return fit;
}

/** `--dry-run --no-dry-run`: the second one counts. */
function isUndone(read: Arguments, flag: string): boolean {
  return flag.startsWith("--") && read.flags.has(`--no-${flag.slice(2)}`);
}

/** `args` in order among the operands; the first one first where it is a subcommand. */
function hasWords(read: Arguments, args: ProgramCondition["args"]): Fit {
  if (args.length === 0) return "yes";
  let next = 0;
  let fit: Fit = "yes";
  for (const [i, { text }] of read.operands.entries()) {
    const wanted = args[next];
    if (wanted === undefined) return fit;
    const one = fitsWord(wanted, text, i === 0 && read.hasSubcommand);
    if (one !== "no") next++;
    else if (i === 0 && read.hasSubcommand) return "no";
    if (one === "perhaps") fit = "perhaps";
  }
  return next === args.length ? fit : "no";
}

function fitsWord(
  wanted: string | readonly string[],
  text: string,
  subcommand: boolean,
): Fit {
  if (typeof wanted !== "string") {
    const all = wanted.map((one) => fitsWord(one, text, subcommand));
    return all.includes("yes")
      ? "yes"
      : all.includes("perhaps")
      ? "perhaps"
      : "no";
  }
  if (text.includes("\0")) {
    // A wholly unknown operand would fit every rule; a subcommand must.
    const known = /[\p{L}\p{N}]/u.test(text.replace(/\0[$+*?_]/g, ""));
    return (known || subcommand) && mayBe(text, wanted) ? "perhaps" : "no";
  }
  return matchesName(wanted, text) || matchesName(wanted, text.toLowerCase())
    ? "yes"
    : "no";
}

function isOutside(own: readonly PathParts[], { action }: Facts): boolean {
  const inside = [action.origin.workspace, "/tmp", "/var/tmp", "/dev"];
  return own.some(({ fact, anywhere }) =>
    anywhere || !inside.some((root) => isBelow(fact.path, root))
  );
}
