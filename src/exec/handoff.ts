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
import { type PlainFiles, plainFiles } from "../platform/plain_files.ts";
import { compare, type Comparison, type Finding } from "./handoff/compare.ts";
import { makeRounds, watchGitFolders } from "./handoff/live.ts";
import { gitPlaces, isGitsOwn, type Place } from "./handoff/place.ts";
import { settle, type Settled } from "./handoff/settle.ts";
import { isStillThere } from "./handoff/take_away.ts";
import {
  CLOCK_STEP_NS,
  readPlace,
  type WorkspaceIndex,
} from "./handoff/workspace.ts";

export {
  namedByGit,
  type WorkspaceIndex,
  workspaceIndex,
} from "./handoff/workspace.ts";

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
  /**
   * Settles what is there after the run; `isPinned` as it really was. What lies
   * in a place whose pin the host took away is only told: it is the host's work,
   * most likely.
   */
  readonly collect: (
    isPinned: (path: string) => boolean,
    isHosts?: (path: string) => boolean,
  ) => Promise<HandedOff>;
}

/** The same setting this often, or that many of one file, is no tool at work. */
const MOST_SAME = 3;
const MOST_UNDONE = 16;

/** Notes what exists in `workspace` now. */
export function watchHandoff(
  workspace: string,
  options: HandoffOptions,
): Handoff {
  const { index, policy, quarantine } = options;
  const before = index.latest();
  const startedNs = BigInt(systemClock()) * 1_000_000n - CLOCK_STEP_NS;
  const live: Settled[] = [];
  let shortfall: () => string | undefined = () => undefined;
  const comparison = (
    gitFolders: readonly string[],
    isKept: (path: string) => boolean,
    files: PlainFiles,
  ): Comparison => {
    const folders = new Set(gitFolders);
    return {
      workspace,
      before: (path) => before.contents.get(path),
      now: (place) => readPlace(workspace, place, files),
      isHeld: (path) => isKept(`${workspace}/${path}`),
      isGitFolder: (path) => folders.has(path),
      startedNs,
      lookedNs: before.lookedNs,
    };
  };
  return {
    follow(insists) {
      if (policy.obeyed === "keep") return () => {};
      const count = counter(insists);
      let ended = false;
      // Places that changed; settings that are gone may be on their way out.
      const undo = (places: readonly Place[]) => {
        const byPath = new Map(places.map((place) => [place.path, place]));
        using files = plainFiles();
        const now = comparison(before.gitFolders, options.isPinned, files);
        const found = compare(before, { byPath, gitFolders: [] }, now);
        if (ended || found.length === 0) return;
        live.push(settleNow(workspace, found, options, files));
        found.forEach(count);
      };
      const watch = watchGitFolders(
        workspace,
        before,
        index.launcher,
        (folder) => undo(gitPlaces(workspace, folder).filter(isGitsOwn)),
      );
      shortfall = watch.shortfall;
      const stopRounds = makeRounds(async () => {
        const { byPath } = await index.after(0n);
        undo([...byPath.values()].filter(isGitsOwn));
      });
      return () => {
        ended = true;
        watch.stop();
        stopRounds();
      };
    },
    async collect(wasPinned, isHosts = () => false) {
      const after = await index.after(startedNs);
      using files = plainFiles();
      const found = compare(
        before,
        after,
        comparison(after.gitFolders, wasPinned, files),
      ).map((one) => isHosts(`${workspace}/${one.path}`) ? toldOnly(one) : one);
      const last = settle(
        workspace,
        outerFirst(found),
        policy,
        quarantine,
        files,
      );
      const incomplete = before.incomplete ?? after.incomplete ?? shortfall();
      return {
        quarantined: [...live, last].flatMap((one) => one.quarantined),
        reported: [...live, last].flatMap((one) => one.reported),
        ...(incomplete !== undefined && { incomplete }),
      };
    },
  };
}

function toldOnly(finding: Finding): Finding {
  const why = `${finding.why}; the host changed it during the run`;
  return { ...finding, why, cure: { kind: "none" } };
}

/** What changed meanwhile is judged again at its writer's next event. */
function settleNow(
  workspace: string,
  found: readonly Finding[],
  { policy, quarantine }: HandoffOptions,
  files: PlainFiles,
): Settled {
  const settled = settle(workspace, found, policy, quarantine, files);
  return {
    ...settled,
    quarantined: settled.quarantined.filter((one) => !isStillThere(one)),
  };
}

/** Calls `insists` when the same is found too often. */
function counter(insists: () => void): (finding: Finding) => void {
  const undone = new Map<string, number>();
  const count = (key: string) => {
    const times = (undone.get(key) ?? 0) + 1;
    undone.set(key, times);
    return times;
  };
  return ({ path, why }) => {
    const same = count(`${path}\n${why}`);
    if (same === MOST_SAME || count(path) === MOST_UNDONE) insists();
  };
}

function outerFirst(findings: readonly Finding[]): Finding[] {
  return [...findings].sort((a, b) => a.path < b.path ? -1 : 1);
}
