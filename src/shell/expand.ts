// Copyright 2026 the airg authors. Apache-2.0 license.

/**
 * Words -> the fields a program gets.
 *
 * The order is bash's: braces, tilde, parameters, commands, arithmetic, field
 * splitting, pathnames. Where branches of the text leave several values, a word
 * gives several lists of fields.
 *
 * @module
 */

import { evaluate } from "./arithmetic.ts";
import { expandBraces } from "./brace.ts";
import { capture, hostUnknown, processPath, scopeOf } from "./follow.ts";
import { asText, expandGlob, hasPattern } from "./glob.ts";
import type { Walk } from "./host.ts";
import { MAX_CHOICES, MAX_FIELDS, MAX_PATTERN, MAX_VALUE } from "./limits.ts";
import { parameterValues, type Values } from "./parameter.ts";
import { bracketEnd } from "./pattern.ts";
import { splitFields } from "./split.ts";
import type { State } from "./state.ts";
import type { Word, WordPart } from "./syntax.ts";
import { ANY, asOneWord, hasHole, isMany, MANY, NAME } from "./value.ts";
import { valueOf } from "./variables.ts";

/** A list of fields being built. */
interface Draft {
  readonly fields: readonly string[];
  readonly current: string;
  /** The current field exists even if it is empty. */
  readonly started: boolean;
  /** A quoted `"$@"` without words stood in it: with nothing else it vanishes. */
  readonly fragile?: boolean;
}

const EMPTY: Draft = { fields: [], current: "", started: false };

/** The lists of fields that a word may become. */
export function expandWord(
  walk: Walk,
  state: State,
  word: Word,
): readonly (readonly string[])[] {
  if (word.literal !== undefined) return [[word.literal]];
  const { braces } = state.options;
  const words = braces === "no" ? [word.parts] : expandBraces(word.parts);
  if (words === undefined) return [[MANY]];
  if (braces === "perhaps" && words.length > 1) {
    const literal = expandParts(walk, state, word.parts);
    return [...literal, ...expandBraced(walk, state, words)];
  }
  if (words.length === 1) return expandParts(walk, state, words[0] ?? []);
  return expandBraced(walk, state, words);
}

/** Braces give several words, each with its own values. */
function expandBraced(
  walk: Walk,
  state: State,
  words: readonly (readonly WordPart[])[],
): readonly (readonly string[])[] {
  let lists: readonly (readonly string[])[] = [[]];
  for (const parts of words) {
    const made = expandParts(walk, state, parts);
    if (lists.length * made.length > MAX_CHOICES) return [[MANY]];
    lists = lists.flatMap((list) => made.map((more) => [...list, ...more]));
  }
  return lists;
}

/** Fields of the word after `:-` and its kind, whose unquoted text is split too. */
export function expandOperand(
  walk: Walk,
  state: State,
  word: Word,
): readonly (readonly string[])[] {
  return expandParts(walk, state, word.parts, true);
}

function expandParts(
  walk: Walk,
  state: State,
  parts: readonly WordPart[],
  splits: boolean = false,
): readonly (readonly string[])[] {
  walk.steps -= 1 + parts.length;
  if (parts.length > MAX_FIELDS) return [[MANY]];
  let drafts: readonly Draft[] = [EMPTY];
  for (const [i, part] of parts.entries()) {
    if (part.kind === "text") {
      const text = i === 0 && !part.quoted && part.text.includes("~")
        ? leadingTilde(walk, state, part.text, parts.length === 1)
        : part.quoted
        ? part.text
        : markPattern(part.text);
      drafts = drafts.map((draft) =>
        splits && !part.quoted
          ? appendSplit(draft, text, ifsOf(walk, state))
          : append(draft, text, part.quoted)
      );
      continue;
    }
    const values = partValues(walk, state, part);
    const quoted = part.kind === "process" || part.quoted;
    drafts = appendValues(walk, state, drafts, values, quoted);
  }
  return drafts.map((draft) => finish(walk, state, draft));
}

/** `~/x` at the start of a word, and in one that looks like an assignment. */
function leadingTilde(
  walk: Walk,
  state: State,
  text: string,
  whole: boolean,
): string {
  if (text[0] === "~") return expandTilde(walk, state, text, whole);
  const name = /^[A-Za-z_]\w*\+?=/.exec(text)?.[0];
  if (name === undefined) return markPattern(text);
  return name + tildes(walk, state, text.slice(name.length), {
    first: true,
    last: whole,
  });
}

function append(draft: Draft, text: string, started: boolean): Draft {
  const whole = draft.current + text;
  return {
    fields: draft.fields,
    current: whole.length > MAX_VALUE ? ANY : whole,
    started: draft.started || started || text !== "",
    ...(draft.fragile && { fragile: true }),
  };
}

function finish(
  walk: Walk,
  state: State,
  { fields, current, started, fragile }: Draft,
): readonly string[] {
  const open = fragile === true || isMany(current);
  const last = open && /^(?:\0[$+_])+$/.test(current) ? MANY : current;
  const exists = started && !(fragile === true && current === "");
  const all = exists ? [...fields, last] : fields;
  if (!all.some(hasPattern)) return all;
  const expanded = all.flatMap((field) => expandGlob(walk, state, field));
  return expanded.length > MAX_FIELDS ? [MANY] : expanded;
}

function appendValues(
  walk: Walk,
  state: State,
  drafts: readonly Draft[],
  values: Values,
  quoted: boolean,
): readonly Draft[] {
  if (values.kind === "list") {
    return drafts.map((draft) =>
      appendList(walk, state, draft, values, quoted)
    );
  }
  const lists = values.kind === "fields" ? values.lists : [];
  const many = drafts.length * (values.choices.length + lists.length) >
    MAX_CHOICES;
  const choices = many ? [ANY] : values.choices;
  const filled = many
    ? []
    : lists.flatMap((list) => drafts.map((draft) => appendFields(draft, list)));
  return [
    ...filled,
    ...drafts.flatMap((draft) =>
      choices.map((value) => {
        walk.steps -= value.length >> 6;
        return quoted
          ? append(draft, asOneWord(value), true)
          : appendSplit(draft, value, ifsOf(walk, state));
      })
    ),
  ];
}

/** Fields that are done: the first one goes on what stands before it. */
function appendFields(draft: Draft, list: readonly string[]): Draft {
  const [first, ...rest] = list;
  if (first === undefined) return draft;
  const start = append(draft, first, true);
  if (rest.length === 0) return start;
  return {
    fields: [...start.fields, start.current, ...rest.slice(0, -1)],
    current: rest.at(-1) ?? "",
    started: true,
  };
}

function appendSplit(
  draft: Draft,
  value: string,
  ifs: string | undefined,
): Draft {
  const { fields, before, after } = splitFields(value, ifs);
  if (fields.length === 0) return draft;
  let { current, started } = draft;
  const done = [...draft.fields];
  if (before && started) {
    done.push(current);
    current = "";
    started = false;
  }
  for (const [i, field] of fields.entries()) {
    if (i > 0) {
      done.push(current);
      current = "";
    }
    current += markPattern(field);
    started = true;
  }
  if (after) return { fields: [...done, current], current: "", started: false };
  return { fields: done, current, started };
}

function appendList(
  walk: Walk,
  state: State,
  draft: Draft,
  { items, joined }: Extract<Values, { kind: "list" }>,
  quoted: boolean,
): Draft {
  walk.steps -= items.length;
  if (quoted && joined) {
    const [separator = ""] = ifsOf(walk, state) ?? ANY;
    return append(draft, items.map(asOneWord).join(separator), true);
  }
  if (quoted && items.length === 0) return { ...draft, fragile: true };
  // What is done is kept apart: copying it for each item would be quadratic.
  const done = [...draft.fields];
  let next: Draft = { ...draft, fields: [] };
  for (const [i, item] of items.entries()) {
    if (i > 0 && next.started) {
      done.push(next.current);
      next = { fields: [], current: "", started: false };
    }
    next = quoted
      ? append(next, item, true)
      : appendSplit(next, item, ifsOf(walk, state));
    for (const field of next.fields) done.push(field);
    if (next.fields.length > 0) next = { ...next, fields: [] };
  }
  return { ...next, fields: done };
}

function ifsOf(walk: Walk, state: State): string | undefined {
  const choices = valueOf(walk, state, "IFS");
  if (choices === undefined) return " \t\n";
  const [only] = choices;
  return choices.length === 1 && only !== undefined && !only.includes("\0")
    ? only
    : undefined;
}

/** The texts a word may become where nothing is split or matched: assignments. */
export function expandText(
  walk: Walk,
  state: State,
  word: Word,
): readonly string[] {
  if (word.literal !== undefined) return [word.literal];
  return expandChoices(walk, state, word.parts, false).map(asText);
}

/** The patterns a word may become; characters that are active are marked. */
export function expandPattern(
  walk: Walk,
  state: State,
  word: Word,
): readonly string[] {
  if (word.literal !== undefined) return [word.literal];
  return expandChoices(walk, state, word.parts, true);
}

function expandChoices(
  walk: Walk,
  state: State,
  parts: readonly WordPart[],
  pattern: boolean,
): readonly string[] {
  walk.steps -= 1 + parts.length;
  if (parts.length > MAX_FIELDS) return [ANY];
  let texts: readonly string[] = [""];
  for (const [i, part] of parts.entries()) {
    let values: readonly string[];
    if (part.kind === "text") {
      values = [
        part.quoted
          ? part.text
          : pattern
          ? markPattern(part.text)
          : tildes(walk, state, part.text, {
            first: i === 0,
            last: i === parts.length - 1,
          }),
      ];
    } else {
      const found = partValues(walk, state, part, true);
      const plain = found.kind === "list"
        ? [found.items.map(asOneWord).join(" ")]
        : found.choices.map(asOneWord);
      const active = pattern && part.kind !== "process" && !part.quoted;
      values = active ? plain.map(markPattern) : plain;
    }
    if (texts.length * values.length > MAX_CHOICES) values = [ANY];
    for (const value of values) walk.steps -= value.length >> 6;
    texts = texts.flatMap((text) =>
      values.map((value) =>
        text.length + value.length > MAX_VALUE ? ANY : text + value
      )
    );
  }
  return texts.length > 1 ? [...new Set(texts)] : texts;
}

/** `~` at the start, and after `:` as in the value of PATH. */
function tildes(
  walk: Walk,
  state: State,
  text: string,
  { first, last }: { readonly first: boolean; readonly last: boolean },
): string {
  if (!text.includes("~")) return text;
  const pieces = text.split(/(:)/);
  return pieces.map((piece, i) =>
    piece[0] === "~" && (first || i > 0)
      ? expandTilde(walk, state, piece, last || i < pieces.length - 1)
      : piece
  ).join("");
}

function expandTilde(
  walk: Walk,
  state: State,
  text: string,
  whole: boolean,
): string {
  const slash = text.indexOf("/");
  // `~$x` is not a home folder.
  if (slash < 0 && !whole) return markPattern(text);
  const prefix = slash < 0 ? text : text.slice(0, slash);
  const rest = markPattern(slash < 0 ? "" : text.slice(slash));
  return homeOf(walk, state, prefix.slice(1)) + rest;
}

function homeOf(walk: Walk, state: State, user: string): string {
  const only = (name: string): string => {
    const choices = valueOf(walk, state, name) ?? [""];
    return choices.length === 1 ? choices[0] ?? "" : ANY;
  };
  switch (user) {
    case "":
      return state.variables.has("HOME") ? only("HOME") : walk.host.home;
    case "+":
      return only("PWD");
    case "-":
      return only("OLDPWD");
    case "root":
      return "/root";
    default:
      if (user === walk.host.user) return walk.host.home;
      // Only the system's table of users knows.
      return /^[a-z_][a-z0-9_-]*$/i.test(user) ? ANY : `~${user}`;
  }
}

/** Marks characters that are active in patterns. */
function markPattern(text: string): string {
  if (!/[*?[(]/.test(text)) return text;
  if (text.length > MAX_PATTERN) return ANY;
  let marked = "";
  for (let at = 0; at < text.length; at++) {
    const char = text[at] as string;
    if (char === "\0") marked += text.slice(at, ++at + 1);
    else if ("?*+@!".includes(char) && text[at + 1] === "(") {
      const end = groupEnd(text, at + 1);
      if (end < 0) marked += char === "*" || char === "?" ? `\0${char}` : char;
      else {
        marked += "\0(";
        at = end;
      }
    } else if (char === "[") {
      const end = bracketEnd(text, at - 1);
      marked += `\0${end < 0 ? char : text.slice(at, end + 1)}`;
      if (end >= 0) at = end;
    } else if (char === "*" || char === "?") {
      marked += `\0${char}`;
    } else marked += char;
  }
  return marked;
}

function groupEnd(text: string, open: number): number {
  let depth = 0;
  for (let at = open; at < text.length; at++) {
    if (text[at] === "(") depth++;
    else if (text[at] === ")" && --depth === 0) return at;
  }
  return -1;
}

function partValues(
  walk: Walk,
  state: State,
  part: Exclude<WordPart, { kind: "text" }>,
  whole: boolean = false,
): Values {
  switch (part.kind) {
    case "parameter":
      return parameterValues(walk, state, part, whole);
    case "command": {
      // `${ cmd; }` runs in this shell, and changes its folder and variables.
      if (part.here !== undefined) {
        hostUnknown(walk, "shell.expansion", part.span);
      }
      const output = capture(walk, state, part.body);
      return { kind: "scalar", choices: [output.replace(/\n+$/, "")] };
    }
    case "arithmetic": {
      const [text = ANY] = expandText(walk, state, part.expression);
      const scope = scopeOf(walk, state);
      const value = evaluate(text, scope);
      if (value === undefined && !hasHole(text) && !scope.asked.unknown) {
        // Bash gives up the whole list of commands at this point.
        hostUnknown(walk, "shell.expansion", part.span);
      }
      return { kind: "scalar", choices: [value ?? NAME] };
    }
    case "process":
      return { kind: "scalar", choices: [processPath(walk, state, part)] };
  }
}

/** Fields of several words; the lists are all combinations, or one with holes. */
export function expandWords(
  walk: Walk,
  state: State,
  words: readonly Word[],
): readonly (readonly string[])[] {
  let lists: readonly (readonly string[])[] = [[]];
  for (const word of words) {
    const made = expandWord(walk, state, word);
    if (lists.length * made.length > MAX_CHOICES) {
      lists = lists.map((list) => [...list, MANY]);
    } else {
      lists = lists.flatMap((list) => made.map((more) => [...list, ...more]));
    }
  }
  return lists;
}
