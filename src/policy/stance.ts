// Copyright 2026 the airg authors. Apache-2.0 license.

/**
 * What a policy says of itself as a whole: watch only (`mode: shadow`), or ask
 * nobody (`escalate: block`).
 *
 * @module
 */

import type { Finding } from "./checks.ts";
import type { CompiledPolicy } from "./compile.ts";

/**
 * Applies both to findings.
 *
 * Rules have their own mode (extend.ts); built-in checks and lists have the
 * policy's. airg's own files stay closed whatever the mode.
 */
export function applyStance(
  { shadow, asks }: Pick<CompiledPolicy, "shadow" | "asks">,
  findings: readonly Finding[],
): readonly Finding[] {
  if (!shadow && asks) return findings;
  return findings.map((finding) => ({
    ...finding,
    ...(shadow && isBuiltIn(finding) && { mode: "shadow" as const }),
    ...(!asks && finding.verdict === "escalate" &&
      { verdict: "block" as const }),
  }));
}

/** Rules are named `pack/id`; lists and settings by a JSON pointer. */
function isBuiltIn({ reason: { rule } }: Finding): boolean {
  return rule.startsWith("/") ||
    rule.startsWith("built-in/") && rule !== "built-in/own-files";
}
