// Copyright 2026 the airg authors. Apache-2.0 license.

/**
 * Whether a grant is leave for what is asked now. The store asks this to find
 * a grant, and the guard once more before it acts on one.
 *
 * @module
 */

import type { Reason } from "../policy/decision.ts";
import type { Ask, Grant } from "./request.ts";
import type { Digests } from "./subject.ts";

/** Rule ids that object, each once, in order. */
export function rulesOf(reasons: readonly Reason[]): string[] {
  return [...new Set(reasons.map(({ rule }) => rule))].sort();
}

/**
 * What is bound to a grant beside who asks and when: why it is not that, as a
 * sentence.
 *
 * @param rules Those that object now.
 * @param changed Says what is another where the action is.
 */
export function unlike(
  grant: Pick<Grant, "scope" | "digest" | "rules">,
  { digests, rules }: {
    readonly digests: Digests;
    readonly rules: readonly string[];
  },
  changed: () => string = () => "it was given for another action",
): string | undefined {
  if (grant.scope !== "rule" && grant.digest !== digests[grant.scope]) {
    return changed();
  }
  const more = rules.filter((rule) => !grant.rules.includes(rule));
  return more.length === 0
    ? undefined
    : `the policy now objects for another reason: ${more.join(", ")}`;
}

/**
 * Whether what is missing is the network: then approving gives it, the whole
 * of it. Never by a rule: who let one program reach one host did not mean
 * everything that reaches anywhere.
 */
export function needsNetwork(
  reasons: readonly Pick<Reason, "code">[],
): boolean {
  return reasons.some(({ code }) => code === "network.needed");
}

/**
 * Why a grant is no leave for what is asked, as a sentence; nothing where it
 * is. Its state is the store's to judge.
 *
 * @param digests Of the subject that is asked about.
 */
export function misfit(
  grant: Grant,
  { asker, reasons }: Pick<Ask, "asker" | "reasons">,
  digests: Digests,
  now: number,
): string | undefined {
  if (
    grant.agent !== asker.agent || grant.workspace !== asker.workspace ||
    // A rule's leave lasts over sessions; an action's does not.
    grant.scope !== "rule" && grant.session !== asker.session
  ) return "it was given to somebody else";
  if (now > grant.expiresAt) return "its time was up";
  if (grant.scope === "rule" && needsNetwork(reasons)) {
    return "no rule gives the network";
  }
  return unlike(grant, { digests, rules: rulesOf(reasons) });
}
