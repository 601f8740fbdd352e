// Copyright 2026 the airg authors. Apache-2.0 license.

/**
 * `airg backup export`: writes backups out as plain files.
 *
 * @module
 */

import { counted } from "../../base/counted.ts";
import { printable } from "../../base/printable.ts";
import { type Exported, exportEvent } from "../../backup/export.ts";
import type { StoredEvent } from "../../backup/store.ts";
import { type Context, UsageError } from "../command.ts";
import type { Invocation } from "../flags.ts";
import { complain } from "../terminal.ts";
import {
  backupFrom,
  type BackupSite,
  pathFrom,
  withBackupSite,
} from "./site.ts";

/** Exports. */
export async function run(
  { operands, rest, switches }: Invocation,
  context: Context,
): Promise<number> {
  const words = [...operands, ...rest ?? []];
  const all = switches.has("all");
  if (words.length !== (all ? 1 : 2)) {
    throw new UsageError("expected ID and DIR, or --all and DIR");
  }
  const { terminal, surroundings: { cwd } } = context;
  const target = pathFrom(words.at(-1) ?? "", cwd);
  return await withBackupSite(context, "backup export", async (site) => {
    const chosen = all ? await every(site) : await one(site, context, words[0]);
    if (typeof chosen === "number") return chosen;
    await Deno.mkdir(target, { recursive: true, mode: 0o700 });
    const done: Exported[] = [];
    let failed = 0;
    for (const stored of chosen) {
      try {
        done.push(await exportEvent(site.store, stored, target));
      } catch (error) {
        if (!(error instanceof Error && "cure" in error)) throw error;
        complain(terminal, error.message, String(error.cure));
        failed++;
      }
    }
    if (switches.has("json")) terminal.out(JSON.stringify(done));
    else {
      for (const { folder, items } of done) {
        terminal.out(printable(`${folder}  ${counted(items, "item")}`));
      }
    }
    return failed === 0 ? 0 : 1;
  });
}

async function every({ store }: BackupSite): Promise<readonly StoredEvent[]> {
  return await store.list({ limit: Infinity });
}

async function one(
  site: BackupSite,
  context: Context,
  word: string | undefined,
): Promise<readonly StoredEvent[] | number> {
  const found = await backupFrom(site, context, word);
  return found.ok ? [found.value] : found.error;
}
