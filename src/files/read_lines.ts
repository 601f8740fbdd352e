// Copyright 2026 the airg authors. Apache-2.0 license.

/**
 * Some lines of a file as bytes, without reading more of it than it takes.
 *
 * @module
 */

import type { ReadText } from "../action/outcome.ts";
import { FileProblem } from "./failure.ts";
import { joined } from "./read_bytes.ts";

/** Bytes that one reading gives at most. */
export const MAX_TEXT_BYTES = 2 * 1024 * 1024;
/** Lines that one reading gives at most. */
export const MAX_LINES = 50_000;
/** Bytes that are passed over to come to a line. */
const MAX_PASSED_BYTES = 256 * 1024 * 1024;
/** A file up to this size is read to its end, to count its lines. */
const MAX_COUNTED_BYTES = 16 * 1024 * 1024;
const CHUNK_BYTES = 256 * 1024;
const LF = 10;

type Part =
  & Pick<ReadText, "lines" | "cut" | "nextOffset">
  & { readonly bytes: Uint8Array<ArrayBuffer> };

/**
 * Reads lines from where the file stands.
 *
 * @param size Of the whole file, as it was opened; it may grow meanwhile.
 * @throws {FileProblem} Where the first line is too far into the file.
 */
export function readLines(
  file: Deno.FsFile,
  size: number,
  { offset = 1, limit = Infinity }: {
    readonly offset?: number;
    readonly limit?: number;
  },
): Part {
  const most = Math.min(limit, MAX_LINES);
  const taken: Uint8Array<ArrayBuffer>[] = [];
  // Complete lines seen, bytes and lines taken.
  let [line, bytes, lines, passed] = [0, 0, 0, 0];
  let [full, ended, open, dropped] = [false, false, false, false];
  let chunk = new Uint8Array(CHUNK_BYTES);
  const isCounted = size <= MAX_COUNTED_BYTES;
  const end = offset - 1 + most;
  while (!full || isCounted) {
    if (full && passed > MAX_COUNTED_BYTES) break;
    // What was passed over need not be kept.
    if (taken.at(-1)?.buffer === chunk.buffer) {
      chunk = new Uint8Array(CHUNK_BYTES);
    }
    const count = file.readSync(chunk);
    if (count === null) {
      ended = true;
      break;
    }
    passed += count;
    const piece = chunk.subarray(0, count);
    const ends = countOf(piece);
    const from = startOf(piece, offset - 1 - line);
    const to = full
      ? 0
      : line + ends < end
      ? piece.length
      : startOf(piece, end - line);
    line += ends;
    open = piece.at(-1) !== LF;
    if (full || from >= to) {
      if (taken.length === 0 && passed > MAX_PASSED_BYTES) throw tooFar();
      full ||= line >= end;
      continue;
    }
    const room = MAX_TEXT_BYTES - bytes;
    const part = piece.subarray(from, Math.min(to, from + room));
    taken.push(part);
    bytes += part.length;
    lines += part.length === piece.length ? ends : countOf(part);
    dropped = to - from > room;
    full = dropped || line >= end;
  }
  return finished(joined(taken, bytes), {
    lines,
    offset,
    dropped,
    total: ended ? line + (open ? 1 : 0) : undefined,
    limit,
  });
}

/** Ends at the end of a line where a limit of ours cut it, and says where to go on. */
function finished(
  bytes: Uint8Array<ArrayBuffer>,
  { dropped, lines, limit, offset, total }: {
    readonly dropped: boolean;
    readonly lines: number;
    readonly limit: number;
    readonly offset: number;
    readonly total: number | undefined;
  },
): Part {
  const known = total === undefined ? {} : { lines: total };
  const whole = bytes.lastIndexOf(LF) + 1;
  if (dropped) {
    // A line longer than the limit is cut; else what is left of the last one goes.
    const kept = whole === 0 ? bytes : bytes.subarray(0, whole);
    const next = offset + (whole === 0 ? 1 : lines);
    return { bytes: kept, cut: "bytes", nextOffset: next, ...known };
  }
  const given = lines + (whole < bytes.length ? 1 : 0);
  const isLast = total !== undefined && offset - 1 + given >= total;
  if (!isLast && given >= MAX_LINES && limit > MAX_LINES) {
    return { bytes, cut: "lines", nextOffset: offset + given, ...known };
  }
  return { bytes, ...known };
}

/** Where the line after `count` line ends begins. */
function startOf(piece: Uint8Array, count: number): number {
  if (count <= 0) return 0;
  let left = count;
  for (let at = 0; at < piece.length; at++) {
    if (piece[at] === LF && --left === 0) return at + 1;
  }
  return piece.length;
}

/** Faster than `indexOf` from one to the next. */
function countOf(piece: Uint8Array): number {
  let count = 0;
  for (let at = 0; at < piece.length; at++) if (piece[at] === LF) count++;
  return count;
}

function tooFar(): FileProblem {
  return new FileProblem(
    "too-large",
    `The line lies behind the first ${MAX_PASSED_BYTES} bytes, which are all that are passed over. A command such as \`sed -n\` reads it`,
  );
}
