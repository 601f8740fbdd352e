// Copyright 2026 the airg authors. Apache-2.0 license.

/**
 * `airg backup import`: takes Runtime Guard's backups over.
 *
 * @module
 */

import { counted } from "../../base/counted.ts";
import { printable } from "../../base/printable.ts";
import { importBackups } from "../../backup/import.ts";
import { type Context, UsageError } from "../command.ts";
import { EXIT_USAGE } from "../exit.ts";
import type { Invocation } from "../flags.ts";
import { complain, notify } from "../terminal.ts";
import { pathFrom, timeOf, withBackupSite } from "./site.ts";

const DAY_MS = 86_400_000;

/** Imports. */
export async function run(
  { operands, rest, switches, values }: Invocation,
  context: Context,
): Promise<number> {
  const [dir, ...more] = [...operands, ...rest ?? []];
  if (dir === undefined || more.length > 0) {
    throw new UsageError("expected one DIR");
  }
  const { terminal, surroundings: { cwd } } = context;
  const root = pathFrom(dir, cwd);
  const key = values.get("key");
  return await withBackupSite(context, "backup import", async (site) => {
    const oldKey = key === undefined
      ? undefined
      : readIfThere(pathFrom(key, cwd));
    if (key !== undefined && oldKey === undefined) {
      complain(
        terminal,
        `cannot read the key file ${key}`,
        "give Runtime Guard's key file, which holds 64 hex digits",
      );
      return EXIT_USAGE;
    }
    if (!isFolder(root)) {
      complain(
        terminal,
        `${root} is not a folder`,
        "give Runtime Guard's backups folder, or one of the folders in it",
      );
      return EXIT_USAGE;
    }
    const { settings: { maxFileBytes, retentionDays }, store, clock } = site;
    const imported = await importBackups(store, root, {
      maxFileBytes,
      ...(oldKey !== undefined && { oldKey }),
    });
    const { events, already, refused } = imported;
    await site.note("backup_imported", {
      root,
      ids: events.map(({ id }) => id),
      refused: refused.length,
    });
    if (switches.has("json")) {
      const rows = events.map(({ id, at, entries }) => ({
        ...{ id, at },
        entries: entries.length,
      }));
      terminal.out(JSON.stringify({ events: rows, already, refused }));
    } else {
      for (const { id, at, entries } of events) {
        const paths = counted(entries.length, "path");
        terminal.out(`imported  ${id}  ${timeOf(at)}  ${paths}`);
      }
      for (const { folder, source, why } of refused) {
        terminal.out(printable(`refused  ${folder}: ${source}: ${why}`));
      }
      notify(
        terminal,
        `${events.length} imported, ${already.length} there already, ` +
          `${counted(refused.length, "item")} refused`,
      );
    }
    const since = clock() - retentionDays * DAY_MS;
    if (retentionDays > 0 && events.some(({ at }) => at < since)) {
      notify(
        terminal,
        "some are older than audit.backup_retention_days and go with the " +
          `next pruning; ${root} still has them`,
      );
    }
    return refused.length === 0 ? 0 : 1;
  });
}

function isFolder(path: string): boolean {
  try {
    return Deno.statSync(path).isDirectory;
  } catch (error) {
    if (error instanceof Error && "code" in error) return false;
    throw error;
  }
}

function readIfThere(path: string): string | undefined {
  try {
    return Deno.readTextFileSync(path);
  } catch (error) {
    if (error instanceof Error && "code" in error) return undefined;
    throw error;
  }
}
