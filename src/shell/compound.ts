// Copyright 2026 the airg authors. Apache-2.0 license.

/**
 * Follows commands that hold others.
 *
 * @module
 */

import { evaluate } from "./arithmetic.ts";
import { followSubscript } from "./builtins.ts";
import { expandPattern, expandText, expandWords } from "./expand.ts";
import {
  followCommand,
  followScript,
  scopeOf,
  step,
  type Streams,
} from "./follow.ts";
import type { Walk } from "./host.ts";
import { MAX_TURNS } from "./limits.ts";
import { matchesPattern } from "./pattern.ts";
import { applyRedirections } from "./redirect.ts";
import { inputOf } from "./simple.ts";
import { fork, join, own, type State } from "./state.ts";
import type { CompoundCommand, Script, TestWord, Word } from "./syntax.ts";
import { ANY, hasHole, isMany, NAME } from "./value.ts";
import { setVariable } from "./variables.ts";

/** Follows one compound command in `state`. */
export function followCompound(
  walk: Walk,
  state: State,
  command: CompoundCommand,
  outer: Streams,
): void {
  const { streams, close } = applyRedirections(
    walk,
    state,
    command.redirections,
    inputOf(state, outer),
  );
  followBody(walk, state, command, streams);
  close();
}

function followBody(
  walk: Walk,
  state: State,
  command: CompoundCommand,
  streams: Streams,
): void {
  switch (command.kind) {
    case "subshell":
      walk.apart++;
      followScript(walk, fork(state), command.body, streams);
      walk.apart--;
      return;
    case "group":
      return followScript(walk, state, command.body, streams);
    case "if":
      return followIf(walk, state, command, streams);
    case "while":
    case "until":
      return followWhile(walk, state, command, streams);
    case "for":
    case "select":
      return followFor(walk, state, command, streams);
    case "arithmetic-for":
      return followArithmeticFor(walk, state, command, streams);
    case "case":
      return followCase(walk, state, command, streams);
    case "arithmetic": {
      for (const text of expandText(walk, state, command.expression)) {
        evaluate(text, scopeOf(walk, state));
      }
      return;
    }
    case "test":
      return followTest(walk, state, command.words);
    case "function":
      walk.steps -= own(state) >> 1;
      state.functions.set(command.name, [command.body]);
      return;
    case "coproc":
      walk.apart++;
      followCommand(walk, fork(state), command.body, {
        stdin: { kind: "opaque" },
      });
      walk.apart--;
      return;
  }
}

type Of<Kind> = Extract<CompoundCommand, { kind: Kind }>;

function followIf(
  walk: Walk,
  state: State,
  { branches, otherwise }: Of<"if">,
  streams: Streams,
): void {
  const ends: State[] = [];
  for (const { condition, body } of branches) {
    followScript(walk, state, condition, streams);
    const taken = fork(state);
    followScript(walk, taken, body, streams);
    ends.push(taken);
  }
  if (otherwise !== undefined) followScript(walk, state, otherwise, streams);
  for (const end of ends) walk.steps -= join(state, end) >> 1;
}

function followWhile(
  walk: Walk,
  state: State,
  { condition, body }: Of<"while" | "until">,
  streams: Streams,
): void {
  repeat(walk, state, (turn) => {
    followScript(walk, turn, condition, streams);
    if (turn.ended === "no") followScript(walk, turn, body, streams);
  });
}

/**
 * Follows a body that runs any number of times: once as it is entered, and
 * once more with everything it changes unknown.
 */
function repeat(
  walk: Walk,
  state: State,
  run: (turn: State) => void,
): void {
  walk.loops++;
  const first = fork(state);
  run(first);
  endLoop(first);
  const again = fork(state);
  walk.steps -= join(again, first) >> 1;
  if (changed(state, again)) {
    forgetChanged(state, again);
    run(again);
    endLoop(again);
    walk.steps -= join(state, again) >> 1;
  }
  walk.steps -= join(state, first) >> 1;
  walk.loops--;
}

/** `break` and `continue` go no further than the loop. */
function endLoop(state: State): void {
  if (state.ended === "loop") state.ended = "no";
}

function changed(before: State, after: State): boolean {
  return before.variables !== after.variables ||
    before.folders !== after.folders || before.functions !== after.functions ||
    before.positional !== after.positional;
}

/** Gives every variable that differs any value at all. */
function forgetChanged(before: State, after: State): void {
  if (before.variables !== after.variables) {
    own(after);
    for (const [name, variable] of after.variables) {
      const old = before.variables.get(name);
      if (old === variable) continue;
      const exported = variable?.exported ?? false;
      const items = variable?.items && ["\0+"];
      const digits = variable?.choices.every((text) =>
        /^-?[0-9]*$/.test(text) || text === NAME
      );
      after.variables.set(name, {
        choices: [digits === true ? NAME : ANY],
        exported,
        ...(items !== undefined && { items }),
      });
    }
  }
  if (before.folders === after.folders) return;
  // `cd ..` in a loop: the second turn has been joined; more are not followed.
  if ((after.folders?.length ?? 0) > 4) after.folders = undefined;
}

function followFor(
  walk: Walk,
  state: State,
  command: Of<"for" | "select">,
  streams: Streams,
): void {
  const { name, words, body, span } = command;
  const lists = words === undefined
    ? [state.positional]
    : expandWords(walk, state, words);
  const items = lists.length === 1
    ? lists[0] ?? []
    : [...new Set(lists.flat())];
  const known = command.kind === "for" && items.length <= MAX_TURNS &&
    !items.some(isMany);
  if (!known || walk.loops > 1 && items.length > 8) {
    // One turn for all items: the name has any of their values.
    const choices = items.some(isMany) || items.length > 8 ? [ANY] : items;
    repeat(walk, state, (turn) => {
      setVariable(walk, turn, name, { choices, span });
      followScript(walk, turn, body, streams);
    });
    if (known || command.kind === "for" && items.length > MAX_TURNS) {
      eachTurn(walk, fork(state), items.slice(0, 256), name, body, streams);
    }
    return;
  }
  eachTurn(walk, state, items, name, body, streams);
}

function eachTurn(
  walk: Walk,
  state: State,
  items: readonly string[],
  name: string,
  body: Script,
  streams: Streams,
): void {
  walk.loops++;
  const span = body.items[0]?.first.commands[0]?.span ?? [0, 0];
  for (const item of items) {
    step(walk, span);
    setVariable(walk, state, name, { choices: [item], span });
    // A `break` behind a condition leaves both states; follow the longer one.
    followScript(walk, state, body, streams);
    endLoop(state);
    if (state.ended !== "no") break;
  }
  walk.loops--;
}

function followArithmeticFor(
  walk: Walk,
  state: State,
  { parts, body }: Of<"arithmetic-for">,
  streams: Streams,
): void {
  const [init, condition, advance] = parts;
  const run = (word: Word | undefined, turn: State): void => {
    if (word === undefined) return;
    for (const text of expandText(walk, turn, word)) {
      evaluate(text, scopeOf(walk, turn));
    }
  };
  run(init, state);
  repeat(walk, state, (turn) => {
    run(condition, turn);
    followScript(walk, turn, body, streams);
    run(advance, turn);
  });
}

function followCase(
  walk: Walk,
  state: State,
  { subject, items }: Of<"case">,
  streams: Streams,
): void {
  const subjects = expandText(walk, state, subject);
  const [only = ANY] = subjects;
  const known = subjects.length === 1 && !hasHole(only);
  const ends: State[] = [];
  let falls: State | undefined;
  let sure = false;
  for (const { patterns, body, end } of items) {
    const fits = patterns.map((word) => {
      const [pattern = ANY, ...more] = expandPattern(walk, state, word);
      return known && more.length === 0
        ? matchesPattern(pattern, only)
        : undefined;
    });
    const may = fits.some((fit) => fit !== false);
    if (!may && falls === undefined) continue;
    const taken = fork(state);
    if (falls !== undefined) walk.steps -= join(taken, falls) >> 1;
    followScript(walk, taken, body, streams);
    falls = end === ";&" ? taken : undefined;
    ends.push(taken);
    sure = end === ";;" && fits.includes(true);
    if (sure) break;
  }
  const [first] = ends;
  if (sure && first !== undefined) {
    Object.assign(state, first);
    state.shared = true;
  }
  for (const end of ends) walk.steps -= join(state, end) >> 1;
}

/** Operators of `[[` that evaluate both sides as arithmetic. */
const NUMERIC: ReadonlySet<string> = new Set(
  ["-eq", "-ne", "-lt", "-le", "-gt", "-ge"],
);

function followTest(
  walk: Walk,
  state: State,
  words: readonly TestWord[],
): void {
  for (const [i, word] of words.entries()) {
    if (typeof word === "string") continue;
    const counts = [words[i - 1], words[i + 1]].some((next) =>
      NUMERIC.has(typeof next === "string" ? next : next?.literal ?? "")
    );
    for (const text of expandText(walk, state, word)) {
      followSubscript(walk, state, text, word.span);
      // A name here stands for its value, which is evaluated in turn.
      if (counts) evaluate(text, scopeOf(walk, state));
    }
  }
}
