// Copyright 2026 the airg authors. Apache-2.0 license.

/**
 * Reads the words after a subcommand's name.
 *
 * Own code instead of `node:util`'s `parseArgs`, because loading that module
 * costs 10 ms of each start (measured on Deno 2.9.6) and a whole `airg run` may
 * take 60.
 *
 * @module
 */

import { fail, ok, type Result } from "../base/result.ts";
import { nearest } from "./nearest.ts";

/** One option of a subcommand. */
export interface OptionSpec {
  /** Name of the value in help, such as `DIR`; absent for a switch. */
  readonly value?: string;
  /** One letter, without the dash. */
  readonly short?: string;
  /** For help: lower case, no full stop. */
  readonly summary: string;
}

/** The options of a subcommand, by name without dashes. */
export type OptionSpecs = Readonly<Record<string, OptionSpec>>;

/** The words after a subcommand's name, sorted. */
export interface Invocation {
  /** Options with a value. */
  readonly values: ReadonlyMap<string, string>;
  /** Options without a value that were given. */
  readonly switches: ReadonlySet<string>;
  /** Words before `--` that are no option. */
  readonly operands: readonly string[];
  /** Words after `--`; `undefined` when there was no `--`. */
  readonly rest?: readonly string[];
}

/** What is wrong with a command line. */
export interface UsageProblem {
  readonly message: string;
  readonly hint?: string;
}

/**
 * Sorts `words` into options and operands.
 *
 * Takes `--name value`, `--name=value`, `-n value` and `-nvalue`. A value that
 * starts with a dash needs the form with `=`, so that a forgotten value never
 * swallows the next option.
 */
export function readFlags(
  words: readonly string[],
  specs: OptionSpecs,
): Result<Invocation, UsageProblem> {
  const end = words.indexOf("--");
  const before = [...(end < 0 ? words : words.slice(0, end))];
  const values = new Map<string, string>();
  const switches = new Set<string>();
  const operands: string[] = [];
  while (before.length > 0) {
    const word = before.shift() ?? "";
    if (!word.startsWith("-") || word === "-") {
      operands.push(word);
      continue;
    }
    const option = readOption(word, specs);
    if (!option.ok) return option;
    const { name, written, spec } = option.value;
    if (values.has(name) || switches.has(name)) {
      return fail({ message: `--${name} is given twice` });
    }
    if (spec.value === undefined) {
      if (written !== undefined) {
        return fail({ message: `--${name} takes no value` });
      }
      switches.add(name);
      continue;
    }
    const value = written ?? before.shift();
    if (
      value === undefined ||
      (written === undefined && value.startsWith("-") && value !== "-")
    ) {
      return fail({
        message: `--${name} needs a value`,
        hint: `write --${name}=${spec.value}`,
      });
    }
    values.set(name, value);
  }
  const rest = end < 0 ? {} : { rest: words.slice(end + 1) };
  return ok({ values, switches, operands, ...rest });
}

interface WrittenOption {
  readonly name: string;
  readonly spec: OptionSpec;
  /** The value in the same word, if any. */
  readonly written?: string;
}

function readOption(
  word: string,
  specs: OptionSpecs,
): Result<WrittenOption, UsageProblem> {
  const long = word.startsWith("--");
  const cut = long ? word.indexOf("=") : Math.min(2, word.length);
  const name = long
    ? word.slice(2, cut < 0 ? undefined : cut)
    : Object.keys(specs).find((key) => specs[key]?.short === word[1]) ?? "";
  const spec = Object.hasOwn(specs, name) ? specs[name] : undefined;
  if (spec === undefined) {
    const near = long ? nearest(name, Object.keys(specs)) : undefined;
    return fail({
      message: `unknown option: ${word}`,
      ...(near !== undefined && { hint: `did you mean --${near}?` }),
    });
  }
  const written = cut < 0
    ? undefined
    : long
    ? word.slice(cut + 1)
    : word.slice(2).replace(/^=/, "") || undefined;
  return ok({ name, spec, ...(written !== undefined && { written }) });
}
