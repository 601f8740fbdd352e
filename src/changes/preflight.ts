// Copyright 2026 the airg authors. Apache-2.0 license.

/**
 * What an ephemeral run cannot copy, found before it starts.
 *
 * The launcher's user namespace knows one user and one group. A file of another
 * one can be read there, but not copied up: the copy would have to be of that
 * owner too. The kernel says EOVERFLOW then.
 *
 * @module
 */

import type { Outcome } from "../action/outcome.ts";
import type { Profile } from "../../sandbox/profile.ts";

/** Foreign files named. */
const NAMED = 5;

/** Why the workspace as a whole cannot be copied, if so. */
export function ownershipProblem(profile: Profile): Outcome | undefined {
  const node = Deno.lstatSync(profile.workspace);
  if (isOwn(node, profile)) return undefined;
  const { uid, gid } = runner(profile);
  return {
    kind: "not-started",
    why: "containment-unavailable",
    message:
      `An ephemeral run cannot copy ${profile.workspace}: it belongs to user ${node.uid}, group ${node.gid}, the command runs as ${uid}, ${gid}`,
    remedy: `Give it to them: chown ${uid}:${gid} ${profile.workspace}`,
  };
}

/** The first files at the workspace's top that belong to somebody else. */
export function foreignIn(profile: Profile): string[] {
  return [...Deno.readDirSync(profile.workspace)].map(({ name }) => name)
    .filter((name) => {
      const node = lstatIfThere(`${profile.workspace}/${name}`);
      return node !== undefined && !isOwn(node, profile);
    }).sort().slice(0, NAMED);
}

function isOwn({ uid, gid }: Deno.FileInfo, profile: Profile): boolean {
  const own = runner(profile);
  return uid === own.uid && gid === own.gid;
}

function runner(
  { owner }: Profile,
): { readonly uid: number; readonly gid: number } {
  return owner ?? { uid: Deno.uid() ?? 0, gid: Deno.gid() ?? 0 };
}

function lstatIfThere(path: string): Deno.FileInfo | undefined {
  try {
    return Deno.lstatSync(path);
  } catch (error) {
    if (error instanceof Deno.errors.NotFound) return undefined;
    throw error;
  }
}
