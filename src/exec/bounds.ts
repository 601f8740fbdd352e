// Copyright 2026 the airg authors. Apache-2.0 license.

/**
 * What holds the limits of one run: a control group where one can be had, the
 * limits of each process otherwise, and the words for what neither holds.
 *
 * @module
 */

import {
  limitsWithout,
  type Unheld,
  unheldLimits,
} from "../../sandbox/cgroup.ts";
import type { Limits, Profile } from "../../sandbox/profile.ts";
import type { Rung } from "../../sandbox/launch.ts";
import { type GroupSource, openGroup, type RunGroup } from "./cgroup.ts";

/** What holds the limits of one run. */
export interface Bounds {
  /** Limits of each process. */
  readonly limits: () => Limits;
  /** What the launcher is told of the run's groups, if there are any. */
  readonly site: () => { readonly cgroups?: readonly string[] };
  /** Goes on without a group, since the launcher could not enter it. */
  readonly leave: () => Promise<void>;
  /** Ends everything in the group at once. */
  readonly kill: () => void;
  /** Limits that are not held as asked. */
  readonly unheld: (rung: Rung) => readonly string[];
  /** Takes the group away; what it refused, as sentences. */
  readonly close: () => Promise<readonly string[]>;
}

/** Makes what holds the limits of `profile` for a run of one user. */
export function openBounds(
  profile: Profile,
  uid: number,
  source?: GroupSource,
): Bounds {
  const opened = openGroup(profile.limits, source);
  let group: RunGroup | undefined;
  let why: string | undefined;
  if (opened !== undefined && "procs" in opened) group = opened;
  else why = opened?.why;
  const held = () => group?.held ?? [];
  return {
    limits: () => limitsWithout(profile.limits, held()),
    site: () => group === undefined ? {} : { cgroups: group.procs },
    async leave() {
      why = "the launcher may not enter a control group made for it";
      await group?.close();
      group = undefined;
    },
    kill: () => group?.kill(),
    unheld: (rung) =>
      unheldLimits(
        profile.limits,
        {
          ...(why !== undefined && { why }),
          held: held(),
          ...(group?.swapless && { swapless: true }),
          root: (profile.owner?.uid ?? uid) === 0,
          namespaces: rung !== "bare",
        } satisfies Unheld,
      ),
    close: async () => await group?.close() ?? [],
  };
}
