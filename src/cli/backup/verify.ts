// Copyright 2026 the airg authors. Apache-2.0 license.

/**
 * `airg backup verify`: whether all that was saved is as it was written.
 *
 * @module
 */

import { counted } from "../../base/counted.ts";
import { printable } from "../../base/printable.ts";
import { verifyBackups } from "../../backup/verify.ts";
import { type Context, UsageError } from "../command.ts";
import type { Invocation } from "../flags.ts";
import { notify } from "../terminal.ts";
import { withBackupSite } from "./site.ts";

/** Verifies. */
export async function run(
  { operands, rest, switches }: Invocation,
  context: Context,
): Promise<number> {
  if (operands.length > 0 || rest !== undefined) {
    throw new UsageError("backup verify takes no words");
  }
  const { terminal } = context;
  return await withBackupSite(context, undefined, async ({ store }) => {
    const verified = await verifyBackups(store);
    const { events, objects, faults } = verified;
    if (switches.has("json")) terminal.out(JSON.stringify(verified));
    else {
      for (const { kind, name, why } of faults) {
        terminal.out(printable(`${kind}  ${name}: ${why}`));
      }
      notify(
        terminal,
        [
          counted(events, "backup"),
          counted(objects, "object"),
          counted(faults.length, "fault"),
        ].join(", "),
      );
    }
    return faults.length === 0 ? 0 : 1;
  });
}
