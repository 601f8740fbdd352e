// Copyright 2026 the airg authors. Apache-2.0 license.

/**
 * The read side of the log: its last records, and whether the chain holds.
 *
 * @module
 */

import { EMPTY, follows, type Head, readLine } from "./chain.ts";

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

/**
 * Checks every line of a log, and its end against the head file beside it.
 *
 * @throws What the machine says if the file cannot be read.
 */
export async function verifyLog(path: string): Promise<Verification> {
  let head = EMPTY;
  let number = 0;
  for await (const { text, whole } of linesOf(path)) {
    number++;
    const broken = (why: string): Verification => ({
      ok: false,
      records: head.seq,
      line: number,
      why,
    });
    if (!whole) return broken("it was cut short while it was written");
    const line = readLine(text);
    if (!line.ok) return broken(line.why);
    const why = follows(head, line);
    if (why !== undefined) return broken(why);
    head = line.head;
  }
  const due = await readHead(`${path}.head`);
  if (due === undefined || fits(due, head)) {
    return { ok: true, records: head.seq, head };
  }
  return {
    ok: false,
    records: head.seq,
    line: number + 1,
    why:
      `the log ends at record ${head.seq}, but record ${due.seq} was written`,
  };
}

/** A reader may see the log just before its head is renewed: one record more. */
function fits(due: Head, head: Head): boolean {
  return due.seq < head.seq || (due.seq === head.seq && due.hash === head.hash);
}

/** The last `count` lines, oldest first; a line that is no record comes as text. */
export async function tailLines(
  path: string,
  count: number,
): Promise<string[]> {
  const kept: string[] = [];
  for await (const { text } of linesOf(path)) {
    kept.push(text);
    if (kept.length > count) kept.shift();
  }
  return kept;
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

async function* linesOf(
  path: string,
): AsyncGenerator<{ readonly text: string; readonly whole: boolean }> {
  const file = await Deno.open(path, { read: true });
  let rest = "";
  for await (
    const chunk of file.readable.pipeThrough(new TextDecoderStream())
  ) {
    const lines = (rest + chunk).split("\n");
    rest = lines.pop() ?? "";
    for (const text of lines) yield { text, whole: true };
  }
  if (rest !== "") yield { text: rest, whole: false };
}

async function readHead(path: string): Promise<Head | undefined> {
  let text: string;
  try {
    text = await Deno.readTextFile(path);
  } catch (error) {
    if (error instanceof Deno.errors.NotFound) return undefined;
    throw error;
  }
  const match = /^\{"seq":(\d+),"hash":"([0-9a-f]{64})"\}\n$/.exec(text);
  if (match?.[1] === undefined || match[2] === undefined) return undefined;
  return { seq: Number(match[1]), hash: match[2] };
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
