// Copyright 2026 the airg authors. Apache-2.0 license.

/**
 * Builtins that change what later commands mean, and what builtins write.
 *
 * Source: the Bash manual, 4 Shell Builtin Commands; POSIX.1-2024, 2.15.
 *
 * @module
 */

import { evaluate } from "./arithmetic.ts";
import { followText, hostUnknown, scopeOf, type Streams } from "./follow.ts";
import type { Walk } from "./host.ts";
import { escapes, formatPrintf } from "./printf.ts";
import { absolute, absolutePath, normalizePath } from "./place.ts";
import { MAX_CHOICES, MAX_FOLDERS } from "./limits.ts";
import { assign } from "./simple.ts";
import { fork, join, own, type State } from "./state.ts";
import type { Assignment, Span, Word } from "./syntax.ts";
import { splitFields, splitLines } from "./split.ts";
import {
  ANY,
  asOneWord,
  hasHole,
  isMany,
  MANY,
  NAME,
  withoutHoles,
} from "./value.ts";
import { checkArithmetic, setVariable, valueOf } from "./variables.ts";

/** A command whose words are expanded. */
export interface Call {
  readonly argv: readonly string[];
  readonly spans: readonly Span[];
  readonly span: Span;
  readonly assignments: readonly string[];
  readonly via: readonly string[];
  readonly streams: Streams;
  readonly redirected: boolean;
  /** Arguments of `export` and its like as they were read. */
  readonly declarations: readonly (Word | Assignment)[];
  /** Functions and aliases may stand for the first word. */
  readonly plain: boolean;
}

/** What a builtin wrote; `"followed"` where another command took its place. */
type Ran = { readonly text?: string } | "followed" | undefined;

type Builtin = (
  walk: Walk,
  state: State,
  call: Call,
  start: (inner: Call) => void,
) => Ran;

/** Runs the builtin that the first word names; `undefined` where there is none. */
export function runBuiltin(
  walk: Walk,
  state: State,
  call: Call,
  start: (inner: Call) => void,
): Ran {
  const [name = ""] = call.argv;
  const builtin = BUILTINS.get(name);
  if (READS_SUBSCRIPTS.has(name)) {
    for (const word of call.argv) followSubscript(walk, state, word, call.span);
  }
  return builtin?.(walk, state, call, start);
}

/** Builtins that take the name of a variable, and expand its subscript once more. */
const READS_SUBSCRIPTS: ReadonlySet<string> = new Set(
  ("test [ printf read let declare typeset local export readonly unset " +
    "mapfile readarray getopts wait").split(" "),
);

/** `a[$(cmd)]` as the name of a variable runs cmd, whatever quotes stood around it. */
export function followSubscript(
  walk: Walk,
  state: State,
  word: string,
  span: Span,
): void {
  if (!/\[[^]*[$`]/.test(word) || hasHole(word)) return;
  const text = `: "${word.replaceAll('"', '\\"')}"`;
  followText(walk, state, text, { origin: span });
}

const NOTHING = { text: "" } as const;

/** Runs the words after the options as a command of the same shell. */
function wrapper(takesValue: RegExp, stops: RegExp): Builtin {
  return (_walk, _state, call, start) => {
    const { argv } = call;
    let at = 1;
    while (argv[at]?.startsWith("-")) {
      const word = argv[at++] as string;
      if (word === "--") break;
      if (stops.test(word)) return {};
      if (takesValue.test(word)) at++;
    }
    if (argv[at] === undefined) return NOTHING;
    start({
      ...call,
      argv: argv.slice(at),
      spans: call.spans.slice(at),
      via: [...call.via, argv[0] ?? ""],
      plain: false,
    });
    return "followed";
  };
}

function evalBuiltin(walk: Walk, state: State, call: Call): Ran {
  const from = call.argv[1] === "--" ? 2 : 1;
  followCode(walk, state, call.argv.slice(from).join(" "), call);
  return {};
}

/** Follows text that the shell is given to run, as far as it is known. */
function followCode(
  walk: Walk,
  state: State,
  text: string,
  { span, streams, spans }: {
    readonly span: Span;
    readonly streams: Streams;
    readonly spans: readonly Span[];
  },
): void {
  const origin = spans[1] ?? span;
  if (hasHole(text)) hostUnknown(walk, "shell.code", origin);
  // What is known is followed all the same: it may be worse than unknown.
  const known = text.replace(/\0[$+*?_]/g, '"${airg_unknown}"');
  if (withoutHoles(text).trim() === "") return;
  followText(walk, state, known, { origin, streams });
}

function sourceBuiltin(walk: Walk, state: State, call: Call): Ran {
  const [, path = ""] = call.argv;
  const [whole = ""] = absolute(state, path);
  const texts = walk.written.get(whole);
  const outer = state.positional;
  if (call.argv.length > 2) state.positional = call.argv.slice(2);
  walk.functions.push("source");
  for (const text of texts ?? []) followCode(walk, state, text, call);
  walk.functions.pop();
  if (state.ended === "function") state.ended = "no";
  state.positional = outer;
  if (texts === undefined && (hasHole(path) || path.startsWith("/dev/"))) {
    hostUnknown(walk, "shell.code", call.spans[1] ?? call.span);
  }
  return { text: ANY };
}

function cdBuiltin(walk: Walk, state: State, call: Call): Ran {
  const operands = call.argv.slice(1).filter((word, i, all) =>
    !/^-[LPe@]+$/.test(word) && (word !== "--" || all.indexOf("--") !== i)
  );
  const target = operands[0] ?? valueOf(walk, state, "HOME")?.[0] ?? ANY;
  const path = valueOf(walk, state, "CDPATH")?.[0] ?? "";
  const searched = state.variables.has("CDPATH") && path !== "" &&
    !/^\.{0,2}\//.test(target);
  const folders = searched
    ? undefined
    : target === "-"
    ? state.previous
    : folderTargets(state, target);
  const physical = call.argv.some((word) => /^-[Le@]*P/.test(word));
  changeTo(
    walk,
    state,
    physical
      ? folders?.map((folder) => walk.host.resolve(folder) ?? folder)
      : folders,
  );
  return target === "-" ? {} : NOTHING;
}

function folderTargets(
  state: State,
  target: string,
): readonly string[] | undefined {
  if (target.startsWith("/")) return [normalizePath(target) || "/"];
  if (/^\0[$+]/.test(target)) return [asOneWord(target)];
  if (target === "") return state.folders;
  return state.folders?.map((folder) =>
    normalizePath(absolutePath(target, folder)) || "/"
  );
}

function changeTo(
  walk: Walk,
  state: State,
  folders: readonly string[] | undefined,
): void {
  const before = state.folders;
  own(state);
  state.variables.delete("PWD");
  state.variables.delete("OLDPWD");
  const sure = folders?.every((folder) => walk.host.isFolder(folder) === true);
  state.previous = before;
  state.folders = folders !== undefined && folders.length > MAX_FOLDERS
    ? undefined
    : folders;
  if (sure !== true) state.failed = { folders: before };
}

function pushd(walk: Walk, state: State, call: Call): Ran {
  const target = call.argv.slice(1).find((word) => word !== "-n");
  if (target === undefined || /^[-+][0-9]+$/.test(target)) {
    changeTo(walk, state, undefined);
    return {};
  }
  state.stack = [...state.stack, state.folders];
  changeTo(
    walk,
    state,
    folderTargets(state, target),
  );
  return {};
}

function popd(walk: Walk, state: State): Ran {
  const folders = state.stack.at(-1);
  state.stack = state.stack.slice(0, -1);
  changeTo(walk, state, folders);
  return {};
}

function exitBuiltin(walk: Walk, state: State, call: Call): Ran {
  const [name = ""] = call.argv;
  const sure = !call.redirected && call.argv.length <= 2 &&
    !call.argv.some(isMany) && call.assignments.length === 0 &&
    !state.builtinsChanged;
  if (!sure) return NOTHING;
  if (name === "exit") state.ended = "shell";
  else if (name === "return") {
    if (walk.functions.length > 0) state.ended = "function";
  } else if (walk.loops > 0 && call.argv.length === 1) state.ended = "loop";
  return NOTHING;
}

function declareBuiltin(walk: Walk, state: State, call: Call): Ran {
  const [name = "", ...words] = call.argv;
  const flags = words.filter((word) => /^[-+][A-Za-z]+$/.test(word)).join("");
  // Outside a function bash refuses it, and goes on.
  if (name === "local" && walk.locals.length === 0) return NOTHING;
  if (flags.includes("f") && (name === "export" || flags.includes("x"))) {
    state.exportsFunctions = true;
  }
  const locals = walk.locals.at(-1);
  const isLocal = name === "local" ||
    name !== "export" && name !== "readonly" && !flags.includes("g");
  const exported = name === "export" && !flags.includes("n") ||
    flags.includes("x");
  const done = new Set<string>();
  for (const one of call.declarations) {
    if ("parts" in one || "parts" in one.value) continue;
    done.add(one.name);
    if (isLocal) keepLocal(locals, state, one.name);
    if (flags.includes("A")) makeHash(state, one.name);
    assign(walk, state, one);
    mark(walk, state, one.name, {
      flags,
      exported,
      fixed: name === "readonly",
      span: call.span,
    });
  }
  for (const word of words) {
    const found = /^([A-Za-z_]\w*)(\+?=)?/.exec(word);
    if (found === null || hasHole(found[0])) {
      continue;
    }
    const [whole, variable = "", equals] = found;
    if (done.has(variable)) continue;
    if (isLocal) keepLocal(locals, state, variable);
    const hashed = flags.includes("A");
    if (hashed) makeHash(state, variable);
    const listed = hashed || flags.includes("a") ||
      name !== "export" && state.variables.get(variable)?.items !== undefined;
    if (
      equals !== undefined && listed &&
      /^\(.*\)$/s.test(word.slice(whole.length))
    ) {
      // The text of a list is read like one.
      followCode(walk, state, word, call);
    } else if (equals !== undefined) {
      const text = word.slice(whole.length);
      if (flags.includes("i")) checkArithmetic(walk, state, text, call.span);
      const old = equals === "+="
        ? valueOf(walk, state, variable)?.[0] ?? ""
        : "";
      const base = flags.includes("i") && !/^-?\d+$/.test(text);
      setVariable(walk, state, variable, {
        choices: [base ? NAME : old + text],
        span: call.span,
      });
    } else if (isLocal && locals !== undefined) {
      own(state);
      state.variables.set(variable, { choices: [""], exported: false });
    }
    mark(walk, state, variable, {
      flags,
      exported,
      fixed: name === "readonly",
      span: call.span,
    });
  }
  return name === "export" || name === "local" ? NOTHING : {};
}

/** `declare -A`: an empty hash, unless it is one. */
function makeHash(state: State, name: string): void {
  if (state.variables.get(name)?.keys !== undefined) return;
  own(state);
  state.variables.set(name, {
    choices: [""],
    items: [],
    keys: [],
    exported: false,
  });
}

function keepLocal(
  locals: Walk["locals"][number] | undefined,
  state: State,
  name: string,
): void {
  if (locals === undefined || locals.has(name)) return;
  locals.set(name, state.variables.get(name));
}

function mark(
  walk: Walk,
  state: State,
  name: string,
  { flags, exported, fixed, span }: {
    readonly flags: string;
    readonly exported: boolean;
    readonly fixed: boolean;
    readonly span: Span;
  },
): void {
  const old = state.variables.get(name) ?? undefined;
  own(state);
  const attribute = flags.includes("i")
    ? "integer"
    : flags.includes("l")
    ? "lower"
    : flags.includes("u")
    ? "upper"
    : old?.attribute;
  const choices = old?.choices ?? valueOf(walk, state, name) ?? [""];
  const items = old?.items ?? (/[aA]/.test(flags) ? [] : undefined);
  const keys = old?.keys ?? (flags.includes("A") ? [] : undefined);
  state.variables.set(name, {
    choices: flags.includes("l")
      ? choices.map((text) => text.toLowerCase())
      : flags.includes("u")
      ? choices.map((text) => text.toUpperCase())
      : choices,
    exported: exported || (old?.exported ?? false),
    ...(items !== undefined && { items }),
    ...(keys !== undefined && { keys }),
    ...(flags.includes("n") && !exported && { reference: true }),
    ...(attribute !== undefined && { attribute }),
    ...((flags.includes("r") || fixed) && { fixed: true }),
  });
  if (!exported) return;
  for (const text of choices) walk.host.setVariable(name, text, span);
}

function unsetBuiltin(_walk: Walk, state: State, { argv }: Call): Ran {
  own(state);
  const onlyFunctions = argv[1] === "-f";
  for (const word of argv.slice(1)) {
    if (hasHole(word)) continue;
    const element = /^([A-Za-z_]\w*)\[/.exec(word)?.[1];
    if (element !== undefined) {
      const variable = state.variables.get(element);
      if (variable) {
        state.variables.set(element, { ...variable, items: [MANY] });
      }
    }
    if (!onlyFunctions && state.variables.has(word)) {
      state.variables.set(word, null);
    } else if (!onlyFunctions && /^[A-Za-z_]\w*$/.test(word)) {
      state.variables.set(word, null);
    }
    if (argv[1] !== "-v") state.functions.delete(word);
  }
  return NOTHING;
}

function setBuiltin(_walk: Walk, state: State, { argv }: Call): Ran {
  let at = 1;
  for (; at < argv.length; at++) {
    const word = argv[at] as string;
    if (word === "--" || word === "-") {
      state.positional = argv.slice(at + 1);
      return NOTHING;
    }
    if (!/^[-+][A-Za-z]+$/.test(word)) break;
    if (word.endsWith("o")) at++;
    const on = word.startsWith("-");
    if (word.includes("f")) state.options = { ...state.options, noGlob: on };
    if (word.includes("a")) {
      state.options = { ...state.options, exportAll: on };
      state.exportsFunctions ||= on;
    }
    const long = argv[at];
    if (long === "noglob" || long === "allexport") {
      const key = long === "noglob" ? "noGlob" : "exportAll";
      state.options = { ...state.options, [key]: on };
    }
  }
  if (at < argv.length) state.positional = argv.slice(at);
  return {};
}

function shopt(_walk: Walk, state: State, { argv }: Call): Ran {
  const on = argv[1] === "-s";
  if (!on && argv[1] !== "-u") return {};
  for (const word of argv.slice(2)) {
    const key = {
      dotglob: "dotGlob",
      nullglob: "nullGlob",
      expand_aliases: "aliases",
      globstar: "oddGlob",
      nocaseglob: "oddGlob",
      failglob: "oddGlob",
      lastpipe: "lastPipe",
    }[word];
    if (key !== undefined) state.options = { ...state.options, [key]: on };
  }
  return NOTHING;
}

function shift(walk: Walk, state: State, { argv }: Call): Ran {
  const count = argv[1] === undefined
    ? 1
    : Number(evaluate(argv[1], scopeOf(walk, state)) ?? NaN);
  if (Number.isNaN(count)) state.positional = [MANY];
  else if (!state.positional.slice(0, count).some(isMany)) {
    if (count <= state.positional.length) {
      state.positional = state.positional.slice(count);
    }
  }
  return NOTHING;
}

function readBuiltin(walk: Walk, state: State, call: Call): Ran {
  const { argv, streams, span, assignments } = call;
  const valued = /^-[a-zA-Z]*[adinNptu]$/;
  const names: string[] = [];
  let array: string | undefined;
  const odd = argv.some((word) => /^-[a-zA-Z]*[dnN]/.test(word));
  for (let at = 1; at < argv.length; at++) {
    const word = argv[at] as string;
    if (valued.test(word)) {
      at++;
      if (word.endsWith("a")) array = argv[at];
    } else if (!word.startsWith("-")) names.push(word.replace(/\[.*$/s, ""));
  }
  const lines = streams.stdin.kind === "text" && !odd
    ? splitLines(streams.stdin.text)
    : undefined;
  const given = assignments.findLast((one) => one.startsWith("IFS="));
  const ifs = given?.slice("IFS=".length) ?? valueOf(walk, state, "IFS")?.[0];
  const raw = argv.some((word) => /^-[a-zA-Z]*r/.test(word));
  if (array !== undefined) {
    const items = lines?.length === 1
      ? splitFields(lines[0] ?? "", ifs).fields
      : [MANY];
    setVariable(walk, state, array, { choices: [items[0] ?? ""], items, span });
    return NOTHING;
  }
  const reply = names.length === 0;
  if (reply) names.push("REPLY");
  const rows = (lines ?? []).map((line) =>
    fieldsFor(
      raw ? line : line.replace(/\\(.)/gs, "$1"),
      names.length,
      reply ? "" : ifs,
    )
  );
  for (const [i, name] of names.entries()) {
    const texts = [...new Set(rows.map((row) => row[i] ?? ""))];
    // Without a loop only the first line is read.
    const seen = walk.loops === 0 ? texts.slice(0, 1) : texts;
    const choices = lines === undefined || seen.length > MAX_CHOICES
      ? [ANY]
      : seen.length === 0
      ? [""]
      : seen;
    setVariable(walk, state, name, { choices, span });
  }
  return NOTHING;
}

/** Splits a line for `count` names; the last one gets the rest. */
function fieldsFor(
  line: string,
  count: number,
  ifs: string | undefined,
): readonly string[] {
  const blank = ifs === undefined || /[ \t\n]/.test(ifs);
  if (count === 1) return [blank ? line.trim() : line];
  const { fields } = splitFields(line, ifs);
  if (fields.length <= count) return fields;
  // The last name gets the rest as it was written.
  let rest = line;
  for (const field of fields.slice(0, count - 1)) {
    rest = rest.slice(rest.indexOf(field) + field.length);
    if (!blank) rest = rest.slice(1);
  }
  const cut = blank ? rest.trim() : rest;
  const [separator = " "] = ifs ?? " ";
  const tail = !blank && cut.endsWith(separator) ? cut.slice(0, -1) : cut;
  return [
    ...fields.slice(0, count - 1),
    blank && ifs !== " \t\n" ? tail.replace(/^[^\w\0]/, "") : tail,
  ];
}

function mapfile(walk: Walk, state: State, call: Call): Ran {
  const { argv, streams, span } = call;
  const last = argv.at(-1) ?? "";
  const name = argv.length > 1 && /^[A-Za-z_]\w*$/.test(last)
    ? last
    : "MAPFILE";
  const has = (letter: string): boolean =>
    argv.some((word) => word.startsWith("-") && word.includes(letter));
  const lines = streams.stdin.kind === "text" &&
      !["d", "n", "O", "s"].some(has)
    ? splitLines(streams.stdin.text)
    : undefined;
  const items = lines?.map((line) => has("t") ? line : `${line}\n`) ?? [MANY];
  setVariable(walk, state, name, { choices: [items[0] ?? ""], items, span });
  const code = lastValue(argv, "C");
  if (code !== undefined) {
    followCode(walk, state, `${code} ${ANY} ${ANY}`, call);
  }
  return NOTHING;
}

/** Sets `name`, or for `name[i]` some element of it. */
function setElement(
  walk: Walk,
  state: State,
  target: string,
  choices: readonly string[],
  span: Span,
): void {
  const name = target.replace(/\[.*$/s, "");
  if (hasHole(name)) return hostUnknown(walk, "shell.expansion", span);
  const value = name === target ? { choices } : { choices, items: [MANY] };
  setVariable(walk, state, name, { ...value, span });
}

function printfBuiltin(walk: Walk, state: State, { argv, span }: Call): Ran {
  const into = argv[1] === "-v" ? argv[2] : undefined;
  const text = formatPrintf(argv.slice(into === undefined ? 1 : 3)) ?? ANY;
  if (into === undefined) return { text };
  setElement(walk, state, into, [text], span);
  return NOTHING;
}

function echoBuiltin(_walk: Walk, _state: State, { argv }: Call): Ran {
  let at = 1;
  let [newline, escaped] = [true, false];
  while (/^-[neE]+$/.test(argv[at] ?? "")) {
    const word = argv[at++] as string;
    if (word.includes("n")) newline = false;
    if (word.includes("e")) escaped = true;
  }
  const text = argv.slice(at).map((word) => isMany(word) ? ANY : word)
    .join(" ");
  const cut = escaped ? /(?:^|[^\\])(?:\\\\)*\\c/.exec(text) : null;
  if (cut !== null) {
    return { text: escapes(text.slice(0, cut.index + cut[0].length - 2)) };
  }
  return { text: (escaped ? escapes(text) : text) + (newline ? "\n" : "") };
}

function aliasBuiltin(_walk: Walk, state: State, { argv }: Call): Ran {
  own(state);
  for (const word of argv.slice(1)) {
    const equals = word.indexOf("=");
    if (equals > 0) {
      state.aliases.set(word.slice(0, equals), word.slice(equals + 1));
    }
  }
  return {};
}

function unalias(_walk: Walk, state: State, { argv }: Call): Ran {
  own(state);
  for (const word of argv.slice(1)) state.aliases.delete(word);
  return NOTHING;
}

function trap(walk: Walk, state: State, call: Call): Ran {
  const words = call.argv.slice(1).filter((word) => word !== "--");
  const [text = ""] = words;
  if (words.length > 1 && text !== "-" && !text.startsWith("-")) {
    // It runs later, whatever happened until then.
    const later = fork(state);
    followCode(walk, later, text, call);
    if (!words.slice(1).every((word) => /^(?:EXIT|0|RETURN)$/i.test(word))) {
      // It may have run before any later command.
      walk.steps -= join(state, later) >> 1;
    }
    if (!hasHole(text)) {
      walk.traps.push({ text, origin: call.spans[1] ?? call.span });
    }
  }
  return NOTHING;
}

function letBuiltin(walk: Walk, state: State, { argv }: Call): Ran {
  for (const word of argv.slice(1)) evaluate(word, scopeOf(walk, state));
  return NOTHING;
}

function getopts(walk: Walk, state: State, { argv, span }: Call): Ran {
  const [, letters = "", name = "OPTION"] = argv;
  const known = [...letters.replaceAll(":", ""), "?"];
  const choices = known.length > MAX_CHOICES ? [NAME] : known;
  setVariable(walk, state, name, { choices, span });
  setVariable(walk, state, "OPTARG", { choices: [ANY], span });
  return NOTHING;
}

function enable(_walk: Walk, state: State): Ran {
  state.builtinsChanged = true;
  return {};
}

function pwd(_walk: Walk, state: State): Ran {
  return {
    text: `${state.folders?.length === 1 ? state.folders[0] : ANY}\n`,
  };
}

function commandBuiltin(
  walk: Walk,
  state: State,
  call: Call,
  start: (inner: Call) => void,
): Ran {
  const [, option = ""] = call.argv;
  if (/^-[pvV]*[vV]/.test(option)) {
    const [, , name = ANY] = call.argv;
    return { text: hasHole(name) ? ANY : `/usr/bin/${name}\n` };
  }
  return RUNS_WORDS(walk, state, call, start);
}

const RUNS_WORDS = wrapper(/^(?!)/, /^(?!)/);

function typeBuiltin(_walk: Walk, _state: State, { argv }: Call): Ran {
  const name = argv.at(-1) ?? ANY;
  if (!/^-[afpP]*[pP]/.test(argv[1] ?? "")) return { text: `${ANY}\n` };
  return { text: hasHole(name) ? ANY : `/usr/bin/${name}\n` };
}

/** `hash -p FILE NAME`: the name starts that file from now on. */
function hash(walk: Walk, _state: State, { argv }: Call): Ran {
  const at = argv.indexOf("-p");
  const [file, name] = argv.slice(at + 1);
  if (at > 0 && file !== undefined && name !== undefined) {
    walk.copies.set(`/hash/${name}`, file);
  }
  return {};
}

/** The value of a one-letter option, in its own word or in the next. */
function lastValue(
  argv: readonly string[],
  letter: string,
): string | undefined {
  for (const [i, word] of argv.entries()) {
    const at = /^-[A-Za-z]/.test(word) ? word.indexOf(letter) : -1;
    if (at > 0) return word.slice(at + 1) || argv[i + 1];
  }
  return undefined;
}

/** `-C` and `-x` name a command; `-W` is a text that is expanded. */
function completes(walk: Walk, state: State, call: Call): Ran {
  const letter = call.argv[0] === "bind" ? "x" : "C";
  const code = lastValue(call.argv, letter);
  if (code !== undefined) {
    followCode(walk, state, code.replace(/^"[^"]*":\s*/, ""), call);
  }
  const words = letter === "C" ? lastValue(call.argv, "W") : undefined;
  if (words !== undefined) followCode(walk, state, `: ${words}`, call);
  return {};
}

/** `fc` runs what the history has, which this text may have put there. */
function fixCommand(walk: Walk, _state: State, call: Call): Ran {
  if (!call.argv.some((word) => /^-[a-z]*l/.test(word))) {
    hostUnknown(walk, "shell.code", call.span);
  }
  return {};
}

function quiet(): Ran {
  return NOTHING;
}

function speaks(): Ran {
  return {};
}

/** Builtins; the others are programs as far as a text can tell. */
const BUILTINS: ReadonlyMap<string, Builtin> = new Map<string, Builtin>([
  ["command", commandBuiltin],
  ["builtin", wrapper(/^(?!)/, /^(?!)/)],
  ["exec", wrapper(/^-[cl]*a$/, /^(?!)/)],
  ["eval", evalBuiltin],
  ["source", sourceBuiltin],
  [".", sourceBuiltin],
  ["cd", cdBuiltin],
  ["pushd", pushd],
  ["popd", popd],
  ["exit", exitBuiltin],
  ["return", exitBuiltin],
  ["break", exitBuiltin],
  ["continue", exitBuiltin],
  ["declare", declareBuiltin],
  ["typeset", declareBuiltin],
  ["local", declareBuiltin],
  ["export", declareBuiltin],
  ["readonly", declareBuiltin],
  ["unset", unsetBuiltin],
  ["set", setBuiltin],
  ["shopt", shopt],
  ["shift", shift],
  ["read", readBuiltin],
  ["mapfile", mapfile],
  ["readarray", mapfile],
  ["printf", printfBuiltin],
  ["echo", echoBuiltin],
  ["alias", aliasBuiltin],
  ["unalias", unalias],
  ["trap", trap],
  ["let", letBuiltin],
  ["getopts", getopts],
  ["enable", enable],
  ["pwd", pwd],
  ["type", typeBuiltin],
  [":", quiet],
  ["true", quiet],
  ["false", quiet],
  ["test", quiet],
  ["[", quiet],
  ["wait", quiet],
  ["umask", speaks],
  ["ulimit", speaks],
  ["hash", hash],
  ["jobs", speaks],
  ["fg", speaks],
  ["bg", speaks],
  ["disown", quiet],
  ["times", speaks],
  ["history", speaks],
  ["fc", fixCommand],
  ["bind", completes],
  ["complete", completes],
  ["compgen", completes],
  ["compopt", quiet],
  ["dirs", speaks],
  ["caller", speaks],
  ["help", speaks],
  ["logout", quiet],
  ["suspend", quiet],
  ["kill", speaks],
]);

/** Builtins after whose options another command starts. */
export function isWrapper(name: string): boolean {
  return name === "command" || name === "builtin" || name === "exec";
}

/** Whether the shell does this itself. */
export function isBuiltin(name: string): boolean {
  return BUILTINS.has(name);
}
