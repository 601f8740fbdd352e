// Copyright 2026 the airg authors. Apache-2.0 license.

/**
 * Does with what was found what the policy says.
 *
 * @module
 */

import {
  type HandoffAction,
  handoffFolder,
  type HandoffPolicy,
} from "../../action/handoff_files.ts";
import { COMMENT } from "../git_settings.ts";
import type { Finding } from "./compare.ts";
import type { PlainFiles } from "../../platform/plain_files.ts";
import {
  existingInfo,
  MOST_SETTINGS_BYTES,
  readPlain,
  sameBytes,
} from "./exists.ts";
import {
  isStillThere,
  keepCopy,
  putBack,
  type Quarantined,
  removeEmpty,
  STILL_THERE,
  takenAway,
  writeBytes,
} from "./take_away.ts";

/** One file that stays, or whose change is undone. */
export interface Reported {
  readonly path: string;
  readonly did: "kept" | "reverted";
  readonly why: string;
}

/** What became of all that was found. */
export interface Settled {
  readonly quarantined: readonly Quarantined[];
  readonly reported: readonly Reported[];
}

/** Settles each finding; outer folders first, so that one move may take many. */
export function settle(
  workspace: string,
  findings: readonly Finding[],
  policy: HandoffPolicy,
  quarantine: string,
  files: PlainFiles,
): Settled {
  const quarantined: Quarantined[] = [];
  const reported: Reported[] = [];
  for (const finding of findings) {
    const { path, why, cure } = finding;
    const action = cure.kind === "none" ? "keep" : policy[finding.class];
    if (action === "keep") {
      reported.push({ path: path || ".", did: "kept", why });
      continue;
    }
    const held = cure.kind === "put-back"
      ? replaced(workspace, finding, cure, { quarantine, action, files })
      : cure.kind === "comment-out"
      ? commented(workspace, finding, cure, { quarantine, action, files })
      : takenAway(workspace, path, quarantine, why);
    if (cure.kind === "take-away") removeEmptied(workspace, path);
    // Nothing to hold where something was deleted: it is only back.
    const holds = action === "hold" && held.length > 0;
    if (holds || held.some(isStillThere)) quarantined.push(...held);
    else if (cure.kind !== "take-away" || held.length > 0) {
      held.forEach(discard);
      reported.push({ path, did: "reverted", why });
    }
  }
  return { quarantined, reported };
}

/** The folder of an agent or editor, when the file taken away was all it had. */
function removeEmptied(workspace: string, path: string): void {
  const parts = path.split("/");
  const top = parts.findIndex((part) =>
    part.startsWith(".") && handoffFolder(part) !== undefined
  );
  for (let n = parts.length - 1; top >= 0 && n > top; n--) {
    if (!removeEmpty(workspace, parts.slice(0, n).join("/"))) return;
  }
}

interface Means {
  readonly quarantine: string;
  readonly action: HandoffAction;
  readonly files: PlainFiles;
}

function replaced(
  workspace: string,
  { path, why }: Finding,
  cure: Finding["cure"] & { readonly kind: "put-back" },
  { quarantine, action, files }: Means,
): Quarantined[] {
  const bytes = readPlain(`${workspace}/${path}`, undefined, files);
  const there = existingInfo(`${workspace}/${path}`) !== undefined;
  // A link, a folder, a huge file: it goes as it is.
  const moved = there && bytes === undefined
    ? takenAway(workspace, path, quarantine, why)
    : bytes !== undefined && action === "hold"
    ? [keepCopy(path, bytes, quarantine, why)]
    : [];
  const trouble = putBack(workspace, path, cure.bytes, cure.mode, files);
  if (trouble === undefined) return moved;
  const reason = `${why}; it could not be put back: ${trouble}`;
  return [...moved, { path, movedTo: STILL_THERE, why: reason }];
}

function commented(
  workspace: string,
  { path, why }: Finding,
  { bytes, offsets }: Finding["cure"] & { readonly kind: "comment-out" },
  { quarantine, action, files }: Means,
): Quarantined[] {
  const trouble = writeBytes(workspace, path, bytes, offsets, COMMENT) &&
    rewritten(workspace, path, bytes, offsets, files);
  if (trouble !== undefined) {
    const reason = `${why}; it could not be changed: ${trouble}`;
    return [{ path, movedTo: STILL_THERE, why: reason }];
  }
  return action === "hold" ? [keepCopy(path, bytes, quarantine, why)] : [];
}

/** For a file that may not be written to, or has a second name elsewhere. */
function rewritten(
  workspace: string,
  path: string,
  bytes: Uint8Array<ArrayBuffer>,
  offsets: readonly number[],
  files: PlainFiles,
): string | undefined {
  const now = readPlain(`${workspace}/${path}`, MOST_SETTINGS_BYTES, files);
  const mode = existingInfo(`${workspace}/${path}`)?.mode;
  if (now === undefined || !mode || !sameBytes(now, bytes)) {
    return "it changed meanwhile";
  }
  for (const offset of offsets) now[offset] = COMMENT;
  return putBack(workspace, path, now, mode, files);
}

/** A file that was moved aside only to be gone. */
function discard({ movedTo }: Quarantined): void {
  try {
    Deno.removeSync(movedTo, { recursive: true });
  } catch (error) {
    // It stays in quarantine, where nobody obeys it.
    if (!(error instanceof Error && "code" in error)) throw error;
  }
}
