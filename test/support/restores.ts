// Copyright 2026 the airg authors. Apache-2.0 license.

/**
 * Actions and restores as the guard has them done, in a scene of backups.
 *
 * @module
 */

import assert from "node:assert/strict";
import type {
  RestoreAction,
  RestoreSelection,
} from "../../src/action/action.ts";
import {
  planRestore,
  restoreAction,
  type RestoreSite,
} from "../../src/backup/restore/restore.ts";
import type { BackupScene } from "./backups.ts";

/** What the guard does around an action; names are relative to the workspace. */
export async function acting(
  scene: BackupScene,
  names: readonly string[],
  act: () => void,
): Promise<string> {
  scene.now += 1_000;
  const paths = names.map((name) => `${scene.workspace}/${name}`);
  const { id } = await scene.store.save(paths, scene.about);
  act();
  await scene.store.finish(id);
  return id;
}

/** The action that a front end makes of a selection. */
export async function planned(
  scene: BackupScene,
  selection: RestoreSelection,
  force = false,
): Promise<RestoreAction> {
  scene.now += 1_000;
  const { store, workspace } = scene;
  const plan = await planRestore(selection, workspace, store);
  assert(plan.ok, plan.ok ? "" : plan.error);
  return restoreAction(plan.value, {
    agent: "a",
    session: "s",
    source: "ai-agent",
    workspace,
  }, force);
}

/** Where restores of a scene are at work. */
export function restoreSite({ folder, store }: BackupScene): RestoreSite {
  return {
    store,
    folder: `${folder}/state/backups/restoring`,
    forbidden: () => undefined,
  };
}

/** Each name below a folder with type, bits and content. */
export function shape(folder: string, below = ""): string[] {
  const rows: string[] = [];
  const names = [...Deno.readDirSync(`${folder}/${below}`)].map(({ name }) =>
    name
  ).sort();
  for (const name of names) {
    const path = below === "" ? name : `${below}/${name}`;
    const whole = `${folder}/${path}`;
    const info = Deno.lstatSync(whole);
    const bits = ((info.mode ?? 0) & 0o7777).toString(8);
    if (info.isSymlink) rows.push(`${path} -> ${Deno.readLinkSync(whole)}`);
    else if (info.isDirectory) {
      rows.push(`${path}/ ${bits}`, ...shape(folder, path));
    } else rows.push(`${path} ${bits} ${Deno.readTextFileSync(whole)}`);
  }
  return rows;
}
