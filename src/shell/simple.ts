// Copyright 2026 the airg authors. Apache-2.0 license.

/**
 * Follows a simple command: assignments, words, and what the first word names.
 *
 * @module
 */

import { evaluate } from "./arithmetic.ts";
import { type Call, isBuiltin, isWrapper, runBuiltin } from "./builtins.ts";
import { expandText, expandWord } from "./expand.ts";
import {
  followCommand,
  followText,
  hostUnknown,
  oneText,
  scopeOf,
  type Streams,
  write,
} from "./follow.ts";
import type { Walk } from "./host.ts";
import { MAX_CALLS, MAX_CHOICES } from "./limits.ts";
import { outputOf } from "./output.ts";
import { isIndex } from "./parameter.ts";
import { quoteWord } from "./quote.ts";
import { readShell } from "./read_script.ts";
import { applyRedirections } from "./redirect.ts";
import { fork, join, own, type State } from "./state.ts";
import type {
  Assignment,
  Command,
  SimpleCommand,
  Span,
  Word,
} from "./syntax.ts";
import { ANY, hasHole, isMany, MANY } from "./value.ts";
import { setVariable, valueOf, variableOf } from "./variables.ts";

/** Follows one simple command. */
export function followSimple(
  walk: Walk,
  state: State,
  command: SimpleCommand,
  outer: Streams,
  via: readonly string[],
): void {
  const { assignments, redirections, span } = command;
  const lists = argumentLists(walk, state, command);
  const { streams, close, lose } = applyRedirections(
    walk,
    state,
    redirections,
    inputOf(state, outer),
  );
  const lasts = redirections.length > 0 && isBareExec(lists);
  // The redirections of `exec` alone hold for all that follows.
  if (lasts) state.input = streams.stdin;
  const named = lists.filter(({ argv }) => argv.length > 0);
  if (named.length < lists.length) {
    // No program: the assignments stay, and substitutions have run.
    for (const one of assignments) assign(walk, state, one);
    if (isFileRead(command)) write(streams, readInput(streams));
  }
  const texts = named.length === 0
    ? []
    : assignments.map((one) =>
      `${one.name}${one.append ? "+" : ""}=${
        "parts" in one.value ? oneText(walk, state, one.value) : ANY
      }`
    );
  // Which of several lists it is decides what is written.
  const spoken: Streams = named.length > 1
    ? { stdin: streams.stdin, output: { text: "" } }
    : streams;
  if (named.length > 1) write(streams, ANY);
  const before = named.length > 1 ? fork(state) : state;
  for (const [i, { argv, spans }] of named.entries()) {
    const turn = i === 0 ? state : fork(before);
    start(walk, turn, {
      argv,
      spans,
      span,
      assignments: texts,
      via,
      streams: spoken,
      redirected: redirections.length > 0,
      declarations: command.words.filter((word) => !("parts" in word)),
      plain: via.length === 0 || via[0] === "time",
    }, command);
    if (turn !== state) walk.steps -= join(state, turn) >> 1;
  }
  if (lasts) lose();
  else close();
}

/** What the command reads where nothing is redirected. */
export function inputOf(state: State, outer: Streams): Streams {
  return outer.stdin.kind === "inherited" && state.input !== undefined
    ? { ...outer, stdin: state.input }
    : outer;
}

function isBareExec(lists: readonly Arguments[]): boolean {
  return lists.some(({ argv }) => argv.length === 1 && argv[0] === "exec");
}

/** `$(<file)` writes the file. */
function isFileRead(
  { words, assignments, redirections }: SimpleCommand,
): boolean {
  return words.length + assignments.length === 0 &&
    redirections.some(({ operator }) => operator === "<");
}

function readInput({ stdin }: Streams): string {
  return stdin.kind === "text" ? stdin.text : ANY;
}

interface Arguments {
  readonly argv: readonly string[];
  readonly spans: readonly Span[];
}

/** All lists of words the command may be; usually one. */
function argumentLists(
  walk: Walk,
  state: State,
  { words }: SimpleCommand,
): readonly Arguments[] {
  let lists: readonly Arguments[] = [{ argv: [], spans: [] }];
  for (const word of words) {
    if ("parts" in word && word.literal !== undefined) {
      for (const { argv, spans } of lists) {
        (argv as string[]).push(word.literal);
        (spans as Span[]).push(word.span);
      }
      continue;
    }
    const made = "parts" in word
      ? expandWord(walk, state, word)
      : [[declarationText(walk, state, word)]];
    const kept = lists.length * made.length > MAX_CHOICES ? [[MANY]] : made;
    const [only] = kept;
    if (kept.length === 1 && only !== undefined) {
      for (const { argv, spans } of lists) {
        (argv as string[]).push(...only);
        (spans as Span[]).push(...only.map(() => word.span));
      }
      continue;
    }
    lists = lists.flatMap(({ argv, spans }) =>
      kept.map((fields) => ({
        argv: [...argv, ...fields],
        spans: [...spans, ...fields.map(() => word.span)],
      }))
    );
  }
  return lists;
}

/** `NAME=value` as the argument of `export` and its like. */
function declarationText(walk: Walk, state: State, one: Assignment): string {
  if ("parts" in one.value) {
    const equals = one.append ? "+=" : "=";
    return `${one.name}${equals}${oneText(walk, state, one.value)}`;
  }
  return `${one.name}=`;
}

/** Sets what an assignment sets. */
export function assign(
  walk: Walk,
  state: State,
  { name, index, append, value, span }: Assignment,
): void {
  if (!("parts" in value)) {
    assignElements(walk, state, { name, append, span }, value.elements);
    return;
  }
  const texts = expandText(walk, state, value);
  if (index !== undefined) {
    return assignElement(walk, state, { name, index, append, texts, span });
  }
  if (!append) return setVariable(walk, state, name, { choices: texts, span });
  const old = valueOf(walk, state, name) ?? [""];
  const joined = old.flatMap((was) => texts.map((text) => was + text));
  setVariable(walk, state, name, {
    choices: joined.length > MAX_CHOICES ? [ANY] : joined,
    span,
  });
}

type Elements = Exclude<Assignment["value"], Word>["elements"];

/** `name=(..)`: elements with and without a key of their own. */
function assignElements(
  walk: Walk,
  state: State,
  { name, append, span }: Pick<Assignment, "name" | "append" | "span">,
  elements: Elements,
): void {
  const old = variableOf(state, name);
  const hashed = old?.keys?.every(isIndex) === false ||
    old?.keys !== undefined && old.items?.length === 0;
  const before = append ? old?.items ?? [] : [];
  const items = [...before];
  const keys = [...append && old?.keys || before.map((_, i) => `${i}`)];
  const pairs = hashed && elements.every(({ index }) => index === undefined);
  const indexed = elements.some(({ index }) => index !== undefined) ||
    append && old?.keys !== undefined;
  for (const element of elements) {
    const [fields = [MANY], ...others] = element.index === undefined
      ? expandWord(walk, state, element.value)
      : [expandText(walk, state, element.value)];
    const made = others.length > 0 ? [MANY] : fields;
    const key = element.index && oneText(walk, state, element.index);
    const next = Number(keys.at(-1) ?? -1) + 1;
    const at = element.append === true ? keys.lastIndexOf(key ?? "") : -1;
    keys.push(...made.map((_, i) => key ?? String(next + i)));
    items.push(...at < 0 ? made : made.map((text) => (items[at] ?? "") + text));
  }
  if ((pairs || indexed) && items.some(isMany)) {
    return setVariable(walk, state, name, {
      choices: [ANY],
      items: [MANY],
      span,
    });
  }
  const known: Keyed = pairs
    ? keyed(
      items.filter((_, i) => i % 2 === 1),
      items.filter((_, i) => i % 2 === 0),
    )
    : indexed || hashed
    ? keyed(items, keys)
    : { items };
  const dense = !hashed && known.keys?.every((key, i) => key === `${i}`);
  setVariable(walk, state, name, {
    choices: [known.items[0] ?? ""],
    ...dense === true ? { items: known.items } : known,
    span,
  });
}

interface Keyed {
  readonly items: readonly string[];
  readonly keys?: readonly string[];
}

/** The last value of each key; numbers in order. */
function keyed(items: readonly string[], keys: readonly string[]): Keyed {
  const last = new Map(keys.map((key, i) => [key, items[i] ?? ""]));
  const entries = [...last];
  if (entries.every(([key]) => isIndex(key))) {
    entries.sort(([a], [b]) => Number(a) - Number(b));
  }
  return {
    items: entries.map(([, item]) => item),
    keys: entries.map(([key]) => key),
  };
}

function assignElement(
  walk: Walk,
  state: State,
  { name, index, append, texts, span }: {
    readonly name: string;
    readonly index: Word;
    readonly append: boolean;
    readonly texts: readonly string[];
    readonly span: Span;
  },
): void {
  const variable = variableOf(state, name);
  const key = oneText(walk, state, index);
  if (name === "BASH_ALIASES" || name === "BASH_CMDS") {
    // Both change what a later word starts.
    hostUnknown(walk, "shell.alias", span);
  }
  const text = texts.length === 1 ? texts[0] ?? "" : ANY;
  const set = (items: readonly string[], keys?: readonly string[]): void =>
    setVariable(walk, state, name, {
      choices: [items[0] ?? ""],
      items,
      ...(keys !== undefined && { keys }),
      span,
    });
  const items = variable?.items ?? [];
  if (variable?.keys !== undefined) {
    const at = variable.keys.lastIndexOf(key);
    const whole = append && at >= 0 ? (items[at] ?? "") + text : text;
    const all = keyed([...items, whole], [...variable.keys, key]);
    set(all.items, all.keys);
    return;
  }
  const at = evaluate(key, scopeOf(walk, state));
  const place = at === undefined ? -1 : Number(at);
  if (place < 0 || place > items.length || items.some(isMany)) {
    set([MANY]);
    return;
  }
  const whole = append ? (items[place] ?? "") + text : text;
  set(items.toSpliced(place, 1, whole));
}

/** Finds what the first word names, and follows it. */
function start(
  walk: Walk,
  state: State,
  call: Call,
  command: SimpleCommand,
): void {
  const [name = ""] = call.argv;
  if (call.via.length > MAX_CALLS) {
    return hostUnknown(walk, "shell.too_deep", call.span);
  }
  const bodies = call.plain && !hasHole(name)
    ? state.functions.get(name)
    : undefined;
  if (call.plain) followAlias(walk, state, call, command);
  if (bodies !== undefined) {
    for (const body of bodies) {
      const turn = bodies.length > 1 ? fork(state) : state;
      callFunction(walk, turn, name, body, call);
      if (turn !== state) walk.steps -= join(state, turn) >> 1;
    }
    return;
  }
  // Told before it runs: `cd` changes where later words lead.
  const builtin = isBuiltin(name);
  const stdin = call.streams.stdin;
  if (builtin && !isWrapper(name)) {
    walk.host.start({ ...call, stdin, state, builtin }, walk);
  }
  const scoped = SCOPED.has(name) ? setFor(walk, state, call) : undefined;
  const output = builtin
    ? runBuiltin(
      walk,
      state,
      call,
      (inner) => start(walk, state, inner, command),
    )
    : undefined;
  scoped?.();
  if (output === "followed") return;
  if (builtin && isWrapper(name)) {
    // `command -v x` starts nothing.
    walk.host.start({ ...call, stdin, state, builtin }, walk);
  }
  walk.steps -= 3;
  const missing = builtin
    ? undefined
    : state.functions.get("command_not_found_handle");
  for (const body of missing ?? []) {
    const argv = ["command_not_found_handle", ...call.argv];
    if (walk.functions.includes(argv[0] ?? "")) break;
    callFunction(walk, fork(state), argv[0] ?? "", body, { ...call, argv });
  }
  const told = builtin
    ? undefined
    : walk.host.start({ ...call, stdin, state, builtin }, walk);
  if (call.streams.output === undefined) return;
  write(
    call.streams,
    output?.text ?? told ?? outputOf(walk, state, call.argv, stdin),
  );
}

/** Builtins whose code sees the variables set for them. */
const SCOPED: ReadonlySet<string> = new Set(["eval", "source", "."]);

/** Sets the variables of one command; the result puts the old ones back. */
function setFor(
  walk: Walk,
  state: State,
  { assignments, span }: Call,
): () => void {
  const before = assignments.map((one): [string, string] => {
    const [whole, name = ""] = /^([^=+]*)\+?=/.exec(one) ?? ["", ""];
    return [name, one.slice(whole.length)];
  });
  const old = before.map(([name]) => state.variables.get(name));
  for (const [name, text] of before) {
    setVariable(walk, state, name, { choices: [text], span });
  }
  return () => {
    if (before.length > 0) own(state);
    for (const [i, [name]] of before.entries()) {
      const value = old[i];
      if (value === undefined) state.variables.delete(name);
      else state.variables.set(name, value);
    }
  };
}

/** Reads the command once more with an alias in place of its first word. */
function followAlias(
  walk: Walk,
  state: State,
  call: Call,
  { words }: SimpleCommand,
): void {
  if (state.aliases.size === 0) return;
  const [first] = words;
  if (first === undefined || !("parts" in first) || !first.bare) return;
  const name = first.literal ?? "";
  const text = state.aliases.get(name);
  if (text === undefined) return;
  if (hasHole(text)) return hostUnknown(walk, "shell.alias", call.span);
  const rest = call.argv.slice(1).map((word) =>
    hasHole(word) ? '"${airg_unknown}"' : quoteWord(word)
  );
  // An alias that ends in a blank lets the next word be one too.
  const next = words[1];
  const second = /[ \t]$/.test(text) && next !== undefined &&
      "parts" in next && next.bare
    ? state.aliases.get(next.literal ?? "")
    : undefined;
  if (second !== undefined && !hasHole(second)) rest[0] = second;
  const whole = `${text} ${rest.join(" ")}`;
  if (readShell(whole).unknowns.length > 0) {
    return hostUnknown(walk, "shell.alias", call.span);
  }
  walk.steps -= own(state) >> 1;
  state.aliases.delete(name);
  followText(walk, state, whole, { origin: call.span, streams: call.streams });
  own(state);
  state.aliases.set(name, text);
}

function callFunction(
  walk: Walk,
  state: State,
  name: string,
  body: Command,
  call: Call,
): void {
  const nested = walk.functions.filter((other) => other === name).length;
  if (nested > 0 && walk.apart > 0) {
    // It starts itself in the background or in a pipeline.
    hostUnknown(walk, "shell.fork_bomb", call.span);
    return;
  }
  if (nested > 2 || walk.functions.length >= MAX_CALLS) {
    hostUnknown(walk, "shell.too_deep", call.span);
    return;
  }
  const outer = { positional: state.positional, apart: walk.apart };
  state.positional = nested > 0 ? [MANY] : call.argv.slice(1);
  walk.functions.push(name);
  walk.locals.push(new Map());
  walk.apart = 0;
  const restore = setFor(walk, state, call);
  followCommand(walk, state, body, call.streams);
  restore();
  walk.apart = outer.apart;
  const locals = walk.locals.pop();
  walk.functions.pop();
  if (locals !== undefined && locals.size > 0) {
    own(state);
    for (const [variable, old] of locals) {
      if (old === undefined) state.variables.delete(variable);
      else state.variables.set(variable, old);
    }
  }
  if (state.ended === "function") state.ended = "no";
  state.positional = outer.positional;
}
