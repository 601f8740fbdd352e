// Copyright 2026 the airg authors. Apache-2.0 license.

/**
 * Which held changes a person means, and which of them need a yes of their own
 * (pure).
 *
 * @module
 */

import { PROTECTED_PATHS } from "../action/protected.ts";
import { type Change, nameOf, parentOf } from "./change.ts";

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
): Plan {
  const named = new Set(paths);
  const wanted = changes.filter(({ path }) =>
    paths.length === 0 || selfAndAbove(path).some((part) => named.has(part))
  );
  const known = new Set(changes.flatMap(({ path }) => selfAndAbove(path)));
  const reasons = handoffReasons(changes);
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

/** Why the host would obey a path, by path; others are not in it. */
export function handoffReasons(
  changes: readonly Change[],
): ReadonlyMap<string, string> {
  const bare = bareRepositories(changes);
  const reasons = new Map<string, string>();
  for (const change of changes) {
    const why = obeyedBy(change) ?? obeyedInBare(change.path, bare);
    if (why !== undefined) reasons.set(change.path, why);
  }
  return reasons;
}

/** A protected path may lie in any folder: a nested repository has hooks, too. */
function obeyedBy({ path, status }: Change): string | undefined {
  const parts = path.split("/");
  for (let from = 0; from < parts.length; from++) {
    const tail = parts.slice(from).join("/");
    const hit = PROTECTED_PATHS.find((entry) =>
      tail === entry.path || tail.startsWith(`${entry.path}/`) ||
      // With the folder goes what is in it.
      (status === "deleted" || status === "replaced") &&
        entry.path.startsWith(`${tail}/`)
    );
    if (hit !== undefined) return hit.why;
  }
  return undefined;
}

/** Folders that git takes for a repository without a work tree (CVE-2022-24765's kin). */
function bareRepositories(changes: readonly Change[]): ReadonlySet<string> {
  const added = new Set(
    changes.filter(({ after }) => after !== undefined).map(({ path }) => path),
  );
  return new Set(
    [...added].filter((path) => nameOf(path) === "HEAD").map(parentOf)
      .filter((folder) =>
        ["objects", "refs"].some((name) =>
          added.has(folder === "" ? name : `${folder}/${name}`)
        )
      ),
  );
}

function obeyedInBare(
  path: string,
  bare: ReadonlySet<string>,
): string | undefined {
  const above = selfAndAbove(path);
  const obeyed = above.some((part) =>
    (nameOf(part) === "config" || nameOf(part) === "hooks") &&
    bare.has(parentOf(part))
  );
  return obeyed
    ? "git settings and hooks of a repository inside the workspace"
    : undefined;
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

/** `a/b/c` -> `a/b/c`, `a/b`, `a`. */
function selfAndAbove(path: string): string[] {
  const parts = path.split("/");
  return parts.map((_, i) => parts.slice(0, parts.length - i).join("/"));
}
