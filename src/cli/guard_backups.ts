// Copyright 2026 the airg authors. Apache-2.0 license.

/**
 * The guard's `backup` effect on this machine.
 *
 * An action that destroys nothing costs a look at its facts; the rest is loaded
 * when there is something to save.
 *
 * @module
 */

import { monotonicClock } from "../base/clock.ts";
import { slowWork } from "./slow_work.ts";
import { changedBy, isNothing } from "../action/changes/changed.ts";
import { changesUnread } from "../action/changes/unread.ts";
import { commandText } from "../action/read.ts";
import type { Action, FileAction } from "../action/action.ts";
import type { Facts } from "../action/facts.ts";
import type { Outcome } from "../action/outcome.ts";
import type { BackupRecord } from "../audit/event.ts";
import type { BackupCause, BackupEvent } from "../backup/event.ts";
import type { Ground } from "../backup/collect.ts";
import type { BackupAbout, BackupStore, SaveLimits } from "../backup/store.ts";
import type { Targets } from "../backup/targets.ts";
import type { Watched } from "../backup/unread_targets.ts";
import type {
  Backup,
  BackupBefore,
  SavedAt,
  SavedBefore,
} from "../guard/backups.ts";
import type { Profile } from "../../sandbox/profile.ts";
import { isWithin } from "../../sandbox/within.ts";

/** What saving needs of the machine. */
export interface BackupSite {
  /** Whether the policy wants backups. */
  readonly enabled: () => boolean;
  /** Whether what no word names is saved in case. */
  readonly unread: () => boolean;
  /** Why a file tool would fail anyway; absent where there are none. */
  readonly refusal?: (
    action: FileAction,
    facts: Facts,
    profile: Profile,
  ) => Promise<Outcome | undefined>;
  /** Opens the store when something is to be saved. */
  readonly open: () => Promise<BackupStore>;
  readonly record: (event: BackupRecord) => Promise<void>;
  /** Told what takes long; absent where nobody looks. */
  readonly progress?: ((message: string) => void) | undefined;
}

const SAVING = "saving what this would overwrite or delete ...";
const TOO_MANY =
  "more new files appeared than are noted; they stay when it is put back";
/** Paths written into one record. */
const RECORDED = 100;

/** Saves before an action what it would destroy. */
export function backupsOn(site: BackupSite): Backup {
  return async (facts, decision, profile, signal) => {
    const { action } = facts;
    if (action.kind === "restore" || action.kind === "backups") {
      return undefined;
    }
    if (!site.enabled()) return undefined;
    const changed = changedBy(facts);
    const isUnread = site.unread() && changesUnread(facts);
    if (isNothing(changed) && !isUnread) return undefined;
    const outcome = action.kind === "exec"
      ? undefined
      : await site.refusal?.(action, facts, profile);
    if (outcome !== undefined) return { kind: "pointless", outcome };
    const { appearedIn, targetsOf } = await import("../backup/targets.ts");
    const { skipMadeAgain } = await import("../backup/collect.ts");
    const ground = {
      workspace: profile.workspace,
      roots: profile.readonly ? [] : [profile.workspace, ...profile.writable],
      held: heldBy(profile),
    };
    const watched = isUnread ? await watchedOn(ground) : undefined;
    const targets = targetsOf(changed, ground, watched?.isAll);
    const precaution = precautionOf(watched, ground, targets);
    const { origin } = action;
    const step = slowWork(SAVING, site.progress, monotonicClock);
    return await saved(site, {
      named: targets.paths,
      perhaps: targets.perhaps,
      inAddition: precaution.paths,
      skip(path) {
        step();
        // What a tool deletes can always be had back.
        return targets.unsaved.get(path) ??
          (action.kind === "exec" ? skipMadeAgain(path) : undefined);
      },
      alone: (path) => targets.alone.has(path) || precaution.folders.has(path),
      signal,
      onTurn: step,
      appeared: () => appearedIn({ ...targets, ...precaution }, ground),
      about: {
        cause: causeOf(action),
        workspace: origin.workspace,
        agent: origin.agent,
        session: origin.session,
        decision: decision.id,
        what: whatOf(action),
      },
      record: (event) => site.record(recordOf(action, event)),
    });
  };
}

/** What no word names, and is saved in case. */
interface Precaution {
  readonly paths: ReadonlySet<string>;
  /** Those of them that are saved without what is in them. */
  readonly folders: ReadonlySet<string>;
  readonly spread: Targets["spread"];
  readonly beside: Targets["beside"];
}

async function watchedOn(ground: Ground): Promise<Watched | undefined> {
  const { watchedIn } = await import("../backup/unread_targets.ts");
  return watchedIn(ground);
}

function precautionOf(
  watched: Watched | undefined,
  { workspace }: Ground,
  { beside, paths, spread }: Targets,
): Precaution {
  if (watched === undefined) {
    return { paths: new Set(), folders: new Set(), spread, beside };
  }
  const named = new Set(paths);
  const isOwn = (path: string) => !named.has(path);
  const folders = new Set(watched.folders.filter(isOwn));
  return {
    paths: new Set([...watched.paths.filter(isOwn), ...folders]),
    folders,
    spread: new Map([...spread, [workspace, watched.there]]),
    beside,
  };
}

interface Saving extends Required<Omit<SaveLimits, "unlikely">> {
  /** What has to be saved. */
  readonly named: readonly string[];
  /** Those of `named` that are forgotten where nothing happens to them. */
  readonly perhaps: ReadonlySet<string>;
  /** What need not be saved, and is forgotten likewise. */
  readonly inAddition: ReadonlySet<string>;
  readonly about: BackupAbout;
  /** After the action. */
  readonly appeared: () => {
    readonly paths: readonly string[];
    readonly cut: boolean;
  };
  readonly record: (event: BackupEvent) => Promise<void>;
}

async function saved(
  site: BackupSite,
  saving: Saving,
): Promise<BackupBefore | undefined> {
  const { about, inAddition, named, perhaps, record } = saving;
  if (named.length + inAddition.size === 0) return undefined;
  const { BackupError } = await import("../backup/store.ts");
  const unlikely = new Set([...perhaps, ...inAddition]);
  try {
    const store = await site.open();
    const event = await store.save([...named, ...inAddition], about, {
      ...saving,
      ...(unlikely.size > 0 && { unlikely }),
    });
    const first = without(event, unlikely);
    if (first.entries.length + first.unsaved.length > 0) await record(first);
    return {
      kind: "saved",
      expect: savedIn(event),
      finish: (ending) =>
        finished(store, { event: first, unlikely }, saving, ending),
    };
  } catch (error) {
    // What is saved in addition holds nothing up.
    const isCalledOff = saving.signal?.aborted === true;
    if (inAddition.size > 0 && error instanceof BackupError && !isCalledOff) {
      return await saved(site, { ...saving, inAddition: new Set() });
    }
    if (error instanceof BackupError) {
      return {
        kind: "stopped",
        message: `Nothing was done: no backup could be made: ${error.message}`,
        remedy: error.cure,
      };
    }
    // The machine says no (a full disk, no permission).
    if (error instanceof Error && "code" in error) {
      return {
        kind: "stopped",
        message: `Nothing was done: no backup could be made: ${error.message}`,
        remedy:
          "make room or mend the folder of the backups; `audit.backup_enabled: false` in the policy does without",
      };
    }
    throw error;
  }
}

/** What was saved: of what is unlikely to change nothing is said before it does. */
interface First {
  readonly event: BackupEvent;
  readonly unlikely: ReadonlySet<string>;
}

/** Notes what the action left, and returns what is worth to be told. */
async function finished(
  store: BackupStore,
  { event: first, unlikely }: First,
  { about, appeared, record }: Saving,
  ending: AbortSignal | undefined,
): Promise<SavedBefore | undefined> {
  const isTold = first.entries.length + first.unsaved.length > 0;
  const before = isTold ? told(first) : undefined;
  try {
    const { cut, paths } = appeared();
    const unsaved = cut ? [{ path: about.workspace, why: TOO_MANY }] : [];
    const found = {
      paths,
      unsaved,
      ...(unlikely.size > 0 && { unlikely }),
    };
    const event = await store.finish(first.id, found, ending);
    if (event === undefined || unlikely.size === 0) return before;
    const known = new Set(first.entries.map(({ path }) => path));
    const entries = event.entries.filter(({ path }) => !known.has(path));
    if (entries.length === 0) return before;
    await record({ ...event, entries });
    return told(event);
  } catch (error) {
    // The action is over. An event without what it left is put back only by
    // force, which is what its reader is told.
    if (!(error instanceof Error)) throw error;
    return before;
  }
}

function without(
  event: BackupEvent,
  unlikely: ReadonlySet<string>,
): BackupEvent {
  return {
    ...event,
    entries: event.entries.filter(({ path }) => !unlikely.has(path)),
  };
}

function told({ entries, id, unsaved }: BackupEvent): SavedBefore {
  return { id, count: entries.length, unsaved: unsaved.slice(0, RECORDED) };
}

/** What a file tool has to find: what it replaces is what can be had back. */
function savedIn({ entries, unsaved }: BackupEvent): SavedAt {
  const saved = new Map(entries.map(({ before, path }) => [path, before]));
  return (path) => {
    const isLeftOut = unsaved.some((one) => isWithin(path, one.path));
    return saved.get(path) ?? (isLeftOut ? { type: "any" } : undefined);
  };
}

function heldBy({ hidden, pinned }: Profile): string[] {
  return [...hidden.map(({ path }) => path), ...pinned];
}

function causeOf({ kind }: Action): BackupCause {
  switch (kind) {
    case "exec":
      return "command";
    case "write":
    case "edit":
      return kind;
    default:
      return "delete";
  }
}

function whatOf(action: Action): string {
  return action.kind === "exec"
    ? commandText(action.command)
    : `${action.kind} ${"path" in action ? action.path : ""}`;
}

function recordOf(
  { origin }: Action,
  { id, decision, entries, unsaved }: BackupEvent,
): BackupRecord {
  return {
    event: "backup",
    origin,
    what: "saved",
    id,
    decision,
    paths: entries.slice(0, RECORDED).map(({ path }) => path),
    count: entries.length,
    ...(unsaved.length > 0 && { unsaved: unsaved.slice(0, RECORDED) }),
  };
}
