// Copyright 2026 the airg authors. Apache-2.0 license.

/**
 * Which held changes a person means, and which of them need a yes of their own
 * (pure).
 *
 * @module
 */

import type { Change } from "./change.ts";
import { type Ground, handoffReasons, selfAndAbove } from "./obeyed.ts";

/** What is to be done with the changes that are held. */
export interface Plan {
  /** In this order: folders before what is in them. */
  readonly chosen: readonly Change[];
  /** Left out because the host would obey them: each needs its own yes. */
  readonly handoffs: readonly {
    readonly change: Change;
    readonly why: string;
  }[];
  /** Operands that name no change. */
  readonly unknown: readonly string[];
}

/** What a person said. */
export interface Choice {
  /** Paths relative to the workspace, files or folders; none: everything. */
  readonly paths: readonly string[];
  readonly yesHandoff: boolean;
}

/** Sorts the changes by what a person chose. */
export function planChanges(
  changes: readonly Change[],
  { paths, yesHandoff }: Choice,
  ground: Ground,
): Plan {
  const named = new Set(paths);
  const wanted = changes.filter(({ path }) =>
    paths.length === 0 || selfAndAbove(path).some((part) => named.has(part))
  );
  const known = new Set(changes.flatMap(({ path }) => selfAndAbove(path)));
  const reasons = handoffReasons(changes, ground);
  const needsYes = ({ path }: Change): boolean =>
    reasons.has(path) && !yesHandoff && !named.has(path);
  const chosen = new Set(wanted.filter((change) => !needsYes(change)));
  return {
    chosen: withFolders(changes, chosen),
    handoffs: wanted.filter(needsYes).map((change) => ({
      change,
      why: reasons.get(change.path) ?? "",
    })),
    unknown: paths.filter((path) => !known.has(path)),
  };
}

/** Also the new folders that the chosen changes lie in. */
function withFolders(
  changes: readonly Change[],
  chosen: ReadonlySet<Change>,
): Change[] {
  const needed = new Set(
    [...chosen].flatMap(({ path }) => selfAndAbove(path).slice(1)),
  );
  return changes.filter((change) =>
    chosen.has(change) ||
    needed.has(change.path) && change.after?.type === "folder" &&
      change.status !== "mode"
  );
}
