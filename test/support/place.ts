// Copyright 2026 the airg authors. Apache-2.0 license.

/**
 * A workspace and a machine for tests that call `exec/run.ts` itself, without
 * a policy and without a guard.
 *
 * @module
 */

import type { ExecAction } from "../../src/action/action.ts";
import { type Machine, run, type RunOptions } from "../../src/exec/run.ts";
import { defaultDocument } from "../../src/policy/builtin.ts";
import { compilePolicy } from "../../src/policy/compile.ts";
import type { PolicySettings } from "../../src/policy/settings.ts";
import { type Profile, realPath } from "../../sandbox/profile.ts";
import { BASE } from "./contained_site.ts";
import { removeTree } from "./remove_tree.ts";

/** Everything a run needs, in a scratch folder; dispose of it when done. */
export interface Place extends AsyncDisposable {
  readonly folder: string;
  readonly machine: Machine;
  readonly profile: Profile;
}

/** The built-in policy's settings. */
export const settings: PolicySettings = compilePolicy(defaultDocument(), {
  hash: "h",
  home: "/h",
}).settings;

/** Makes the folders. Not beneath /tmp, which is private inside. */
export async function makePlace(): Promise<Place> {
  await Deno.mkdir(BASE, { recursive: true });
  const folder = await Deno.makeTempDir({ dir: BASE });
  const names = ["project", "run", "run/tmp", "quarantine", "caches/1"];
  for (const name of names) {
    await Deno.mkdir(`${folder}/${name}`, { mode: 0o700, recursive: true });
  }
  await Deno.writeTextFile(`${folder}/mask`, "", { mode: 0 });
  const path = (name: string) => realPath(`${folder}/${name}`);
  return {
    folder,
    machine: {
      launcher: decodeURIComponent(
        new URL("../../dist/airg-launcher", import.meta.url).pathname,
      ),
      runFolder: path("run"),
      quarantine: path("quarantine"),
      arch: Deno.build.arch,
      uid: Deno.uid() ?? 0,
      bubblewrap: "/usr/bin/bwrap",
      cachesRoot: path("caches"),
      maskFile: path("mask"),
      temporary: path("run/tmp"),
      ownFolders: [],
      callerEnv: { PATH: "/usr/bin:/bin", HOME: folder },
    },
    profile: {
      workspace: path("project"),
      writable: [],
      pinned: [],
      anchors: [],
      hidden: [],
      network: "none",
      limits: {},
      cache: path("caches/1"),
    },
    async [Symbol.asyncDispose]() {
      await removeTree(folder);
    },
  };
}

/** The action that starts these words in the place's project. */
function startOf(place: Place, words: readonly string[]): ExecAction {
  const { workspace } = place.profile;
  return {
    kind: "exec",
    origin: { agent: "a", session: "s", source: "ai-agent", workspace },
    command: { form: "argv", argv: words },
    cwd: workspace,
  };
}

/** A run that came to its end. */
export type Exited =
  & Awaited<ReturnType<typeof run>>
  & { readonly kind: "exited" };

/** Runs words; throws if they never started. */
export async function runIn(
  place: Place,
  words: readonly string[],
  options: {
    readonly profile?: Partial<Profile>;
    readonly machine?: Partial<Machine>;
    readonly settings?: PolicySettings;
    readonly timeoutMs?: number;
    readonly run?: Partial<RunOptions>;
  } = {},
): Promise<Exited> {
  const outcome = await run(
    {
      ...startOf(place, words),
      ...(options.timeoutMs !== undefined && { timeoutMs: options.timeoutMs }),
    },
    { ...place.profile, ...options.profile },
    options.settings ?? settings,
    { ...place.machine, ...options.machine },
    { streams: "capture", ...options.run },
  );
  if (outcome.kind !== "exited") {
    throw new Error(`It did not start: ${JSON.stringify(outcome)}`);
  }
  return outcome;
}
