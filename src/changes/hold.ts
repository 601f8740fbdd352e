// Copyright 2026 the airg authors. Apache-2.0 license.

/**
 * Holds what a run writes, around the run.
 *
 * Everything that is needed to find the changes again is on the disk before the
 * command starts: an airg that dies with it loses nothing.
 *
 * @module
 */

import type { ExecAction } from "../action/action.ts";
import type { HeldChanges, Outcome } from "../action/outcome.ts";
import { ensurePrivate } from "../platform/dirs.ts";
import { layerFolders } from "../../sandbox/launch.ts";
import type { Ephemeral, Profile } from "../../sandbox/profile.ts";
import { bytesOf, type Change } from "./change.ts";
import { watchDisk } from "./disk.ts";
import { foreignIn, ownershipProblem } from "./preflight.ts";
import {
  lock,
  type Manifest,
  removeHeld,
  removeScratch,
  saveManifest,
  startManifest,
} from "./manifest.ts";

/** A profile whose changes are held. */
export type EphemeralProfile = Profile & { readonly ephemeral: Ephemeral };

/** Paths named in an outcome; `airg changes show` has all. */
const NAMED = 20;

/** Runs one command and keeps what it changed, apart from the workspace. */
export async function runHeld(
  action: ExecAction,
  profile: EphemeralProfile,
  run: (stop: AbortSignal) => Promise<Outcome>,
): Promise<Outcome> {
  const problem = ownershipProblem(profile) ?? makeFolders(profile);
  if (problem !== undefined) return problem;
  const { ephemeral } = profile;
  const { folder } = ephemeral;
  using mine = lock(folder);
  if (mine === undefined) throw new Error(`Cannot lock ${folder}`);
  // The kernel's clock, which stamps the files too, not airg's; it was made just now.
  const { mtime } = await Deno.lstat(`${folder}/lock`);
  const since = mtime?.getTime() ?? 0;
  const manifest = manifestOf(action, profile, since);
  startManifest(folder, manifest);
  using disk = watchDisk(ephemeral.layers);
  const outcome = await run(disk.full);
  if (outcome.kind !== "exited") {
    removeHeld(folder, manifest); // Nothing ran.
    return withCure(outcome);
  }
  const changes = await changesIn(manifest);
  const held = heldOf(profile, changes, disk.full.aborted);
  if (changes.length === 0) {
    removeHeld(folder, manifest);
  } else {
    await saveManifest(folder, { ...manifest, changes });
    removeScratch(manifest);
  }
  return { ...outcome, held };
}

/** What was written; most of what reads it is loaded only when there is something. */
async function changesIn(manifest: Manifest): Promise<readonly Change[]> {
  const upper = `${manifest.layers}/workspace/upper`;
  if ((await Deno.readDir(upper)[Symbol.asyncIterator]().next()).done) {
    return [];
  }
  const { readHeldLayer } = await import("./store.ts");
  return readHeldLayer(manifest);
}

/** What helps where the copy could not be mounted. */
function withCure(outcome: Outcome): Outcome {
  if (
    outcome.kind !== "not-started" ||
    outcome.why !== "containment-unavailable" ||
    !outcome.message.includes("full: overlay")
  ) return outcome;
  return {
    ...outcome,
    remedy:
      "Keep airg's state on a local file system such as ext4, xfs or btrfs (AIRG_STATE_DIR), with nothing mounted below the workspace; Linux 5.11 or later",
  };
}

function makeFolders(
  profile: EphemeralProfile,
): Outcome | undefined {
  const { folder } = profile.ephemeral;
  const parent = folder.slice(0, folder.lastIndexOf("/"));
  // Those of another user are the launcher's to make, once it is that user.
  const own = profile.owner === undefined
    ? layerFolders(profile).filter((path) => path !== folder)
    : [];
  for (const path of [parent, folder, ...own]) {
    const made = ensurePrivate(path);
    if (made.ok) continue;
    return {
      kind: "not-started",
      why: "containment-unavailable",
      message: made.error.message,
      remedy: made.error.cure,
    };
  }
  return undefined;
}

function manifestOf(
  { command, origin }: ExecAction,
  { workspace, owner, ephemeral }: EphemeralProfile,
  since: number,
): Manifest {
  const text = command.form === "shell" ? command.text : command.argv.join(" ");
  return {
    version: 1,
    id: ephemeral.id,
    workspace,
    layers: ephemeral.layers,
    ...(owner && { owner }),
    agent: origin.agent,
    command: text.slice(0, 500),
    startedAt: new Date(since).toISOString(),
    since,
    applied: [],
  };
}

function heldOf(
  profile: EphemeralProfile,
  changes: readonly Change[],
  full: boolean,
): HeldChanges {
  const foreign = foreignIn(profile);
  return {
    id: profile.ephemeral.id,
    count: changes.length,
    bytes: bytesOf(changes),
    paths: changes.slice(0, NAMED).map(({ path }) => path),
    notes: [
      ...(full ? ["it was ended because the disk was getting full"] : []),
      ...(foreign.length === 0 ? [] : [
        `files of another user or group cannot be changed in a copy: ${
          foreign.join(", ")
        }`,
      ]),
      ...changes.filter(({ status }) => status === "unsupported").map((
        { path },
      ) =>
        `${path} is a socket, a pipe or a name that is no text, and cannot be held`
      ),
    ],
  };
}
