// Copyright 2026 the airg authors. Apache-2.0 license.

/**
 * Names whose value is not the one last seen, and names that hide a call.
 *
 * @module
 */

import type { Language } from "./code_facts.ts";
import type { Token } from "./tokens.ts";

/** Marks after a name that change it. */
const CHANGE = /^(?:\+=|\.=|\.\.=|<<=?|\|\|=|\?\?=|-=|\*=)$/;
/** Methods that change a list. */
const MUTATE =
  /^(?:append|extend|insert|push|unshift|splice|concat!?|prepend|pop|remove)$/;

/**
 * Names that are given more than one value, or whose value is changed.
 *
 * Which value holds at a call depends on branches and loops, which are not
 * followed; so none is taken.
 */
export function unsettledNames(tokens: readonly Token[]): ReadonlySet<string> {
  const once = new Set<string>();
  const more = new Set<string>();
  for (const [at, one] of tokens.entries()) {
    if (one.kind !== "name") continue;
    const next = tokens[at + 1];
    const after = tokens[at + 2]?.text ?? "";
    if (next?.kind === "name" && /^(?:push|unshift)$/.test(one.text)) {
      more.add(next.text);
    }
    if (next?.kind !== "mark") continue;
    const mutated = next.text === "." && MUTATE.test(after) ||
      CHANGE.test(next.text) || CHANGE.test(next.text + after) ||
      tokens[at - 1]?.text === "," && next.text === "=" ||
      next.text === "[" && assignsItem(tokens, at + 1);
    const assigned = (next.text === "=" || next.text === ":=") &&
      after !== "=";
    if (mutated || assigned && once.has(one.text)) more.add(one.text);
    else if (assigned) once.add(one.text);
  }
  return more;
}

/** `name[0] = value`, with a short index. */
function assignsItem(tokens: readonly Token[], open: number): boolean {
  for (let at = open + 1; at < open + 6; at++) {
    if (tokens[at]?.text === "]") return tokens[at + 1]?.text === "=";
  }
  return false;
}

/** Names that, wherever they stand, start programs, delete or reach the insides. */
const TELLING: Readonly<Partial<Record<Language, RegExp>>> = {
  python:
    /^(?:system|popen|Popen|check_output|check_call|getoutput|getstatusoutput|posix_spawnp?|exec[lv]p?e?|spawn[lv]p?e?|rmtree|removedirs|CDLL|PyDLL|__subclasses__|__globals__|__builtins__|__bases__|__mro__|__getattribute__)$/,
  node:
    /^(?:execSync|execFileSync|execFile|spawnSync|rmSync|unlinkSync|rmdirSync|_load|getBuiltinModule|binding|dlopen|_linkedBinding|constructor)$/,
  lua: /^(?:execute|popen)$/,
  ruby: /^(?:rm_rf|rm_r|rmtree|system|spawn)$/,
  php: /^(?:shell_exec|passthru|proc_open|pcntl_exec)$/,
};

/** Modules with a harmless function of a telling name. */
const HARMLESS = /^(?:platform|re|regex)$/;

/** Whether `name`, used in a way that is not followed, must be pointed out. */
export function isTelling(
  language: Language,
  name: string,
  receiver: string,
): boolean {
  return TELLING[language]?.test(name) === true && !HARMLESS.test(receiver);
}
