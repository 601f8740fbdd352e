// Copyright 2026 the airg authors. Apache-2.0 license.

/**
 * A Runtime Guard `policy.json` -> a policy with `version`.
 *
 * The sections keep their meaning here, so they are taken as they are: the
 * lists go through the same matchers as before, and nothing is loosened by a
 * translation. What only its control page used is left behind, and what changed
 * its meaning without `version` is written out.
 *
 * @module
 */

import { fail, ok, type Result } from "../../base/result.ts";
import { compilePolicy } from "../compile.ts";
import { parsePolicy } from "../parse.ts";
import type { PolicyDocument } from "../schema.ts";
import { settingsOf } from "../settings_of.ts";
import {
  type Imported,
  type ImportNote,
  type ImportProblem,
  sentence,
} from "./notes.ts";

/** Imports the text of a policy without `version`. */
export function importRuntimeGuard(
  text: string,
): Result<Imported, ImportProblem> {
  const parsed = parsePolicy(text);
  if (!parsed.ok) {
    const [problem] = parsed.error;
    return fail({
      ...(problem?.line !== undefined && { line: problem.line }),
      message: `${problem?.message ?? "it cannot be read"}${
        problem?.pointer ? ` (${problem.pointer})` : ""
      }`,
    });
  }
  const { document, warnings } = parsed.value;
  if (document.version !== undefined) {
    return fail({
      message: "it has `version`, so it is a policy of airg's already",
    });
  }
  const notes: ImportNote[] = warnings.map(({ pointer, message, cure }) => ({
    kind: "not-carried",
    where: pointer,
    item: pointer.slice(pointer.lastIndexOf("/") + 1),
    message: cure === undefined ? message : `${message}: ${cure}`,
  }));
  const converted = convert(document, notes);
  notes.push(...enforcementNotes(converted));
  return ok({ document: converted, notes });
}

function convert(
  document: PolicyDocument,
  notes: ImportNote[],
): PolicyDocument {
  const kept = { ...document };
  for (const key of ["ui_catalog", "ui_overrides"]) {
    if (!Reflect.deleteProperty(kept, key)) continue;
    if (!Object.hasOwn(document, key)) continue;
    notes.push({
      kind: "info",
      where: `/${key}`,
      item: key,
      message: "Only Runtime Guard's control page used it; left out",
    });
  }
  const { requires_simulation: simulated, $schema: _, ...rest } = kept;
  const { network } = settingsOf(document).sandbox;
  if (network === "open") {
    notes.push({
      kind: "info",
      where: "/sandbox/network",
      item: network,
      message:
        "Written out: commands reach the network, as under Runtime Guard; without it a policy with `version` denies it",
    });
  }
  notes.push({
    kind: "info",
    where: "/extends",
    item: "default",
    message:
      'Left out: the default rules are not part of Runtime Guard\'s policy; add "extends": ["default"] for them',
  });
  const asked = simulated?.commands ?? [];
  if (asked.length > 0) {
    notes.push({
      kind: "info",
      where: "/requires_simulation/commands",
      item: asked.join(", "),
      message: "Moved to requires_confirmation.commands, as Runtime Guard did",
    });
  }
  const confirmed = rest.requires_confirmation ?? {};
  return {
    version: 1,
    ...rest,
    ...(asked.length > 0 && {
      requires_confirmation: {
        ...confirmed,
        commands: [...new Set([...confirmed.commands ?? [], ...asked])],
      },
    }),
    sandbox: { ...rest.sandbox, network },
  };
}

/** Settings that are carried over and not enforced yet. */
function enforcementNotes(document: PolicyDocument): ImportNote[] {
  const { notEnforced } = compilePolicy(document, {
    hash: "",
    home: "/nonexistent",
  });
  return notEnforced.map(({ pointer, message }) => ({
    kind: "not-enforced",
    where: pointer,
    item: pointer.slice(pointer.lastIndexOf("/") + 1),
    message: sentence(message),
  }));
}
