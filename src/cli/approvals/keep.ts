// Copyright 2026 the airg authors. Apache-2.0 license.

/**
 * `airg approvals import` and `rotate-key`: what the store's owner does to it
 * now and then.
 *
 * @module
 */

import { absolutePath } from "../../action/words.ts";
import { jsonLine } from "../../base/json_line.ts";
import { admit, refuseAtOnce } from "./gate.ts";
import { type ApprovalsSite, recordUpkeep, withSite } from "./site.ts";
import { type Run, UsageError } from "../command.ts";
import type { Invocation } from "../flags.ts";
import { isInsideRun } from "../inside.ts";
import { operatorFacts } from "../../platform/operator_facts.ts";

/** What can be done. */
export type Upkeep = "import" | "rotate-key";

/** The code behind one of them. */
export function keepWith(act: Upkeep): Run {
  return async (invocation, context) => {
    const file = fileOf(act, invocation);
    const { env } = context.surroundings;
    const facts = operatorFacts(env, isInsideRun(env));
    const refused = refuseAtOnce(context, act, facts);
    if (refused !== undefined) return refused;
    return await withSite(context, async (site) => {
      const who = await admit(context, {
        act,
        facts,
        dirs: site.dirs,
        passphrase: act === "rotate-key",
      });
      if (!who.ok) return who.error;
      const path = file === undefined
        ? undefined
        : absolutePath(file, context.surroundings.cwd);
      await recordUpkeep(
        site.of,
        act === "import" ? "history-imported" : "key-rotated",
        who.value,
        path,
      );
      const [json, text] = done(site, path);
      const { out } = context.terminal;
      out(invocation.switches.has("json") ? jsonLine(json) : text);
      return 0;
    });
  };
}

function done(
  { store, clock }: ApprovalsSite,
  path: string | undefined,
): [unknown, string] {
  if (path === undefined) {
    const { id } = store.rotateKey(clock());
    return [
      { key: id },
      `new rows are signed with key ${id}; old ones still verify`,
    ];
  }
  const imported = store.importLegacy(path, clock());
  return [
    { imported },
    `took ${imported} answers over from Runtime Guard's history; see approvals list --imported`,
  ];
}

function fileOf(
  act: Upkeep,
  { operands, rest }: Invocation,
): string | undefined {
  const [file, more] = [...operands, ...rest ?? []];
  if (act === "import" && file === undefined) {
    throw new UsageError("expected a FILE");
  }
  const extra = act === "import" ? more : file;
  if (extra !== undefined) throw new UsageError(`unexpected word: ${extra}`);
  return file;
}
