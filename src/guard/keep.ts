// Copyright 2026 the airg authors. Apache-2.0 license.

/**
 * Between an approval and the start: nobody else changes what was approved,
 * and that nobody has is looked at once more.
 *
 * @module
 */

import type { Facts } from "../action/facts.ts";
import {
  digestOf,
  type Subject,
  type SubjectFile,
} from "../approval/subject.ts";
import type { Decision } from "../policy/decision.ts";
import type { Approvals, ApprovedFiles } from "./approvals.ts";
import type { Effects } from "./effects.ts";
import { keptFiles } from "./kept_files.ts";
import { treeFiles } from "./bound_trees.ts";
import { subjectOf } from "./subject_of.ts";

/** What is kept for one approved action, until it is released. */
export interface Keeping extends Disposable {
  readonly approved: ApprovedFiles;
}

/** Why it cannot start now; the grant is not touched. */
export interface NotNow {
  readonly why: string;
  readonly remedy: string;
}

/** Keeps what `subject` is bound to from all other runs. */
export async function keep(
  facts: Facts,
  decision: Decision,
  subject: Subject,
  { approvals, read }: Pick<Effects, "read"> & {
    readonly approvals: Approvals;
  },
): Promise<Keeping | NotNow> {
  const { files, held } = keptFiles(facts, subject, approvals.linkFolders);
  const hold = held.length === 0 ? undefined : await approvals.hold?.(held);
  if (hold !== undefined && "pid" in hold) {
    return {
      why:
        `another command is running that could change ${hold.path} (airg's process ${hold.pid})`,
      remedy:
        "End that command, or wait for its end, and ask for the same again",
    };
  }
  const trees = subject.files.filter(({ tree }) => tree !== undefined);
  const keeping = {
    approved: {
      files,
      ...(hold !== undefined && { hold: hold.id }),
      ...(trees.length > 0 && {
        another: () => another(trees, facts, approvals),
      }),
    },
    [Symbol.dispose]: () => hold?.[Symbol.dispose](),
  };
  if (hold === undefined && trees.length === 0) return keeping;
  try {
    // What was looked at before it was kept may have been changed in between:
    // where links lead, and which files are there at all.
    const now = await subjectOf(
      read(facts.action),
      decision,
      approvals.world,
      true,
    );
    if (digestOf(now) === digestOf(subject)) return keeping;
  } catch (error) {
    keeping[Symbol.dispose]();
    throw error;
  }
  keeping[Symbol.dispose]();
  return {
    why: "its files changed while they were being looked at",
    remedy: "Ask for the same again",
  };
}

/** What in its folders is another now, as a clause; nothing where nothing is. */
async function another(
  before: readonly SubjectFile[],
  facts: Facts,
  { world }: Approvals,
): Promise<string | undefined> {
  try {
    const now = await treeFiles(facts, world, false);
    const path = before.find(({ path, sha256 }) =>
      now.find((one) => one.path === path)?.sha256 !== sha256
    )?.path;
    return path && `${path} has another content than the one that was approved`;
  } catch (error) {
    // A pipe in the place of a file, or too many folders.
    if (error instanceof RangeError) return error.message;
    throw error;
  }
}
