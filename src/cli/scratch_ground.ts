// Copyright 2026 the airg authors. Apache-2.0 license.

/**
 * A private scratch folder on the user's machine, with a home and a project of
 * its own: where known attacks are tried without touching the user's files.
 *
 * @module
 */

import { ensurePrivate, findDirs } from "../platform/dirs.ts";
import type { Context } from "./command.ts";
import type { Ground, GroundRun } from "./trial_ground.ts";

/** A ground, and how it goes away. */
export interface ScratchGround extends Ground {
  readonly remove: () => Promise<void>;
}

/**
 * Makes the folders.
 *
 * They lie in airg's cache folder: beneath `/tmp`, which is private inside,
 * targets would be missed for another reason than the one under test.
 */
export async function makeGround(context: Context): Promise<ScratchGround> {
  const { env, os } = context.surroundings;
  const dirs = findDirs(env, os);
  if (!dirs.ok) throw new Error(dirs.error.message);
  const made = ensurePrivate(dirs.value.cache);
  if (!made.ok) throw new Error(made.error.message);
  const folder = await Deno.realPath(
    await Deno.makeTempDir({ dir: dirs.value.cache, prefix: "trial-" }),
  );
  const home = `${folder}/home`;
  await Deno.mkdir(`${home}/.ssh`, { recursive: true, mode: 0o700 });
  await Deno.writeTextFile(`${home}/.ssh/id`, "PLANTED-SECRET");
  const runtime = await runtimeFolder(env["XDG_RUNTIME_DIR"], folder);
  const project = `${folder}/project`;
  const scratch = variables(context, folder, home);
  return {
    folder,
    project,
    home,
    runtime,
    bare: ([program, ...args], more) =>
      runWords(program ?? "", args, project, { ...scratch, ...more }),
    contained(words, { env, flags, wrap }) {
      const [program, ...args] = [
        ...wrap,
        context.self.path,
        ...context.self.before,
        "run",
        "--workspace",
        project,
        ...flags,
        "--",
        ...words,
      ];
      return runWords(program ?? "", args, project, { ...scratch, ...env });
    },
    async remove() {
      await Deno.remove(folder, { recursive: true });
      if (runtime !== `${folder}/runtime`) {
        await Deno.remove(runtime, { recursive: true });
      }
    },
  };
}

async function runtimeFolder(
  given: string | undefined,
  folder: string,
): Promise<string> {
  if (given?.startsWith("/")) {
    try {
      return await Deno.makeTempDir({ dir: given, prefix: "airg-trial-" });
    } catch (error) {
      if (!(error instanceof Error && "code" in error)) throw error;
    }
  }
  await Deno.mkdir(`${folder}/runtime`);
  return `${folder}/runtime`;
}

/** The caller's variables, with every folder of airg's own in the scratch one. */
function variables(
  { surroundings }: Context,
  folder: string,
  home: string,
): Record<string, string> {
  const { env } = surroundings;
  // The runtime's cache belongs to the program, and no test of it.
  const denoDir = env["DENO_DIR"] ?? `${env["HOME"] ?? ""}/.cache/deno`;
  return {
    PATH: env["PATH"] ?? "/usr/bin:/bin",
    LANG: env["LANG"] ?? "C.UTF-8",
    HOME: home,
    DENO_DIR: denoDir,
    DENO_NO_UPDATE_CHECK: "1",
    AIRG_STATE_DIR: `${folder}/state`,
    AIRG_CONFIG_DIR: `${folder}/config`,
    XDG_CACHE_HOME: `${folder}/cache`,
  };
}

async function runWords(
  program: string,
  args: readonly string[],
  cwd: string,
  env: Readonly<Record<string, string>>,
): Promise<GroundRun> {
  const { code, stdout, stderr } = await new Deno.Command(program, {
    args: [...args],
    cwd,
    env: { ...env },
    clearEnv: true,
    stdin: "null",
  }).output();
  const decoder = new TextDecoder();
  return {
    code,
    stdout: decoder.decode(stdout),
    stderr: decoder.decode(stderr),
  };
}
