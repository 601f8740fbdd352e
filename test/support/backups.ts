// Copyright 2026 the airg authors. Apache-2.0 license.

/**
 * A store of backups and a workspace in a scratch folder.
 *
 * @module
 */

import assert from "node:assert/strict";
import { readWhole } from "../../src/backup/content.ts";
import { MACHINE_DISK } from "../../src/backup/disk.ts";
import type { Disk } from "../../src/backup/disk.ts";
import { openBackups, type OpenStore } from "../../src/backup/open_store.ts";
import type {
  BackupAbout,
  BackupSettings,
  Pruned,
} from "../../src/backup/store.ts";

/** What a policy without a word on backups says. */
export const SETTINGS: BackupSettings = {
  enabled: true,
  onContentChangeOnly: true,
  maxVersions: 5,
  retentionDays: 30,
  maxBytes: 5 * 2 ** 30,
  maxFileBytes: 2 * 2 ** 30,
  unread: true,
};

/** 2026-11-21T10:00Z. */
export const START = Date.UTC(2026, 10, 21, 10);

/** Folders and a store; dispose of it when done. */
export interface BackupScene extends Disposable {
  readonly folder: string;
  readonly workspace: string;
  readonly store: OpenStore;
  readonly about: BackupAbout;
  /** The time, which a test moves. */
  now: number;
  settings: BackupSettings;
  readonly pruned: Pruned[];
  /** Another airg at the same store. */
  readonly again: (disk?: Disk) => OpenStore;
}

/** Makes the folders. */
export function backupScene(): BackupScene {
  const folder = Deno.realPathSync(
    Deno.makeTempDirSync({ prefix: "airg-backup-" }),
  );
  const workspace = `${folder}/w`;
  Deno.mkdirSync(workspace);
  Deno.mkdirSync(`${folder}/state`, { mode: 0o700 });
  const pruned: Pruned[] = [];
  const again = (disk: Disk = MACHINE_DISK) =>
    openBackups({
      root: `${folder}/state/backups`,
      keys: `${folder}/state/approvals.hmac.key`,
      settings: () => scene.settings,
      onPruned: (items) => void pruned.push(...items),
      clock: () => scene.now,
      disk,
    });
  const state = { now: START, settings: SETTINGS };
  const scene: BackupScene = Object.assign(state, {
    folder,
    workspace,
    pruned,
    again,
    about: {
      cause: "command",
      workspace,
      agent: "a",
      session: "s",
      decision: "d",
      what: "rm -rf .",
    } as const,
    store: undefined as unknown as OpenStore,
    [Symbol.dispose]: () => {
      new Deno.Command("chmod", { args: ["-R", "u+rwX", folder] }).outputSync();
      Deno.removeSync(folder, { recursive: true });
    },
  });
  return Object.assign(scene, { store: again() });
}

/** Runs a script in a folder; it has to succeed. */
export function sh(cwd: string, script: string): void {
  const { success, stderr } = new Deno.Command("bash", {
    args: ["-ec", script],
    cwd,
  }).outputSync();
  assert(success, new TextDecoder().decode(stderr));
}

/** All that an object holds, as text. */
export async function textOf(
  store: OpenStore,
  sha256: string,
): Promise<string | undefined> {
  using object = await store.object(sha256);
  if (object === undefined) return undefined;
  const { size } = object.look();
  return new TextDecoder().decode(readWhole(object.file, size));
}
