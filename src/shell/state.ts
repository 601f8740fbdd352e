// Copyright 2026 the airg authors. Apache-2.0 license.

/**
 * What a shell knows at one point of a text: variables, functions, folder.
 *
 * Branches fork a state and join again; maps are copied when one side writes.
 *
 * @module
 */

import { MAX_CHOICES, MAX_FOLDERS } from "./limits.ts";
import type { Stdin } from "./host.ts";
import type { Command } from "./syntax.ts";
import { ANY, MANY } from "./value.ts";

/** A variable that is set, or may be. */
export interface Variable {
  /** Texts it may have; one where it is known. Words may hold holes. */
  readonly choices: readonly string[];
  /** Elements of an array, in order; an unknown number is {@linkcode MANY}. */
  readonly items?: readonly string[];
  /** Keys of an associative array, beside `items`. */
  readonly keys?: readonly string[];
  readonly exported: boolean;
  /** `readonly`: a later assignment may fail. */
  readonly fixed?: boolean;
  /** `declare -n`: the name it stands for. */
  readonly reference?: boolean;
  /** `declare -i`, `-l`, `-u`. */
  readonly attribute?: "integer" | "lower" | "upper";
}

/** Switches of `set` and `shopt` that change what words mean. */
export interface Options {
  readonly noGlob: boolean;
  readonly dotGlob: boolean;
  readonly nullGlob: boolean;
  readonly aliases: boolean;
  /** `set -a`. */
  readonly exportAll: boolean;
  /** `**` and letter case are not as usual. */
  readonly oddGlob: boolean;
  /** The last command of a pipeline runs in this shell. */
  readonly lastPipe: boolean;
  /** bash expands braces, dash does not, and `sh` may be either. */
  readonly braces: "yes" | "no" | "perhaps";
}

/** Everything that later commands of a text depend on. */
export interface State {
  /** `null`: certainly unset. Absent: whatever the environment has. */
  variables: Map<string, Variable | null>;
  /** Bodies that a name may have. */
  functions: Map<string, readonly Command[]>;
  aliases: Map<string, string>;
  shared: boolean;
  positional: readonly string[];
  /** `$0`. */
  name: string;
  /** Working folders; `undefined` when not known. */
  folders: readonly string[] | undefined;
  /** Folders if the last command failed, where that differs. */
  failed: { readonly folders: readonly string[] | undefined } | undefined;
  /** For `cd -` and `~-`. */
  previous: readonly string[] | undefined;
  /** Standard input since `exec <file`. */
  input?: Stdin;
  /** Folders left by `pushd`. */
  stack: readonly (readonly string[] | undefined)[];
  options: Options;
  /** The text cannot get past this point. */
  ended: "no" | "loop" | "function" | "shell";
  /** `export -f` gives functions to other shells. */
  exportsFunctions: boolean;
  /** `enable -n` may have made any builtin something else. */
  builtinsChanged: boolean;
}

/** A shell that has just started. */
export function startState(
  folders: readonly string[] | undefined,
  positional: readonly string[],
  name: string = `${ANY}bash`,
): State {
  return {
    variables: new Map(),
    functions: new Map(),
    aliases: new Map(),
    shared: false,
    positional,
    name,
    folders,
    failed: undefined,
    previous: undefined,
    stack: [],
    options: DEFAULTS,
    ended: "no",
    exportsFunctions: false,
    builtinsChanged: false,
  };
}

const DEFAULTS: Options = {
  noGlob: false,
  dotGlob: false,
  nullGlob: false,
  aliases: false,
  exportAll: false,
  oddGlob: false,
  lastPipe: false,
  braces: "yes",
};

/** A second state that starts out the same. */
export function fork(state: State): State {
  state.shared = true;
  return { ...state };
}

/** Makes the maps this state's own. Returns how many entries that copied. */
export function own(state: State): number {
  if (!state.shared) return 0;
  const { variables, functions, aliases } = state;
  state.variables = new Map(variables);
  state.functions = new Map(functions);
  state.aliases = new Map(aliases);
  state.shared = false;
  return variables.size + functions.size + aliases.size;
}

/** Makes `state` what it is after either `state` or `other`. Returns the work done. */
export function join(state: State, other: State): number {
  if (other.ended !== "no" || other === state) return 0;
  if (state.ended !== "no") {
    other.shared = true;
    Object.assign(state, other);
    return 0;
  }
  state.folders = joinFolders(state.folders, other.folders);
  state.failed = undefined;
  state.previous = joinFolders(state.previous, other.previous);
  if (state.stack !== other.stack) state.stack = [];
  state.builtinsChanged ||= other.builtinsChanged;
  if (state.input !== other.input) state.input = { kind: "opaque" };
  if (state.options !== other.options) state.options = { ...other.options };
  if (!samePositional(state.positional, other.positional)) {
    state.positional = [MANY];
  }
  return joinMaps(state, other);
}

function joinMaps(state: State, other: State): number {
  if (
    state.variables === other.variables &&
    state.functions === other.functions && state.aliases === other.aliases
  ) return 0;
  const work = own(state) + other.variables.size;
  for (const [name, theirs] of other.variables) {
    const ours = state.variables.get(name);
    if (ours !== theirs) {
      state.variables.set(name, joinVariables(ours, theirs));
    }
  }
  for (const [name, ours] of state.variables) {
    if (!other.variables.has(name)) {
      state.variables.set(name, joinVariables(ours, undefined));
    }
  }
  for (const [name, bodies] of other.functions) {
    const ours = state.functions.get(name);
    if (ours === bodies) continue;
    const all = [...new Set([...ours ?? [], ...bodies])];
    state.functions.set(name, all.slice(0, MAX_CHOICES));
  }
  for (const [name, text] of other.aliases) state.aliases.set(name, text);
  return work;
}

const UNKNOWN: Variable = { choices: [ANY], exported: true };
const UNSET: Variable = { choices: [""], exported: false };

function joinVariables(
  a: Variable | null | undefined,
  b: Variable | null | undefined,
): Variable {
  const [one, two] = [a, b].map((variable) =>
    variable === undefined ? UNKNOWN : variable ?? UNSET
  ) as [Variable, Variable];
  const choices = joinChoices(one.choices, two.choices);
  const exported = one.exported || two.exported;
  if (one.items === undefined && two.items === undefined) {
    return { choices, exported };
  }
  const same = samePositional(one.items ?? [], two.items ?? []);
  return { choices, exported, items: same ? one.items ?? [] : [MANY] };
}

/** All texts of both, or any text when they are too many. */
export function joinChoices(
  a: readonly string[],
  b: readonly string[],
): readonly string[] {
  if (a === b) return a;
  const all = [...new Set([...a, ...b])];
  return all.length > MAX_CHOICES ? [ANY] : all;
}

function joinFolders(
  a: readonly string[] | undefined,
  b: readonly string[] | undefined,
): readonly string[] | undefined {
  if (a === b) return a;
  if (a === undefined || b === undefined) return undefined;
  const all = [...new Set([...a, ...b])];
  return all.length > MAX_FOLDERS ? undefined : all;
}

function samePositional(a: readonly string[], b: readonly string[]): boolean {
  return a === b ||
    a.length === b.length && a.every((word, i) => word === b[i]);
}
