// Copyright 2026 the airg authors. Apache-2.0 license.

/**
 * What an approved command finds at its start is what was approved, or it does
 * not start.
 *
 * @module
 */

import type { Outcome } from "../action/outcome.ts";
import type { ApprovedFiles, Busy } from "../guard/approvals.ts";
import { anchorsFor } from "../../sandbox/anchors.ts";
import { fileHash } from "../platform/file_hash.ts";
import { type PlainFiles, plainFiles } from "../platform/plain_files.ts";
import type { Rung } from "../../sandbox/launch.ts";
import {
  type Copied,
  type Profile,
  type RealPath,
  realPath,
} from "../../sandbox/profile.ts";
import { isWithin } from "../../sandbox/within.ts";
import { unlessHeld } from "./at_work.ts";

/** Where copies are put, and for which run. */
export interface CopySite {
  readonly profile: Profile;
  /** airg's own, private folder. */
  readonly runFolder: string;
}

/** What an approved command is given in place of its files, until it is released. */
export interface Given extends Disposable {
  /** The profile for one rung; with what is said of it. */
  readonly profileOn: (rung: Rung) => Profile;
}

/** A larger file is compared only: a copy of it would lie in memory. */
const MAX_COPY_BYTES = 64 * 1024 * 1024;
/** All copies of one run. */
const MAX_ALL_BYTES = 128 * 1024 * 1024;
/** As many as the launcher takes. */
const MAX_COPIES = 256;

/**
 * Reads each file once more and makes the private copies that the run is to
 * see; the outcome, where one is not what was approved.
 */
export async function giveApproved(
  { another, files: approved }: ApprovedFiles,
  { profile, runFolder }: CopySite,
): Promise<Given | Outcome> {
  const roots = [profile.workspace, ...profile.writable];
  const inRoots = (path: string) => roots.some((root) => isWithin(path, root));
  const isHidden = (path: string) =>
    profile.hidden.some((hidden) => isWithin(path, hidden.path));
  using files = plainFiles();
  using made = new DisposableStack();
  const copied: Copied[] = [];
  let room = MAX_ALL_BYTES;
  for (const { mayBeWritten, path, sha256 } of approved) {
    const fits = !mayBeWritten && inRoots(path) && !isHidden(path) &&
      copied.length < MAX_COPIES;
    const read = take(files, path, fits ? Math.min(room, MAX_COPY_BYTES) : 0);
    if (read === undefined) return changed(path);
    const { bytes, mode } = read;
    const digest = bytes === undefined
      ? await hashOf(files, path)
      : new Uint8Array(await crypto.subtle.digest("SHA-256", bytes)).toHex();
    if (digest !== sha256) return changed(path);
    if (bytes === undefined) continue;
    room -= bytes.length;
    const from = `${runFolder}/${crypto.randomUUID()}.copy`;
    made.defer(() => Deno.removeSync(from));
    await Deno.writeFile(from, bytes, { mode: 0o600, createNew: true });
    await Deno.chmod(from, mode & 0o555 | 0o400);
    copied.push({ path: realPath(path), from });
  }
  const other = await another?.();
  if (other !== undefined) return notStarted(other);
  const checked = approved.map(({ path }) => path).filter((path) =>
    inRoots(path) && !copied.some((copy) => copy.path === path)
  );
  const whole = { ...profile, ...withAnchors(profile, copied, roots), copied };
  const copies = made.move();
  return {
    profileOn: (rung) =>
      rung === "full" && copied.length > 0
        ? said(whole, checked)
        : said(profile, [...checked, ...copied.map(({ path }) => path)]),
    [Symbol.dispose]: () => copies.dispose(),
  };
}

/** Folders on the way stay where they are, or the copy would go with them. */
function withAnchors(
  profile: Profile,
  copied: readonly Copied[],
  roots: readonly RealPath[],
): Pick<Profile, "anchors"> {
  const more = anchorsFor(copied.map(({ path }) => path), roots)
    .filter((folder) => !profile.pinned.some((pin) => isWithin(folder, pin)));
  const anchors = new Set([...profile.anchors, ...more]);
  return { anchors: [...anchors].sort() };
}

function said(profile: Profile, checked: readonly string[]): Profile {
  if (checked.length === 0) return profile;
  const note =
    `Compared with what was approved right before the start, and not pinned: ${
      checked.join(", ")
    }`;
  return { ...profile, notes: [...profile.notes ?? [], note] };
}

/** What was opened is what is copied; nothing where no plain file is. */
function take(
  files: PlainFiles,
  path: string,
  most: number,
):
  | { readonly bytes?: Uint8Array<ArrayBuffer>; readonly mode: number }
  | undefined {
  using file = files.open(path);
  if (file === undefined) return undefined;
  const { mode, size } = file.statSync();
  if (size > most || most === 0) return { mode: mode ?? 0 };
  // One more than it has, to see that it ends there.
  const bytes = new Uint8Array(size + 1);
  let at = 0;
  while (at < bytes.length) {
    const count = file.readSync(bytes.subarray(at));
    if (count === null) break;
    at += count;
  }
  return at > size ? undefined : { bytes: bytes.slice(0, at), mode: mode ?? 0 };
}

async function hashOf(
  files: PlainFiles,
  path: string,
): Promise<string | undefined> {
  try {
    return await fileHash(files, path);
  } catch (error) {
    // It grew beyond all measure, or the disk does not give it.
    if (error instanceof RangeError) return undefined;
    if (error instanceof Error && "code" in error) return undefined;
    throw error;
  }
}

function changed(path: string): Outcome {
  return notStarted(
    `${path} has another content than the one that was approved`,
  );
}

function notStarted(why: string): Outcome {
  return {
    kind: "not-started",
    why: "changed",
    message: `Not started: ${why}, and the approval is used up`,
    remedy: "Ask for the same again: a person has to see it as it is now",
  };
}

/** What is said where another run is in the way. */
export function busy({ path, pid }: Busy): Outcome {
  return {
    kind: "not-started",
    why: "busy",
    message:
      `Not started: an approved command is running (airg's process ${pid}), and ${path} must stay as it was approved until its end`,
    remedy: "Wait for its end and try again",
  };
}

/**
 * Changes files unless an approved command must find one as it is.
 *
 * @param paths Real paths, as they were judged.
 */
export async function keptFromWriting(
  paths: readonly string[],
  atWork: string | undefined,
  act: () => Promise<Outcome>,
): Promise<Outcome> {
  if (atWork === undefined) return await act();
  const done = await unlessHeld(atWork, paths, act);
  return "pid" in done
    ? {
      kind: "file-failed",
      why: "changed",
      message:
        `An approved command is running (airg's process ${done.pid}), and ${done.path} must stay as it was approved until its end; try again then`,
    }
    : done;
}
