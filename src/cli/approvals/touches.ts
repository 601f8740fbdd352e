// Copyright 2026 the airg authors. Apache-2.0 license.

/**
 * What an action would touch, for the person who is asked: how much, and for a
 * write what would be different. Bounded; decides nothing.
 *
 * @module
 */

import type { Action, EditAction, WriteAction } from "../../action/action.ts";
import type { Facts } from "../../action/facts.ts";
import type { Touches } from "../../approval/request.ts";
import { differenceOf, editBytes } from "../../files/edit_bytes.ts";
import { readUpTo } from "../../files/read_bytes.ts";
import { trackedAmong } from "../../platform/git_tracked.ts";
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
    ...(target !== undefined && diffOf(files, target, action)),
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
  action: Action,
): Pick<Touches, "diff" | "cut"> {
  if (action.kind !== "write" && action.kind !== "edit") return {};
  const before = exists(path) ? bytesAt(files, path) : new Uint8Array();
  const after = before && contentAfter(before, action);
  if (typeof after === "string") return { diff: `(${after})` };
  const lines = before === undefined || after === undefined
    ? wholeOf(action)
    : differenceOf(before, after).join("\n");
  return lines.length <= MAX_DIFF
    ? { diff: lines }
    : { diff: `${lines.slice(0, MAX_DIFF)}\n(cut: there is more)`, cut: true };
}

/** What cannot be compared is shown whole: the store keeps no other copy. */
function wholeOf(action: WriteAction | EditAction): string {
  const text = action.kind === "write"
    ? action.content
    : JSON.stringify(action.edits, null, 1);
  return `(what is there is too large, or no text; what would be written:)\n${
    text.slice(0, MAX_DIFF + 1)
  }`;
}

/** What would be there; a text says why nothing would. */
function contentAfter(
  before: Uint8Array<ArrayBuffer>,
  action: WriteAction | EditAction,
): Uint8Array<ArrayBuffer> | string | undefined {
  if (action.kind === "write") {
    const { content } = action;
    return content.length > MAX_TEXT
      ? undefined
      : new TextEncoder().encode(content);
  }
  const done = editBytes(before, action.edits);
  return done.ok ? done.value.bytes : done.error.message;
}

function bytesAt(
  files: PlainFiles,
  path: string,
): Uint8Array<ArrayBuffer> | undefined {
  using file = files.open(path);
  if (file === undefined) return undefined;
  const bytes = readUpTo(file, MAX_TEXT + 1);
  return bytes.length > MAX_TEXT || bytes.includes(0) ? undefined : bytes;
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
