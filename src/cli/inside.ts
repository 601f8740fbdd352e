// Copyright 2026 the airg authors. Apache-2.0 license.

/**
 * Whether this process is itself inside an airg run.
 *
 * Inside, airg could make no walls of its own, would write no log the operator
 * sees, and would look like a second judge where there is none.
 *
 * @module
 */

import { NOT_JUDGED_INSIDE } from "../policy/profiles.ts";
import { kindOf } from "../platform/machine.ts";
import { CACHE_INSIDE, INSIDE_VARIABLE } from "../../sandbox/profile.ts";
import type { Surroundings } from "./assembled.ts";

/** Why an airg inside an airg run does nothing. */
export const INSIDE_MESSAGE =
  `this is inside an airg run already: what happens here is ${NOT_JUDGED_INSIDE}`;

/**
 * Looks for the variable, which can be unset, and for the mount that a process inside cannot
 * remove (a mount point can be neither renamed nor deleted).
 */
export function isInsideRun(env: Surroundings["env"]): boolean {
  return env[INSIDE_VARIABLE] !== undefined ||
    kindOf(CACHE_INSIDE) === "folder";
}
