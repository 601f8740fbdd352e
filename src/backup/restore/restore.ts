// Copyright 2026 the airg authors. Apache-2.0 license.

/**
 * Putting back what backups hold: from what is asked for to a plan, and from a
 * plan that was judged to the disk.
 *
 * @module
 */

import type { RestoreAction, RestoreSelection } from "../../action/action.ts";
import type { Outcome } from "../../action/outcome.ts";
import { fail, ok, type Result } from "../../base/result.ts";
import { lock } from "../../changes/manifest.ts";
import { ensurePrivate } from "../../platform/dirs.ts";
import { openRawTree } from "../../platform/raw_tree.ts";
import { type BackupEntry, type BackupEvent, isAs } from "../event.ts";
import { BackupError, type BackupStore, type StoredEvent } from "../store.ts";
import { restoreTrouble } from "../trouble.ts";
import { applyPlan, type KeyedStore } from "./apply.ts";
import { hasJournals } from "./interrupted.ts";
import { lookAhead, lookAt } from "./look.ts";
import { isBelow, obstacles, type Plan, planOf, targetsOf } from "./plan.ts";
import { type Settled, settleRestores } from "./settle.ts";

/** Events that one plan takes together at most. */
const MOST_EVENTS = 10_000;
/** Paths that an outcome names. */
const SHOWN = 100;

/** A plan, or why there is none; a sentence without full stop. */
export async function planRestore(
  selection: RestoreSelection,
  workspace: string,
  store: BackupStore,
  onTurn: () => void = () => {},
): Promise<Result<Plan, string>> {
  const events = await eventsOf(selection, workspace, store);
  if (!events.ok) return events;
  const targets = targetsOf(events.value, selection.paths);
  // Nothing to put back is a plan too, where something was done since.
  const isEmpty = selection.by !== "time" || events.value.length === 0;
  if (targets.length === 0 && isEmpty) {
    return fail("no backup holds anything of that");
  }
  using tree = openRawTree();
  for (const { path } of targets) await lookAhead(tree, path, onTurn);
  return ok(planOf(selection, targets, (target) => lookAt(tree, target)));
}

async function eventsOf(
  selection: RestoreSelection,
  workspace: string,
  store: BackupStore,
): Promise<Result<readonly BackupEvent[], string>> {
  if (selection.by === "event") {
    const found = await store.find(selection.id);
    if (!found.ok) return found;
    const { damaged, event } = found.value;
    if (!isOf(event, workspace)) {
      return fail(`backup ${event.id} is of another workspace`);
    }
    return damaged
      ? fail(
        `backup ${event.id} was changed by somebody: its seal does not hold`,
      )
      : ok([event]);
  }
  if (selection.by === "path") {
    const newest: BackupEvent[] = [];
    for (const path of selection.paths) {
      const last = await lastChange(path, workspace, store);
      if (!last.ok) return last;
      const { damaged, event } = last.value;
      if (damaged) {
        return fail(
          `backup ${event.id} was changed by somebody: its seal does not hold`,
        );
      }
      if (!newest.includes(event)) newest.push(event);
    }
    return ok(newest);
  }
  const stored = await store.list({
    workspace,
    since: selection.before,
    limit: MOST_EVENTS + 1,
  });
  if (stored.length > MOST_EVENTS) {
    return fail(`more than ${MOST_EVENTS} backups are younger than that`);
  }
  const damaged = stored.find((one) => one.damaged);
  if (damaged !== undefined) {
    return fail(
      `backup ${damaged.event.id} was changed by somebody: its seal does not hold`,
    );
  }
  return ok(
    stored.map(({ event }) => event).filter(({ cause }) => cause !== "import"),
  );
}

/** What is imported knows no workspace, only the folder that all of it lay in. */
function isOf(event: BackupEvent, workspace: string): boolean {
  return event.workspace === workspace ||
    event.cause === "import" &&
      event.entries.every(({ path }) => isBelow(path, workspace));
}

/** Backups that changed nothing or put back, among which the newest that did is looked for. */
const MOST_BARREN = 100;

/**
 * The backup before something took a path away or changed it. A restore is not
 * that: else the second of two would take away what the first put back. It is
 * undone by its id.
 */
async function lastChange(
  path: string,
  workspace: string,
  store: BackupStore,
): Promise<Result<StoredEvent, string>> {
  const recent = await store.list({ workspace, path, limit: MOST_BARREN });
  if (recent.length === 0) return fail(`no backup holds ${path}`);
  const others = recent.filter(({ event, damaged }) =>
    damaged || event.cause !== "restore"
  );
  const last =
    others.find(({ event, damaged }) => damaged || changedBelow(event, path)) ??
      others[0];
  return last === undefined
    ? fail(
      `only restores have changed ${path} of late; give the id of one to undo it`,
    )
    : ok(last);
}

function changedBelow(
  { entries, pending }: BackupEvent,
  path: string,
): boolean {
  using tree = openRawTree();
  const isSame = ({ after, before, path }: BackupEntry): boolean => {
    if (after !== undefined) return isAs(after, before);
    if (pending !== true) return false;
    const { now } = lookAt(tree, { path, event: "", will: before });
    return now.type !== "other" && isAs(now, before);
  };
  return entries.some((entry) => isBelow(entry.path, path) && !isSame(entry));
}

/** What putting back needs. */
export interface RestoreSite {
  readonly store: KeyedStore;
  /** Private folder of its own. */
  readonly folder: string;
  /** Why a path may not be put back, one clause. */
  readonly forbidden: (path: string) => string | undefined;
  readonly step?: (name: string) => void;
}

/**
 * Ends what an airg that was killed had begun, so that a plan sees what is.
 * What is going on right now is left to whoever is at it.
 */
export async function endInterrupted(
  site: Pick<RestoreSite, "folder" | "store">,
): Promise<Settled> {
  const nothing = { ended: [], stuck: [] };
  if (!hasJournals(site.folder)) return nothing;
  using mine = lock(site.folder);
  return mine === undefined ? nothing : await settleRestores(site);
}

/** Carries out what was judged; the plan must still be the same. */
export async function restoreNow(
  action: RestoreAction,
  decision: string,
  site: RestoreSite,
): Promise<Outcome> {
  const { origin, selection } = action;
  const made = ensurePrivate(site.folder);
  if (!made.ok) return failed("failed", made.error.message);
  using mine = lock(site.folder);
  if (mine === undefined) {
    return failed("failed", "another restore is going on; try again");
  }
  try {
    const { stuck } = await settleRestores(site);
    if (stuck.length > 0) return failed("incomplete", stuck.join("; "));
    const onTurn = () => site.step?.("looked");
    const plan = await planRestore(
      selection,
      origin.workspace,
      site.store,
      onTurn,
    );
    if (!plan.ok) return failed("changed", plan.error);
    const problem = problemOf(plan.value, action, site);
    if (problem !== undefined) return problem;
    const applied = await applyPlan(plan.value, {
      cause: "restore",
      workspace: origin.workspace,
      agent: origin.agent,
      session: origin.session,
      decision,
      what: whatOf(selection),
    }, site);
    if (!applied.ok) return failed(applied.why, applied.message);
    const { paths, undo } = applied;
    return {
      kind: "restored",
      count: paths.length,
      paths: paths.slice(0, SHOWN),
      ...(undo !== undefined && { undo }),
    };
  } catch (error) {
    if (error instanceof BackupError) {
      return failed("failed", `${error.message}; ${error.cure}`);
    }
    // The machine, amid it all: what is begun is noted.
    if (!(error instanceof Error && "code" in error)) throw error;
    const path = `${site.folder}/lock`;
    const said = new BackupError(
      restoreTrouble(error, path),
      path,
      "what was begun is ended first, whichever airg comes next",
    );
    throw Object.assign(said, { code: error.code });
  }
}

function problemOf(
  plan: Plan,
  { digest, force }: RestoreAction,
  { forbidden }: RestoreSite,
): Outcome | undefined {
  if (plan.digest !== digest) {
    const message = "what is there has changed since the dry run; make another";
    return failed("changed", message);
  }
  for (const { done, path } of plan.items) {
    const why = done ? undefined : forbidden(path);
    if (why !== undefined) return failed("failed", `${path}: ${why}`);
  }
  const [first, ...more] = obstacles(plan, force === true);
  if (first === undefined) return undefined;
  const others = more.length === 0 ? "" : ` (and ${more.length} more)`;
  return failed("conflict", `${first.path}: ${first.conflict}${others}`);
}

/** Words for people and the record. */
export function whatOf(selection: RestoreSelection): string {
  switch (selection.by) {
    case "event":
      return `restore ${selection.id}`;
    case "time":
      return `restore before ${new Date(selection.before).toISOString()}`;
    case "path":
      return `restore ${selection.paths.join(" ")}`;
  }
}

/** The action that carries out a plan. */
export function restoreAction(
  plan: Plan,
  origin: RestoreAction["origin"],
  force: boolean,
): RestoreAction {
  const targets = plan.items.filter(({ done }) => !done).map((
    { path, will },
  ) => ({
    path,
    access: will.type === "absent" ? "delete" as const : "write" as const,
  }));
  return {
    kind: "restore",
    origin,
    path: targets[0]?.path ?? plan.items[0]?.path ?? origin.workspace,
    targets,
    selection: plan.selection,
    digest: plan.digest,
    ...(force && { force }),
  };
}

function failed(
  why: Extract<Outcome, { kind: "restore-failed" }>["why"],
  message: string,
): Outcome {
  return { kind: "restore-failed", why, message };
}
