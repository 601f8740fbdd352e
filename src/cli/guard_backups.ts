// Copyright 2026 the airg authors. Apache-2.0 license.

/**
 * The guard's `backup` effect on this machine.
 *
 * An action that destroys nothing costs a look at its facts; the rest is loaded
 * when there is something to save.
 *
 * @module
 */

import { changedBy, isNothing } from "../action/changes/changed.ts";
import { commandText } from "../action/read.ts";
import type { Action } from "../action/action.ts";
import type { BackupRecord } from "../audit/event.ts";
import type { BackupCause, BackupEvent } from "../backup/event.ts";
import type { BackupStore } from "../backup/store.ts";
import type { Backup, BackupBefore, SavedNode } from "../guard/backups.ts";
import type { ExactFiles } from "../platform/exact_files.ts";
import type { Profile } from "../../sandbox/profile.ts";

/** What saving needs of the machine. */
export interface BackupSite {
  /** Whether the policy wants backups. */
  readonly enabled: () => boolean;
  /** Opens the store when something is to be saved. */
  readonly open: () => Promise<BackupStore>;
  readonly record: (event: BackupRecord) => Promise<void>;
  /** Called after an action whose backup is complete: what is too old may go. */
  readonly after?: (store: BackupStore) => Promise<void>;
}

/** Characters of a command that are kept. */
const MOST_WHAT = 500;
/** Paths written into one record. */
const RECORDED = 100;

/** Saves before an action what it would destroy. */
export function backupsOn(site: BackupSite): Backup {
  return async (facts, decision, profile) => {
    const { action } = facts;
    if (action.kind === "restore") return undefined;
    if (!site.enabled()) return undefined;
    const changed = changedBy(facts);
    if (isNothing(changed)) return undefined;
    const { skipMadeAgain, targetsOf } = await import("../backup/targets.ts");
    const { paths, unsaved } = targetsOf(changed, {
      workspace: profile.workspace,
      roots: profile.readonly ? [] : [profile.workspace, ...profile.writable],
      held: heldBy(profile),
    });
    if (paths.length === 0) return undefined;
    const { origin } = action;
    return await saved(site, paths, {
      isExact: action.kind !== "exec",
      skip: (path) => unsaved.get(path) ?? skipMadeAgain(path),
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
  /** A file tool: what it replaces must be what was saved. */
  readonly isExact: boolean;
}

async function saved(
  site: BackupSite,
  paths: readonly string[],
  { about, isExact, skip }: Saving,
  recordOf: (event: BackupEvent) => BackupRecord,
): Promise<BackupBefore> {
  const { BackupError } = await import("../backup/store.ts");
  try {
    const store = await site.open();
    const before = isExact ? await nodesOf(paths) : new Map();
    const event = await store.save(paths, about, { skip });
    // What changed while it was being saved is in the backup or is refused.
    await site.record(recordOf(event));
    return {
      kind: "saved",
      saved: {
        id: event.id,
        count: event.entries.length,
        unsaved: event.unsaved.slice(0, RECORDED),
      },
      expect: before,
      async finish() {
        try {
          await store.finish(event.id);
          await site.after?.(store);
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

/** Loaded for the file tools alone. */
async function nodesOf(
  paths: readonly string[],
): Promise<ReadonlyMap<string, SavedNode | null>> {
  if (Deno.build.os !== "linux") return new Map();
  const { openExactFiles } = await import("../platform/exact_files.ts");
  using files: ExactFiles = openExactFiles();
  return new Map(paths.map((path) => {
    const info = files.look(path);
    if (info === undefined) return [path, null];
    const { ctime, dev, ino } = info;
    return [path, { ctime, dev, ino }];
  }));
}

function heldBy({ hidden, pinned }: Profile): string[] {
  return [...hidden.map(({ path }) => path), ...pinned];
}

function causeOf({ kind }: Action): BackupCause {
  switch (kind) {
    case "exec":
      return "command";
    case "write":
      return "write";
    default:
      return "delete";
  }
}

function whatOf(action: Action): string {
  const text = action.kind === "exec"
    ? commandText(action.command)
    : `${action.kind} ${"path" in action ? action.path : ""}`;
  return text.slice(0, MOST_WHAT);
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
