// Copyright 2026 the airg authors. Apache-2.0 license.

/**
 * Reads and sets the variables of a shell that is being followed.
 *
 * @module
 */

import type { Walk } from "./host.ts";
import { joinChoices, own, type State, type Variable } from "./state.ts";
import type { Span } from "./syntax.ts";
import { unknownAt } from "./unknown.ts";
import { ANY, hasHole, NAME, withoutHoles } from "./value.ts";

/** Texts that a variable may have; `undefined` where it is certainly unset. */
export function valueOf(
  walk: Walk,
  state: State,
  name: string,
): readonly string[] | undefined {
  const variable = variableOf(state, name);
  if (variable === null) return undefined;
  if (variable !== undefined) {
    const { choices, items } = variable;
    if (items === undefined) return choices;
    const { keys } = variable;
    return [items[keys === undefined ? 0 : keys.lastIndexOf("0")] ?? ""];
  }
  switch (name) {
    case "PWD":
      return state.folders ?? [ANY];
    case "OLDPWD":
      return state.previous ?? [ANY];
    case "HOME":
      return [walk.host.home];
    case "USER":
    case "LOGNAME":
      return [walk.host.user ?? NAME];
    case "IFS":
      return [" \t\n"];
    case "BASH":
      return ["/bin/bash"];
    case "SHELL":
      return ["/bin/\0_"];
    case "RANDOM":
    case "SECONDS":
    case "LINENO":
    case "PPID":
    case "UID":
    case "EUID":
    case "BASHPID":
    case "SHLVL":
    case "EPOCHSECONDS":
    case "SRANDOM":
    case "HOSTNAME":
    case "OSTYPE":
    case "HOSTTYPE":
    case "BASH_VERSION":
    case "OPTIND":
      return [NAME];
    default:
      return [ANY];
  }
}

/** A variable as the text has set it, through `declare -n`. */
export function variableOf(
  state: State,
  name: string,
): Variable | null | undefined {
  let found = state.variables.get(name);
  for (let i = 0; i < 4 && found?.reference === true; i++) {
    const [target = ""] = found.choices;
    if (hasHole(target)) return { choices: [ANY], exported: false };
    found = state.variables.get(target);
  }
  return found;
}

/** Sets a variable, keeping whether it is exported. */
export function setVariable(
  walk: Walk,
  state: State,
  name: string,
  value: {
    readonly choices: readonly string[];
    readonly items?: readonly string[];
    readonly keys?: readonly string[];
    readonly exported?: boolean;
    readonly span?: Span;
  },
): void {
  const { choices, items, keys, span } = value;
  const target = referred(state, name);
  walk.steps -= own(state) >> 1;
  const old = state.variables.get(target) ?? undefined;
  const exported = value.exported ?? old?.exported ?? isInherited(target);
  const given = old?.fixed === true
    ? joinChoices(old.choices, choices)
    : choices;
  if (old?.attribute === "integer") {
    for (const text of [...given, ...items ?? []]) {
      checkArithmetic(walk, state, text, span);
    }
  }
  const shaped = old?.attribute === undefined
    ? given
    : given.map((text) => shape(text, old.attribute));
  state.variables.set(target, {
    choices: shaped,
    exported: exported || state.options.exportAll,
    ...(items !== undefined && { items }),
    ...(keys !== undefined && { keys }),
    ...(old?.attribute !== undefined && { attribute: old.attribute }),
    ...(old?.fixed === true && { fixed: true }),
  });
  if (span === undefined) return;
  if (exported || state.options.exportAll || MATTERS.has(target)) {
    for (const text of shaped) walk.host.setVariable(target, text, span);
  }
}

/** An integer variable evaluates what it is given, subscripts and all. */
export function checkArithmetic(
  walk: Walk,
  state: State,
  text: string,
  span: Span = [0, 0],
): void {
  if (/^-?\d*$/.test(text) || text === NAME) return;
  if (/[$`]/.test(withoutHoles(text))) {
    walk.host.unknown(unknownAt("shell.code", span));
    return;
  }
  for (const [name] of text.slice(0, 4_096).matchAll(/[A-Za-z_]\w*/g)) {
    const choices = state.variables.get(name)?.choices ?? [];
    if (choices.some((choice) => /[$`]/.test(withoutHoles(choice)))) {
      walk.host.unknown(unknownAt("shell.code", span));
    }
  }
}

/** Variables that change this shell's own reading of words, exported or not. */
const MATTERS: ReadonlySet<string> = new Set(
  ["PATH", "IFS", "CDPATH", "HOME", "BASH_ENV", "ENV", "PROMPT_COMMAND", "PS4"],
);

function referred(state: State, name: string): string {
  let target = name;
  for (let i = 0; i < 4; i++) {
    const found = state.variables.get(target);
    if (found?.reference !== true) break;
    target = found.choices[0] ?? target;
  }
  return target;
}

function shape(text: string, attribute: Variable["attribute"]): string {
  switch (attribute) {
    case "lower":
      return text.toLowerCase();
    case "upper":
      return text.toUpperCase();
    case "integer":
      return /^-?\d+$/.test(text) ? text : NAME;
    default:
      return text;
  }
}

/** Names that a login environment usually has, and so are exported when set. */
function isInherited(name: string): boolean {
  return INHERITED.has(name) || /^(?:LC_|LD_|DYLD_|GIT_)/.test(name);
}

const INHERITED: ReadonlySet<string> = new Set(
  ("HOME PATH USER LOGNAME SHELL LANG TERM TMPDIR PWD OLDPWD EDITOR VISUAL " +
    "PAGER NODE_OPTIONS PYTHONPATH CDPATH").split(" "),
);

/** Variables that a program started now is given, set by the text. */
export function exportedTo(state: State): Map<string, Variable> {
  const given = new Map<string, Variable>();
  for (const [name, variable] of state.variables) {
    if (variable?.exported === true) given.set(name, variable);
  }
  return given;
}
