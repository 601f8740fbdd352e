// Copyright 2026 the airg authors. Apache-2.0 license.

/**
 * Names of any bytes as text, and back.
 *
 * A byte that is no UTF-8 stands in the text as U+DC80 to U+DCFF (Python's
 * surrogateescape, PEP 383), so that no two names become the same.
 *
 * @module
 */

const decoder = new TextDecoder("utf-8", { fatal: true, ignoreBOM: true });
const encoder = new TextEncoder();
const ESCAPE_REGEXP = /[\udc80-\udcff]/;

/** The text of a name. */
export function nameOfBytes(bytes: Uint8Array): string {
  try {
    return decoder.decode(bytes);
  } catch {
    return escaped(bytes);
  }
}

/** The bytes of a name or path. */
export function bytesOfName(name: string): Uint8Array<ArrayBuffer> {
  if (!ESCAPE_REGEXP.test(name)) return encoder.encode(name);
  const parts: number[] = [];
  for (const char of name) {
    const code = char.charCodeAt(0);
    if (char.length === 1 && code >= 0xdc80 && code <= 0xdcff) {
      parts.push(code - 0xdc00);
    } else parts.push(...encoder.encode(char));
  }
  return new Uint8Array(parts);
}

/** Whether a text stands for bytes that are no UTF-8. */
export function isByteName(name: string): boolean {
  return ESCAPE_REGEXP.test(name);
}

/** Byte by byte: what makes a character is one, what does not is escaped. */
function escaped(bytes: Uint8Array): string {
  let text = "";
  for (let at = 0; at < bytes.length;) {
    const first = bytes[at] ?? 0;
    const length = first < 0x80 ? 1 : first < 0xe0 ? 2 : first < 0xf0 ? 3 : 4;
    try {
      text += decoder.decode(bytes.subarray(at, at + length));
      at += length;
    } catch {
      text += String.fromCharCode(0xdc00 + first);
      at++;
    }
  }
  return text;
}
