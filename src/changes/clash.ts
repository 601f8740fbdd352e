// Copyright 2026 the airg authors. Apache-2.0 license.

/**
 * Whether a change still fits the workspace as it is now.
 *
 * What counts is what the run found. A path is unchanged when its entry is the
 * very same (the kernel stamps every change), or when it holds the same.
 *
 * The window that is left: from the last look at a path to the rename that
 * replaces it, two system calls apart.
 *
 * @module
 */

import type { ExactFiles } from "../platform/exact_files.ts";
import { type Baseline, type Change, type Node, untouched } from "./change.ts";
import { closeSync } from "node:fs";
import { digestOf, digestOfOpen, digestTree, lookAt, openOwn } from "./node.ts";

/** Where a change is looked for. */
export interface Places {
  readonly files: ExactFiles;
  readonly workspace: string;
  readonly upper: string;
}

/** What stands in the way of a change, what needs nothing any more, or what may be done. */
export type Standing =
  | { readonly kind: "fits"; readonly now: Node | undefined }
  | { readonly kind: "already" }
  | {
    readonly kind: "conflict";
    readonly why: string;
    readonly now: Node | undefined;
    /** Nobody may say "all the same": it would end somewhere else. */
    readonly firm: boolean;
  };

/** Compares one change with the workspace. */
export function standingOf(places: Places, change: Change): Standing {
  const { files, workspace } = places;
  const parent = parentProblem(workspace, change.path);
  if (parent === "missing" && change.after === undefined) {
    return { kind: "already" };
  }
  if (parent !== undefined) {
    const why = parent === "missing"
      ? "the folder that it lies in is not there"
      : "a link stands in the place of a folder above it";
    return { kind: "conflict", why, now: undefined, firm: true };
  }
  const now = lookAt(files, `${workspace}/${change.path}`);
  if (isMade(places, change, now)) return { kind: "already" };
  const why = change.meanwhile
    ? "the host changed it while the run was going on"
    : clash(places, change, now);
  return why === undefined
    ? { kind: "fits", now }
    : { kind: "conflict", why, now, firm: false };
}

/** Folders above a path must be folders, not links that somebody put there. */
function parentProblem(
  workspace: string,
  path: string,
): "missing" | "link" | undefined {
  const parts = path.split("/").slice(0, -1);
  const parent = [workspace, ...parts].join("/");
  try {
    return Deno.realPathSync(parent) === parent ? undefined : "link";
  } catch (error) {
    if (
      error instanceof Deno.errors.NotFound ||
      error instanceof Deno.errors.NotADirectory
    ) return "missing";
    throw error;
  }
}

function isMade(
  { upper, workspace }: Places,
  { path, status, after }: Change,
  now: Node | undefined,
): boolean {
  if (after === undefined) return status === "deleted" && now === undefined;
  if (now === undefined || now.type !== after.type) return false;
  if (now.mode !== after.mode) return false;
  if (status === "mode" || after.type === "folder") return true;
  if (after.type === "link") return now.target === after.target;
  if (after.type !== "file" || now.size !== after.size) return false;
  const fd = openOwn(`${upper}/${path}`, after.mode);
  try {
    return digestOfOpen(fd) === digestOf(`${workspace}/${path}`);
  } finally {
    closeSync(fd);
  }
}

function clash(
  { files, workspace }: Places,
  { path, status, before, after }: Change,
  now: Node | undefined,
): string | undefined {
  if (before === undefined) {
    const merges = after?.type === "folder" && now?.type === "folder";
    return now === undefined || merges ? undefined : "the host has it by now";
  }
  if (now === undefined) return "the host has removed it";
  if (now.type !== before.type) return "the host has something else there";
  const place = `${workspace}/${path}`;
  // Left open by an earlier try, until what lies in it is made.
  if (
    status === "mode" && now.type === "folder" && now.mode === openMode(after)
  ) {
    return undefined;
  }
  if (now.type === "folder" && status !== "mode") {
    return digestTree(files, place).digest === before.digest
      ? undefined
      : "the host has changed something in it";
  }
  return untouched(now, before) || holdsTheSame(place, now, before)
    ? undefined
    : "the host has changed it";
}

function holdsTheSame(place: string, now: Node, before: Baseline): boolean {
  if (now.mode !== before.mode) return false;
  if (now.type === "folder") return true;
  if (now.type === "link") return now.target === before.target;
  return before.digest !== undefined && digestOf(place) === before.digest;
}

/** The bits of a folder while things are put into it. */
export function openMode(after: Change["after"]): number {
  return (after?.mode ?? 0o755) | 0o700;
}
