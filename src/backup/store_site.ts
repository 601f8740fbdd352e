// Copyright 2026 the airg authors. Apache-2.0 license.

/**
 * What the store on the disk is opened with, and what its functions share.
 *
 * @module
 */

import type { Clock } from "../base/clock.ts";
import type { KeyRing } from "../store/approvals/keys.ts";
import type { Disk } from "./disk.ts";
import type { BackupEvent } from "./event.ts";
import type { KnownFiles } from "./known_files.ts";
import type { openBatch } from "./objects.ts";
import type { BackupPlace } from "./place.ts";
import type { BackupSettings, BackupStore, Pruned } from "./store.ts";

/** Where the store is, and what it obeys. */
export interface StoreOptions {
  /** Folder of the store; absolute, real. */
  readonly root: string;
  /** `Dirs.approvalsKey`, and the secret that stands for it. */
  readonly keys: string;
  readonly secret?: string;
  /** Asked anew for each event. */
  readonly settings: () => BackupSettings;
  /** Takes secrets out of a command before it is kept, as out of the log; absent in tests. */
  readonly redact?: (text: string) => Promise<string>;
  /** Is told of what went to make room, or because it was time. */
  readonly onPruned?: (pruned: readonly Pruned[]) => void | Promise<void>;
  readonly clock?: Clock;
  /** For tests. */
  readonly disk?: Disk;
}

/** The store with what its owner's commands need. */
export interface OpenStore extends BackupStore {
  readonly place: BackupPlace;
  readonly keys: KeyRing;
  /** What pruning would take. */
  readonly wouldPrune: (
    settings: BackupSettings,
    now: number,
  ) => Promise<readonly Pruned[]>;
  /** Keeps an event whose objects `fill` takes in. */
  readonly add: (
    fill: (
      batch: ReturnType<typeof openBatch>,
    ) => Promise<Omit<BackupEvent, "version" | "id">>,
  ) => Promise<BackupEvent>;
}

/** What all functions here share. */
export interface Site extends StoreOptions {
  readonly place: BackupPlace;
  readonly disk: Disk;
  readonly ring: KeyRing;
  readonly clock: Clock;
  /** What files of this process's events were, by path: known again without reading. */
  readonly seen: KnownFiles;
  /** Workspaces of which is known what another process saw. */
  readonly recalled: Set<string>;
}
