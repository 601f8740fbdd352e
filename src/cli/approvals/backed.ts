// Copyright 2026 the airg authors. Apache-2.0 license.

/**
 * Whether what an action would destroy is saved before it, for the person who
 * is asked.
 *
 * @module
 */

import { changedBy, isNothing } from "../../action/changes/changed.ts";
import type { Facts } from "../../action/facts.ts";
import type { Touches } from "../../approval/request.ts";
import { skipMadeAgain } from "../../backup/collect.ts";
import { targetsOf } from "../../backup/targets.ts";

/** What the policy says that matters here. */
export interface BackedBy {
  readonly enabled: boolean;
  /** Absolute folders beside the workspace that commands may write to. */
  readonly writable: readonly string[];
}

/** Says whether a backup is made, and of what not; nothing where there is nothing to lose. */
export function backedBy(
  facts: Facts,
  { enabled, writable }: BackedBy,
): Pick<Touches, "backup" | "notKept"> {
  const changed = changedBy(facts);
  if (facts.action.kind === "restore") return { backup: true };
  if (isNothing(changed)) return {};
  if (!enabled) {
    return { backup: false, notKept: "audit.backup_enabled is false" };
  }
  const { workspace } = facts.action.origin;
  const { paths, unsaved } = targetsOf(changed, {
    workspace,
    roots: [workspace, ...writable],
    held: [],
  });
  if (paths.length === 0) {
    return { backup: false, notKept: "nothing of it lies in the workspace" };
  }
  const left = paths.flatMap((path) => {
    const why = unsaved.get(path) ??
      (facts.action.kind === "exec" ? skipMadeAgain(path) : undefined);
    return why === undefined ? [] : [`${path}: ${why}`];
  });
  const [first] = left;
  return {
    backup: left.length < paths.length,
    ...(first !== undefined && { notKept: first }),
  };
}
