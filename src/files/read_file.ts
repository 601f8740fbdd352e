// Copyright 2026 the airg authors. Apache-2.0 license.

/**
 * Reads a file: whole, some of its lines, or its bytes. Never more than the
 * limits, whatever its size.
 *
 * @module
 */

import type { ReadAction } from "../action/action.ts";
import type { Encoding, Outcome, ReadText } from "../action/outcome.ts";
import { failed } from "./failure.ts";
import { folderOf, type Hands, nameOf, openFile } from "./hands.ts";
import { kindOfBytes } from "./magic.ts";
import { MAX_LINES, MAX_TEXT_BYTES, readLines } from "./read_lines.ts";
import { readUpTo } from "./read_bytes.ts";
import {
  decode,
  type Decoded,
  HEAD_BYTES,
  isBinary,
  lineEndingsOf,
  markOf,
} from "./text.ts";

/** Bytes of an image or of another file that are given in base64. */
const MAX_BASE64_BYTES = 4 * 1024 * 1024;
/** Bytes of a UTF-16 file, which is decoded whole. */
const MAX_UTF16_BYTES = 4 * 1024 * 1024;

/** Reads what the action asks for. */
export function readFile(
  hands: Hands,
  path: string,
  action: ReadAction,
): Outcome {
  using folder = hands.folders.open(folderOf(path));
  using file = openFile(hands, folder, nameOf(path));
  const { size } = file.statSync();
  const head = readUpTo(file, HEAD_BYTES);
  if (action.base64 === true || isBinary(head)) {
    return binary(file, size, head, action.base64 === true);
  }
  const mark = markOf(head);
  const encoding = mark?.encoding ?? "utf-8";
  const isWide = encoding.startsWith("utf-16");
  if (isWide && size > MAX_UTF16_BYTES) return tooLarge(size, MAX_UTF16_BYTES);
  file.seekSync(mark?.length ?? 0, Deno.SeekMode.Start);
  const part = isWide || size <= MAX_TEXT_BYTES
    ? partOf(decode(readUpTo(file, MAX_UTF16_BYTES), encoding), action)
    : bigPart(file, size, encoding, action);
  return {
    kind: "read",
    bytes: size,
    sha256: hands.hash().update(part.text).digest("hex"),
    ...part,
    lineEndings: lineEndingsOf(part.text),
  };
}

type Part = Omit<ReadText, "kind" | "bytes">;

/** Some lines of a text that was read whole. */
function partOf(
  { text, ...how }: Decoded,
  { offset = 1, limit = Infinity }: ReadAction,
): Part {
  if (offset === 1 && limit >= MAX_LINES) {
    // The usual case: all of it, counted once.
    const lines = countOf(text);
    if (lines <= MAX_LINES) return { text, ...how, lines };
  }
  const start = lineStart(text, 0, offset - 1);
  const end = lineStart(text, start, Math.min(limit, MAX_LINES));
  const given = countOf(text.slice(start, end));
  const rest = countOf(text.slice(end));
  const before = offset - 1 > 0 ? countOf(text.slice(0, start)) : 0;
  const isCut = rest > 0 && given < limit;
  return {
    text: text.slice(start, end),
    ...how,
    lines: before + given + rest,
    ...(isCut && { cut: "lines" as const, nextOffset: offset + given }),
  };
}

/** Where the line after so many begins. */
function lineStart(text: string, from: number, lines: number): number {
  let at = from;
  for (let n = 0; n < lines; n++) {
    const found = text.indexOf("\n", at);
    if (found < 0) return text.length;
    at = found + 1;
  }
  return at;
}

/** Lines of a text; the last may lack its end. */
function countOf(text: string): number {
  let count = text === "" || text.endsWith("\n") ? 0 : 1;
  for (let at = text.indexOf("\n"); at >= 0; at = text.indexOf("\n", at + 1)) {
    count++;
  }
  return count;
}

function bigPart(
  file: Deno.FsFile,
  size: number,
  encoding: Encoding,
  action: ReadAction,
): Part {
  const { bytes, ...where } = readLines(file, size, action);
  return { ...decode(bytes, encoding), ...where };
}

function binary(
  file: Deno.FsFile,
  bytes: number,
  head: Uint8Array<ArrayBuffer>,
  asked: boolean,
): Outcome {
  const kind = { kind: "read-bytes", bytes, ...kindOfBytes(head) } as const;
  const wanted = asked || kind.isImage;
  if (!wanted) return kind;
  if (bytes > MAX_BASE64_BYTES) return tooLarge(bytes, MAX_BASE64_BYTES);
  file.seekSync(0, Deno.SeekMode.Start);
  const all = readUpTo(file, MAX_BASE64_BYTES + 1);
  if (all.length > MAX_BASE64_BYTES) {
    return tooLarge(all.length, MAX_BASE64_BYTES);
  }
  return { ...kind, bytes: all.length, base64: all.toBase64() };
}

function tooLarge(bytes: number, most: number): Outcome {
  return failed(
    "too-large",
    `It has ${bytes} bytes; at most ${most} are given of such a file. A command such as \`head -c\` or \`dd\` reads a part`,
  );
}
