// Copyright 2026 the airg authors. Apache-2.0 license.

/**
 * Finds the few rules that can match, so that many rules cost no more than few.
 *
 * An index only leaves out rules that cannot match; whether one does is still
 * decided by rule.ts.
 *
 * @module
 */

import type { HostFact } from "../action/facts.ts";
import { suffixesOf } from "./host_pattern.ts";
import { edgesOf } from "./wild_name.ts";
import { isWild, type PathParts, type PathPattern } from "./path_pattern.ts";
import type { CompiledRule } from "./rule.ts";

/** Rules by what they speak of. */
export interface RuleIndex {
  readonly byProgram: ReadonlyMap<string, readonly CompiledRule[]>;
  /** Rules for `mkfs.*`, by `mkfs`. */
  readonly byStem: ReadonlyMap<string, readonly CompiledRule[]>;
  /** Rules for other patterns of programs. */
  readonly anyProgram: readonly CompiledRule[];
  /** Rules about paths, by one literal component of their patterns. */
  readonly byComponent: ReadonlyMap<string, readonly CompiledRule[]>;
  /** Its keys by their first and last letter. */
  readonly byFirst: ReadonlyMap<string, readonly string[]>;
  readonly byLast: ReadonlyMap<string, readonly string[]>;
  /** Rules about no program whose patterns have no such component. */
  readonly others: readonly CompiledRule[];
  /** Rules about hosts alone, by domain. */
  readonly byHost: ReadonlyMap<string, readonly CompiledRule[]>;
  /** Rules of programs that were asked for. */
  readonly found: Map<string, readonly CompiledRule[]>;
}

/** Sorts rules by what they speak of. */
export function indexRules(rules: readonly CompiledRule[]): RuleIndex {
  const byProgram = new Map<string, CompiledRule[]>();
  const byStem = new Map<string, CompiledRule[]>();
  const byComponent = new Map<string, CompiledRule[]>();
  const byHost = new Map<string, CompiledRule[]>();
  const anyProgram = new Set<CompiledRule>();
  const others = new Set<CompiledRule>();
  for (const rule of rules) {
    for (const name of rule.program?.names ?? []) {
      const stem = name.endsWith(".*") ? name.slice(0, -2) : undefined;
      if (!isWild(name)) add(byProgram, name, rule);
      else if (stem !== undefined && !/[.*?]/.test(stem)) {
        add(byStem, stem, rule);
      } else anyProgram.add(rule);
    }
    if (rule.program !== undefined) continue;
    if (rule.paths === undefined && rule.hosts !== undefined) {
      for (const host of rule.hosts) add(byHost, host, rule);
      continue;
    }
    const keys = rule.paths?.map(literalComponent) ?? [undefined];
    for (const key of keys) {
      if (key === undefined) others.add(rule);
      else add(byComponent, key, rule);
    }
  }
  return {
    byProgram,
    byStem,
    anyProgram: [...anyProgram],
    byComponent,
    byFirst: byLetter(byComponent.keys(), 0),
    byLast: byLetter(byComponent.keys(), -1),
    byHost,
    found: new Map(),
    others: [...others],
  };
}

/** Rules that may speak of a program of this name. */
export function rulesForProgram(
  index: RuleIndex,
  name: string,
): readonly CompiledRule[] {
  const known = index.found.get(name);
  if (known !== undefined) return known;
  const found = findForProgram(index, name);
  if (index.found.size < MAX_FOUND) index.found.set(name, found);
  return found;
}

/** Names whose rules are remembered. */
const MAX_FOUND = 4_096;

function findForProgram(
  index: RuleIndex,
  name: string,
): readonly CompiledRule[] {
  const exact = index.byProgram.get(name) ?? [];
  const dot = name.indexOf(".");
  const stem = dot > 0 ? index.byStem.get(name.slice(0, dot)) ?? [] : [];
  if (stem.length + index.anyProgram.length === 0) return exact;
  return [...new Set([...exact, ...stem, ...index.anyProgram])];
}

/** Rules about no program that may speak of one of these paths or hosts, or of neither. */
export function otherRules(
  index: RuleIndex,
  paths: readonly PathParts[],
  hosts: readonly HostFact[],
): readonly CompiledRule[] {
  if (paths.length + hosts.length === 0) return index.others;
  const found = new Set(index.others);
  for (const { host } of hosts) {
    for (const domain of suffixesOf(host)) {
      for (const rule of index.byHost.get(domain) ?? []) found.add(rule);
    }
  }
  for (const { loose, wild } of paths) {
    for (const own of loose) {
      for (const part of own) {
        if (wild && /[\0*?[]/.test(part)) addWild(index, part, found);
        else {for (const rule of index.byComponent.get(part) ?? []) {
            found.add(rule);
          }}
      }
    }
  }
  return [...found];
}

/** Rules with a literal component that a name with unknown parts could be. */
function addWild(
  index: RuleIndex,
  name: string,
  found: Set<CompiledRule>,
): void {
  const { start, end, tells } = edgesOf(name);
  if (!tells || start === "" && /^\.[^.]*$/.test(end)) return;
  const keys = start !== ""
    ? index.byFirst.get(start[0] ?? "")
    : end !== ""
    ? index.byLast.get(end.at(-1) ?? "")
    : index.byComponent.keys();
  for (const key of keys ?? []) {
    if (!key.startsWith(start) || !key.endsWith(end)) continue;
    for (const rule of index.byComponent.get(key) ?? []) found.add(rule);
  }
}

function byLetter(
  keys: Iterable<string>,
  place: number,
): ReadonlyMap<string, readonly string[]> {
  const found = new Map<string, string[]>();
  for (const key of keys) {
    const letter = key.at(place) ?? "";
    const list = found.get(letter);
    if (list === undefined) found.set(letter, [key]);
    else list.push(key);
  }
  return found;
}

function literalComponent({ parts }: PathPattern): string | undefined {
  return parts.findLast(({ wild }) => !wild)?.text;
}

function add(
  map: Map<string, CompiledRule[]>,
  key: string,
  rule: CompiledRule,
): void {
  const list = map.get(key);
  if (list === undefined) map.set(key, [rule]);
  else if (list.at(-1) !== rule) list.push(rule);
}
