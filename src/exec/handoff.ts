// Copyright 2026 the airg authors. Apache-2.0 license.

/**
 * Files that a run leaves behind and the host would obey or execute later: git
 * hooks and settings, agent and editor settings, lifecycle scripts.
 *
 * What exists is mostly pinned by the kernel during the run. What does not
 * exist cannot be pinned without leaving placeholders in the user's project
 * (CVE-2026-25725 is such a gap in another sandbox), and git's settings cannot
 * be without breaking git. Both are compared with what was there before, and
 * the policy says what becomes of a difference (docs/decisions/0007).
 *
 * @module
 */

import type { HandoffPolicy } from "../action/handoff_files.ts";
import { systemClock } from "../base/clock.ts";
import { compare, type Comparison, type Finding } from "./handoff/compare.ts";
import { watchGitFolders } from "./handoff/live.ts";
import { gitPlaces } from "./handoff/place.ts";
import { settle, type Settled } from "./handoff/settle.ts";
import { isStillThere } from "./handoff/take_away.ts";
import {
  type Known,
  readPlace,
  type WorkspaceIndex,
} from "./handoff/workspace.ts";

export { type WorkspaceIndex, workspaceIndex } from "./handoff/workspace.ts";

/** What a run left behind, and what became of it. */
export interface HandedOff extends Settled {
  /** Why not everything was looked at, if so. */
  readonly incomplete?: string;
}

/** How one run is watched. */
export interface HandoffOptions {
  readonly index: WorkspaceIndex;
  readonly policy: HandoffPolicy;
  /** Private folder for what is taken away. */
  readonly quarantine: string;
  /** Whether the kernel is to keep this absolute path as it is during the run. */
  readonly isPinned: (path: string) => boolean;
}

/** What existed before a run. */
export interface Handoff {
  /**
   * Undoes changes to git's own folders as they happen; calls `insists` when
   * the same one comes again and again.
   */
  readonly follow: (insists: () => void) => () => void;
  /** Settles what is there after the run; `isPinned` as it really was. */
  readonly collect: (isPinned: (path: string) => boolean) => HandedOff;
}

/** A file's times come from a clock that steps (CONFIG_HZ is 100 or more). */
const CLOCK_STEP_NS = 10_000_000n;

/** The same setting this often, or that many of one file, is no tool at work. */
const MOST_SAME = 3;
const MOST_UNDONE = 16;

/** Notes what exists in `workspace` now. */
export function watchHandoff(
  workspace: string,
  { index, policy, quarantine, isPinned }: HandoffOptions,
): Handoff {
  const before = index.latest();
  const startedNs = BigInt(systemClock()) * 1_000_000n - CLOCK_STEP_NS;
  const live: Settled[] = [];
  const comparison = (
    gitFolders: readonly string[],
    isKept: (path: string) => boolean,
  ): Comparison => {
    const folders = new Set(gitFolders);
    return {
      workspace,
      before: (path) => before.contents.get(path),
      now: (place) => readPlace(workspace, place),
      isHeld: (path) => isKept(`${workspace}/${path}`),
      isGitFolder: (path) => folders.has(path),
      startedNs,
    };
  };
  const undone = new Map<string, number>();
  const settleFolder = (folder: string, insists: () => void) => {
    const found = inGitFolder(
      workspace,
      folder,
      before,
      comparison(before.gitFolders, isPinned),
    );
    if (found.length === 0 || policy.obeyed === "keep") return;
    const settled = settle(workspace, found, policy, quarantine);
    // What changed meanwhile is judged again: its writer's event comes.
    live.push({
      ...settled,
      quarantined: settled.quarantined.filter((one) => !isStillThere(one)),
    });
    const count = (key: string) => {
      const times = (undone.get(key) ?? 0) + 1;
      undone.set(key, times);
      return times;
    };
    for (const { path, why } of found) {
      const same = count(`${path}\n${why}`);
      if (same === MOST_SAME || count(path) === MOST_UNDONE) insists();
    }
  };
  return {
    follow: (insists) =>
      watchGitFolders(
        workspace,
        before,
        (folder) => settleFolder(folder, insists),
      ),
    collect(wasPinned) {
      const after = index.after(startedNs);
      const found = compare(
        before,
        after,
        comparison(after.gitFolders, wasPinned),
      );
      const last = settle(workspace, outerFirst(found), policy, quarantine);
      const incomplete = before.incomplete ?? after.incomplete;
      return {
        quarantined: [...live, last].flatMap((one) => one.quarantined),
        reported: [...live, last].flatMap((one) => one.reported),
        ...(incomplete !== undefined && { incomplete }),
      };
    },
  };
}

/** What changed in one git folder; pointers may lead to one that is new, so they wait. */
function inGitFolder(
  workspace: string,
  folder: string,
  before: Known,
  comparison: Comparison,
): Finding[] {
  const places = gitPlaces(workspace, folder)
    .filter(({ role }) => role !== "pointer");
  const byPath = new Map(places.map((place) => [place.path, place]));
  return compare(before, { byPath, gitFolders: [] }, comparison);
}

function outerFirst(findings: readonly Finding[]): Finding[] {
  return [...findings].sort((a, b) => a.path < b.path ? -1 : 1);
}
