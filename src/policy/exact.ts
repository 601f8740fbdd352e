// Copyright 2026 the airg authors. Apache-2.0 license.

/**
 * Rules about one action and no other, and the objections that such a rule of
 * the operator's own answers.
 *
 * Nothing else in a policy loosens: a rule with `over` lets run what the rules
 * it names would ask a person about, and only what is word for word the same,
 * in the same folder, with the same paths and hosts.
 *
 * @module
 */

import type { Facts } from "../action/facts.ts";
import { hasHole } from "../shell/value.ts";
import type { Finding } from "./checks.ts";
import type { CompiledPolicy } from "./compile.ts";
import { plainWords } from "./plain_words.ts";
import type { Match } from "./rule.ts";

/** One action, as far as it can be told from another. */
export interface ExactAction {
  /** The command, word by word. */
  readonly words: readonly string[];
  readonly cwd: string;
  readonly workspace: string;
  /** All paths that it names, links resolved; in any order. */
  readonly paths: readonly string[];
  /** All hosts that it names; in any order. */
  readonly hosts: readonly string[];
}

/** Whose objection is that the command needs the network. */
export const NETWORK_RULE = "/sandbox/network";

/** Lists whose entries ask a person. */
const LISTS_REGEXP = /^\/requires_(?:confirmation|simulation)\//;

/** Whether a rule of the operator's can answer what this one objects to. */
export function isAnswerable(rule: string): boolean {
  if (rule.startsWith("/")) {
    return rule === NETWORK_RULE || LISTS_REGEXP.test(rule);
  }
  // What a workspace or an agent's own section adds, only they take away.
  return !/^(?:built-in|airg|workspace|agent:[^/]*)\//.test(rule);
}

/** What overlays may have made stricter; only they take that away. */
export interface Overlaying {
  /** They may have put entries into the lists. */
  readonly lists: boolean;
  /** They have taken the network. */
  readonly network: boolean;
}

/** Of what a rule says it answers: what it can. */
export function answerableOf(
  over: readonly string[],
  overlaid: Overlaying,
): ReadonlySet<string> {
  return new Set(
    over.filter((rule) =>
      isAnswerable(rule) &&
      !(overlaid.lists && LISTS_REGEXP.test(rule)) &&
      !(overlaid.network && rule === NETWORK_RULE)
    ),
  );
}

/** The words of an action that is one plain command. */
function wordsOf({ action }: Facts): readonly string[] | undefined {
  if (action.kind !== "exec") return undefined;
  const { command } = action;
  return command.form === "argv" ? command.argv : plainWords(command.text);
}

/** What an action is, exactly; `undefined` where its words do not say all of it. */
export function exactOf(facts: Facts): ExactAction | undefined {
  const { action, environment, hosts, paths, unknowns, variables } = facts;
  const words = wordsOf(facts);
  if (action.kind !== "exec" || words === undefined) return undefined;
  if (unknowns.length + environment.length + variables.length > 0) {
    return undefined;
  }
  const exact = {
    words,
    cwd: action.cwd,
    workspace: action.origin.workspace,
    paths: distinct(paths.map(({ path }) => path)),
    hosts: distinct(hosts.map(({ host }) => host)),
  };
  return [...exact.paths, ...exact.hosts].some(hasHole) ? undefined : exact;
}

/** Of facts that many rules are tried on. */
const known = new WeakMap<Facts, ExactAction | undefined>();

/** Whether the action is that one. */
export function isExactly(exact: ExactAction, facts: Facts): boolean {
  if (!known.has(facts)) known.set(facts, exactOf(facts));
  const now = known.get(facts);
  return now !== undefined && now.cwd === exact.cwd &&
    now.workspace === exact.workspace && areSame(now.words, exact.words) &&
    areSame(now.paths, distinct(exact.paths)) &&
    areSame(now.hosts, distinct(exact.hosts));
}

/**
 * The rules whose objections are answered.
 *
 * @param profileChosen The caller chose what it may do; then no rule opens the
 * network.
 */
export function answeredBy(
  { asks }: Pick<CompiledPolicy, "asks">,
  matches: readonly Match[],
  profileChosen: boolean,
): ReadonlySet<string> {
  // Where nobody is to be asked, nobody has answered.
  if (!asks) return NOTHING;
  const own = matches.filter(({ rule: { mode, verdict, over }, perhaps }) =>
    over !== undefined && verdict === "allow" && mode === "enforce" && !perhaps
  );
  if (own.length === 0) return NOTHING;
  return new Set(
    own.flatMap(({ rule }) => [...rule.over ?? []])
      .filter((rule) => rule !== NETWORK_RULE || !profileChosen),
  );
}

const NOTHING: ReadonlySet<string> = new Set();

/** An objection that is answered is told, and stands no longer in the way. */
export function answered(finding: Finding): Finding {
  const { reason } = finding;
  return {
    ...finding,
    verdict: "allow",
    reason: {
      ...reason,
      message: `${reason.message}; a rule of the operator's answers this`,
    },
  };
}

function distinct(texts: readonly string[]): string[] {
  return [...new Set(texts)].sort();
}

function areSame(a: readonly string[], b: readonly string[]): boolean {
  return a.length === b.length && a.every((text, i) => text === b[i]);
}
