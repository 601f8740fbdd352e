// Copyright 2026 the airg authors. Apache-2.0 license.

/**
 * The backups of one workspace on this machine, as front ends use them: looked
 * at, planned for, put back. Nothing is opened before it is used.
 *
 * @module
 */

import type { RestoreAction, RestoreSelection } from "../action/action.ts";
import type { Outcome } from "../action/outcome.ts";
import type {
  BackupAbout,
  BackupFilter,
  StoredEvent,
} from "../backup/store.ts";
import type { OpenStore, StoreOptions } from "../backup/open_store.ts";
import type { Plan } from "../backup/restore/plan.ts";
import { type Clock, monotonicClock } from "../base/clock.ts";
import { hasJournals, restoringIn } from "../backup/restore/interrupted.ts";
import { endingOf } from "./ended_restores.ts";
import { slowWork } from "./slow_work.ts";
import type { Result } from "../base/result.ts";
import type { Profile } from "../../sandbox/profile.ts";
import { isWithin } from "../../sandbox/within.ts";

/** What the policy says of putting back. */
export interface RestoreSettings {
  readonly blockAgentTools: boolean;
  readonly requireDryRun: boolean;
  readonly ttlMs: number;
}

/** Backups of this workspace. */
export interface Backups {
  readonly settings: () => RestoreSettings;
  /** Whether the policy wants them. */
  readonly enabled: () => boolean;
  /** Whether what no word names is saved in case. */
  readonly unread: () => boolean;
  /** Newest first. */
  readonly list: (
    filter: Omit<BackupFilter, "workspace">,
  ) => Promise<readonly StoredEvent[]>;
  readonly plan: (selection: RestoreSelection) => Promise<Result<Plan, string>>;
  /** The action that carries a plan out, for the guard. */
  readonly action: (
    plan: Plan,
    origin: RestoreAction["origin"],
    force: boolean,
  ) => Promise<RestoreAction>;
  /** Says that a plan was shown; ends by itself. */
  readonly token: (
    plan: Plan,
    session: string,
  ) => Promise<{ readonly token: string; readonly expiresAt: number }>;
  /** Uses a token up, or says why it does not hold; what it gives takes that back. */
  readonly redeem: (
    token: string,
    plan: Plan,
    session: string,
  ) => Promise<Result<() => void, string>>;
  /** Saves before something that is no action of the guard. @throws {BackupError} */
  readonly save: (
    paths: readonly string[],
    about: BackupAbout,
  ) => Promise<{ readonly id: string; readonly finish: () => Promise<void> }>;
  /** The guard's effect. */
  readonly restore: (
    permit: {
      readonly action: RestoreAction;
      readonly decision: { readonly id: string };
    },
    profile: Profile,
  ) => Promise<Outcome>;
  /** The store itself; what was interrupted in it is brought to an end first. */
  readonly open: () => Promise<OpenStore>;
  /** Opens it only where something was interrupted. */
  readonly end: () => Promise<void>;
}

/** What {@linkcode backupsHere} needs. */
export interface BackupsSite extends StoreOptions {
  readonly workspace: string;
  readonly settings: StoreOptions["settings"];
  readonly restoreSettings: () => RestoreSettings;
  readonly now: Clock;
  /** Told what takes long; absent where nobody looks. */
  readonly progress?: ((message: string) => void) | undefined;
  /** Told what became of a restore that was interrupted. */
  readonly onEnded: (sentence: string) => Promise<void>;
}

/** Puts the parts together. */
export function backupsHere(site: BackupsSite): Backups {
  const { now, workspace } = site;
  let opened: OpenStore | undefined;
  const endOthers = endingOf(site.onEnded);
  const open = async () => {
    // SQLite is not needed, but hashing is: 20 ms of a start.
    const { openBackups } = await import("../backup/open_store.ts");
    const store = opened ??= openBackups(site);
    await endOthers(store);
    return store;
  };
  const restores = () => import("../backup/restore/restore.ts");
  const folderOf = ({ place }: OpenStore) => restoringIn(place.root);
  return {
    open,
    async end() {
      if (hasJournals(restoringIn(site.root))) await open();
    },
    settings: site.restoreSettings,
    enabled: () => site.settings().enabled,
    unread: () => site.settings().unread,
    list: async (filter) => await (await open()).list({ ...filter, workspace }),
    async plan(selection) {
      const { planRestore } = await restores();
      const store = await open();
      const step = slowWork("looking ...", site.progress, monotonicClock);
      return await planRestore(selection, workspace, store, step);
    },
    async action(plan, origin, force) {
      const { restoreAction } = await restores();
      return restoreAction(plan, origin, force);
    },
    async token({ digest }, session) {
      const { makeToken } = await import("../backup/restore/token.ts");
      const { keys } = await open();
      const expiresAt = now() + site.restoreSettings().ttlMs;
      const token = makeToken(keys, { digest, session }, expiresAt);
      return { token, expiresAt };
    },
    async redeem(token, { digest }, session) {
      const { useToken } = await import("../backup/restore/token.ts");
      const { ensurePrivate } = await import("../platform/dirs.ts");
      const store = await open();
      const folder = folderOf(store);
      const made = ensurePrivate(folder);
      if (!made.ok) return { ok: false, error: made.error.message };
      const subject = { digest, session };
      return useToken(store.keys, token, subject, { folder, now: now() });
    },
    async save(paths, about) {
      const store = await open();
      const { id } = await store.save(paths, about);
      return { id, finish: async () => void await store.finish(id) };
    },
    async restore({ action, decision }, profile) {
      const { restoreNow } = await restores();
      const store = await open();
      return await restoreNow(action, decision.id, {
        store,
        folder: folderOf(store),
        forbidden: (path) => whyForbidden(path, action, profile),
        step: slowWork("putting files back ...", site.progress, monotonicClock),
      });
    },
  };
}

/** What a command may not touch, nobody has put back. */
function whyForbidden(
  path: string,
  { origin, targets }: RestoreAction,
  profile: Profile,
): string | undefined {
  const { hidden, pinned, readonly, workspace, writable } = profile;
  if (readonly) return "nothing may be changed here";
  if (![workspace, ...writable].some((root) => isWithin(path, root))) {
    return "it lies outside the workspace";
  }
  const held = [...hidden.map((one) => one.path), ...pinned];
  if (held.some((one) => isWithin(path, one))) return "it is protected";
  const goes = targets.some((one) =>
    one.path === path && one.access === "delete"
  );
  if (goes && held.some((one) => isWithin(one, path))) {
    return "something in it is protected";
  }
  const isGits = path.includes("/.git/") || path.endsWith("/.git");
  return isGits && origin.source !== "human-operator"
    ? "it is git's own; a person can put it back"
    : undefined;
}
