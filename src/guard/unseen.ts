// Copyright 2026 the airg authors. Apache-2.0 license.

/**
 * What an outcome cannot say of a run whose streams were the caller's own.
 *
 * Refusals are found in what a command complains of. Where its errors go
 * straight to the caller, an empty list would claim that there were none.
 *
 * @module
 */

import type { Outcome } from "../action/outcome.ts";

/** Said of every such run, in the record and in JSON. */
export const UNSEEN_NOTE =
  "What the kernel refused is not listed: the command's errors went to the caller, not through airg";

/** The outcome of a run with inherited streams. */
export function withUnseen(outcome: Outcome): Outcome {
  if (outcome.kind !== "exited") return outcome;
  const { containment } = outcome;
  return {
    ...outcome,
    containment: {
      ...containment,
      notes: [...containment.notes ?? [], UNSEEN_NOTE],
    },
  };
}

/** For the person who sees it fail; `undefined` where there is nothing to say. */
export function failedUnseen(
  { code, containment, ended }: Outcome & { readonly kind: "exited" },
): string | undefined {
  // 128 and up: a signal, which no refusal sends; `ended` says why itself.
  if (code === 0 || code >= 128 || ended !== undefined) return undefined;
  if (!containment.notes?.includes(UNSEEN_NOTE)) return undefined;
  const { network, profile = "workspace" } = containment;
  return `it failed inside containment (profile ${profile}, network ${network}); if something was refused to it, its own messages say so`;
}
