// Copyright 2026 the airg authors. Apache-2.0 license.

/**
 * The log file: appended to under a lock by any number of airg processes,
 * flushed before a command starts, whole after a crash.
 *
 * @module
 */

import type { Clock } from "../base/clock.ts";
import { type Files, MACHINE_FILES, type OpenFile } from "../platform/files.ts";
import { EMPTY, type Head, link, readLine } from "./chain.ts";
import type { Started } from "./event.ts";
import type { Fields } from "./record.ts";
import type { Redacted } from "./redact.ts";

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

/** Milliseconds to wait for other processes' appends. */
const LOCK_WAIT_MS = 5_000;
/** Milliseconds between two tries for the lock. */
const LOCK_PAUSE_MS = 3;
/** Bytes of one line at most; records are cut far below it. */
const MAX_LINE_BYTES = 16 * 1024 * 1024;
const NEWLINE = 10;

/** Opens the log at `path`; the file is made by the first append. */
export function openLog(
  path: string,
  options: { readonly clock: Clock; readonly files?: Files },
): AuditLog {
  const files = options.files ?? MACHINE_FILES;
  return {
    path,
    async append(fields, { durable }) {
      const file = files.open(path, {
        read: true,
        write: true,
        create: true,
        mode: 0o600,
      });
      try {
        await lock(file, path);
        const time = new Date(options.clock()).toISOString();
        const head = appendTo(file, path, time, fields, files);
        if (durable) await file.sync();
        writeHead(`${path}.head`, head, files);
        return { seq: head.seq } as Started;
      } finally {
        file.close();
      }
    },
  };
}

async function lock(file: OpenFile, path: string): Promise<void> {
  for (let waited = 0; !file.tryLock("exclusive"); waited += LOCK_PAUSE_MS) {
    if (waited >= LOCK_WAIT_MS) {
      throw new Error(
        `Cannot write the audit log ${path}: another process has held it for ${
          LOCK_WAIT_MS / 1000
        } s`,
      );
    }
    await new Promise((resolve) => setTimeout(resolve, LOCK_PAUSE_MS));
  }
}

function appendTo(
  file: OpenFile,
  path: string,
  time: string,
  fields: Fields,
  files: Files,
): Head {
  const size = file.stat().size;
  const { head, end } = lastLine(file, size, path);
  const lines: string[] = [];
  let last = head;
  const add = (what: Fields) => {
    const linked = link(last, time, what);
    lines.push(`${linked.line}\n`);
    last = linked.head;
  };
  if (end < size) {
    // A write that a crash or a full disk cut short: kept aside, and said.
    const torn = `${path}.torn-${time.replaceAll(":", "-")}`;
    keepAside(torn, file.read(end, size - end), files);
    file.truncate(end);
    add({ event: "recovered", bytes: size - end, movedTo: torn });
  }
  add(fields);
  try {
    file.write(end, new TextEncoder().encode(lines.join("")));
  } catch (error) {
    file.truncate(end);
    throw error;
  }
  return last;
}

/** The head of the chain in the file, and where its last whole line ends. */
function lastLine(
  file: OpenFile,
  size: number,
  path: string,
): { readonly head: Head; readonly end: number } {
  for (let length = 16 * 1024;; length *= 4) {
    const from = Math.max(0, size - length);
    const bytes = file.read(from, size - from);
    const end = bytes.lastIndexOf(NEWLINE) + 1;
    const start = end === 0 ? -1 : bytes.lastIndexOf(NEWLINE, end - 2) + 1;
    if (start > 0 || (from === 0 && end > 0)) {
      const text = new TextDecoder().decode(
        bytes.subarray(Math.max(start, 0), end - 1),
      );
      const line = readLine(text);
      if (!line.ok) {
        throw new Error(
          `Cannot append to the audit log ${path}: of its last line, ${line.why}; run airg audit verify`,
        );
      }
      return { head: line.head, end: from + end };
    }
    if (from === 0) return { head: EMPTY, end: 0 };
    if (length > MAX_LINE_BYTES) {
      throw new Error(
        `Cannot append to the audit log ${path}: its last line is longer than ${MAX_LINE_BYTES} bytes`,
      );
    }
  }
}

function keepAside(path: string, bytes: Uint8Array, files: Files): void {
  const file = files.open(path, { write: true, create: true, mode: 0o600 });
  try {
    file.write(file.stat().size, bytes);
  } finally {
    file.close();
  }
}

/** Written under the log's lock; without it a cut-off end cannot be told. */
function writeHead(path: string, head: Head, files: Files): void {
  const file = files.open(path, { write: true, create: true, mode: 0o600 });
  try {
    const bytes = new TextEncoder().encode(`${JSON.stringify(head)}\n`);
    file.write(0, bytes);
    file.truncate(bytes.length);
  } finally {
    file.close();
  }
}
