// Copyright 2026 the airg authors. Apache-2.0 license.

/**
 * What the subcommands of `airg changes` share: where held changes lie, which
 * one is meant, and who may touch it.
 *
 * @module
 */

import { printable } from "../../base/printable.ts";
import { fail, ok, type Result } from "../../base/result.ts";
import type { Change, Status } from "../../changes/change.ts";
import { findHeld, type Held, openHeld } from "../../changes/store.ts";
import {
  agentAbove,
  isContained,
  processInfo,
} from "../../platform/callers.ts";
import { findDirs } from "../../platform/dirs.ts";
import type { ExactFiles } from "../../platform/exact_files.ts";
import { resolveExisting } from "../../platform/real_path.ts";
import { CACHE_INSIDE } from "../../../sandbox/profile.ts";
import { type Context, UsageError } from "../command.ts";
import { EXIT_BLOCKED, EXIT_CONFIG, EXIT_USAGE } from "../exit.ts";
import { complain } from "../terminal.ts";

/** One letter a status, for a person. */
const LETTERS: Readonly<Record<Status, string>> = {
  added: "A",
  modified: "M",
  deleted: "D",
  mode: "P",
  replaced: "T",
  unsupported: "!",
};

/** The folder of all held changes, or an exit status. */
export function changesRoot(
  { surroundings, terminal }: Context,
): Result<string, number> {
  const dirs = findDirs(surroundings.env, surroundings.os);
  if (!dirs.ok) {
    complain(terminal, dirs.error.message, dirs.error.cure);
    return fail(EXIT_CONFIG);
  }
  const state = resolveExisting(dirs.value.state) ?? dirs.value.state;
  return ok(`${state}/changes`);
}

/** The held changes that `word` names, or an exit status. */
export function heldFor(
  context: Context,
  files: ExactFiles,
  word: string | undefined,
): Result<Held, number> {
  if (word === undefined) throw new UsageError("expected an ID");
  const root = changesRoot(context);
  if (!root.ok) return root;
  const id = findHeld(root.value, word);
  if (!id.ok) {
    complain(context.terminal, id.error, "run `airg changes list`");
    return fail(EXIT_USAGE);
  }
  const held = openHeld(files, root.value, id.value);
  if (held.ok) return held;
  complain(context.terminal, `${held.error.id}: ${held.error.why}`);
  return fail(1);
}

/** Refuses whoever is no person; `undefined` lets go on. */
export function refuseAgents(
  { surroundings, terminal }: Context,
  act: string,
): number | undefined {
  const why = isContained(CACHE_INSIDE)
    ? "it runs inside airg's sandbox"
    : agentAbove(Deno.pid, surroundings.env, processInfo);
  if (why === undefined) return undefined;
  complain(
    terminal,
    `${act} is for a person, and ${why}`,
    "run it in a terminal of your own",
  );
  return EXIT_BLOCKED;
}

/** Operands as paths relative to the workspace. */
export function pathsIn(
  { manifest }: Held,
  operands: readonly string[],
): string[] {
  return operands.map((path) => {
    const { workspace } = manifest;
    const inside = path.startsWith(`${workspace}/`)
      ? path.slice(workspace.length + 1)
      : path;
    return inside.replace(/^(?:\.\/)+/, "").replace(/\/+$/, "");
  });
}

/** One change in one line, for a person. */
export function changeLine({ path, status, before, after }: Change): string {
  const type = after?.type ?? before?.type;
  const kind = type === "folder" ? "/" : "";
  const target = after?.type === "link" ? ` -> ${after.target}` : "";
  const mode = status === "mode"
    ? ` (${octal(before?.mode)} to ${octal(after?.mode)})`
    : "";
  const entries = before?.entries === undefined
    ? ""
    : ` (${before.entries - 1} paths in it)`;
  return printable(
    `${LETTERS[status]} ${path}${kind}${target}${mode}${entries}`,
  );
}

function octal(mode: number | undefined): string {
  return (mode ?? 0).toString(8).padStart(4, "0");
}
