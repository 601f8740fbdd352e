// Copyright 2026 the airg authors. Apache-2.0 license.

/**
 * What an action would touch, for the person who is asked: how much, and for a
 * write what would be different. Bounded; decides nothing.
 *
 * @module
 */

import type { Facts } from "../../action/facts.ts";
import type { Touches } from "../../approval/request.ts";
import { textDiff } from "../../changes/text_diff.ts";
import { plainText } from "../../platform/file_hash.ts";
import { trackedAmong } from "../../platform/git_index.ts";
import type { PlainFiles } from "../../platform/plain_files.ts";
import { hasHole } from "../../shell/value.ts";

/** Files that are counted; what is more is said to be more. */
const MAX_ENTRIES = 5_000;
/** Bytes of a file that is compared. */
const MAX_TEXT = 2 * 1024 * 1024;
/** Characters of a difference that are kept. */
const MAX_DIFF = 64 * 1024;

/** Counts what is there of what would be written or deleted. */
export async function touchesOf(
  { action, paths }: Facts,
  files: PlainFiles,
): Promise<Touches | undefined> {
  const touched = paths.filter(({ access }) =>
    access === "write" || access === "delete"
  );
  if (touched.length === 0) return undefined;
  const sum: Sum = { files: 0, bytes: 0, looked: 0, more: false, found: [] };
  for (const { path } of touched) {
    if (hasHole(path)) sum.more = true;
    else count(path, sum);
  }
  const target = touched[0]?.path;
  const tracked = sum.files === 0
    ? undefined
    : await trackedAmong(sum.found, files);
  return {
    files: sum.files,
    bytes: sum.bytes,
    ...(tracked !== undefined && { tracked }),
    ...(sum.more && { more: true as const }),
    ...(action.kind === "write" && target !== undefined &&
      diffOf(files, target, action.content)),
  };
}

interface Sum {
  files: number;
  bytes: number;
  looked: number;
  more: boolean;
  readonly found: string[];
}

/** A folder stands for all in it; links are not followed. */
function count(path: string, sum: Sum): void {
  if (sum.looked++ >= MAX_ENTRIES) {
    sum.more = true;
    return;
  }
  try {
    const info = Deno.lstatSync(path);
    if (!info.isDirectory) {
      sum.files++;
      sum.bytes += info.size;
      sum.found.push(path);
      return;
    }
    for (const { name } of Deno.readDirSync(path)) {
      if (sum.more) return;
      count(path === "/" ? `/${name}` : `${path}/${name}`, sum);
    }
  } catch (error) {
    if (error instanceof Deno.errors.NotFound) return;
    if (!(error instanceof Error)) throw error;
    // What cannot be looked at may be more.
    sum.more = true;
  }
}

function diffOf(
  files: PlainFiles,
  path: string,
  content: string,
): Pick<Touches, "diff" | "cut"> {
  const there = exists(path);
  const before = there ? plainText(files, path, MAX_TEXT) : "";
  const isCompared = before !== undefined && content.length <= MAX_TEXT;
  // What cannot be compared is shown whole: the store keeps no other copy.
  const lines = isCompared
    ? textDiff(before, content).join("\n")
    : `(what is there is too large, or no text; what would be written:)\n${
      content.slice(0, MAX_DIFF + 1)
    }`;
  return lines.length <= MAX_DIFF
    ? { diff: lines }
    : { diff: `${lines.slice(0, MAX_DIFF)}\n(cut: there is more)`, cut: true };
}

function exists(path: string): boolean {
  try {
    Deno.lstatSync(path);
    return true;
  } catch (error) {
    if (error instanceof Deno.errors.NotFound) return false;
    throw error;
  }
}
