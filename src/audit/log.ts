// Copyright 2026 the airg authors. Apache-2.0 license.

/**
 * The log file: appended to under a lock by any number of airg processes,
 * flushed before a command starts, whole after a crash.
 *
 * What a crash, a full disk or a stranger left at the end is never dropped in
 * silence: a line cut short is kept aside, and it and records that are missing
 * are recorded in the chain as `recovered`.
 *
 * @module
 */

import type { Clock } from "../base/clock.ts";
import { type Files, MACHINE_FILES, type OpenFile } from "../platform/files.ts";
import { EMPTY, type Head, link, readBytes } from "./chain.ts";
import type { Started } from "./event.ts";
import { type HeadFile, missing, openHead } from "./head.ts";
import type { Fields } from "./record.ts";
import type { Redacted } from "./redact.ts";
import { named } from "./trouble.ts";

/** An open log. */
export interface AuditLog {
  readonly path: string;
  /**
   * Appends one record.
   *
   * @param options.durable Waits until the disk has it.
   * @throws If it cannot be written whole; the log is then as it was.
   */
  readonly append: (
    fields: Redacted,
    options: { readonly durable: boolean },
  ) => Promise<Started>;
}

/**
 * Milliseconds to wait for other processes' appends. Some hundred that start at
 * once on two processors need a quarter of it.
 */
const LOCK_WAIT_MS = 60_000;
/** Bytes of one line at most; `cut.ts` keeps records far below it. */
const MAX_LINE_BYTES = 16 * 1024 * 1024;
/** Bytes at the end that are looked at first. */
const FIRST_LOOK = 16 * 1024;
const NEWLINE = 10;
const CURE =
  "run airg audit verify to see where; to start a new log, move it and its .head file away";

/** Opens the log at `path`; the file is made by the first append. */
export function openLog(
  path: string,
  options: {
    readonly clock: Clock;
    readonly files?: Files;
    /** Less than {@linkcode LOCK_WAIT_MS} only in tests. */
    readonly lockWaitMs?: number;
  },
): AuditLog {
  const { files = MACHINE_FILES, lockWaitMs = LOCK_WAIT_MS } = options;
  return {
    path,
    async append(fields, { durable }) {
      try {
        const site = { path, files, lockWaitMs };
        const { seq } = await locked(site, async (file, head) => {
          const time = new Date(options.clock()).toISOString();
          return await appendTo(
            { path, file, head, files },
            time,
            fields,
            durable,
          );
        });
        return { seq } as Started;
      } catch (error) {
        throw named(path, error);
      }
    },
  };
}

/** Does one piece of work under the log's lock. */
async function locked<Result>(
  { path, files, lockWaitMs }: Pick<Site, "path" | "files"> & {
    readonly lockWaitMs: number;
  },
  work: (file: OpenFile, head: HeadFile) => Promise<Result>,
): Promise<Result> {
  const file = files.open(path, {
    read: true,
    write: true,
    create: true,
    mode: 0o600,
  });
  try {
    await lock(file, path, lockWaitMs);
    const head = openHead(path, files);
    try {
      return await work(file, head);
    } finally {
      head.close();
    }
  } finally {
    file.close();
  }
}

async function lock(
  file: OpenFile,
  path: string,
  ms: number,
): Promise<void> {
  if (file.tryLock("exclusive") || await file.waitForLock(ms)) return;
  throw new Error(
    `Cannot write the audit log ${path}: other processes have held it for ${
      ms / 1000
    } s`,
  );
}

/** What one append works on, under the lock. */
interface Site {
  readonly path: string;
  readonly file: OpenFile;
  readonly head: HeadFile;
  readonly files: Files;
}

async function appendTo(
  { path, file, head, files }: Site,
  time: string,
  fields: Fields,
  durable: boolean,
): Promise<Head> {
  const { size } = file.stat();
  const { head: last, end } = lastLine(file, size, path);
  const torn = file.read(end, size - end);
  const events = [fields];
  const found = foundAt(last, head);
  if (torn.length > 0 || found !== undefined) {
    const kept = torn.length > 0 ? keepAside(path, time, torn, files) : {};
    events.unshift({
      event: "recovered",
      bytes: torn.length,
      ...kept,
      ...found,
    });
  }
  const { bytes, head: next } = linesFor(events, last, time);
  try {
    file.write(end, bytes);
    if (end + bytes.length < size) file.truncate(end + bytes.length);
    if (durable) await file.sync();
    // The name of a new file is flushed apart from its content.
    if (durable && last.seq === 0) await files.syncFolder(folderOf(path));
    head.write(next);
  } catch (error) {
    file.write(end, torn);
    file.truncate(size);
    throw error;
  }
  return next;
}

/** What the head file tells about the end of the log, if that is worth a record. */
function foundAt(last: Head, { remembered }: HeadFile): Fields | undefined {
  const why = missing(remembered, last);
  if (why !== undefined) return { missing: why };
  if (remembered.kind === "damaged") return { head: "damaged" };
  // The first append may have been killed before it wrote the head.
  return remembered.kind === "none" && last.seq > 1
    ? { head: "missing" }
    : undefined;
}

function linesFor(
  events: readonly Fields[],
  last: Head,
  time: string,
): { readonly bytes: Uint8Array; readonly head: Head } {
  let head = last;
  let text = "";
  for (const event of events) {
    const linked = link(head, time, event);
    text += `${linked.line}\n`;
    head = linked.head;
  }
  const bytes = new TextEncoder().encode(text);
  if (bytes.length > MAX_LINE_BYTES) {
    throw new RangeError(
      `Cannot write to the audit log: the record has ${bytes.length} bytes, at most ${MAX_LINE_BYTES} can be read back`,
    );
  }
  return { bytes, head };
}

/** The head of the chain in the file, and where its last whole line ends. */
function lastLine(
  file: OpenFile,
  size: number,
  path: string,
): { readonly head: Head; readonly end: number } {
  for (let length = FIRST_LOOK;; length *= 4) {
    const from = Math.max(0, size - length);
    const bytes = file.read(from, size - from);
    const end = bytes.lastIndexOf(NEWLINE) + 1;
    const start = end < 2 ? 0 : bytes.lastIndexOf(NEWLINE, end - 2) + 1;
    if (end > 0 && (start > 0 || from === 0)) {
      const line = readBytes(bytes.subarray(start, end - 1));
      if (line.ok) return { head: line.head, end: from + end };
      throw new Error(
        `Cannot append to the audit log ${path}: of its last line, ${line.why}; ${CURE}`,
      );
    }
    if (from === 0) return { head: EMPTY, end: 0 };
    if (length > MAX_LINE_BYTES) {
      throw new Error(
        `Cannot append to the audit log ${path}: its last line is longer than ${MAX_LINE_BYTES} bytes; ${CURE}`,
      );
    }
  }
}

/** Keeps what a crash or a full disk left of a line in a file of its own. */
function keepAside(
  path: string,
  time: string,
  bytes: Uint8Array,
  files: Files,
): Fields {
  const movedTo = `${path}.torn-${time.replaceAll(":", "-")}`;
  const file = files.open(movedTo, { write: true, create: true, mode: 0o600 });
  try {
    file.write(file.stat().size, bytes);
  } finally {
    file.close();
  }
  return { movedTo };
}

function folderOf(path: string): string {
  return path.slice(0, path.lastIndexOf("/") + 1) || "./";
}
