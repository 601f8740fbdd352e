// Copyright 2026 the airg authors. Apache-2.0 license.

/**
 * Problems of a policy file as lines, in the form editors jump to.
 *
 * @module
 */

import { printable } from "../base/printable.ts";
import type { NotEnforced, PolicyProblem } from "../policy/settings.ts";

/** `file:line:column: severity: message (pointer)`, and the cure below. */
export function problemLines(file: string, problem: PolicyProblem): string[] {
  const { severity, pointer, line, column, message, cure } = problem;
  const place = line === undefined ? file : `${file}:${line}:${column ?? 1}`;
  const at = pointer === "" ? "" : ` (${pointer})`;
  return [
    `${place}: ${severity}: ${message}${at}`,
    ...(cure === undefined ? [] : [`  cure: ${cure}`]),
  ].map((text) => printable(text));
}

/** What is accepted and not enforced, as a line. */
export function notEnforcedLine(
  file: string,
  { pointer, message }: NotEnforced,
): string {
  return printable(`${file}: not enforced: ${pointer}: ${message}`);
}
