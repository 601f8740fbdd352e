// Copyright 2026 the airg authors. Apache-2.0 license.

/**
 * `airg changes list`: every ephemeral run whose changes are held.
 *
 * @module
 */

import { printable } from "../../base/printable.ts";
import { bytesOf } from "../../changes/change.ts";
import { heldIds, openHeld, pending } from "../../changes/store.ts";
import { openExactFiles } from "../../platform/exact_files.ts";
import { changesRoot } from "./site.ts";
import { type Context, UsageError } from "../command.ts";
import type { Invocation } from "../flags.ts";
import { notify } from "../terminal.ts";

/** Lists them, oldest first. */
export function run(
  { operands, rest, switches }: Invocation,
  context: Context,
): Promise<number> {
  if (operands.length > 0 || rest !== undefined) {
    throw new UsageError("changes list takes no words");
  }
  const root = changesRoot(context);
  if (!root.ok) return Promise.resolve(root.error);
  const rows = rowsIn(root.value);
  const { terminal } = context;
  if (switches.has("json")) {
    terminal.out(JSON.stringify(rows));
  } else {
    if (rows.length === 0) notify(terminal, "no changes are held");
    for (const row of rows) terminal.out(printable(lineOf(row)));
  }
  return Promise.resolve(0);
}

type Row =
  | { readonly id: string; readonly problem: string }
  | {
    readonly id: string;
    readonly workspace: string;
    readonly agent: string;
    readonly startedAt: string;
    readonly command: string;
    readonly changes: number;
    readonly bytes: number;
    readonly applied: number;
  };

function rowsIn(root: string): Row[] {
  using files = openExactFiles();
  return heldIds(root).map((id): Row => {
    const held = openHeld(files, root, id);
    if (!held.ok) return { id, problem: held.error.why };
    const { workspace, agent, startedAt, command } = held.value.manifest;
    const left = pending(held.value);
    return {
      id,
      workspace,
      agent,
      startedAt,
      command,
      changes: left.length,
      bytes: bytesOf(left),
      applied: held.value.changes.length - left.length,
    };
  });
}

function lineOf(row: Row): string {
  if ("problem" in row) return `${row.id}  (${row.problem})`;
  const partly = row.applied > 0 ? `, ${row.applied} applied` : "";
  return [
    row.id,
    row.startedAt.slice(0, 19),
    row.workspace,
    row.agent,
    `${row.changes} changes, ${row.bytes} bytes${partly}`,
    row.command,
  ].join("  ");
}
