// Copyright 2026 the airg authors. Apache-2.0 license.

/**
 * Walks over a program's own options, to where the words of another begin.
 *
 * @module
 */

import { isMany } from "../../shell/value.ts";

/** What stood before the first operand. */
export interface Walked {
  /** Index of the first operand; the length of argv where there is none. */
  readonly at: number;
  readonly values: readonly {
    readonly flag: string;
    readonly text: string;
    readonly index: number;
  }[];
  readonly flags: ReadonlySet<string>;
  /** An unknown word stood among the options: the operands may begin elsewhere. */
  readonly unsure: boolean;
}

/** Options that take a value: `-u -g --user`, blank-separated. */
export type Valued = ReadonlySet<string>;

/** Makes a table of options that take a value. */
export function valued(spec: string): Valued {
  return new Set(spec.split(" ").filter((word) => word !== ""));
}

/**
 * Walks over options from `start`.
 *
 * Clusters such as `-nu root` are taken apart; `--user=x` holds its value.
 */
export function walkOptions(
  argv: readonly string[],
  options: Valued,
  start: number = 1,
): Walked {
  const values: { flag: string; text: string; index: number }[] = [];
  const flags = new Set<string>();
  let unsure = false;
  let at = start;
  for (; at < argv.length; at++) {
    const word = argv[at] as string;
    if (word === "--") {
      at++;
      break;
    }
    if (isMany(word) && word.startsWith("\0")) {
      unsure = true;
      continue;
    }
    if (!word.startsWith("-") || word === "-") break;
    const wants = readOption(word, at, options, flags, values);
    if (wants === undefined) continue;
    const text = argv[++at];
    if (text !== undefined) values.push({ flag: wants, text, index: at });
  }
  return { at, values, flags, unsure };
}

/** Notes one option word; the option that wants the next word as its value. */
function readOption(
  word: string,
  index: number,
  options: Valued,
  flags: Set<string>,
  values: { flag: string; text: string; index: number }[],
): string | undefined {
  if (options.has(word)) {
    flags.add(word);
    return word;
  }
  if (word.startsWith("--")) {
    const equals = word.indexOf("=");
    const name = equals < 0 ? word : word.slice(0, equals);
    flags.add(name);
    if (equals >= 0) {
      values.push({ flag: name, text: word.slice(equals + 1), index });
    } else if (abbreviates(name, options)) return name;
    return undefined;
  }
  for (let i = 1; i < word.length; i++) {
    const flag = `-${word[i]}`;
    flags.add(flag);
    if (!options.has(flag)) continue;
    if (i === word.length - 1) return flag;
    values.push({ flag, text: word.slice(i + 1), index });
    return undefined;
  }
  return undefined;
}

function abbreviates(name: string, options: Valued): boolean {
  if (name.length < 4) return false;
  for (const option of options) if (option.startsWith(name)) return true;
  return false;
}
