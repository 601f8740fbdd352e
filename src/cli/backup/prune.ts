// Copyright 2026 the airg authors. Apache-2.0 license.

/**
 * `airg backup prune`: takes old backups away, and says what it took.
 *
 * @module
 */

import { counted } from "../../base/counted.ts";
import { printable } from "../../base/printable.ts";
import { readSpan } from "../../base/when.ts";
import type { BackupSettings, Pruned } from "../../backup/store.ts";
import { type Context, UsageError } from "../command.ts";
import type { Invocation } from "../flags.ts";
import { notify } from "../terminal.ts";
import { countFrom, recordPruned, timeOf, withBackupSite } from "./site.ts";

const DAY_MS = 86_400_000;

/** Prunes. */
export async function run(
  { operands, rest, switches, values }: Invocation,
  context: Context,
): Promise<number> {
  if (operands.length > 0 || rest !== undefined) {
    throw new UsageError("backup prune takes no words");
  }
  const dryRun = switches.has("dry-run");
  const { terminal } = context;
  const act = dryRun ? undefined : "backup prune";
  return await withBackupSite(context, act, async (site) => {
    const settings = overridden(site.settings, values);
    const { store, clock } = site;
    const pruned = dryRun
      ? await store.wouldPrune(settings, clock())
      : await store.prune(settings, clock());
    if (!dryRun) await recordPruned(site.note, pruned);
    if (switches.has("json")) terminal.out(JSON.stringify(pruned));
    else {
      for (const item of pruned) terminal.out(lineOf(item));
      const events = pruned.filter(({ kind }) => kind === "event").length;
      const bytes = pruned.reduce((sum, { bytes }) => sum + bytes, 0);
      const word = dryRun ? "would remove" : "removed";
      notify(
        terminal,
        `${word} ${counted(events, "backup")}, ${counted(bytes, "byte")}`,
      );
    }
    return 0;
  });
}

function overridden(
  settings: BackupSettings,
  values: Invocation["values"],
): BackupSettings {
  const older = values.get("older-than");
  const keep = countFrom(values.get("keep"), "keep");
  const span = older === undefined ? undefined : readSpan(older);
  if (span?.ok === false) throw new UsageError(`--older-than: ${span.error}`);
  if (span?.value === 0) {
    throw new UsageError("--older-than needs more than nothing");
  }
  return {
    ...settings,
    ...(span?.ok && { retentionDays: span.value / DAY_MS }),
    ...(keep !== undefined && { maxVersions: keep }),
  };
}

const WHY: Readonly<Record<Pruned["why"], string>> = {
  age: "too old",
  versions: "enough newer versions",
  size: "more than audit.backup_max_bytes",
  unused: "no backup needs it",
  leftover: "left by an airg that was ended",
};

function lineOf({ kind, name, at, bytes, why }: Pruned): string {
  const when = at === undefined ? "" : `  ${timeOf(at)}`;
  return printable(
    `${kind}  ${name}${when}  ${counted(bytes, "byte")}  (${WHY[why]})`,
  );
}
