// Copyright 2026 the airg authors. Apache-2.0 license.

/**
 * `airg changes discard`: throws held changes away.
 *
 * @module
 */

import { printable } from "../../base/printable.ts";
import { lock, removeHeld } from "../../changes/manifest.ts";
import { findHeld, heldIds, openHeld } from "../../changes/store.ts";
import { type ExactFiles, openExactFiles } from "../../platform/exact_files.ts";
import { changesRoot, refuseAgents } from "./site.ts";
import { type Context, UsageError } from "../command.ts";
import type { Invocation } from "../flags.ts";

interface Discarded {
  readonly id: string;
  readonly discarded: boolean;
  readonly why?: string;
}

/** Discards. */
export async function run(
  { operands, rest, switches }: Invocation,
  context: Context,
): Promise<number> {
  const refused = refuseAgents(context, "changes discard");
  if (refused !== undefined) return refused;
  const words = [...operands, ...rest ?? []];
  if ((words.length === 0) !== switches.has("all")) {
    throw new UsageError("give one ID or more, or --all");
  }
  const root = changesRoot(context);
  if (!root.ok) return root.error;
  using files = openExactFiles();
  const results: Discarded[] = [];
  for (const word of switches.has("all") ? heldIds(root.value) : words) {
    results.push(await discard(context, files, root.value, word));
  }
  const { terminal } = context;
  if (switches.has("json")) terminal.out(JSON.stringify(results));
  else {
    for (const { id, discarded, why } of results) {
      terminal.out(
        printable(
          `${discarded ? "discarded" : "kept"}  ${id}${
            why === undefined ? "" : `: ${why}`
          }`,
        ),
      );
    }
  }
  return results.every(({ discarded }) => discarded) ? 0 : 1;
}

async function discard(
  context: Context,
  files: ExactFiles,
  root: string,
  word: string,
): Promise<Discarded> {
  const id = findHeld(root, word);
  if (!id.ok) return { id: word, discarded: false, why: id.error };
  const held = openHeld(files, root, id.value);
  if (!held.ok) return { id: id.value, discarded: false, why: held.error.why };
  const { folder, manifest, changes } = held.value;
  const source = "human-operator";
  const { workspace } = manifest;
  const there = await context.assemble({ workspace, source });
  // The project itself may be gone.
  const parts = there.ok ? there : await context.assemble({ source });
  if (!parts.ok) {
    return { id: id.value, discarded: false, why: parts.error.message };
  }
  using mine = lock(folder);
  if (mine === undefined) {
    return { id: id.value, discarded: false, why: "an airg is working on it" };
  }
  const event = {
    event: "changes",
    origin: parts.value.origin,
    act: "discard",
    id: id.value,
    paths: changes.slice(0, 100).map(({ path }) => path),
    count: changes.length,
  } as const;
  await parts.value.recordChanges({ ...event, phase: "started" });
  removeHeld(folder, manifest);
  await parts.value.recordChanges({ ...event, phase: "finished" });
  return { id: id.value, discarded: true };
}
