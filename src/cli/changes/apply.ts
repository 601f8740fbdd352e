// Copyright 2026 the airg authors. Apache-2.0 license.

/**
 * `airg changes apply`: makes held changes in the workspace.
 *
 * A person's act: what the policy would ask a person about is answered by it.
 * What the policy blocks stays blocked, and every start and end is recorded.
 *
 * @module
 */

import { printable } from "../../base/printable.ts";
import type { Action } from "../../action/action.ts";
import { type Applied, applyChanges } from "../../changes/apply.ts";
import type { Change } from "../../changes/change.ts";
import { type Plan, planChanges } from "../../changes/plan.ts";
import { lock } from "../../changes/manifest.ts";
import { type Held, pending } from "../../changes/store.ts";
import { openExactFiles } from "../../platform/exact_files.ts";
import { resolveExisting } from "../../platform/real_path.ts";
import type { Assembled } from "../assembled.ts";
import { groundOf } from "./ground.ts";
import { heldFor, pathsIn, refuseAgents } from "./site.ts";
import type { Context } from "../command.ts";
import { EXIT_USAGE } from "../exit.ts";
import type { Invocation } from "../flags.ts";
import { complain, notify, type Terminal } from "../terminal.ts";

/** Something is left that was not made. */
const EXIT_LEFT = 1;

/** Paths written into one record. */
const RECORDED = 100;

/** Applies. */
export async function run(
  { operands, rest, switches }: Invocation,
  context: Context,
): Promise<number> {
  const refused = refuseAgents(context, "changes apply");
  if (refused !== undefined) return refused;
  const { terminal } = context;
  const [word, ...paths] = [...operands, ...rest ?? []];
  using files = openExactFiles();
  const held = heldFor(context, files, word);
  if (!held.ok) return held.error;
  const plan = planChanges(pending(held.value), {
    paths: pathsIn(held.value, paths),
    yesHandoff: switches.has("yes-handoff"),
  }, groundOf(held.value));
  if (plan.unknown.length > 0) {
    complain(terminal, `no change is held for ${plan.unknown.join(", ")}`);
    return EXIT_USAGE;
  }
  const { workspace } = held.value.manifest;
  const parts = await context.assemble({ workspace, source: "human-operator" });
  if (!parts.ok) {
    complain(terminal, parts.error.message, parts.error.hint);
    return parts.error.status;
  }
  using mine = lock(held.value.folder);
  if (mine === undefined) {
    complain(terminal, "another airg is working on these changes");
    return EXIT_LEFT;
  }
  const judged = await judge(parts.value, plan.chosen);
  await record(parts.value, held.value, plan.chosen, undefined);
  const backup = await saveReplaced(parts.value, held.value, judged.allowed);
  if (typeof backup === "string") {
    complain(terminal, backup, "nothing was applied");
    return EXIT_LEFT;
  }
  const made = await applyChanges(held.value, judged.allowed, {
    files,
    overwrite: switches.has("overwrite"),
  });
  await backup?.finish();
  if (backup !== undefined) notify(terminal, `backup ${backup.id}`);
  const results = [...made, ...judged.blocked, ...heldBack(plan)];
  await record(parts.value, held.value, plan.chosen, results);
  report(terminal, results, switches.has("json"));
  return results.every(isDone) ? 0 : EXIT_LEFT;
}

/** What is replaced can be had back; why not, if it cannot be saved. */
async function saveReplaced(
  { backups, origin }: Assembled,
  { manifest: { command, id, workspace } }: Held,
  changes: readonly Change[],
): Promise<
  | { readonly id: string; readonly finish: () => Promise<void> }
  | string
  | undefined
> {
  if (changes.length === 0 || !backups.enabled()) return undefined;
  try {
    return await backups.save(
      changes.filter(({ after, before }) =>
        after?.type !== "folder" || before?.type !== "folder"
      ).map(({ path }) => `${workspace}/${path}`).filter(isInPlace),
      {
        cause: "command",
        workspace,
        agent: origin.agent,
        session: origin.session,
        decision: id,
        what: `changes apply ${id}: ${command}`,
      },
    );
  } catch (error) {
    if (error instanceof Error && "cure" in error) {
      return `${error.message}; ${error.cure}`;
    }
    throw error;
  }
}

/** Below a link that took a folder's place nothing is replaced: it is a conflict. */
function isInPlace(path: string): boolean {
  const folder = path.slice(0, path.lastIndexOf("/"));
  return resolveExisting(folder) === folder;
}

function isDone({ result }: Applied): boolean {
  return result === "applied" || result === "already";
}

function heldBack({ handoffs }: Plan): Applied[] {
  return handoffs.map(({ change: { path }, why }) => ({
    path,
    result: "refused",
    why: `${why}; name it, or say --yes-handoff`,
  }));
}

/** Asks the policy about each path, as if it were written. */
async function judge(
  { effects, origin }: Assembled,
  chosen: readonly Change[],
): Promise<{
  readonly allowed: readonly Change[];
  readonly blocked: readonly Applied[];
}> {
  const allowed: Change[] = [];
  const blocked: Applied[] = [];
  for (const change of chosen) {
    const { path } = change;
    const action: Action = { kind: "write", origin, path, content: "" };
    const { verdict, mode, reasons } = await effects.decide(
      effects.read(action),
    );
    if (verdict !== "block" || mode === "shadow" || reasons.every(isHandled)) {
      allowed.push(change);
    } else {
      const why = `the policy blocks it: ${reasons[0]?.message}`;
      blocked.push({ path, result: "refused", why });
    }
  }
  return { allowed, blocked };
}

/**
 * What is taken care of here in another way: protected places have a yes of
 * their own, and a link is replaced, not followed, wherever it leads.
 */
function isHandled({ code }: { readonly code: string }): boolean {
  return code === "fs.protected_write" || code === "fs.outside_workspace";
}

async function record(
  { recordChanges, origin }: Assembled,
  { manifest }: Held,
  chosen: readonly Change[],
  results: readonly Applied[] | undefined,
): Promise<void> {
  const counts: Record<string, number> = {};
  for (const { result } of results ?? []) {
    counts[result] = (counts[result] ?? 0) + 1;
  }
  await recordChanges({
    event: "changes",
    origin,
    act: "apply",
    phase: results === undefined ? "started" : "finished",
    id: manifest.id,
    paths: chosen.slice(0, RECORDED).map(({ path }) => path),
    count: chosen.length,
    ...(results !== undefined && { results: counts }),
  });
}

function report(
  terminal: Terminal,
  results: readonly Applied[],
  json: boolean,
): void {
  if (json) return terminal.out(JSON.stringify(results));
  for (const { path, result, why } of results) {
    const reason = why === undefined ? "" : `: ${why}`;
    terminal.out(printable(`${result}  ${path}${reason}`));
  }
}
