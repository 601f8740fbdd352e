// Copyright 2026 the airg authors. Apache-2.0 license.

/**
 * `airg changes show`: the paths of one ephemeral run, and what stands in their
 * way.
 *
 * @module
 */

import { printable } from "../../base/printable.ts";
import { placesOf } from "../../changes/apply.ts";
import type { Change } from "../../changes/change.ts";
import { standingOf } from "../../changes/clash.ts";
import { handoffReasons } from "../../changes/obeyed.ts";
import { pending } from "../../changes/store.ts";
import { openExactFiles } from "../../platform/exact_files.ts";
import { groundOf } from "./ground.ts";
import { changeLine, heldFor } from "./site.ts";
import { type Context, UsageError } from "../command.ts";
import type { Invocation } from "../flags.ts";

/** Folders that do not exist yet, so that nothing in them can be in the way. */
function newFolders(changes: readonly Change[]): ReadonlySet<string> {
  return new Set(
    changes.filter(({ status, after }) =>
      after?.type === "folder" && status !== "mode"
    ).map(({ path }) => path),
  );
}

function liesIn(folders: ReadonlySet<string>, path: string): boolean {
  for (let at = path.indexOf("/"); at >= 0; at = path.indexOf("/", at + 1)) {
    if (folders.has(path.slice(0, at))) return true;
  }
  return false;
}

/** Lists the paths. */
export function run(
  { operands, rest, switches }: Invocation,
  context: Context,
): Promise<number> {
  const [word, ...more] = [...operands, ...rest ?? []];
  if (more.length > 0) throw new UsageError("expected one ID");
  using files = openExactFiles();
  const held = heldFor(context, files, word);
  if (!held.ok) return Promise.resolve(held.error);
  const { manifest } = held.value;
  const left = pending(held.value);
  const handoffs = handoffReasons(left, groundOf(held.value));
  const places = placesOf(files, held.value);
  const fresh = newFolders(left);
  const rows = left.map((change) => {
    const standing = standingOf(places, change);
    return {
      change,
      conflict: standing.kind === "conflict" && !liesIn(fresh, change.path)
        ? standing.why
        : undefined,
      handoff: handoffs.get(change.path),
    };
  });
  const { terminal } = context;
  if (switches.has("json")) {
    const changes = rows.map(({ change, conflict, handoff }) => ({
      ...change,
      ...(conflict !== undefined && { conflict }),
      ...(handoff !== undefined && { handoff }),
    }));
    const { id, workspace, agent, command, startedAt, applied } = manifest;
    terminal.out(JSON.stringify({
      ...{ id, workspace, agent, command, startedAt, applied },
      changes,
    }));
    return Promise.resolve(0);
  }
  terminal.out(printable(`${manifest.id} in ${manifest.workspace}`));
  terminal.out(printable(`from: ${manifest.command}`));
  for (const { change, conflict, handoff } of rows) {
    terminal.out(changeLine(change));
    if (conflict !== undefined) terminal.out(`    conflict: ${conflict}`);
    if (handoff !== undefined) terminal.out(`    needs a yes: ${handoff}`);
  }
  return Promise.resolve(0);
}
