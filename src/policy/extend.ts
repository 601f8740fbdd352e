// Copyright 2026 the airg authors. Apache-2.0 license.

/**
 * A document with `extends` -> one that holds everything it extends.
 *
 * What is extended comes first, each name once, and the document's own sections
 * lie over it. Every rule keeps the name of the pack it comes from, and what a
 * document with `mode: shadow` brings along is in shadow wherever it ends up.
 *
 * @module
 */

import { mergePolicies } from "./merge.ts";
import type { PolicyDocument, PolicyRule, ShippedName } from "./schema.ts";

/** Finds a shipped document as it is written, or already resolved. */
export type FindShipped = (name: ShippedName) => PolicyDocument;

/**
 * Resolves `extends`, at every depth.
 *
 * @param name Where the document's own rules come from.
 */
export function resolveExtends(
  document: PolicyDocument,
  name: string,
  find: FindShipped,
): PolicyDocument {
  const { extends: above = [], ...own } = document;
  const bases = [...new Set(above)].map((base) =>
    resolveExtends(find(base), packName(base), find)
  );
  const rules = (own.rules ?? []).map((rule) =>
    rule.pack === undefined ? { ...rule, pack: name } : rule
  );
  if (bases.length === 0) return { ...own, rules: modeOf(document, rules) };
  const merged = [...bases, { ...own, rules }].reduce(mergePolicies);
  return { ...merged, rules: modeOf(document, distinct(merged.rules ?? [])) };
}

/** `pack:git` -> `git`. */
function packName(name: ShippedName): string {
  return name.startsWith("pack:") ? name.slice("pack:".length) : name;
}

/** `extends: ["default", "pack:git"]` names some rules twice; enforcing wins over shadow. */
function distinct(rules: readonly PolicyRule[]): PolicyRule[] {
  const kept = new Map<string, PolicyRule>();
  for (const rule of rules) {
    const key = `${rule.pack}/${rule.id}`;
    const before = kept.get(key);
    if (before === undefined || before.mode === "shadow") kept.set(key, rule);
  }
  return [...kept.values()];
}

function modeOf(
  { mode }: PolicyDocument,
  rules: readonly PolicyRule[],
): PolicyRule[] {
  return mode === "shadow"
    ? rules.map((rule) => ({ ...rule, mode }))
    : [...rules];
}
