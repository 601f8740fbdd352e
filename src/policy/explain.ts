// Copyright 2026 the airg authors. Apache-2.0 license.

/**
 * Decision -> lines for a person.
 *
 * The lines hold untrusted text (the command's words, paths): whoever prints
 * them passes each through `base/printable.ts`.
 *
 * @module
 */

import type { Conclusion, Reason, Verdict } from "./decision.ts";

const SENTENCES: Readonly<Record<Verdict, string>> = {
  allow: "allow: it may run, contained",
  sandbox: "sandbox: it may run in a copy only, which this version cannot make",
  throttle: "throttle: too many calls; try again later",
  escalate: "escalate: a person has to approve it first",
  block: "block: it may not run",
};

/**
 * Says what was decided and why, one thought a line.
 *
 * @param text The command's text; the decisive words are underlined when it is
 * one line.
 */
export function explain(conclusion: Conclusion, text?: string): string[] {
  const { verdict, mode, reasons, containment, policy } = conclusion;
  const shadow = mode === "shadow" ? " (shadow: nothing is enforced)" : "";
  return [
    `${SENTENCES[verdict]}${shadow}`,
    ...(text === undefined ? [] : underline(text, reasons[0])),
    ...reasons.flatMap(explainReason),
    `  contained: profile ${containment.profile}, network ${containment.network}`,
    `  policy: ${policy.hash}, agent ${policy.agent}`,
  ];
}

function explainReason(reason: Reason): string[] {
  const { code, rule, message, evidence, remedy, severity } = reason;
  return [
    `  ${severity}: ${message} [${code}, ${rule}]`,
    ...(evidence?.path === undefined ? [] : [`    path: ${evidence.path}`]),
    ...(evidence?.host === undefined ? [] : [`    host: ${evidence.host}`]),
    ...(remedy === undefined ? [] : [`    instead: ${remedy}`]),
  ];
}

function underline(text: string, reason: Reason | undefined): string[] {
  const span = reason?.evidence?.span;
  if (text.includes("\n") || text.length > 200) return [];
  if (span === undefined || span[1] > text.length) return [`  ${text}`];
  const [start, end] = span;
  return [
    `  ${text}`,
    `  ${" ".repeat(start)}${"^".repeat(Math.max(1, end - start))}`,
  ];
}
