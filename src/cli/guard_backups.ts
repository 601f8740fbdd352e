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
import { commandText } from "../action/read.ts";
import type { Action } from "../action/action.ts";
import type { BackupRecord } from "../audit/event.ts";
import type { BackupCause, BackupEvent } from "../backup/event.ts";
import type { BackupStore } from "../backup/store.ts";
import type { Backup, BackupBefore, SavedAt } from "../guard/backups.ts";
import type { Profile } from "../../sandbox/profile.ts";
import { isWithin } from "../../sandbox/within.ts";

/** What saving needs of the machine. */
export interface BackupSite {
  /** Whether the policy wants backups. */
  readonly enabled: () => boolean;
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
    if (isNothing(changed)) return undefined;
    const { appearedIn, skipMadeAgain, targetsOf } = await import(
      "../backup/targets.ts"
    );
    const ground = {
      workspace: profile.workspace,
      roots: profile.readonly ? [] : [profile.workspace, ...profile.writable],
      held: heldBy(profile),
    };
    const targets = targetsOf(changed, ground);
    const { alone, paths, unsaved } = targets;
    if (paths.length === 0) return undefined;
    const { origin } = action;
    const step = slowWork(SAVING, site.progress, monotonicClock);
    return await saved(site, paths, {
      skip(path) {
        step();
        return unsaved.get(path) ?? skipMadeAgain(path);
      },
      alone: (path) => alone.has(path),
      signal,
      appeared: () => appearedIn(targets, ground),
      about: {
        cause: causeOf(action),
        workspace: origin.workspace,
        agent: origin.agent,
        session: origin.session,
        decision: decision.id,
        what: whatOf(action),
      },
    }, (event) => recordOf(action, event));
  };
}

interface Saving {
  readonly about: Parameters<BackupStore["save"]>[1];
  readonly skip: (path: string) => string | undefined;
  readonly alone: (path: string) => boolean;
  readonly signal: AbortSignal | undefined;
  /** After the action. */
  readonly appeared: () => {
    readonly paths: readonly string[];
    readonly cut: boolean;
  };
}

async function saved(
  site: BackupSite,
  paths: readonly string[],
  { about, appeared, ...limits }: Saving,
  recordOf: (event: BackupEvent) => BackupRecord,
): Promise<BackupBefore> {
  const { BackupError } = await import("../backup/store.ts");
  try {
    const store = await site.open();
    const event = await store.save(paths, about, limits);
    await site.record(recordOf(event));
    return {
      kind: "saved",
      saved: {
        id: event.id,
        count: event.entries.length,
        unsaved: event.unsaved.slice(0, RECORDED),
      },
      expect: savedIn(event),
      async finish(ending) {
        try {
          const { cut, paths } = appeared();
          const path = about.workspace;
          const unsaved = cut ? [{ path, why: TOO_MANY }] : [];
          await store.finish(event.id, { paths, unsaved }, ending);
        } catch (error) {
          // The action is over. An event without what it left is put back only
          // by force, which is what its reader is told.
          if (!(error instanceof Error)) throw error;
        }
      },
    };
  } catch (error) {
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
