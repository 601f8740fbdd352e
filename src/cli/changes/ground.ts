// Copyright 2026 the airg authors. Apache-2.0 license.

/**
 * What the workspace of held changes says of what would be obeyed there.
 *
 * @module
 */

import type { Ground } from "../../changes/obeyed.ts";
import type { Held } from "../../changes/store.ts";
import { namedByGit } from "../../exec/handoff.ts";

/** What the workspace of held changes says of what would be obeyed there. */
export function groundOf({ manifest: { workspace } }: Held): Ground {
  const { hooks, settings, attributes } = namedByGit(workspace);
  return {
    has: (path) => {
      try {
        Deno.lstatSync(`${workspace}/${path}`);
        return true;
      } catch (error) {
        if (error instanceof Error && "code" in error) return false;
        throw error;
      }
    },
    named: [...hooks, ...settings, ...attributes],
  };
}
