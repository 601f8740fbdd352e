// Copyright 2026 the airg authors. Apache-2.0 license.

/**
 * The hash chain over log lines (pure).
 *
 * A line holds its number, the hash of the line before, and its own hash: the
 * SHA-256 of its one byte form (RFC 8785) without `hash`. So a line that is
 * changed, removed, repeated, moved or inserted breaks the chain where it
 * stands. Lines cut off at the end leave a whole chain: see `head.ts`.
 *
 * @module
 */

import { canonicalJson } from "../base/canonical_json.ts";
import { sha256Hex } from "../base/digest.ts";
import type { Fields } from "./record.ts";

/** The end of a chain. */
export interface Head {
  readonly seq: number;
  readonly hash: string;
}

/** What comes before the first line. */
export const EMPTY: Head = { seq: 0, hash: "0".repeat(64) };

/** Forgiving, two spellings would read the same: a byte order mark, a broken U+FFFD. */
const STRICT = new TextDecoder("utf-8", { fatal: true, ignoreBOM: true });

/** One line of a log, without the newline, and the head after it. */
export interface Linked {
  readonly line: string;
  readonly head: Head;
}

/**
 * Makes the line that follows `head`.
 *
 * @param time ISO 8601, UTC, with milliseconds.
 */
export function link(head: Head, time: string, fields: Fields): Linked {
  const body = { ...fields, seq: head.seq + 1, time, prev: head.hash };
  const hash = sha256Hex(canonicalJson(body));
  return {
    line: canonicalJson({ ...body, hash }),
    head: { seq: body.seq, hash },
  };
}

/** A line that was read back. */
export type ReadLine =
  | {
    readonly ok: true;
    readonly head: Head;
    readonly prev: string;
    readonly fields: Readonly<Record<string, unknown>>;
  }
  | { readonly ok: false; readonly why: string };

/** Reads one line, as its bytes without the newline, and checks it by itself. */
export function readBytes(bytes: Uint8Array): ReadLine {
  let text: string;
  try {
    text = STRICT.decode(bytes);
  } catch (error) {
    if (!(error instanceof TypeError)) throw error;
    return { ok: false, why: "it is not UTF-8" };
  }
  return readLine(text);
}

/** Reads one line and checks it by itself. */
export function readLine(line: string): ReadLine {
  let json: unknown;
  try {
    json = JSON.parse(line);
  } catch (error) {
    if (!(error instanceof SyntaxError)) throw error;
    return { ok: false, why: "it is not JSON" };
  }
  if (typeof json !== "object" || json === null || Array.isArray(json)) {
    return { ok: false, why: "it is not a record" };
  }
  const fields = json as Readonly<Record<string, unknown>>;
  const { hash, ...body } = fields;
  const { seq, prev } = body;
  if (
    typeof hash !== "string" || typeof prev !== "string" ||
    typeof seq !== "number"
  ) return { ok: false, why: "it has no seq, prev and hash" };
  // The byte form, too: a doubled key or a blank would read the same.
  if (canonicalJson(fields) !== line) {
    return { ok: false, why: "its spelling was changed" };
  }
  if (sha256Hex(canonicalJson(body)) !== hash) {
    return { ok: false, why: "its content does not fit its hash" };
  }
  return { ok: true, head: { seq, hash }, prev, fields };
}

/** Whether a line may follow `head`; the reason it may not. */
export function follows(
  head: Head,
  line: ReadLine & { readonly ok: true },
): string | undefined {
  if (line.head.seq !== head.seq + 1) {
    return `it has number ${line.head.seq}, ${head.seq + 1} was due`;
  }
  return line.prev === head.hash
    ? undefined
    : "it does not follow the line before";
}
