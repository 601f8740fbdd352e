// Copyright 2026 the airg authors. Apache-2.0 license.

/**
 * What lies in folders on this machine, for what approvals are bound to.
 *
 * @module
 */

import type { TreeWorld } from "../../guard/bound_trees.ts";
import type { TreeKind } from "../../guard/tree_folders.ts";
import { classOf, isLate } from "../../guard/tree_names.ts";
import type { Held, TreeHands } from "../../platform/tree_hands.ts";
import { type TreeMemory, treeSums } from "../../platform/tree_sum.ts";
import type { TreePart } from "../../platform/tree_walk.ts";

/** Sums up folders, and remembers them for as long as it is there. */
export function treesWith(hands: TreeHands): TreeWorld["tree"] {
  // The same folders are another sum for another kind.
  const memories: Record<TreeKind, TreeMemory> = {
    code: new Map(),
    contents: new Map(),
    names: new Map(),
  };
  return (roots, kind, fresh) => {
    const { of, part } = KINDS[kind];
    return treeSums({ roots, of, part, isLate }, hands, memories[kind], fresh);
  };
}

const KINDS = {
  code: { of: "contents", part: partOf },
  contents: { of: "contents", part: all },
  names: { of: "names", part: all },
} as const satisfies Record<TreeKind, unknown>;

function all(): TreePart {
  return "own";
}

/** Whatever may be started is code. */
function partOf(path: string, { kind, runs }: Held): TreePart {
  const known = classOf(path);
  if (known === "passing") return kind === "file" && runs ? "own" : "skip";
  return known === "code" ? "own" : "other";
}
