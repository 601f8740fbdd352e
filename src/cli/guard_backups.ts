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
import type { BackupStore } from "../backup/store.ts";
import type { Targets } from "../backup/targets.ts";
import type { Watched } from "../backup/unread_targets.ts";
import type { Backup } from "../guard/backups.ts";
import type { Profile } from "../../sandbox/profile.ts";
import { RECORDED, saved } from "./saved_before.ts";

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
    const { origin } = action;
    const step = slowWork(SAVING, site.progress, monotonicClock);
    const saveWith = async (watched: Watched | undefined) => {
      const targets = targetsOf(changed, ground, watched?.isAll);
      const precaution = precautionOf(watched, ground, targets);
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
        alone: (path) =>
          targets.alone.has(path) || precaution.folders.has(path),
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
    const watched = isUnread ? await watchedOn(ground) : undefined;
    const done = await saveWith(watched);
    // What is saved in addition holds nothing up; without it, what the facts
    // leave open is said again.
    const isInAddition = watched !== undefined && signal?.aborted !== true;
    return done?.kind === "stopped" && isInAddition
      ? await saveWith(undefined)
      : done;
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
