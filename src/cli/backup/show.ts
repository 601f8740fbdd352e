// Copyright 2026 the airg authors. Apache-2.0 license.

/**
 * `airg backup show`: what one action found, and what it left.
 *
 * @module
 */

import { counted } from "../../base/counted.ts";
import { printable } from "../../base/printable.ts";
import {
  type BackupEntry,
  isAs,
  type Left,
  type Saved,
} from "../../backup/event.ts";
import { type Context, UsageError } from "../command.ts";
import type { Invocation } from "../flags.ts";
import { notify } from "../terminal.ts";
import { backupFrom, shownPath, timeOf, withBackupSite } from "./site.ts";

/** Shows one. */
export async function run(
  { operands, rest, switches }: Invocation,
  context: Context,
): Promise<number> {
  const [word, ...more] = [...operands, ...rest ?? []];
  if (more.length > 0) throw new UsageError("expected one ID");
  const { terminal } = context;
  return await withBackupSite(context, undefined, async (site) => {
    const found = await backupFrom(site, context, word);
    if (!found.ok) return found.error;
    const { event, folder, damaged } = found.value;
    if (switches.has("json")) {
      terminal.out(JSON.stringify({ ...event, folder, damaged }));
      return 0;
    }
    if (damaged) notify(terminal, "its MAC does not hold: it is not put back");
    const { id, at, cause, agent, workspace, what } = event;
    terminal.out(printable(`${id}  ${timeOf(at)}  ${cause} by ${agent}`));
    terminal.out(printable(`in ${workspace}: ${what}`));
    for (const entry of event.entries) terminal.out(lineOf(entry));
    for (const { path, why } of event.unsaved) {
      terminal.out(`! ${shownPath(path)}: not saved, ${printable(why)}`);
    }
    return 0;
  });
}

/** A what it made, M changed, D deleted, T made something else, = left, ? not known. */
function lineOf({ path, before, after }: BackupEntry): string {
  return `${letterOf(before, after)} ${shownPath(path)}${detailOf(before)}`;
}

function letterOf(before: Saved, after: Left | undefined): string {
  if (after === undefined) return "?";
  if (isAs(after, before)) return "=";
  if (before.type === "absent") return "A";
  if (after.type === "absent") return "D";
  return after.type === before.type ? "M" : "T";
}

function detailOf(before: Saved): string {
  if (before.type === "absent") return "";
  const mode = before.mode.toString(8).padStart(4, "0");
  switch (before.type) {
    case "file":
      return `  (${mode}, ${counted(before.size, "byte")})`;
    case "folder":
      return `/  (${mode})`;
    case "link":
      return ` -> ${shownPath(before.target)}`;
  }
}
