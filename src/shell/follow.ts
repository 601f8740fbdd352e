// Copyright 2026 the airg authors. Apache-2.0 license.

/**
 * Follows a tree the way a shell would run it, and tells the host of every
 * command that could start.
 *
 * Both sides of every branch are followed; a state holds all that may be true
 * at a point. What is followed is a superset of what runs.
 *
 * @module
 */

import type { ArithmeticScope } from "./arithmetic.ts";
import { followCompound } from "./compound.ts";
import { ShellStop } from "./cursor.ts";
import { expandText } from "./expand.ts";
import type { Host, Stdin, Walk } from "./host.ts";
import { MAX_CALLS, MAX_STEPS, MIN_STEPS } from "./limits.ts";
import { readShell } from "./read_script.ts";
import { followSimple } from "./simple.ts";
import { fork, join, type State } from "./state.ts";
import type {
  AndOr,
  Command,
  Pipeline,
  ProcessPart,
  Script,
  Span,
} from "./syntax.ts";
import { type ShellCode, unknownAt } from "./unknown.ts";
import { ANY, MANY } from "./value.ts";
import { setVariable, valueOf } from "./variables.ts";

/** What a command reads, and whether somebody wants what it writes. */
export interface Streams {
  readonly stdin: Stdin;
  /** Collects known output; absent where nobody looks at it. */
  readonly output?: { text: string };
}

/** Nothing piped in, nobody looking. */
const PLAIN: Streams = { stdin: { kind: "inherited" } };

/** Starts following texts for `host`. */
export function startWalk(host: Host, length: number): Walk {
  return {
    host,
    root: host,
    steps: Math.min(MAX_STEPS, MIN_STEPS + length),
    calls: 0,
    loops: 0,
    functions: [],
    written: new Map(),
    copies: new Map(),
    locals: [],
    traps: [],
    nextDescriptor: 63,
    apart: 0,
  };
}

/** Tells of something not understood. */
export function hostUnknown(walk: Walk, code: ShellCode, span: Span): void {
  walk.host.unknown(unknownAt(code, span));
}

/** Reads and follows a text; `origin` as for `readShell`. */
export function followText(
  walk: Walk,
  state: State,
  text: string,
  { origin, streams = PLAIN }: {
    readonly origin: number | Span;
    readonly streams?: Streams;
  },
): void {
  if (++walk.calls > MAX_CALLS) {
    hostUnknown(walk, "shell.too_deep", spanIn(origin, text));
  } else {
    if (walk.calls > 1) walk.steps -= text.length >> 3;
    const { script, unknowns } = readShell(text, origin);
    followScript(walk, state, script, streams);
    for (const unknown of unknowns) walk.host.unknown(unknown);
  }
  walk.calls--;
}

function spanIn(origin: number | Span, text: string): Span {
  return typeof origin === "number" ? [origin, origin + text.length] : origin;
}

/** Follows a list of commands. */
export function followScript(
  walk: Walk,
  state: State,
  { items }: Script,
  streams: Streams,
): void {
  for (const item of items) {
    if (state.ended !== "no") return;
    followAndOr(walk, state, item, streams);
  }
}

/** Uses up a step. Past the last the rest of the text is not followed. */
export function step(walk: Walk, span: Span): void {
  if (--walk.steps < 0) {
    throw new ShellStop(unknownAt("shell.too_complex", span));
  }
}

function followAndOr(
  walk: Walk,
  state: State,
  { first, rest, background }: AndOr,
  streams: Streams,
): void {
  if (background) {
    const apart = fork(state);
    walk.apart++;
    followList(walk, apart, first, rest, streams);
    walk.apart--;
  } else followList(walk, state, first, rest, streams);
}

function followList(
  walk: Walk,
  state: State,
  first: Pipeline,
  rest: AndOr["rest"],
  streams: Streams,
): void {
  followPipeline(walk, state, first, streams);
  if (rest.length === 0) {
    settle(walk, state);
    return;
  }
  let good = state;
  let bad = failedState(state);
  for (const { operator, pipeline } of rest) {
    const from = operator === "&&" ? good : bad;
    const other = operator === "&&" ? bad : good;
    const run = fork(from);
    run.failed = undefined;
    if (run.ended === "no") followPipeline(walk, run, pipeline, streams);
    const failed = failedState(run);
    const kept = fork(other);
    if (operator === "&&") {
      walk.steps -= join(kept, failed) >> 1;
      [good, bad] = [run, kept];
    } else {
      walk.steps -= join(kept, run) >> 1;
      [good, bad] = [kept, failed];
    }
  }
  const end = fork(good);
  walk.steps -= join(end, bad) >> 1;
  Object.assign(state, end);
  state.failed = undefined;
}

/** The state if the last command failed. */
function failedState(state: State): State {
  const { failed } = state;
  const other = fork(state);
  state.failed = undefined;
  other.failed = undefined;
  if (failed !== undefined) other.folders = failed.folders;
  return other;
}

/** After `;` a command may have failed or not. */
function settle(walk: Walk, state: State): void {
  if (state.failed === undefined) return;
  const other = failedState(state);
  walk.steps -= join(state, other) >> 1;
}

function followPipeline(
  walk: Walk,
  state: State,
  { commands, timed }: Pipeline,
  streams: Streams,
): void {
  const via = timed ? ["time"] : [];
  const [only] = commands;
  if (only === undefined) return;
  if (commands.length === 1) {
    followCommand(walk, state, only, streams, via);
    return;
  }
  let { stdin } = streams;
  for (const [i, command] of commands.entries()) {
    const last = i === commands.length - 1;
    const output = { text: "" };
    const given = last ? streams.output : output;
    walk.apart++;
    const shell = fork(state);
    followCommand(walk, shell, command, {
      stdin,
      ...(given !== undefined && { output: given }),
    }, via);
    walk.apart--;
    if (last && state.options.lastPipe) walk.steps -= join(state, shell) >> 1;
    stdin = output.text === ANY
      ? { kind: "opaque" }
      : { kind: "text", text: output.text };
  }
}

/** Follows one command. */
export function followCommand(
  walk: Walk,
  state: State,
  command: Command,
  streams: Streams,
  via: readonly string[] = [],
): void {
  step(walk, command.span);
  if (command.kind === "simple") {
    followSimple(walk, state, command, streams, via);
  } else followCompound(walk, state, command, streams);
}

/** What commands write, where it is known; they run in a shell of their own. */
export function capture(
  walk: Walk,
  state: State,
  body: Script,
  stdin: Stdin = PLAIN.stdin,
): string {
  const output = { text: "" };
  walk.apart++;
  followScript(walk, fork(state), body, { stdin, output });
  walk.apart--;
  return output.text;
}

/** Follows a process substitution; its path, whose content is remembered. */
export function processPath(
  walk: Walk,
  state: State,
  { body, direction }: ProcessPart,
): string {
  const path = `/dev/fd/${walk.nextDescriptor--}`;
  if (direction === ">") {
    walk.apart++;
    followScript(walk, fork(state), body, { stdin: { kind: "opaque" } });
    walk.apart--;
  } else walk.written.set(path, [capture(walk, state, body)]);
  return path;
}

/** Follows what `trap` has left for the end. */
export function followTraps(walk: Walk, state: State): void {
  for (const { text, origin } of walk.traps.splice(0)) {
    const end = fork(state);
    end.ended = "no";
    followText(walk, end, text, { origin });
  }
}

/** Adds to collected output. */
export function write({ output }: Streams, text: string): void {
  if (output === undefined) return;
  output.text += text;
  if (output.text.length > 1_000_000) output.text = ANY;
}

/** Variables as arithmetic sees them. */
export function scopeOf(
  walk: Walk,
  state: State,
): ArithmeticScope & { readonly asked: { unknown: boolean } } {
  const asked = { unknown: false };
  const scope = knownScope(walk, state);
  return {
    ...scope,
    asked,
    get: (name) => {
      const text = scope.get(name);
      if (text === undefined) asked.unknown = true;
      return text;
    },
  };
}

function knownScope(walk: Walk, state: State): ArithmeticScope {
  return {
    get: (name) => {
      const plain = /^\w+/.exec(name)?.[0] ?? name;
      if (plain !== name) return undefined;
      const choices = valueOf(walk, state, name);
      if (choices === undefined) return "0";
      const [only = ""] = choices;
      if (choices.length !== 1 || only.includes("\0")) return undefined;
      if (/[$`]/.test(only)) {
        // The shell expands a value again: `a[$(cmd)]` would run cmd.
        hostUnknown(walk, "shell.code", [0, 0]);
        return undefined;
      }
      return only;
    },
    set: (name, value) => {
      const plain = /^\w+/.exec(name)?.[0];
      if (plain === undefined) return;
      if (plain !== name) {
        setVariable(walk, state, plain, { choices: [ANY], items: [MANY] });
        return;
      }
      setVariable(walk, state, plain, { choices: [value ?? "\0_"] });
    },
  };
}

/** The one text of a word, or a hole. */
export function oneText(
  walk: Walk,
  state: State,
  word: Parameters<typeof expandText>[2],
): string {
  const choices = expandText(walk, state, word);
  return choices.length === 1 ? choices[0] ?? "" : ANY;
}
