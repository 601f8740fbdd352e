// Copyright 2026 the airg authors. Apache-2.0 license.

/**
 * `airg backup list`: what was saved, newest first.
 *
 * @module
 */

import { counted } from "../../base/counted.ts";
import { printable } from "../../base/printable.ts";
import type {
  BackupFilter,
  BackupStore,
  StoredEvent,
} from "../../backup/store.ts";
import { type Context, UsageError } from "../command.ts";
import type { Invocation } from "../flags.ts";
import { notify } from "../terminal.ts";
import { filterFrom, timeOf, withBackupSite } from "./site.ts";

/** Lists. */
export async function run(
  invocation: Invocation,
  context: Context,
): Promise<number> {
  const { operands, rest, switches, values } = invocation;
  if (operands.length > 0 || rest !== undefined) {
    throw new UsageError("backup list takes no words");
  }
  const { terminal } = context;
  return await withBackupSite(context, undefined, async ({ store, clock }) => {
    const filter = filterFrom(invocation, context, clock());
    const stored = await listed(store, filter, values.get("command"));
    if (switches.has("json")) {
      terminal.out(JSON.stringify(stored.map(rowOf)));
      return 0;
    }
    if (stored.length === 0) {
      const isAny = invocation.values.size === 0;
      notify(
        terminal,
        isAny
          ? "no backups yet: airg makes one before an action overwrites or deletes something"
          : "no backups fit; `airg backup list` shows all",
      );
    }
    for (const one of stored) terminal.out(lineOf(one));
    return 0;
  });
}

/** Those whose command or tool has `command` in it, where it is given. */
async function listed(
  store: BackupStore,
  filter: BackupFilter,
  command: string | undefined,
): Promise<readonly StoredEvent[]> {
  if (command === undefined) return await store.list(filter);
  const all = await store.list({ ...filter, limit: Infinity });
  return all.filter(({ event }) => event.what.includes(command))
    .slice(0, filter.limit);
}

function rowOf({ event, folder, damaged }: StoredEvent): object {
  const { entries, ...rest } = event;
  return { ...rest, folder, damaged, entries: entries.length };
}

function lineOf({ event, damaged }: StoredEvent): string {
  const { at, id, cause, agent, what, entries, pending, unsaved } = event;
  const not = unsaved.length > 0 ? `, ${unsaved.length} not saved` : "";
  return printable([
    id,
    timeOf(at),
    `${damaged ? "DAMAGED " : ""}${cause}`,
    agent,
    pending ? "not over yet" : `${counted(entries.length, "path")}${not}`,
    what,
  ].join("  "));
}
