// Copyright 2026 the airg authors. Apache-2.0 license.

/**
 * Puts the parts together: the one place where policy, containment, running
 * and recording meet the guard.
 *
 * @module
 */

import { fail, type Result } from "../base/result.ts";
import type {
  Assembled,
  AssembleFailure,
  AssembleOptions,
  Surroundings,
} from "./assembled.ts";

/**
 * Puts the parts together for one front end.
 *
 * @returns The parts, or why not, with the exit status that says so.
 */
export function assemble(
  _surroundings: Surroundings,
  _options: AssembleOptions,
): Promise<Result<Assembled, AssembleFailure>> {
  return Promise.resolve(fail({ status: 70, message: "Not built yet" }));
}
