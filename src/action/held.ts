// Copyright 2026 the airg authors. Apache-2.0 license.

/**
 * What an agent and a person are told of changes that are held (pure).
 *
 * @module
 */

import type { HeldChanges } from "./outcome.ts";

/** Sentences without full stop; not yet printable. */
export function heldLines(held: HeldChanges): string[] {
  if (held.count === 0) {
    return [
      "this ran in an ephemeral copy of the workspace and changed nothing",
      ...held.notes,
    ];
  }
  const { id, count, bytes, paths } = held;
  const more = count > paths.length ? ` and ${count - paths.length} more` : "";
  return [
    `this ran in an ephemeral copy of the workspace: ${count} ${
      count === 1 ? "change is" : "changes are"
    } held under ${id} (${bytes} bytes), not made; ` +
    "later commands do not see them",
    `held: ${paths.join(", ")}${more}`,
    `a person can look at them with \`airg changes show ${id}\` and make them with \`airg changes apply ${id}\``,
    ...held.notes,
  ];
}
