// Copyright 2026 the airg authors. Apache-2.0 license.

/**
 * What the store of backups does for those who act and those who put back.
 * See docs/decisions/0009; open_store.ts opens the one on the disk.
 *
 * @module
 */

import type { ObjectContent } from "./open_object.ts";
import type { Result } from "../base/result.ts";
import type { BackupEvent, Unsaved } from "./event.ts";

/** What the policy says of backups (`audit.*`). */
export interface BackupSettings {
  readonly enabled: boolean;
  /** Versions of the same content count once; the content itself is kept once in any case. */
  readonly onContentChangeOnly: boolean;
  /** Versions kept of a path; an event goes when each of its paths has that many newer ones. */
  readonly maxVersions: number;
  /** Days an event is kept; 0: for ever. */
  readonly retentionDays: number;
  /** Bytes of all that the store takes on the disk, in whole blocks. */
  readonly maxBytes: number;
  /** Bytes of one file; a larger one is not saved, and what would destroy it does not run. */
  readonly maxFileBytes: number;
  /** Whether files that a program may change are saved in case. */
  readonly unread: boolean;
  /** Folder of the backups where it is not the one in airg's state. */
  readonly root?: string;
}

/** An event as it lies in the store. */
export interface StoredEvent {
  readonly event: BackupEvent;
  /** Name of its folder: its time and id. */
  readonly folder: string;
  /** Its MAC does not hold: it is shown and never applied. */
  readonly damaged: boolean;
}

/** One thing that pruning took, for the log. */
export interface Pruned {
  readonly kind: "event" | "object" | "leftover";
  /** Folder of the event, hash of the object, or name of what a crash left. */
  readonly name: string;
  /** When the event was; absent for the others. */
  readonly at?: number;
  /** What it took on the disk; of an event, without its objects. */
  readonly bytes: number;
  readonly why: "age" | "versions" | "size" | "unused" | "leftover";
}

/** Which events are meant. */
export interface BackupFilter {
  /** Absolute, real. */
  readonly workspace?: string;
  /** Absolute; a folder means all below it as well. */
  readonly path?: string;
  /** Milliseconds since the Unix epoch, both inclusive. */
  readonly since?: number;
  readonly until?: number;
  readonly limit: number;
}

/** What an event says before anything is looked at. */
export type BackupAbout = Omit<
  BackupEvent,
  "version" | "id" | "at" | "entries" | "unsaved"
>;

/** What need not be saved, and how long anybody waits for it. */
export interface SaveLimits {
  /** Called now and then while it lasts. */
  readonly onTurn?: (() => void) | undefined;
  /** Calls it off: nothing is kept then. */
  readonly signal?: AbortSignal | undefined;
  /** Why a path need not be saved, one clause; it becomes one of `unsaved`. */
  readonly skip?: (path: string) => string | undefined;
  /** Whether of a folder only its bits, owner and attributes are saved. */
  readonly alone?: (path: string) => boolean;
  /** Paths of which most will be left as they are: not read where they are as they were the last time. */
  readonly unlikely?: ReadonlySet<string>;
}

/** What an action made under names that nobody knew before. */
export interface Appeared {
  /** Absolute, real; folders before what is in them. */
  readonly paths: readonly string[];
  /** More than are noted. */
  readonly unsaved: readonly Unsaved[];
  /** Paths that are forgotten where nothing happened to them. */
  readonly unlikely?: ReadonlySet<string>;
}

/** The backups of one machine's user. */
export interface BackupStore {
  /**
   * Saves what is at these paths now, durable when it returns.
   *
   * @param paths Absolute, real; folders with all below.
   * @throws {BackupError} Where something that would be destroyed cannot be saved.
   */
  readonly save: (
    paths: readonly string[],
    about: BackupAbout,
    limits?: SaveLimits,
  ) => Promise<BackupEvent>;
  /**
   * Looks at the event's paths again and notes what the action left; once
   * `signal` fires, of the rest that nobody looked.
   *
   * @returns The event as it is now; `undefined` where it was about nothing
   * but unlikely paths, and nothing happened to any: it is gone.
   */
  readonly finish: (
    id: string,
    found?: Appeared,
    signal?: AbortSignal,
  ) => Promise<BackupEvent | undefined>;
  /** Newest first. */
  readonly list: (filter: BackupFilter) => Promise<readonly StoredEvent[]>;
  /** By id, its start or end, the name of the folder, or its path. */
  readonly find: (word: string) => Promise<Result<StoredEvent, string>>;
  /** Content of an object, hash verified while read; `undefined` where it is gone or is something else. */
  readonly object: (
    sha256: string,
    onTurn?: () => void,
  ) => Promise<ObjectContent | undefined>;
  /** Takes what is too old, too many or too much, oldest first. */
  readonly prune: (
    settings: BackupSettings,
    now: number,
  ) => Promise<readonly Pruned[]>;
}

/** Something cannot be saved, so what would destroy it must not happen. */
export class BackupError extends Error {
  override name = "BackupError";
  /** What could not be saved, or the store's own file. */
  readonly path: string;
  /** What to do about it, one clause. */
  readonly cure: string;
  constructor(message: string, path: string, cure: string) {
    super(message);
    this.path = path;
    this.cure = cure;
  }
}
