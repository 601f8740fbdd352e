// Copyright 2026 the airg authors. Apache-2.0 license.

/**
 * Imported rules: each with an id of its own, where it came from, and examples
 * that were tried.
 *
 * @module
 */

import { printable } from "../../base/printable.ts";
import { checkExamples } from "../examples.ts";
import type { PolicyRule } from "../schema.ts";
import type { RuleMatch } from "./command_match.ts";

/** What a rule is made from. */
export interface RuleDraft {
  /** What its id begins with, such as `claude.deny`. */
  readonly family: string;
  /** What the rest of the id is made from. */
  readonly subject: string;
  readonly match: RuleMatch;
  readonly verdict: "escalate" | "block";
  readonly reason: string;
  readonly examples: readonly string[];
  readonly counterexamples?: readonly string[];
}

/** A rule, and the examples that it does not live up to. */
export interface Drafted {
  readonly rule: PolicyRule;
  /** It does not match these. */
  readonly missed: readonly string[];
  /** It matches these, too. */
  readonly extra: readonly string[];
}

/** Characters of a reason and of an id's end. */
const MAX_REASON = 400;
const MAX_SLUG = 48;

/** Makes rules; no two get the same id. */
export function ruleMaker(): (draft: RuleDraft) => Drafted {
  const taken = new Set<string>();
  return (draft) => {
    const { match, verdict, examples, counterexamples = [] } = draft;
    const id = freeId(`${draft.family}.${slug(draft.subject)}`, taken);
    const bare: PolicyRule = {
      id,
      match,
      verdict,
      reason: printable(draft.reason).slice(0, MAX_REASON),
    };
    const missed = examples.filter((text) => !holds(bare, { match: [text] }));
    const extra = counterexamples.filter((text) =>
      !holds(bare, { no_match: [text] })
    );
    const good = examples.filter((text) => !missed.includes(text));
    const bad = counterexamples.filter((text) => !extra.includes(text));
    const kept = {
      ...(good.length > 0 && { match: good }),
      ...(bad.length > 0 && { no_match: bad }),
    };
    const rule = Object.keys(kept).length === 0
      ? bare
      : { ...bare, examples: kept };
    return { rule, missed, extra };
  };
}

function holds(rule: PolicyRule, examples: PolicyRule["examples"]): boolean {
  const document = { version: 1 as const, rules: [{ ...rule, examples }] };
  return checkExamples(document).length === 0;
}

function slug(text: string): string {
  const parts = text.toLowerCase().slice(0, 4 * MAX_SLUG).split(/[^a-z0-9]+/);
  const joined = parts.filter((part) => part !== "").join("-");
  return joined.slice(0, MAX_SLUG).replace(/-$/, "") || "rule";
}

function freeId(wanted: string, taken: Set<string>): string {
  let id = wanted;
  for (let i = 2; taken.has(id); i++) id = `${wanted}-${i}`;
  taken.add(id);
  return id;
}
