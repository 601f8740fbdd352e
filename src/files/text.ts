// Copyright 2026 the airg authors. Apache-2.0 license.

/**
 * Which bytes are text, and how they stand for it (pure).
 *
 * @module
 */

import type { Encoding, LineEndings } from "../action/outcome.ts";

/** Bytes at the start that tell text from anything else. */
export const HEAD_BYTES = 8 * 1024;

/** A byte order mark, by encoding (Unicode 16.0, section 23.8). */
const MARKS: readonly (readonly [Encoding, readonly number[]])[] = [
  ["utf-8-bom", [0xef, 0xbb, 0xbf]],
  ["utf-16le", [0xff, 0xfe]],
  ["utf-16be", [0xfe, 0xff]],
];

/** The encoding that a byte order mark names, with the mark's length. */
export function markOf(
  head: Uint8Array,
): { readonly encoding: Encoding; readonly length: number } | undefined {
  // UTF-32's mark starts as that of UTF-16 does; nobody writes text in it.
  if (startsWith(head, [0xff, 0xfe, 0, 0])) return undefined;
  const found = MARKS.find(([, mark]) => startsWith(head, mark));
  if (found === undefined) return undefined;
  return { encoding: found[0], length: found[1].length };
}

/** Whether the first bytes of a file are no text: they hold a NUL and no mark explains it. */
export function isBinary(head: Uint8Array): boolean {
  const mark = markOf(head);
  if (mark?.encoding.startsWith("utf-16") === true) return false;
  return head.includes(0);
}

/** Bytes as text, whatever they are. */
export interface Decoded {
  readonly text: string;
  readonly encoding: Encoding;
  readonly guess?: "latin-1" | "utf-8";
}

/**
 * Decodes text without its byte order mark.
 *
 * @param encoding As the mark says; `utf-8` where there is none.
 */
export function decode(bytes: Uint8Array, encoding: Encoding): Decoded {
  if (encoding === "utf-16le" || encoding === "utf-16be") {
    return { text: decoderOf(encoding).decode(bytes), encoding };
  }
  try {
    const decoder = new TextDecoder("utf-8", { fatal: true, ignoreBOM: true });
    return { text: decoder.decode(bytes), encoding };
  } catch {
    return guessed(bytes, encoding);
  }
}

/** No UTF-8: mostly UTF-8 with a flaw where other letters of it are right, else one byte a letter. */
function guessed(bytes: Uint8Array, encoding: Encoding): Decoded {
  const lossy = new TextDecoder("utf-8", { ignoreBOM: true }).decode(bytes);
  const isMostly = encoding === "utf-8-bom" ||
    /[\u0080-\ufffc\u{10000}-\u{10ffff}]/u.test(lossy);
  return isMostly
    ? { text: lossy, encoding: "unknown", guess: "utf-8" }
    : { text: fromLatin1(bytes), encoding: "unknown", guess: "latin-1" };
}

/** Whether a whole file is shown as Latin-1: no UTF-8, and nothing in it looks like UTF-8. */
export function isLatin1(bytes: Uint8Array): boolean {
  return markOf(bytes) === undefined &&
    !isBinary(bytes.subarray(0, HEAD_BYTES)) &&
    decode(bytes, "utf-8").guess === "latin-1";
}

/** The first character that Latin-1 has no byte for, as it is told. */
export function notLatin1(text: string): string | undefined {
  const found = /[^\0-\xff]/u.exec(text)?.[0];
  if (found === undefined) return undefined;
  const code = (found.codePointAt(0) ?? 0).toString(16).toUpperCase();
  return `"${found}" (U+${code.padStart(4, "0")})`;
}

function decoderOf(encoding: "utf-16le" | "utf-16be"): TextDecoder {
  return new TextDecoder(encoding, { ignoreBOM: true });
}

/** Writes text as a file of that encoding holds it, with its mark. */
export function encode(
  text: string,
  encoding: Encoding,
): Uint8Array<ArrayBuffer> {
  const marked = text.startsWith("\ufeff") ? text : `\ufeff${text}`;
  switch (encoding) {
    case "utf-16le":
      return utf16(marked, true);
    case "utf-16be":
      return utf16(marked, false);
    case "utf-8-bom":
      return new TextEncoder().encode(marked);
    default:
      return new TextEncoder().encode(text);
  }
}

function utf16(text: string, little: boolean): Uint8Array<ArrayBuffer> {
  const bytes = new Uint8Array(text.length * 2);
  const view = new DataView(bytes.buffer);
  for (let i = 0; i < text.length; i++) {
    view.setUint16(2 * i, text.charCodeAt(i), little);
  }
  return bytes;
}

const PIECE = 8 * 1024;

/** One character a byte: positions in the text are positions in the bytes. */
export function fromLatin1(bytes: Uint8Array): string {
  let text = "";
  for (let at = 0; at < bytes.length; at += PIECE) {
    text += String.fromCharCode(...bytes.subarray(at, at + PIECE));
  }
  return text;
}

/** The bytes of such a text. */
export function toLatin1(text: string): Uint8Array<ArrayBuffer> {
  const bytes = new Uint8Array(text.length);
  for (let i = 0; i < text.length; i++) bytes[i] = text.charCodeAt(i);
  return bytes;
}

/** How the lines of a text end. */
export function lineEndingsOf(text: string): LineEndings {
  let [lf, crlf, cr] = [0, 0, 0];
  for (let at = text.indexOf("\n"); at >= 0; at = text.indexOf("\n", at + 1)) {
    if (text[at - 1] === "\r") crlf++;
    else lf++;
  }
  if (text.includes("\r")) {
    cr = text.split("\r").length - 1 - crlf;
  }
  const kinds = [lf, crlf, cr].filter((count) => count > 0).length;
  if (kinds === 0) return "none";
  if (kinds > 1) return "mixed";
  return lf > 0 ? "lf" : crlf > 0 ? "crlf" : "cr";
}

/** Every line ends in CR LF, and none stands alone. */
export function toCrlf(text: string): string {
  return text.replaceAll("\r\n", "\n").replaceAll("\n", "\r\n");
}

function startsWith(bytes: Uint8Array, start: readonly number[]): boolean {
  return start.every((byte, i) => bytes[i] === byte);
}
