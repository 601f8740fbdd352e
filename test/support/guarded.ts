// Copyright 2026 the airg authors. Apache-2.0 license.

/**
 * The guard with real tools and backups in a scene, for tests: only the policy,
 * which allows, and the containment are missing.
 *
 * @module
 */

import assert from "node:assert/strict";
import type { Action, RestoreAction } from "../../src/action/action.ts";
import { readAction } from "../../src/action/read.ts";
import { restoreNow } from "../../src/backup/restore/restore.ts";
import { backupsOn } from "../../src/cli/guard_backups.ts";
import type { FileTools } from "../../src/files/file_effect.ts";
import type { Effects } from "../../src/guard/effects.ts";
import { type Answer, handle } from "../../src/guard/guard.ts";
import { diskLookup } from "../../src/platform/disk_lookup.ts";
import type { Profile } from "../../sandbox/profile.ts";
import type { BackupScene } from "./backups.ts";
import { EXITED, fakeParts } from "./fake_parts.ts";
import { restoreSite } from "./restores.ts";
import { plainProfile } from "./plain_profile.ts";

type WithoutOrigin<Kind> = Kind extends Action ? Omit<Kind, "origin"> : never;
/** What a test asks for. */
export type Asked = WithoutOrigin<Exclude<Action, RestoreAction>>;

/** Carries out what it is asked for, as the guard does. */
export interface Guarded {
  readonly ask: (
    asked: Asked | Omit<RestoreAction, "origin">,
  ) => Promise<Answer>;
}

/** Puts the parts together. */
export function guardedScene(
  scene: BackupScene,
  tools: FileTools,
  change: Partial<Profile> = {},
): Guarded {
  const { store, workspace } = scene;
  const { parts } = fakeParts({
    workspace,
    backup: backupsOn({
      enabled: () => true,
      unread: () => true,
      open: () => Promise.resolve(store),
      record: () => Promise.resolve(),
    }),
    async run({ action }) {
      const { command } = action;
      assert(command.form === "shell");
      await new Deno.Command("sh", {
        args: ["-c", command.text],
        cwd: workspace,
        stdout: "null",
        stderr: "null",
      }).output();
      return EXITED;
    },
    file: ({ action }, profile, _proof, facts, options) =>
      tools.carryOut(action, profile, {
        ...options,
        judged: facts.paths.map(({ path }) => path),
      }),
  });
  const profile: Profile = { ...plainProfile(workspace), ...change };
  const effects: Effects = {
    ...parts.effects,
    read: (action) => readAction(action, diskLookup({ home: "/home/x" })),
    contain: () => profile,
    restore: ({ action, decision }) =>
      restoreNow(action, decision.id, restoreSite(scene)),
  };
  return {
    ask(asked) {
      scene.now += 1_000;
      return handle({ ...asked, origin: parts.origin }, effects);
    },
  };
}
