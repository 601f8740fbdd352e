// Copyright 2026 the airg authors. Apache-2.0 license.

/**
 * What an approved command finds at its start is what was approved, or it does
 * not start.
 *
 * @module
 */

import type { FileAction } from "../action/action.ts";
import type { Outcome } from "../action/outcome.ts";
import type { ApprovedFile, Busy } from "../guard/approvals.ts";
import { fileHash } from "../platform/file_hash.ts";
import { plainFiles } from "../platform/plain_files.ts";
import { resolveExisting } from "../platform/real_path.ts";
import { unlessHeld } from "./at_work.ts";

/** Reads each file once more; the outcome of the first that is another one. */
export async function changedFile(
  approved: readonly ApprovedFile[],
): Promise<Outcome | undefined> {
  using files = plainFiles();
  for (const { path, sha256 } of approved) {
    if (await hashOf(path) !== sha256) return changed(path);
  }
  return undefined;

  async function hashOf(path: string): Promise<string | undefined> {
    try {
      return await fileHash(files, path);
    } catch (error) {
      // It grew beyond all measure, or the disk does not give it.
      if (error instanceof RangeError || isMachines(error)) return undefined;
      throw error;
    }
  }
}

function isMachines(error: unknown): boolean {
  return error instanceof Error && "code" in error;
}

function changed(path: string): Outcome {
  return {
    kind: "not-started",
    why: "changed",
    message:
      `Not started: ${path} has another content than the one that was approved, and the approval is used up`,
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

/** Writes a file unless it is one that an approved command must find as it is. */
export async function keptFromWriting(
  { origin, path }: Pick<FileAction, "origin" | "path">,
  atWork: string | undefined,
  act: () => Promise<Outcome>,
): Promise<Outcome> {
  if (atWork === undefined) return await act();
  const absolute = path.startsWith("/") ? path : `${origin.workspace}/${path}`;
  const done = await unlessHeld(
    atWork,
    resolveExisting(absolute) ?? absolute,
    act,
  );
  return "pid" in done
    ? {
      kind: "file-failed",
      why: "changed",
      message:
        `An approved command is running (airg's process ${done.pid}), and ${done.path} must stay as it was approved until its end; try again then`,
    }
    : done;
}
