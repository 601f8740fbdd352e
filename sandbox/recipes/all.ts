// Copyright 2026 the airg authors. Apache-2.0 license.

/**
 * Every recipe, and the runs they are tried in.
 *
 * @module
 */

import { FILE_RECIPES } from "./files.ts";
import { HANDOFF_RECIPES } from "./handoff.ts";
import { LIMIT_RECIPES } from "./limits.ts";
import { PROCESS_RECIPES } from "./processes.ts";
import type { Recipe } from "./recipe.ts";
import { SOCKET_RECIPES } from "./sockets.ts";
import { SYSCALL_RECIPES } from "./syscalls.ts";

/** Every recipe that is a script. */
export const RECIPES: readonly Recipe[] = [
  ...PROCESS_RECIPES,
  ...SYSCALL_RECIPES,
  ...FILE_RECIPES,
  ...SOCKET_RECIPES,
  ...HANDOFF_RECIPES,
  ...LIMIT_RECIPES,
];

/** Recipes that share one contained run, by the name of the run. */
export function runsOf(
  recipes: readonly Recipe[],
): ReadonlyMap<string, readonly Recipe[]> {
  return Map.groupBy(
    recipes,
    ({ id, alone, group }) => alone ? id : group ?? "shared",
  );
}
