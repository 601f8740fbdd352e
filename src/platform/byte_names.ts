// Copyright 2026 the airg authors. Apache-2.0 license.

/**
 * Names of any bytes as text, and back.
 *
 * Deno puts U+FFFD for a byte that is no UTF-8, and the name is lost. Here such
 * a byte stands as U+DC80 to U+DCFF, as in Python (surrogateescape, PEP 383),
 * so that no two names become the same.
 *
 * @module
 */

const STRICT = new TextDecoder("utf-8", { fatal: true, ignoreBOM: true });
const ENCODER = new TextEncoder();
/** U+DC00; a byte from 0x80 on is added to it. */
const ESCAPE = 0xdc00;
/** With `u`, half of a pair is no match: an escape stands alone. */
const ESCAPED_REGEXP = /[\udc80-\udcff]|[^\udc80-\udcff]+/gu;

/** Text for the bytes of a name. */
export function nameOfBytes(bytes: Uint8Array): string {
  return decoded(bytes) ?? escaped(bytes);
}

/** The bytes that the text of a name or path stands for. */
export function bytesOfName(name: string): Uint8Array<ArrayBuffer> {
  if (name.isWellFormed()) return ENCODER.encode(name);
  const parts = [...name.matchAll(ESCAPED_REGEXP)].map(([part]) => {
    const code = part.charCodeAt(0);
    return part.length === 1 && code >= 0xdc80 && code <= 0xdcff
      ? Uint8Array.of(code - ESCAPE)
      : ENCODER.encode(part);
  });
  const whole = new Uint8Array(
    parts.reduce((sum, { length }) => sum + length, 0),
  );
  let at = 0;
  for (const part of parts) {
    whole.set(part, at);
    at += part.length;
  }
  return whole;
}

/** Whether a text stands for bytes that are no UTF-8. */
export function isByteName(name: string): boolean {
  return !name.isWellFormed();
}

function decoded(bytes: Uint8Array): string | undefined {
  try {
    return STRICT.decode(bytes);
  } catch (error) {
    if (error instanceof TypeError) return undefined;
    throw error;
  }
}

function escaped(bytes: Uint8Array): string {
  let text = "";
  for (let at = 0; at < bytes.length;) {
    const length = lengthBy(bytes[at]!);
    const character = length === 0 || at + length > bytes.length
      ? undefined
      : decoded(bytes.subarray(at, at + length));
    text += character ?? String.fromCharCode(ESCAPE + bytes[at]!);
    at += character === undefined ? 1 : length;
  }
  return text;
}

/** Bytes of a character that starts so; 0: none does. */
function lengthBy(byte: number): number {
  if (byte < 0x80) return 1;
  if (byte < 0xc2) return 0;
  if (byte < 0xe0) return 2;
  if (byte < 0xf0) return 3;
  return byte < 0xf5 ? 4 : 0;
}
