// Copyright 2026 the airg authors. Apache-2.0 license.

/**
 * Who is at work now, among all airg processes of this user: contained runs
 * with the folders they may write, and approved actions with the files that
 * must stay as they were approved.
 *
 * A mount protects a file from the run it was made for. From another run, with
 * a view of its own, it does not: renaming a file over the one that is mounted
 * on takes the mount away (`detach_mounts` in fs/namei.c; only a mount of the
 * renamer's own view says EBUSY). So what is approved starts while no run is
 * there that may write its files, and runs that start later keep their hands
 * off in their own view.
 *
 * Each is a file with a lock (`flock`) that ends with its process, however
 * that ends.
 *
 * @module
 */

import type { Busy, Hold } from "../guard/approvals.ts";
import { anchorsFor } from "../../sandbox/anchors.ts";
import { type Profile, realPath } from "../../sandbox/profile.ts";
import { isWithin } from "../../sandbox/within.ts";

/** A run that may start, for as long as it is not released. */
export interface Entered extends Disposable {
  readonly profile: Profile;
  /** Paths of `profile.pinned` that are there for somebody else's sake. */
  readonly heldByOthers: readonly string[];
}

interface Entry {
  readonly pid: number;
  /** Folders that a run may write. */
  readonly writable: readonly string[];
  /** What it cannot, for the sake of those who hold it. */
  readonly keeps: readonly string[];
  /** What is to stay. */
  readonly held: readonly string[];
}

/** Keeps `paths` as they are from now on, unless a run that may write one is at work. */
export async function hold(
  folder: string,
  paths: readonly string[],
): Promise<Hold | Busy> {
  using _lock = await lock(folder);
  for (const { keeps, pid, writable } of others(folder)) {
    const path = paths.find((path) =>
      writable.some((root) => isWithin(path, root)) &&
      !keeps.some((kept) => isWithin(path, kept))
    );
    if (path !== undefined) return { path, pid };
  }
  return add(folder, { held: paths, writable: [], keeps: [] });
}

/**
 * Says that a run is at work; what others hold, it cannot write.
 *
 * @param own The hold that it was approved with.
 */
export async function enter(
  folder: string,
  profile: Profile,
  own?: string,
): Promise<Entered | Busy> {
  const roots = profile.readonly || profile.ephemeral !== undefined
    ? []
    : [profile.workspace, ...profile.writable];
  if (roots.length === 0) {
    return { profile, heldByOthers: [], [Symbol.dispose]: () => {} };
  }
  using _lock = await lock(folder);
  const keeps: string[] = [];
  for (const { held, id, pid } of others(folder)) {
    if (id === own) continue;
    for (const path of held) {
      // A link in the root itself: nothing can be mounted on either.
      if (roots.includes(realPath(path))) return { path, pid };
      if (roots.some((root) => isWithin(path, root))) keeps.push(path);
    }
  }
  const entry = add(folder, { held: [], writable: roots, keeps });
  return {
    profile: keeping(profile, keeps),
    heldByOthers: keeps,
    [Symbol.dispose]: () => entry[Symbol.dispose](),
  };
}

/** Does `act`, which changes `paths`, unless somebody holds one; nobody begins to meanwhile. */
export async function unlessHeld<Done>(
  folder: string,
  paths: readonly string[],
  act: () => Promise<Done>,
): Promise<Done | Busy> {
  using entered = await enterFor(folder, paths);
  if (!("pid" in entered)) return await act();
  const { path, pid } = entered;
  return { path, pid };
}

async function enterFor(
  folder: string,
  paths: readonly string[],
): Promise<Hold | (Busy & Disposable)> {
  using _lock = await lock(folder);
  const folders = new Set(paths.map(above));
  for (const { held, pid } of others(folder)) {
    const kept = held.find((one) =>
      folders.has(one) || paths.some((path) => isWithin(one, path))
    );
    if (kept !== undefined) {
      return { path: kept, pid, [Symbol.dispose]: () => {} };
    }
  }
  return add(folder, { held: [], writable: paths, keeps: [] });
}

function above(path: string): string {
  return path.slice(0, path.lastIndexOf("/")) || "/";
}

/** What is there is pinned; where nothing is, nothing can be. */
function keeping(profile: Profile, paths: readonly string[]): Profile {
  const more = [...new Set(paths)].filter((path) =>
    !profile.pinned.some((pin) => isWithin(path, pin)) &&
    !profile.hidden.some((hidden) => isWithin(path, hidden.path)) &&
    isThere(path)
  ).sort().map(realPath);
  if (more.length === 0) return profile;
  const pinned = [...profile.pinned, ...more];
  const roots = [profile.workspace, ...profile.writable];
  const anchors = [...new Set([...profile.anchors, ...anchorsFor(more, roots)])]
    .filter((anchor) => !pinned.some((pin) => isWithin(anchor, pin)));
  return { ...profile, pinned, anchors: anchors.sort().map(realPath) };
}

function isThere(path: string): boolean {
  try {
    const { isDirectory, isFile } = Deno.lstatSync(path);
    return isDirectory || isFile;
  } catch (error) {
    if (error instanceof Deno.errors.NotFound) return false;
    throw error;
  }
}

/** All whose process still has its lock; what the others left is removed. */
function others(folder: string): (Entry & { readonly id: string })[] {
  const alive: (Entry & { readonly id: string })[] = [];
  for (const { name } of Deno.readDirSync(folder)) {
    if (!name.endsWith(ENTRY)) continue;
    const path = `${folder}/${name}`;
    using file = openIfThere(path);
    if (file === undefined) continue;
    if (file.tryLockSync(true)) {
      Deno.removeSync(path);
      continue;
    }
    alive.push({ id: name, ...JSON.parse(Deno.readTextFileSync(path)) });
  }
  return alive;
}

function openIfThere(path: string): Deno.FsFile | undefined {
  try {
    return Deno.openSync(path, { read: true });
  } catch (error) {
    if (error instanceof Deno.errors.NotFound) return undefined;
    throw error;
  }
}

function add(folder: string, entry: Omit<Entry, "pid">): Hold {
  const id = `${crypto.randomUUID()}${ENTRY}`;
  const path = `${folder}/${id}`;
  const file = Deno.openSync(path, {
    write: true,
    createNew: true,
    mode: 0o600,
  });
  try {
    file.lockSync(true);
    const bytes = new TextEncoder().encode(
      JSON.stringify({ pid: Deno.pid, ...entry } satisfies Entry),
    );
    for (let at = 0; at < bytes.length;) {
      at += file.writeSync(bytes.subarray(at));
    }
  } catch (error) {
    // A half one would be in everybody's way.
    Deno.removeSync(path);
    file.close();
    throw error;
  }
  let released = false;
  return {
    id,
    [Symbol.dispose]() {
      if (released) return;
      released = true;
      Deno.removeSync(path);
      file.close();
    },
  };
}

const ENTRY = ".json";
const LOCK = "lock";
/** What is done under the lock takes a millisecond; whoever has it longer was stopped. */
const MOST_TURNS = 400;
const TURN_MS = 10;

async function lock(folder: string): Promise<Disposable> {
  const file = openLock(folder);
  for (let turn = 0; !file.tryLockSync(true); turn++) {
    if (turn === MOST_TURNS) {
      file.close();
      throw new Error(`Another airg has ${folder}/${LOCK} and does not move`);
    }
    await new Promise((done) => setTimeout(done, TURN_MS));
  }
  return { [Symbol.dispose]: () => file.close() };
}

function openLock(folder: string): Deno.FsFile {
  Deno.mkdirSync(folder, { recursive: true, mode: 0o700 });
  return Deno.openSync(`${folder}/${LOCK}`, {
    read: true,
    write: true,
    create: true,
    mode: 0o600,
  });
}
