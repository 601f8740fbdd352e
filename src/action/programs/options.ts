// Copyright 2026 the airg authors. Apache-2.0 license.

/**
 * Splits a program's words into flags, values and operands, so that a rule
 * about `--force` sees `-f`, `-xdf`, `--forc` and `--force=yes` alike.
 *
 * Sources: POSIX.1-2024 12.2 Utility Syntax Guidelines; GNU getopt_long, whose
 * long options may be shortened and may follow operands.
 *
 * @module
 */

import { OPTION_SPECS, SUBCOMMAND_PROGRAMS } from "./option_specs.ts";

/** What the options of a program mean. */
interface OptionTable {
  /** Every spelling -> the first spelling of its group. */
  readonly canonical: ReadonlyMap<string, string>;
  /** Spellings whose value may be the next word. */
  readonly valued: ReadonlySet<string>;
  readonly longs: readonly string[];
  /** Options such as `-delete`: one dash, many letters, never combined. */
  readonly oneDash: boolean;
}

/** A value given to an option. */
export interface OptionValue {
  readonly flag: string;
  readonly text: string;
  /** Index of the word that holds it. */
  readonly index: number;
}

/** A word that is neither an option nor an option's value. */
export interface Operand {
  readonly text: string;
  readonly index: number;
}

/** The words after a program, sorted by what they are. */
export interface Arguments {
  /** As written (letters of a cluster apart) and in canonical spelling. */
  readonly flags: ReadonlySet<string>;
  readonly values: readonly OptionValue[];
  readonly operands: readonly Operand[];
  /** An unknown word stands where options may: any flag could be there. */
  readonly open: boolean;
  /** The first operand is a subcommand, because a table says so. */
  readonly hasSubcommand: boolean;
  readonly table: OptionTable | undefined;
}

const read = new WeakMap<object, Arguments>();

/** The sorted words of a program, worked out once. */
export function argumentsOf(
  program: { readonly name: string; readonly argv: readonly string[] },
): Arguments {
  const known = read.get(program);
  if (known !== undefined) return known;
  const args = readArguments(program.name, program.argv);
  read.set(program, args);
  return args;
}

const tables = new Map<string, OptionTable | undefined>();

interface Draft {
  readonly flags: Set<string>;
  readonly values: OptionValue[];
  readonly operands: Operand[];
}

/**
 * Sorts the words of one program.
 *
 * @param name Program without its folder.
 * @param argv All words; the first is the program word and is skipped.
 */
export function readArguments(
  name: string,
  argv: readonly string[],
): Arguments {
  const hasSubcommand = SUBCOMMAND_PROGRAMS.has(name);
  const draft: Draft = { flags: new Set(), values: [], operands: [] };
  let table = tableOf(name);
  let ended = false;
  let open = false;
  for (let index = 1; index < argv.length; index++) {
    const word = argv[index] as string;
    if (!ended && word.includes("\0") && mayBeOption(word)) open = true;
    if (ended || word === "-" || !word.startsWith("-")) {
      draft.operands.push({ text: word, index });
      if (!ended && hasSubcommand && draft.operands.length === 1) {
        table = tableOf(`${name} ${word}`) ?? table;
      }
    } else if (word === "--") {
      ended = true;
    } else {
      const takesNext = readFlag(word, index, draft, table);
      const next = argv[index + 1];
      if (takesNext !== undefined && next !== undefined) {
        index++;
        draft.values.push({ flag: takesNext, text: next, index });
      }
    }
  }
  implyFlags(name, draft);
  if (isShouted(argv[0] ?? "")) lowerFlags(draft, table);
  return { ...draft, open, hasSubcommand, table };
}

/** A program in capitals: its options may be meant in small letters too, as in `RM -RF`. */
function isShouted(word: string): boolean {
  return /[A-Z]/.test(word) && word === word.toUpperCase();
}

function lowerFlags(draft: Draft, table: OptionTable | undefined): void {
  for (const flag of [...draft.flags]) {
    const lower = flag.toLowerCase();
    draft.flags.add(lower).add(table?.canonical.get(lower) ?? lower);
  }
}

/** `$x` without quotes, or `-$x`, may stand for any option. */
function mayBeOption(word: string): boolean {
  return word.startsWith("\0+") || /^-{1,2}[^=]*\0/.test(word);
}

/** Whether `flag`, in any spelling, is among the arguments. */
export function hasFlag({ flags, table }: Arguments, flag: string): boolean {
  if (flags.has(flag)) return true;
  const canonical = table?.canonical.get(flag);
  if (canonical !== undefined) return flags.has(canonical);
  if (!flag.startsWith("--")) return false;
  // A program without a table: a long option may still be shortened.
  for (const written of flags) {
    if (written.length >= 5 && flag.startsWith(written)) {
      if (table?.canonical.has(written) !== true) return true;
    }
  }
  return false;
}

/** Records one option word; gives the flag that wants the next word. */
function readFlag(
  word: string,
  index: number,
  draft: Draft,
  table: OptionTable | undefined,
): string | undefined {
  const equals = word.indexOf("=");
  const name = equals < 0 ? word : word.slice(0, equals);
  const isLong = word.startsWith("--") || table?.oneDash === true;
  if (equals >= 0) {
    draft.values.push({ flag: name, text: word.slice(equals + 1), index });
  }
  draft.flags.add(name);
  if (isLong) {
    for (const flag of longMatches(name, table)) draft.flags.add(flag);
    return equals < 0 && isValued(name, table) ? name : undefined;
  }
  return readCluster(word, index, draft, table);
}

function readCluster(
  word: string,
  index: number,
  draft: Draft,
  table: OptionTable | undefined,
): string | undefined {
  for (let i = 1; i < word.length; i++) {
    const flag = `-${word[i]}`;
    draft.flags.add(flag);
    const canonical = table?.canonical.get(flag);
    if (canonical !== undefined) draft.flags.add(canonical);
    if (table?.valued.has(flag)) {
      if (i === word.length - 1) return flag;
      draft.values.push({ flag, text: word.slice(i + 1), index });
      return undefined;
    }
  }
  return undefined;
}

function isValued(name: string, table: OptionTable | undefined): boolean {
  if (table === undefined) return false;
  if (table.valued.has(name)) return true;
  if (table.canonical.has(name)) return false;
  return table.longs.some((l) => l.startsWith(name) && table.valued.has(l));
}

/** Canonical spellings that `name` may stand for, shortened or not. */
function longMatches(
  name: string,
  table: OptionTable | undefined,
): string[] {
  const exact = table?.canonical.get(name);
  if (table === undefined || exact !== undefined) {
    return exact === undefined ? [] : [exact];
  }
  return table.longs.filter((long) => long.startsWith(name))
    .map((long) => table.canonical.get(long) as string);
}

/** Flags that operands stand for: `git push origin +main` forces, `:main` deletes. */
function implyFlags(name: string, { operands, flags }: Draft): void {
  if (name !== "git" || operands[0]?.text !== "push") return;
  if (operands.slice(1).some(({ text }) => text.startsWith("+"))) {
    flags.add("--force");
  }
  if (operands.slice(2).some(({ text }) => text.startsWith(":"))) {
    flags.add("-d");
  }
}

function tableOf(key: string): OptionTable | undefined {
  if (!tables.has(key)) tables.set(key, buildTable(key));
  return tables.get(key);
}

function buildTable(key: string): OptionTable | undefined {
  const spec = Object.hasOwn(OPTION_SPECS, key) ? OPTION_SPECS[key] : undefined;
  if (spec === undefined) return undefined;
  const canonical = new Map<string, string>();
  const valued = new Set<string>();
  for (const group of spec.split(" ")) {
    const takesValue = group.endsWith(":");
    const spellings = (takesValue ? group.slice(0, -1) : group).split("=");
    for (const spelling of spellings) {
      canonical.set(spelling, spellings[0] as string);
      if (takesValue) valued.add(spelling);
    }
  }
  return {
    canonical,
    valued,
    longs: [...canonical.keys()].filter((flag) => flag.startsWith("--")),
    oneDash: canonical.has("one-dash"),
  };
}
