// Copyright 2026 the airg authors. Apache-2.0 license.

/**
 * Reads a file: whole, some of its lines, or its bytes. Never more than the
 * limits, whatever its size.
 *
 * @module
 */

import type { ReadAction } from "../action/action.ts";
import type { Outcome } from "../action/outcome.ts";
import { failed } from "./failure.ts";
import { folderOf, type Hands, nameOf, openFile } from "./hands.ts";
import { kindOfBytes } from "./magic.ts";
import { readLines } from "./read_lines.ts";
import { readUpTo } from "./read_bytes.ts";
import { decode, HEAD_BYTES, isBinary, lineEndingsOf, markOf } from "./text.ts";

/** Bytes of an image or of another file that are given in base64. */
export const MAX_BASE64_BYTES = 4 * 1024 * 1024;
/** Bytes of a UTF-16 file, which is decoded whole. */
const MAX_UTF16_BYTES = 16 * 1024 * 1024;

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
  if (mark?.encoding.startsWith("utf-16") === true) {
    return utf16(file, size, action, mark.encoding as "utf-16le" | "utf-16be");
  }
  file.seekSync(mark?.length ?? 0, Deno.SeekMode.Start);
  const { bytes, ...where } = readLines(file, size, action);
  const { text, ...how } = decode(bytes, mark?.encoding ?? "utf-8");
  return {
    kind: "read",
    text,
    bytes: size,
    ...how,
    lineEndings: lineEndingsOf(text),
    ...where,
  };
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

function utf16(
  file: Deno.FsFile,
  size: number,
  { offset = 1, limit }: ReadAction,
  encoding: "utf-16le" | "utf-16be",
): Outcome {
  if (size > MAX_UTF16_BYTES) return tooLarge(size, MAX_UTF16_BYTES);
  file.seekSync(2, Deno.SeekMode.Start);
  const all = readUpTo(file, MAX_UTF16_BYTES);
  const lines = decode(all, encoding).text.split(/(?<=\n)/);
  const count = lines.length === 1 && lines[0] === "" ? 0 : lines.length;
  const end = limit === undefined ? undefined : offset - 1 + limit;
  const text = lines.slice(offset - 1, end).join("");
  return {
    kind: "read",
    text,
    bytes: size,
    encoding,
    lineEndings: lineEndingsOf(text),
    lines: count,
  };
}

function tooLarge(bytes: number, most: number): Outcome {
  return failed(
    "too-large",
    `It has ${bytes} bytes; at most ${most} are given of such a file. A command such as \`head -c\` or \`dd\` reads a part`,
  );
}
