// Copyright 2026 the airg authors. Apache-2.0 license.

/**
 * The launcher's instruction form: records of `key length:value`.
 *
 * The form is described in `launcher/README.md`; `launcher --check FILE` is its
 * other reader. Values are length-checked bytes, so no path or argument can
 * break out of its record.
 *
 * @module
 */

/** One record; a value is text (written as UTF-8) or raw bytes. */
export type InstructionRecord = readonly [
  key: string,
  value: string | Uint8Array,
];

/** Bytes that an instruction may hold at most; the launcher refuses more. */
const MAX_INSTRUCTION_BYTES = 4 * 1024 * 1024;

/**
 * Writes records in the launcher's form, with the closing `end`.
 *
 * @throws {RangeError} If a key is not lower case and hyphens, a text value
 * holds a NUL or a lone surrogate, or the whole is larger than the launcher
 * reads: a shortened instruction would be a different one.
 */
export function instructionBytes(
  records: readonly InstructionRecord[],
): Uint8Array<ArrayBuffer> {
  const encoder = new TextEncoder();
  const parts: Uint8Array[] = [];
  for (const [key, value] of [...records, ["end", ""] as const]) {
    const bytes = typeof value === "string"
      ? encoder.encode(checkedText(key, value))
      : value;
    parts.push(encoder.encode(`${checkedKey(key)} ${bytes.length}:`));
    parts.push(bytes, encoder.encode("\n"));
  }
  const body = concat(parts);
  const whole = concat([
    encoder.encode(`airg-launch 1 ${body.length}\n`),
    body,
  ]);
  if (whole.length > MAX_INSTRUCTION_BYTES) {
    throw new RangeError(
      `Cannot write the instruction: it has ${whole.length} bytes, at most ${MAX_INSTRUCTION_BYTES} are read`,
    );
  }
  return whole;
}

function checkedKey(key: string): string {
  if (!/^[a-z][a-z-]*$/.test(key)) {
    throw new RangeError(`Cannot write the instruction: bad key "${key}"`);
  }
  return key;
}

function checkedText(key: string, value: string): string {
  if (value.includes("\0")) {
    throw new RangeError(`Cannot write the instruction: NUL in "${key}"`);
  }
  // TextEncoder would turn half a surrogate pair into another character.
  if (!value.isWellFormed()) {
    throw new RangeError(
      `Cannot write the instruction: lone surrogate in "${key}"`,
    );
  }
  return value;
}

function concat(parts: readonly Uint8Array[]): Uint8Array<ArrayBuffer> {
  const whole = new Uint8Array(parts.reduce((n, part) => n + part.length, 0));
  let at = 0;
  for (const part of parts) {
    whole.set(part, at);
    at += part.length;
  }
  return whole;
}
