// Copyright 2026 the airg authors. Apache-2.0 license.

/**
 * The file beside the log that says where the log ends.
 *
 * A chain whose last lines were cut off is still a chain; only somebody who
 * remembers the end can tell. Written after each append, under the log's lock.
 * Whoever can remove this file too leaves no trace here: against that, the
 * last hash has to be kept on another machine.
 *
 * @module
 */

import type { Files, OpenFile } from "../platform/files.ts";
import type { Head } from "./chain.ts";

/** What the head file says. */
export type Remembered =
  | { readonly kind: "none" }
  | { readonly kind: "damaged" }
  | { readonly kind: "head"; readonly head: Head };

/** Bytes that a head file has at most: the largest number and a hash. */
const MAX_BYTES = 128;
const HEAD_REGEXP = /^\{"seq":(\d{1,16}),"hash":"([0-9a-f]{64})"\}\n$/;

/** Path of the head file of a log. */
export function headPath(logPath: string): string {
  return `${logPath}.head`;
}

/** Reads what a head file says. */
export function readHead(text: string): Remembered {
  if (text === "") return { kind: "none" };
  const match = HEAD_REGEXP.exec(text);
  if (match?.[1] === undefined || match[2] === undefined) {
    return { kind: "damaged" };
  }
  return { kind: "head", head: { seq: Number(match[1]), hash: match[2] } };
}

/** Makes the text of a head file. */
function headText({ seq, hash }: Head): string {
  return `${JSON.stringify({ seq, hash })}\n`;
}

/**
 * Why the end of a log cannot be what was written last, or `undefined`.
 *
 * A head that is behind is what a crash between the two writes leaves.
 */
export function missing(remembered: Remembered, end: Head): string | undefined {
  if (remembered.kind !== "head") return undefined;
  const { seq, hash } = remembered.head;
  if (seq > end.seq) {
    return `the log ended at record ${end.seq}, but record ${seq} had been written`;
  }
  return seq === end.seq && hash !== end.hash
    ? `record ${seq} is not the one that had been written`
    : undefined;
}

/** An open head file. */
export interface HeadFile {
  readonly remembered: Remembered;
  /** Writes a new head; on failure the old text is put back if that can be. */
  readonly write: (head: Head) => void;
  readonly close: () => void;
}

/** Opens the head file of a log, whose lock the caller has. */
export function openHead(logPath: string, files: Files): HeadFile {
  const file = files.open(headPath(logPath), {
    read: true,
    write: true,
    create: true,
    mode: 0o600,
  });
  try {
    const before = file.read(0, MAX_BYTES);
    return {
      remembered: readHead(new TextDecoder().decode(before)),
      write(head) {
        try {
          replace(file, new TextEncoder().encode(headText(head)));
        } catch (error) {
          replace(file, before);
          throw error;
        }
      },
      close: file.close,
    };
  } catch (error) {
    file.close();
    throw error;
  }
}

function replace(file: OpenFile, bytes: Uint8Array): void {
  file.write(0, bytes);
  file.truncate(bytes.length);
}
