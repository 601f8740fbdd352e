// Copyright 2026 the airg authors. Apache-2.0 license.

/**
 * Places before a run against places after it.
 *
 * @module
 */

import type { HandoffClass } from "../../action/handoff_files.ts";
import { addedSettings, commentsFor } from "../git_settings.ts";
import { sameBytes } from "./exists.ts";
import { lifecycleScripts } from "./lifecycle.ts";
import type { Place, Places } from "./place.ts";

/** Something that the host would obey and that was not so before the run. */
export interface Finding {
  readonly path: string;
  readonly class: HandoffClass;
  /** Who obeys it, and how; one clause. */
  readonly why: string;
  /** What undoes it. */
  readonly cure:
    /** Nothing was there before. */
    | { readonly kind: "take-away" }
    /** What was there before. */
    | {
      readonly kind: "put-back";
      readonly bytes: Uint8Array<ArrayBuffer>;
      readonly mode: number;
    }
    /** Lines of git settings become comments, if the file still holds `bytes`. */
    | {
      readonly kind: "comment-out";
      readonly offsets: readonly number[];
      readonly bytes: Uint8Array<ArrayBuffer>;
    }
    /** It is only told. */
    | { readonly kind: "none" };
}

/** What comparing needs beside the two moments. */
export interface Comparison {
  /** Absolute path of the workspace. */
  readonly workspace: string;
  /** Content before the run; `undefined` for what was not read. */
  readonly before: (path: string) => Uint8Array<ArrayBuffer> | undefined;
  /** Content now. */
  readonly now: (place: Place) => Uint8Array<ArrayBuffer> | undefined;
  /** Whether the kernel kept the run from changing it. */
  readonly isHeld: (path: string) => boolean;
  /** Whether it is a git folder now, which is judged itself. */
  readonly isGitFolder: (path: string) => boolean;
  /** When `before` was looked at, at the earliest. */
  readonly lookedNs: bigint;
  /** When the run began. */
  readonly startedNs: bigint;
}

/** Finds what changed from `before` to `after`. */
export function compare(
  before: Places,
  after: Places,
  comparison: Comparison,
): Finding[] {
  const found: Finding[] = [];
  for (const place of after.byPath.values()) {
    const old = before.byPath.get(place.path);
    if (isUntouched(place, old, comparison)) continue;
    if (comparison.isHeld(place.path)) continue;
    // What was not looked at before may well have been there.
    const unseen = old === undefined && before.incomplete !== undefined;
    if (unseen && place.changedNs < comparison.startedNs) continue;
    const finding = judge(place, old, comparison);
    if (finding !== undefined) found.push(finding);
  }
  return [...found, ...lostSettings(before, after, comparison)];
}

/** As git does with a "racily clean" entry: what was young when it was looked at is read. */
function isUntouched(
  place: Place,
  old: Place | undefined,
  { lookedNs }: Comparison,
): boolean {
  if (old?.signature !== place.signature) return false;
  return !place.coarse || old.changedNs < lookedNs;
}

/** Judges one place that is new or looks changed. */
function judge(
  place: Place,
  old: Place | undefined,
  comparison: Comparison,
): Finding | undefined {
  switch (place.role) {
    case "settings":
      return judgeSettings(place, old, comparison);
    case "pointer":
      return judgePointer(place, old, comparison);
    case "package":
      return judgePackage(place, old, comparison);
    case "set-id":
      return place.changedNs >= comparison.startedNs
        ? { ...named(place), cure: { kind: "take-away" } }
        : undefined;
    case "bare":
    case "unreadable":
      return old === undefined
        ? { ...named(place), cure: { kind: "none" } }
        : undefined;
    case "whole":
      return changedBytes(place, old, comparison)
        ? { ...named(place), cure: undo(place, old, comparison) }
        : undefined;
  }
}

function named({ path, class: kind, why }: Place): Omit<Finding, "cure"> {
  return { path, class: kind, why };
}

function undo(
  place: Place,
  old: Place | undefined,
  { before }: Comparison,
): Finding["cure"] {
  const bytes = before(place.path);
  return old === undefined || bytes === undefined
    ? { kind: "take-away" }
    : { kind: "put-back", bytes, mode: old.mode };
}

function changedBytes(
  place: Place,
  old: Place | undefined,
  { before, now }: Comparison,
): boolean {
  if (old === undefined || !place.isFile) return true;
  if ((place.mode & 0o111) !== (old.mode & 0o111)) return true;
  const was = before(place.path);
  const is = now(place);
  return was === undefined || is === undefined || !sameBytes(was, is);
}

function judgeSettings(
  place: Place,
  old: Place | undefined,
  comparison: Comparison,
): Finding | undefined {
  const bytes = place.isFile ? comparison.now(place) : undefined;
  if (bytes === undefined) {
    // Settings too large to be read were so before: git needs them.
    return place.isFile && old !== undefined
      ? {
        ...named(place),
        why: `${place.why}; too large to be read`,
        cure: { kind: "none" },
      }
      : { ...named(place), cure: undo(place, old, comparison) };
  }
  const was = text(comparison.before(place.path));
  const is = text(bytes);
  const accepts = (value: string) => staysInside(place.path, value);
  const added = addedSettings(was, is, accepts);
  if (added.length === 0) return undefined;
  const names = [...new Set(added.map(({ name }) => name))].join(", ");
  const offsets = commentsFor(was, bytes, accepts);
  return {
    ...named(place),
    why: `${place.why}: ${names}`,
    cure: offsets === undefined
      ? undo(place, old, comparison)
      : { kind: "comment-out", offsets, bytes },
  };
}

/** Settings that are gone, with their git folder still there: git would make its own. */
function lostSettings(
  before: Places,
  after: Places,
  comparison: Comparison,
): Finding[] {
  const folders = new Set(after.gitFolders);
  return [...before.byPath.values()].flatMap((old) => {
    const bytes = comparison.before(old.path);
    const lost = `/${old.path}`.endsWith("/config") &&
      old.role === "settings" &&
      !after.byPath.has(old.path) && bytes !== undefined &&
      folders.has(folderOf(old.path));
    return lost
      ? [{
        path: old.path,
        class: old.class,
        why: "it is gone, and with it what it set",
        cure: { kind: "put-back" as const, bytes, mode: old.mode },
      }]
      : [];
  });
}

/** A pointer to a git folder of the workspace is fine: that one is judged itself. */
function judgePointer(
  place: Place,
  old: Place | undefined,
  comparison: Comparison,
): Finding | undefined {
  const bytes = place.isFile ? comparison.now(place) : undefined;
  // A link, whose file may be anybody's, a pipe, or too large: no pointer of git's.
  if (bytes === undefined) {
    return { ...named(place), cure: undo(place, old, comparison) };
  }
  const target = text(bytes).trim().replace(/^gitdir: */, "");
  const was = text(comparison.before(place.path)).trim()
    .replace(/^gitdir: */, "");
  if (old !== undefined && target === was) return undefined;
  const folder = relativeTarget(place.path, target, comparison.workspace);
  if (folder !== undefined && comparison.isGitFolder(folder)) return undefined;
  return { ...named(place), cure: undo(place, old, comparison) };
}

function judgePackage(
  place: Place,
  old: Place | undefined,
  comparison: Comparison,
): Finding | undefined {
  const is = lifecycleScripts(text(comparison.now(place)));
  const was = lifecycleScripts(text(comparison.before(place.path)));
  const changed = is.filter((script) => !was.includes(script));
  if (changed.length === 0 && place.isFile) return undefined;
  return {
    ...named(place),
    why: changed.length === 0
      ? place.why
      : `${place.why}: ${changed.map((one) => one.split("\n")[0]).join(", ")}`,
    cure: undo(place, old, comparison),
  };
}

function text(bytes: Uint8Array | undefined): string {
  return bytes === undefined ? "" : new TextDecoder().decode(bytes);
}

function folderOf(path: string): string {
  return path.slice(0, Math.max(0, path.lastIndexOf("/")));
}

/** `core.worktree` counts from the git folder that the settings are in. */
function staysInside(settings: string, value: string): boolean {
  return !value.startsWith("/") &&
    joined(folderOf(settings), value) !== undefined;
}

/** What a pointer names, relative to the workspace; `undefined` if that is elsewhere. */
function relativeTarget(
  pointer: string,
  target: string,
  workspace: string,
): string | undefined {
  if (!target.startsWith("/")) return joined(folderOf(pointer), target);
  if (target === workspace) return "";
  return target.startsWith(`${workspace}/`)
    ? joined("", target.slice(workspace.length + 1))
    : undefined;
}

/** `path` seen from `folder`, both in the workspace; `undefined` where it leaves it. */
function joined(folder: string, path: string): string | undefined {
  const parts = folder.split("/").filter((part) => part !== "");
  for (const part of path.split("/")) {
    if (part === "..") {
      if (parts.pop() === undefined) return undefined;
    } else if (part !== "" && part !== ".") parts.push(part);
  }
  return parts.join("/");
}
