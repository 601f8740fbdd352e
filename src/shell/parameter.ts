// Copyright 2026 the airg authors. Apache-2.0 license.

/**
 * Values of `$x` and `${x...}`.
 *
 * Source: the Bash manual, 3.5.3 Shell Parameter Expansion.
 *
 * @module
 */

import { evaluate } from "./arithmetic.ts";
import { expandOperand, expandPattern, expandText } from "./expand.ts";
import { hostUnknown, scopeOf } from "./follow.ts";
import type { Walk } from "./host.ts";
import { MAX_CHOICES } from "./limits.ts";
import { replace, trim } from "./pattern.ts";
import { readAnsiQuote } from "./ansi_quote.ts";
import type { State } from "./state.ts";
import type { ParameterOperator, ParameterPart } from "./syntax.ts";
import { ANY, hasHole, isMany, MANY, NAME, withoutHoles } from "./value.ts";
import { setVariable, valueOf, variableOf } from "./variables.ts";

/** What an expansion gives: one text out of some, or a list of words. */
export type Values =
  | { readonly kind: "scalar"; readonly choices: readonly string[] }
  | {
    readonly kind: "list";
    readonly items: readonly string[];
    /** `*`: one word inside quotes. */
    readonly joined: boolean;
  }
  /** A text as for a scalar, or one of these lists of fields as they are. */
  | {
    readonly kind: "fields";
    readonly choices: readonly string[];
    readonly lists: readonly (readonly string[])[];
  };

/**
 * Evaluates one parameter expansion.
 *
 * @param whole Nothing will be split: the value of an assignment, a pattern.
 */
export function parameterValues(
  walk: Walk,
  state: State,
  part: ParameterPart,
  whole: boolean = false,
): Values {
  if (part.names) return { kind: "list", items: [MANY], joined: false };
  const base = part.indirect
    ? indirectValues(walk, state, part)
    : baseValues(walk, state, part);
  if (part.length) return scalar([lengthOf(base)]);
  if (part.operator === undefined) {
    return base ?? scalar([""]);
  }
  return applyOperator(walk, state, part, base, whole);
}

function scalar(choices: readonly string[]): Values {
  return { kind: "scalar", choices };
}

function lengthOf(base: Values | undefined): string {
  if (base === undefined) return "0";
  if (base.kind === "list") {
    return base.items.some(isMany) ? NAME : String(base.items.length);
  }
  if (base.kind === "fields") return NAME;
  const [only] = base.choices;
  return base.choices.length === 1 && only !== undefined && !hasHole(only)
    ? String([...only].length)
    : NAME;
}

/** Value before any operator; `undefined` where the parameter is unset. */
function baseValues(
  walk: Walk,
  state: State,
  { name, index, span }: ParameterPart,
): Values | undefined {
  switch (name) {
    case "@":
    case "*":
      return { kind: "list", items: state.positional, joined: name === "*" };
    case "#":
      return scalar([lengthOf({
        kind: "list",
        items: state.positional,
        joined: false,
      })]);
    case "!":
      return scalar(["", NAME]);
    case "?":
    case "$":
    case "-":
      return scalar([NAME]);
    case "0":
      return scalar([state.name]);
  }
  if (name >= "0" && name <= "9" || /^[0-9]+$/.test(name)) {
    return positional(state, Number(name));
  }
  if (index !== undefined) return elementValues(walk, state, name, index);
  if (!state.variables.has(name)) walk.host.readVariable(name, span);
  const choices = valueOf(walk, state, name);
  return choices && scalar(choices);
}

/** Whether a key is that of an indexed array. */
export function isIndex(key: string): boolean {
  return /^\d+$/.test(key);
}

function positional(state: State, number: number): Values | undefined {
  const before = state.positional.slice(0, number);
  if (before.some(isMany)) return scalar([ANY]);
  const value = state.positional[number - 1];
  return value === undefined ? undefined : scalar([value]);
}

function elementValues(
  walk: Walk,
  state: State,
  name: string,
  index: NonNullable<ParameterPart["index"]>,
): Values | undefined {
  const variable = variableOf(state, name);
  const items = variable === null
    ? []
    : variable === undefined
    ? [MANY]
    : variable.items ?? variable.choices.slice(0, 1);
  const [part] = index.parts;
  const written = index.literal ??
    (part?.kind === "text" && index.parts.length === 1 ? part.text : "");
  if (written === "@" || written === "*") {
    if (variable?.items === undefined && (variable?.choices.length ?? 0) > 1) {
      return scalar(variable?.choices ?? [ANY]);
    }
    const keys = variable?.keys ?? [];
    if (keys.length > 1 && !keys.every(isIndex)) {
      // The order is that of a hash table: any may be the first.
      return {
        kind: "fields",
        choices: [],
        lists: items.map((item) => [
          item,
          ...items.filter((other) => other !== item),
        ]),
      };
    }
    return { kind: "list", items, joined: written === "*" };
  }
  const [key = ANY] = expandText(walk, state, index);
  if (variable?.keys !== undefined) {
    const at = variable.keys.lastIndexOf(key);
    if (at >= 0) return scalar([variable.items?.[at] ?? ANY]);
    return hasHole(key) ? scalar([ANY]) : undefined;
  }
  const number = evaluate(key, scopeOf(walk, state));
  if (number === undefined || items.some(isMany)) return scalar([ANY]);
  const item = items.at(Number(number));
  return item === undefined ? undefined : scalar([item]);
}

/** `${!x}`: the value of the variable that x names. */
function indirectValues(
  walk: Walk,
  state: State,
  part: ParameterPart,
): Values | undefined {
  const own = baseValues(walk, state, { ...part, indirect: false });
  if (own?.kind === "fields") return scalar([ANY]);
  if (own?.kind === "list") {
    // `${!a[@]}`: the keys.
    return {
      kind: "list",
      items: own.items.some(isMany)
        ? [MANY]
        : variableOf(state, part.name)?.keys ?? own.items.map((_, i) => `${i}`),
      joined: false,
    };
  }
  if (own === undefined || own.choices.length !== 1) return scalar([ANY]);
  const [target = ""] = own.choices;
  const found = /^([A-Za-z_]\w*|[0-9@*]+)(?:\[([^\]\0]*)\])?$/.exec(target);
  if (/[$`]/.test(withoutHoles(target))) {
    // A subscript is expanded once more.
    hostUnknown(walk, "shell.code", part.span);
  }
  if (found === null) return scalar([ANY]);
  const [, name = "", index] = found;
  return baseValues(walk, state, {
    ...part,
    name,
    indirect: false,
    ...(index !== undefined && {
      index: { parts: [], span: part.span, bare: true, literal: index },
    }),
  });
}

function applyOperator(
  walk: Walk,
  state: State,
  part: ParameterPart,
  base: Values | undefined,
  whole: boolean,
): Values {
  const operator = part.operator as ParameterOperator;
  switch (operator.symbol) {
    case "-":
    case ":-":
    case "=":
    case ":=":
    case "?":
    case ":?":
    case "+":
    case ":+":
      return conditional(walk, state, part, base, whole);
    case ":":
      return substring(walk, state, operator, base, {
        isArray: part.index !== undefined,
        zero: state.name,
      });
    default: {
      const present = base ?? scalar([""]);
      if (present.kind === "fields") return scalar([ANY]);
      if (present.kind === "list") {
        const items = present.items.map((item) =>
          isMany(item) ? item : changeText(walk, state, operator, item, part)
        );
        return { ...present, items };
      }
      return scalar(
        present.choices.map((text) =>
          changeText(walk, state, operator, text, part)
        ),
      );
    }
  }
}

/** Whether a value is empty: yes, no, or perhaps. */
function emptiness(base: Values | undefined): "yes" | "no" | "perhaps" {
  if (base === undefined) return "yes";
  if (base.kind === "fields") return "perhaps";
  if (base.kind === "list") {
    if (base.items.length === 0) return "yes";
    return base.items.every(isMany) ? "perhaps" : "no";
  }
  const kinds = base.choices.map((text) =>
    text === ""
      ? "yes"
      : withoutHoles(text) === "" && text !== NAME
      ? "perhaps"
      : "no"
  );
  const [first] = kinds;
  return kinds.every((kind) => kind === first) ? first ?? "yes" : "perhaps";
}

function conditional(
  walk: Walk,
  state: State,
  part: ParameterPart,
  base: Values | undefined,
  whole: boolean,
): Values {
  const { symbol, word } = part.operator as ParameterOperator;
  const colon = symbol.startsWith(":");
  const kind = symbol.at(-1);
  const empty = colon
    ? emptiness(base)
    : base === undefined
    ? "yes"
    : emptiness(base) === "perhaps"
    ? "perhaps"
    : "no";
  const wanted = kind === "+" ? empty !== "yes" : empty !== "no";
  const given = wanted ? expandText(walk, state, word) : [];
  if (kind === "=" && wanted) {
    setVariable(walk, state, part.name, { choices: given, span: part.span });
  }
  if (kind === "?") return base ?? scalar([""]);
  const kept: readonly string[] = kind === "+"
    ? empty === "no" ? [] : [""]
    : empty === "yes"
    ? []
    : base?.kind === "scalar"
    ? base.choices
    : [];
  if (base?.kind === "list" && kind !== "+" && empty !== "yes") return base;
  if (!part.quoted && wanted && !whole) {
    // Quotes inside the word keep their meaning.
    const lists = expandOperand(walk, state, word);
    return { kind: "fields", choices: kept, lists };
  }
  const all = [...new Set([...kept, ...given])];
  return scalar(all.length > MAX_CHOICES ? [ANY] : all);
}

function substring(
  walk: Walk,
  state: State,
  { word, second }: ParameterOperator,
  base: Values | undefined,
  { isArray, zero }: { readonly isArray: boolean; readonly zero: string },
): Values {
  const scope = scopeOf(walk, state);
  const [from, count] = [word, second].map((one) => {
    if (one === undefined) return undefined;
    const [text = ANY] = expandText(walk, state, one);
    const value = evaluate(text, scope);
    return value === undefined ? NaN : Number(value);
  });
  if (base === undefined) return scalar([""]);
  if (base.kind === "fields") return scalar([ANY]);
  const start = from ?? 0;
  if (Number.isNaN(start) || count !== undefined && Number.isNaN(count)) {
    return base.kind === "list" ? { ...base, items: [MANY] } : scalar([ANY]);
  }
  if (base.kind === "list") {
    if (base.items.some(isMany)) return { ...base, items: [MANY] };
    // Arrays count from 0, and `$@` from `$0`.
    const all = isArray ? base.items : [zero, ...base.items];
    const from0 = start < 0 ? all.length + start : start;
    const items = from0 < 0 ? [] : all.slice(from0);
    return {
      ...base,
      items: count === undefined ? items : items.slice(0, Math.max(0, count)),
    };
  }
  return scalar(base.choices.map((text) => {
    if (hasHole(text)) return ANY;
    const letters = [...text];
    const at = start < 0 ? letters.length + start : start;
    if (at < 0) return "";
    const end = count === undefined
      ? letters.length
      : count < 0
      ? letters.length + count
      : at + count;
    return letters.slice(at, Math.max(at, end)).join("");
  }));
}

/** `# ## % %% / // ^ ^^ , ,, @`. */
function changeText(
  walk: Walk,
  state: State,
  { symbol, word, second }: ParameterOperator,
  text: string,
  part: ParameterPart,
): string {
  if (symbol === "@") {
    return transform(walk, text, word.literal ?? "", part);
  }
  const [pattern = ANY] = expandPattern(walk, state, word);
  const known = !hasHole(text);
  switch (symbol) {
    case "#":
    case "##":
    case "%":
    case "%%": {
      if (!known) return trimUnknown(text, pattern, symbol);
      return trim(text, pattern, {
        end: symbol[0] === "#" ? "start" : "end",
        longest: symbol.length === 2,
      }) ?? ANY;
    }
    case "/":
    case "//":
    case "/#":
    case "/%": {
      const [by = ""] = second === undefined
        ? [""]
        : expandText(walk, state, second);
      // An unquoted `&` stands for what was matched.
      const refers = second?.parts.some((one) =>
        one.kind === "text" && !one.quoted && one.text.includes("&")
      );
      if (!known || refers) return ANY;
      const where = symbol === "/"
        ? "first"
        : symbol === "//"
        ? "all"
        : symbol === "/#"
        ? "start"
        : "end";
      return replace(text, pattern, by, where) ?? ANY;
    }
    default:
      return changeCase(text, symbol, word.parts.length > 0);
  }
}

// The last name of a path whose start is unknown is known; other trims of
// unknown text are not.
function trimUnknown(text: string, pattern: string, symbol: string): string {
  const tail = text.slice(text.lastIndexOf("\0") + 2);
  if (symbol === "##" && pattern === "\0*/" && tail.includes("/")) {
    return tail.slice(tail.lastIndexOf("/") + 1);
  }
  if (
    symbol[0] === "%" && !hasHole(pattern) && tail.length > pattern.length &&
    tail.endsWith(pattern)
  ) return text.slice(0, -pattern.length);
  return ANY;
}

function changeCase(text: string, symbol: string, some: boolean): string {
  if (some || symbol === "") return ANY;
  const upper = symbol[0] === "^";
  const change = (part: string): string =>
    upper ? part.toUpperCase() : part.toLowerCase();
  return symbol.length === 2
    ? change(text)
    : change(text.slice(0, 1)) + text.slice(1);
}

function transform(
  walk: Walk,
  text: string,
  letter: string,
  part: ParameterPart,
): string {
  switch (letter) {
    case "U":
      return text.toUpperCase();
    case "L":
      return text.toLowerCase();
    case "u":
      return text.slice(0, 1).toUpperCase() + text.slice(1);
    case "Q":
      return hasHole(text) ? ANY : `'${text.replaceAll("'", "'\\''")}'`;
    case "E":
      return /\p{Cc}/u.test(text)
        ? ANY
        : readAnsiQuote(`$'${text.replaceAll("'", "\\'")}'`, 0)?.text ?? ANY;
    case "P":
      // A prompt runs the substitutions in it.
      if (/[$`]|\0/.test(text)) hostUnknown(walk, "shell.code", part.span);
      return ANY;
    default:
      return ANY;
  }
}
