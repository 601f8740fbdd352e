// Copyright 2026 the airg authors. Apache-2.0 license.

/**
 * What is tried once more on the same rung, because only something that can be
 * done without was missing; and the words for what a run then lacks.
 *
 * @module
 */

import { DISPENSABLE, unknownOption } from "../../sandbox/bubblewrap.ts";
import type { Rung } from "../../sandbox/launch.ts";
import type { Attempt } from "./attempt.ts";
import type { Bounds } from "./bounds.ts";

/** What a run has been found to lack so far; grows while it is tried. */
export interface Lacking {
  /** What each stronger rung said. */
  readonly rungs: string[];
  /** Options that this bubblewrap does not know. */
  readonly options: string[];
}

/** Tries the rung again as long as something dispensable was what failed. */
export async function tryAgain(
  first: Attempt,
  lacking: Lacking,
  bounds: Bounds,
  tryOnce: () => Promise<Attempt>,
): Promise<Attempt> {
  let tried = first;
  while (tried.kind === "unavailable") {
    const option = unknownOption(tried.message);
    if (option === undefined || lacking.options.includes(option)) break;
    lacking.options.push(option);
    tried = await tryOnce();
  }
  if (tried.kind !== "failed" || tried.step !== "cgroup") return tried;
  await bounds.leave();
  return await tryOnce();
}

/** What a run on `rung` lacks beside what the stronger ones said: causes, cures, age, limits. */
export async function shortfall(
  rung: Rung,
  lacking: Lacking,
  bounds: Bounds,
  launcher: string,
): Promise<string[]> {
  const { rungs, options } = lacking;
  const byAge = rung === "bare"
    ? []
    : options.flatMap((option) => DISPENSABLE[option]?.lacks ?? []);
  return [
    ...await explained(rungs, launcher),
    ...byAge,
    ...bounds.unheld(rung),
  ];
}

/** Cause and cure, as lines; nothing where nothing lacks. */
export async function explained(
  rungs: readonly string[],
  launcher: string,
): Promise<string[]> {
  if (rungs.length === 0) return [];
  const { explainLacks, explanationLines } = await import("./explain_lack.ts");
  return explanationLines(await explainLacks(rungs, launcher));
}
