// Copyright 2026 the airg authors. Apache-2.0 license.

/**
 * Files and folders of control groups, whose every refusal is an answer.
 *
 * @module
 */

import type { GroupSetting } from "../../sandbox/cgroup.ts";

/** Times that a group that is still busy is tried again, and the pause between. */
const TRIES = 100;
const PAUSE_MS = 20;

/** Makes a group for one run; `undefined` where the machine says no. */
export function makeFolder(parent: string): string | undefined {
  const random = crypto.getRandomValues(new Uint8Array(6)).toHex();
  const folder = `${parent}/airg-${Deno.pid}-${random}`;
  try {
    Deno.mkdirSync(folder, { mode: 0o755 });
    return folder;
  } catch (error) {
    if (isRefused(error)) return undefined;
    throw error;
  }
}

/** Writes the settings into a group; those that the machine refused. */
export function refusedSettings(
  folder: string,
  settings: readonly GroupSetting[],
): readonly GroupSetting[] {
  return settings.filter(({ file, value }) => {
    try {
      Deno.writeTextFileSync(`${folder}/${file}`, value, { create: false });
      return false;
    } catch (error) {
      if (isRefused(error)) return true;
      throw error;
    }
  });
}

/** Whether it is of swap, whose accounting a kernel may lack. */
export function isSwap({ file }: GroupSetting): boolean {
  return file === "memory.swap.max" || file === "memory.memsw.limit_in_bytes";
}

/** Takes a group away, ending what is left in it. */
export async function removeGroup(folder: string): Promise<void> {
  for (let n = 0; n < TRIES; n++) {
    if (removed(folder)) return;
    killGroup(folder);
    await new Promise((done) => setTimeout(done, PAUSE_MS));
  }
}

/** Milliseconds after which a group whose maker is gone may be taken away. */
const STALE_MS = 60_000;

/** Removes groups that an airg which was killed left behind, empty. */
export function sweepGroups(parent: string, now: number): void {
  for (const { name } of Deno.readDirSync(parent)) {
    const maker = /^airg-(\d+)-[0-9a-f]{12}$/.exec(name)?.[1];
    if (maker === undefined || isThere(`/proc/${maker}`)) continue;
    const made = mtime(`${parent}/${name}`);
    if (made !== undefined && now - made > STALE_MS) {
      removed(`${parent}/${name}`);
    }
  }
}

/** Ends every process of a group; version 1 has no word for all at once. */
export function killGroup(folder: string): void {
  if (isThere(`${folder}/cgroup.kill`)) {
    writeIfThere(`${folder}/cgroup.kill`, "1");
    return;
  }
  for (const line of readIfThere(`${folder}/cgroup.procs`).split("\n")) {
    if (!/^[1-9]\d*$/.test(line)) continue;
    try {
      Deno.kill(Number(line), "SIGKILL");
    } catch (error) {
      if (!isRefused(error)) throw error;
    }
  }
}

/** Whether a path can be seen. */
export function isThere(path: string): boolean {
  return mtime(path) !== undefined;
}

function mtime(path: string): number | undefined {
  try {
    return Deno.statSync(path).mtime?.getTime() ?? 0;
  } catch (error) {
    if (isRefused(error)) return undefined;
    throw error;
  }
}

/** Removes an empty group; whether it is gone. */
export function removed(folder: string): boolean {
  try {
    Deno.removeSync(folder);
    return true;
  } catch (error) {
    if (error instanceof Deno.errors.NotFound) return true;
    if (isRefused(error)) return false;
    throw error;
  }
}

/** Whether this user may move processes into the group and out of it. */
export function isOurs(path: string): boolean {
  try {
    using _file = Deno.openSync(`${path}/cgroup.procs`, { write: true });
    return true;
  } catch (error) {
    if (isRefused(error)) return false;
    throw error;
  }
}

/** The text of a file, empty where it cannot be read. */
export function readIfThere(path: string): string {
  try {
    return Deno.readTextFileSync(path);
  } catch (error) {
    if (isRefused(error)) return "";
    throw error;
  }
}

/** Writes into a file, if it is there and lets us. */
function writeIfThere(path: string, text: string): void {
  try {
    Deno.writeTextFileSync(path, text, { create: false });
  } catch (error) {
    if (!isRefused(error)) throw error;
  }
}

/** What the kernel says no to: every error of a file system call has a code. */
export function isRefused(error: unknown): boolean {
  return error instanceof Error && "code" in error;
}
