// Copyright 2026 the airg authors. Apache-2.0 license.

/**
 * The read side of the log: its last records, and whether the chain holds.
 *
 * @module
 */

import { waitForLock } from "../platform/files.ts";
import { EMPTY, follows, type Head, readBytes } from "./chain.ts";
import { headPath, missing, readHead, type Remembered } from "./head.ts";

/** What a check of the whole log found. */
export type Verification =
  | { readonly ok: true; readonly records: number; readonly head: Head }
  | {
    readonly ok: false;
    /** Records that hold, before the fault. */
    readonly records: number;
    /** From 1. */
    readonly line: number;
    readonly why: string;
  };

/** Bytes read at once. */
const BLOCK = 256 * 1024;
/** Milliseconds to wait for writers. */
const LOCK_WAIT_MS = 60_000;
const NEWLINE = 10;

/**
 * Checks every line of a log, and its end against the head file beside it.
 *
 * Looks at the log as it was at one moment between two appends; what is
 * appended while it reads is not looked at.
 *
 * @throws What the machine says if the file cannot be read.
 */
export async function verifyLog(path: string): Promise<Verification> {
  using file = await Deno.open(path, { read: true });
  const { size, remembered } = await between(file, path);
  const due = remembered.kind === "head" ? remembered.head : EMPTY;
  let head = EMPTY;
  let number = 0;
  let lost: { readonly line: number; readonly why: string } | undefined;
  for await (const { bytes, whole } of linesOf(file, size)) {
    number++;
    const broken = (why: string): Verification => ({
      ok: false,
      records: head.seq,
      line: number,
      why,
    });
    if (!whole) return broken("it was cut short while it was written");
    const line = readBytes(bytes);
    if (!line.ok) return broken(line.why);
    const why = follows(head, line);
    if (why !== undefined) return broken(why);
    head = line.head;
    if (head.seq === due.seq && head.hash !== due.hash) {
      return broken("it is not the record that had been written");
    }
    const { event, missing: said } = line.fields;
    if (event === "recovered" && typeof said === "string") {
      lost ??= { line: number, why: `when it was added, ${said}` };
    }
  }
  const cut = missing(remembered, head);
  if (cut !== undefined) lost ??= { line: number + 1, why: cut };
  if (lost !== undefined) return { ok: false, records: head.seq, ...lost };
  return { ok: true, records: head.seq, head };
}

/** Size of the log and what its head file says, while nobody writes. */
async function between(
  file: Deno.FsFile,
  path: string,
): Promise<{ readonly size: number; readonly remembered: Remembered }> {
  if (!await waitForLock(file, "shared", LOCK_WAIT_MS)) {
    throw new Error(
      `Cannot read the audit log ${path}: other processes have held it for ${
        LOCK_WAIT_MS / 1000
      } s`,
    );
  }
  try {
    const { size } = await file.stat();
    return { size, remembered: readHead(await textIfThere(headPath(path))) };
  } finally {
    await file.unlock();
  }
}

/** The last `count` lines, oldest first; a line that is no record comes as text. */
export async function tailLines(
  path: string,
  count: number,
): Promise<string[]> {
  if (count === 0) return [];
  const { size } = await Deno.stat(path);
  for (let length = BLOCK;; length *= 4) {
    const from = Math.max(0, size - length);
    using file = await Deno.open(path, { read: true });
    await file.seek(from, Deno.SeekMode.Start);
    const lines: string[] = [];
    for await (const { bytes } of linesOf(file, size - from)) {
      lines.push(new TextDecoder().decode(bytes));
    }
    // The first line is a part of one unless all is seen.
    if (from === 0 || lines.length > count) return lines.slice(-count);
  }
}

/**
 * Lines of a file that are whole, from byte `from`; for following a log.
 *
 * @returns The lines and the byte after the last of them.
 */
export async function linesSince(
  path: string,
  from: number,
): Promise<{ readonly lines: readonly string[]; readonly end: number }> {
  using file = await Deno.open(path, { read: true });
  const { size } = await file.stat();
  // A shorter file is another one: start again.
  const start = size < from ? 0 : from;
  await file.seek(start, Deno.SeekMode.Start);
  const text = await new Response(file.readable).bytes();
  const end = text.lastIndexOf(10) + 1;
  const lines = new TextDecoder().decode(text.subarray(0, end)).split("\n")
    .slice(0, -1);
  return { lines, end: start + end };
}

/** Lines of the next `size` bytes of a file; the last may not be whole. */
async function* linesOf(
  file: Deno.FsFile,
  size: number,
): AsyncGenerator<{ readonly bytes: Uint8Array; readonly whole: boolean }> {
  let parts: Uint8Array[] = [];
  for (let left = size; left > 0;) {
    const block = new Uint8Array(Math.min(BLOCK, left));
    const count = await file.read(block);
    if (count === null) break;
    left -= count;
    let start = 0;
    for (;;) {
      const end = block.subarray(0, count).indexOf(NEWLINE, start);
      parts.push(block.subarray(start, end < 0 ? count : end));
      if (end < 0) break;
      yield { bytes: joined(parts), whole: true };
      parts = [];
      start = end + 1;
    }
  }
  const rest = joined(parts);
  if (rest.length > 0) yield { bytes: rest, whole: false };
}

function joined(parts: readonly Uint8Array[]): Uint8Array {
  const [only] = parts;
  if (only !== undefined && parts.length === 1) return only;
  const bytes = new Uint8Array(
    parts.reduce((total, part) => total + part.length, 0),
  );
  let at = 0;
  for (const part of parts) {
    bytes.set(part, at);
    at += part.length;
  }
  return bytes;
}

async function textIfThere(path: string): Promise<string> {
  try {
    return await Deno.readTextFile(path);
  } catch (error) {
    if (error instanceof Deno.errors.NotFound) return "";
    throw error;
  }
}

/**
 * Whether a file is a log of somebody else's: it has a first line, and that is
 * no record of ours.
 */
export function isForeignLog(path: string): boolean {
  let start: Uint8Array<ArrayBuffer>;
  try {
    using file = Deno.openSync(path, { read: true });
    start = new Uint8Array(4096);
    start = start.subarray(0, file.readSync(start) ?? 0);
  } catch (error) {
    if (error instanceof Deno.errors.NotFound) return false;
    throw error;
  }
  if (start.length === 0) return false;
  const text = new TextDecoder().decode(start).split("\n", 1)[0] ?? "";
  // Keys are sorted, so ours begins like this; a torn first line does, too.
  const ours = ['{"action":', '{"bytes":'];
  return !ours.some((prefix) =>
    text.startsWith(prefix) || prefix.startsWith(text)
  );
}
