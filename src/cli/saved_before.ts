// Copyright 2026 the airg authors. Apache-2.0 license.

/**
 * Saves what an action would destroy before it acts, and notes after it what
 * it left.
 *
 * @module
 */

import type { BackupEvent } from "../backup/event.ts";
import type { BackupAbout, BackupStore, SaveLimits } from "../backup/store.ts";
import type { BackupBefore, SavedAt, SavedBefore } from "../guard/backups.ts";
import { isWithin } from "../../sandbox/within.ts";

const TOO_MANY =
  "more new files appeared than are noted; they stay when it is put back";
/** Paths written into one record. */
export const RECORDED = 100;

/** What is saved of one action. */
export interface Saving extends Required<Omit<SaveLimits, "unlikely">> {
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

/** Saves it; `stopped` where that cannot be done. */
export async function saved(
  { open }: { readonly open: () => Promise<BackupStore> },
  saving: Saving,
): Promise<BackupBefore | undefined> {
  const { about, inAddition, named, perhaps, record } = saving;
  if (named.length + inAddition.size === 0) return undefined;
  const { BackupError } = await import("../backup/store.ts");
  const unlikely = new Set([...perhaps, ...inAddition]);
  try {
    const store = await open();
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
