// Copyright 2026 the airg authors. Apache-2.0 license.

/**
 * `airg backup diff`: what is different from what was saved, line by line.
 *
 * @module
 */

import { printable } from "../../base/printable.ts";
import type { BackupEntry, Saved } from "../../backup/event.ts";
import type { OpenStore } from "../../backup/open_store.ts";
import { BackupError } from "../../backup/store.ts";
import { textDiff } from "../../changes/text_diff.ts";
import { RawError } from "../../platform/raw_kernel.ts";
import {
  openRawTree,
  type RawNode,
  type RawTree,
} from "../../platform/raw_tree.ts";
import { FolderMoved } from "../../platform/in_folder.ts";
import { type Context, UsageError } from "../command.ts";
import { EXIT_USAGE } from "../exit.ts";
import type { Invocation } from "../flags.ts";
import { complain, notify } from "../terminal.ts";
import { backupFrom, pathFrom, shownPath, withBackupSite } from "./site.ts";

/** Bytes of a file that is shown; a larger one is only named. */
const MAX_SHOWN = 4 * 1024 * 1024;

/** One path: lines of a diff, or one clause. */
interface Row {
  readonly path: string;
  readonly diff?: readonly string[];
  readonly note?: string;
}

/** Shows the differences between what was saved and what is there now. */
export async function run(
  { operands, rest, switches }: Invocation,
  context: Context,
): Promise<number> {
  const [word, path, ...more] = [...operands, ...rest ?? []];
  if (more.length > 0) throw new UsageError("expected an ID and one PATH");
  const { terminal, surroundings: { cwd } } = context;
  return await withBackupSite(context, undefined, async (site) => {
    const found = await backupFrom(site, context, word);
    if (!found.ok) return found.error;
    const { event, damaged } = found.value;
    const wanted = path === undefined ? undefined : pathFrom(path, cwd);
    const entries = event.entries.filter((entry) =>
      wanted === undefined || entry.path === wanted ||
      entry.path.startsWith(`${wanted}/`)
    );
    if (entries.length === 0) {
      complain(terminal, `that backup has nothing of ${path ?? "any path"}`);
      return EXIT_USAGE;
    }
    if (damaged) notify(terminal, "its MAC does not hold: it is not put back");
    const rows: Row[] = [];
    using tree = openRawTree();
    for (const entry of entries) {
      const row = await rowOf(site.store, tree, entry);
      if (row !== undefined) rows.push(row);
    }
    if (switches.has("json")) terminal.out(JSON.stringify(rows));
    else for (const row of rows) show(terminal.out, row);
    return 0;
  });
}

function show(out: (line: string) => void, { path, diff, note }: Row): void {
  if (note !== undefined) return out(`${shownPath(path)}: ${printable(note)}`);
  out(`--- ${shownPath(path)} (saved)`);
  out(`+++ ${shownPath(path)} (now)`);
  for (const line of diff ?? []) out(printable(line));
}

async function rowOf(
  store: OpenStore,
  tree: RawTree,
  { path, before }: BackupEntry,
): Promise<Row | undefined> {
  try {
    using node = tree.open(path);
    const note = noteOn(before, node);
    if (note !== undefined) return { path, note };
    if (before.type !== "file" || node === undefined) return undefined;
    return await contentRow(store, node, path, before);
  } catch (error) {
    if (!(error instanceof RawError || error instanceof FolderMoved)) {
      throw error;
    }
    return { path, note: error.message };
  }
}

/** What can be said without looking at content. */
function noteOn(before: Saved, node: RawNode | undefined): string | undefined {
  if (before.type === "absent") {
    return node && `it was not there, and is ${node.info.kind} now`;
  }
  if (node === undefined) return `it is gone, and was a ${before.type}`;
  if (node.info.type !== before.type) {
    return `it was a ${before.type}, and is ${node.info.kind} now`;
  }
  if (before.type === "link") {
    const target = node.target();
    return target === before.target
      ? undefined
      : `it led to ${shownPath(before.target)}, and leads to ${
        shownPath(target)
      } now`;
  }
  return undefined;
}

async function contentRow(
  store: OpenStore,
  node: RawNode,
  path: string,
  before: Extract<Saved, { type: "file" }>,
): Promise<Row | undefined> {
  const mode = node.info.mode === before.mode
    ? undefined
    : `mode ${before.mode.toString(8)}, now ${node.info.mode.toString(8)}`;
  if (before.size > MAX_SHOWN || node.info.size > MAX_SHOWN) {
    return { path, note: "it is too large to be shown" };
  }
  using content = node.open();
  const now = await bytesOf(content.file, node.info.size);
  using object = await store.object(before.sha256);
  if (object === undefined) {
    throw new BackupError(
      `Cannot show ${shownPath(path)}: its content is gone from the store`,
      store.place.objects,
      "run `airg backup verify`",
    );
  }
  const then = await bytesOf(object.file, before.size);
  const [a, b] = [textOf(then), textOf(now)];
  if (a === undefined || b === undefined) {
    return isSame(then, now)
      ? mode === undefined ? undefined : { path, note: mode }
      : { path, note: "binary content is different" };
  }
  const diff = textDiff(a, b);
  if (diff.length > 0) return { path, diff };
  return mode === undefined ? undefined : { path, note: mode };
}

async function bytesOf(file: Deno.FsFile, size: number): Promise<Uint8Array> {
  const bytes = new Uint8Array(size);
  let at = 0;
  while (at < size) {
    const count = await file.read(bytes.subarray(at));
    if (count === null) break;
    at += count;
  }
  return bytes.subarray(0, at);
}

/** `undefined` where it is no text. */
function textOf(bytes: Uint8Array): string | undefined {
  if (bytes.includes(0)) return undefined;
  try {
    return new TextDecoder("utf-8", { fatal: true, ignoreBOM: true })
      .decode(bytes);
  } catch (error) {
    if (error instanceof TypeError) return undefined;
    throw error;
  }
}

function isSame(one: Uint8Array, other: Uint8Array): boolean {
  return one.length === other.length &&
    one.every((byte, at) => byte === other[at]);
}
