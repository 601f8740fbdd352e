// Copyright 2026 the airg authors. Apache-2.0 license.

/**
 * Summaries of the events in one file, a line each, so that neither finding
 * nor pruning reads every manifest. A later line of an event holds; what is cut
 * or gone is read from the manifest again.
 *
 * @module
 */

import type { KeyRing } from "../store/approvals/keys.ts";
import type { Disk } from "./disk.ts";
import { eventFolders, readEvent, readFolderName } from "./events.ts";
import type { BackupPlace } from "./place.ts";
import { type Summary, type SummaryItem, summaryOf } from "./retention.ts";

/** All summaries, and what could not be read. */
export interface Summaries {
  /** Newest first. */
  readonly events: readonly Summary[];
  /** Folders whose manifest cannot be read: nobody knows what they hold. */
  readonly unknown: readonly string[];
  /** Folders that had no line. */
  readonly unlisted: readonly string[];
}

/** One summary as a line: short, since there is one an event. */
export function lineOf({ folder, workspace, items }: Summary): string {
  const rows = items.map(({ path, type, content, size, gone }) => [
    path,
    type,
    content,
    size,
    gone ? 1 : 0,
  ]);
  return `${JSON.stringify({ folder, workspace, rows })}\n`;
}

/** Bytes of its line. */
export function lineBytes(summary: Summary): number {
  return new TextEncoder().encode(lineOf(summary)).length;
}

/** Bytes that {@linkcode appendSummary} adds. */
export function appendedBytes(summary: Summary): number {
  return lineBytes(summary) + 1;
}

/** Notes one event. */
export function appendSummary(
  { index }: BackupPlace,
  disk: Disk,
  summary: Summary,
): void {
  // A line of its own, also after one that a crash cut.
  disk.append(index, `\n${lineOf(summary)}`);
}

/** Reads the index, and the manifests of those that it does not have. */
export function readSummaries(place: BackupPlace, keys: KeyRing): Summaries {
  const lines = readLines(place.index);
  const events: Summary[] = [];
  const unknown: string[] = [];
  const unlisted: string[] = [];
  for (const folder of eventFolders(place)) {
    const listed = lines.get(folder);
    if (listed !== undefined) {
      events.push(listed);
      continue;
    }
    const read = readEvent(place, keys, folder);
    if (read === undefined) unknown.push(folder);
    else {
      unlisted.push(folder);
      const at = readFolderName(folder)?.at ?? read.event.at;
      events.push({ ...summaryOf(read.event, folder), at });
    }
  }
  return { events, unknown, unlisted };
}

function readLines(path: string): Map<string, Summary> {
  const found = new Map<string, Summary>();
  let text: string;
  try {
    text = Deno.readTextFileSync(path);
  } catch (error) {
    if (error instanceof Deno.errors.NotFound) return found;
    throw error;
  }
  for (const line of text.split("\n")) {
    const summary = line === "" ? undefined : parse(line);
    if (summary !== undefined) found.set(summary.folder, summary);
  }
  return found;
}

function parse(line: string): Summary | undefined {
  let value: { folder?: unknown; workspace?: unknown; rows?: unknown };
  try {
    value = JSON.parse(line);
  } catch (error) {
    if (error instanceof SyntaxError) return undefined;
    throw error;
  }
  const { folder, workspace, rows } = value;
  if (typeof folder !== "string" || typeof workspace !== "string") {
    return undefined;
  }
  const named = readFolderName(folder);
  if (named === undefined || !Array.isArray(rows)) return undefined;
  const items: SummaryItem[] = [];
  for (const row of rows) {
    const item = itemOf(row);
    if (item === undefined) return undefined;
    items.push(item);
  }
  return { folder, at: named.at, workspace, items };
}

const TYPES: readonly SummaryItem["type"][] = [
  "absent",
  "file",
  "folder",
  "link",
];

function itemOf(row: unknown): SummaryItem | undefined {
  if (!Array.isArray(row)) return undefined;
  const [path, word, content, size, gone] = row;
  const type = TYPES.find((type) => type === word);
  if (
    typeof path !== "string" || type === undefined ||
    typeof content !== "string" || typeof size !== "number"
  ) return undefined;
  return { path, type, content, size, gone: gone === 1 };
}
