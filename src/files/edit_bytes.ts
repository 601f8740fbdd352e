// Copyright 2026 the airg authors. Apache-2.0 license.

/**
 * Edits of a file's bytes, and their difference (pure). What no edit names stays
 * as it is, text or not; what one names is read as `read_file` shows it.
 *
 * @module
 */

import type { EditAction } from "../action/action.ts";
import type { Encoding } from "../action/outcome.ts";
import { fail, type Result } from "../base/result.ts";
import { textDiff } from "../changes/text_diff.ts";
import { applyEdits, type Edited, type NoEdit } from "./apply_edits.ts";
import {
  decode,
  encode,
  fromLatin1,
  isBinary,
  isLatin1,
  markOf,
  notLatin1,
  toLatin1,
} from "./text.ts";

/** Bytes of a file that can be edited, before and after. */
export const MAX_EDIT_BYTES = 10 * 1024 * 1024;
/** Characters of a difference that are given. */
const MAX_DIFF = 64 * 1024;

/** Bytes after the edits; what no edit names stays as it is, text or not. */
export function editBytes(
  before: Uint8Array<ArrayBuffer>,
  edits: EditAction["edits"],
): Result<
  { readonly bytes: Uint8Array<ArrayBuffer>; readonly replacements: number },
  NoEdit
> {
  const mark = markOf(before);
  if (mark?.encoding.startsWith("utf-16") === true && before.length % 2 === 0) {
    const text = decodedUtf16(before, mark.encoding);
    return within(applyEdits(text, edits, MAX_EDIT_BYTES / 2), {
      toBytes: (text) => encode(text, mark.encoding),
    });
  }
  if (isLatin1(before)) return editLatin1(before, edits);
  // As bytes: positions in what is no UTF-8 stay what they are.
  const start = mark?.encoding === "utf-8-bom" ? mark.length : 0;
  const head = fromLatin1(before.subarray(0, start));
  const asBytes = edits.map(({ newText, oldText, ...rest }) => ({
    ...rest,
    oldText: inBytes(oldText),
    newText: inBytes(newText),
  }));
  const done = applyEdits(
    fromLatin1(before.subarray(start)),
    asBytes,
    MAX_EDIT_BYTES,
  );
  return within(done, { toBytes: (text) => toLatin1(head + text) });
}

/** A file that is shown as Latin-1 stays Latin-1, and old text is looked for as it was shown. */
function editLatin1(
  before: Uint8Array<ArrayBuffer>,
  edits: EditAction["edits"],
): ReturnType<typeof editBytes> {
  for (const [index, { newText }] of edits.entries()) {
    const foreign = notLatin1(newText);
    if (foreign === undefined) continue;
    const where = edits.length === 1 ? "" : `Edit ${index + 1}: `;
    return fail({
      why: "failed",
      message:
        `${where}new_text holds ${foreign}, which the file's encoding (read_file shows it as Latin-1) has no byte for; nothing was changed. write_file makes it UTF-8`,
    });
  }
  const done = applyEdits(fromLatin1(before), edits, MAX_EDIT_BYTES);
  return within(done, { toBytes: toLatin1 });
}

function within(
  done: Result<Edited, NoEdit>,
  { toBytes }: { readonly toBytes: (text: string) => Uint8Array<ArrayBuffer> },
): ReturnType<typeof editBytes> {
  if (!done.ok) return done;
  const { replacements, text } = done.value;
  return { ok: true, value: { bytes: toBytes(text), replacements } };
}

/** Code unit by code unit, so that half characters survive. */
function decodedUtf16(bytes: Uint8Array, encoding: Encoding): string {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.length);
  const units: string[] = [];
  for (let at = 2; at < bytes.length; at += 2) {
    units.push(
      String.fromCharCode(view.getUint16(at, encoding === "utf-16le")),
    );
  }
  return units.join("");
}

function inBytes(text: string): string {
  return fromLatin1(new TextEncoder().encode(text));
}

/** The difference of two contents as `diff -u` shows it, cut at a limit. */
export function diffOf(
  path: string,
  before: Uint8Array,
  after: Uint8Array,
): string {
  const body = differenceOf(before, after).join("\n");
  const cut = body.length <= MAX_DIFF
    ? body
    : `${body.slice(0, MAX_DIFF)}\n(cut: there is more)`;
  return `--- a/${path}\n+++ b/${path}\n${cut}\n`;
}

/** Lines of a unified diff without its two header lines. */
export function differenceOf(before: Uint8Array, after: Uint8Array): string[] {
  return textDiff(shownText(before), shownText(after));
}

function shownText(bytes: Uint8Array): string {
  const mark = markOf(bytes);
  return isBinary(bytes.subarray(0, 64))
    ? fromLatin1(bytes)
    : decode(bytes.subarray(mark?.length ?? 0), mark?.encoding ?? "utf-8").text;
}
