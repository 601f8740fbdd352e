// Copyright 2026 the airg authors. Apache-2.0 license.

/**
 * Why a layer could not be had, and what cures it: read only once something
 * has failed, so a run that has every layer pays nothing.
 *
 * @module
 */

import { explainLandlockError } from "../../sandbox/probe_checks.ts";
import {
  explainContainer,
  explainUserNamespace,
  type Explanation,
  installBubblewrap,
  readMachine,
} from "../../sandbox/probe_machine.ts";

/** What a launcher or bubblewrap says that may not make, or not use, a namespace. */
const ABOUT_NAMESPACES =
  /namespace|userns|mountns|[ug]id map|setgroups|rtm_new|no permissions|not permitted|permission denied/i;

/**
 * Explains the first lack that has an explanation.
 *
 * @param lacks What each rung said.
 * @param launcher Absolute path; an AppArmor profile has to name it.
 */
export async function explainLacks(
  lacks: readonly string[],
  launcher: string,
): Promise<Explanation | undefined> {
  const machine = await readMachine({ readText, readLink, launcher });
  const said = lacks.join("\n");
  if (/bubblewrap is not installed/.test(said)) {
    return {
      cause: "bubblewrap is not installed",
      cure: installBubblewrap(machine),
    };
  }
  const landlock = explainLandlockError(said, machine);
  if (landlock !== undefined) return landlock;
  if (/mount proc/i.test(said)) return explainContainer();
  // Anything else went wrong for a reason of its own, which has been said.
  return ABOUT_NAMESPACES.test(said)
    ? explainUserNamespace(machine, launcher)
    : undefined;
}

/** An explanation as lines, the cure's each by itself. */
export function explanationLines(
  explained: Explanation | undefined,
): string[] {
  if (explained === undefined) return [];
  return [
    `cause: ${explained.cause}`,
    ...explained.cure.split("\n").map((line) => `cure: ${line}`),
  ];
}

async function readText(path: string): Promise<string | undefined> {
  return await unlessRefused(Deno.readTextFile(path));
}

async function readLink(path: string): Promise<string | undefined> {
  return await unlessRefused(Deno.readLink(path));
}

/** Missing and forbidden both mean: not known. */
async function unlessRefused(
  text: Promise<string>,
): Promise<string | undefined> {
  try {
    return await text;
  } catch (error) {
    if (error instanceof Error && "code" in error) return undefined;
    throw error;
  }
}
