// Copyright 2026 the airg authors. Apache-2.0 license.

/**
 * A command as the guard has it run: read, saved before, looked at after.
 *
 * @module
 */

import { changedBy } from "../../src/action/changes/changed.ts";
import { readAction } from "../../src/action/read.ts";
import { skipMadeAgain } from "../../src/backup/collect.ts";
import {
  appearedIn,
  type Targets,
  targetsOf,
} from "../../src/backup/targets.ts";
import { diskLookup } from "../../src/platform/disk_lookup.ts";
import { type BackupScene, sh } from "./backups.ts";

/** What would be saved before a command, and what has appeared since. */
export function targetsFor(
  workspace: string,
  text: string,
): Targets & { readonly appeared: () => readonly string[] } {
  const facts = readAction({
    kind: "exec",
    origin: { agent: "a", session: "s", source: "ai-agent", workspace },
    command: { form: "shell", text },
    cwd: workspace,
  }, diskLookup({ home: "/home/x" }));
  const ground = { workspace, roots: [workspace], held: [] };
  const targets = targetsOf(changedBy(facts), ground);
  return { ...targets, appeared: () => appearedIn(targets, ground).paths };
}

/** Runs a command that has to succeed, and gives its event. */
export async function acted(
  { about, store, workspace }: BackupScene,
  text: string,
): Promise<string> {
  const { alone, appeared, paths, unsaved } = targetsFor(workspace, text);
  const { id } = await store.save(paths, { ...about, what: text }, {
    skip: (path) => unsaved.get(path) ?? skipMadeAgain(path),
    alone: (path) => alone.has(path),
  });
  sh(workspace, text);
  await store.finish(id, { paths: appeared(), unsaved: [] });
  return id;
}
