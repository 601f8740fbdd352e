// Copyright 2026 the airg authors. Apache-2.0 license.

/**
 * Changes parts of a file: all edits or none, and only of the file that was read.
 *
 * @module
 */

import type { EditAction } from "../action/action.ts";
import type { Encoding, Outcome } from "../action/outcome.ts";
import type { Result } from "../base/result.ts";
import { textDiff } from "../changes/text_diff.ts";
import { applyEdits, type Edited, type NoEdit } from "./apply_edits.ts";
import { checkExpected } from "./expect.ts";
import { failed } from "./failure.ts";
import { folderOf, type Hands, nameOf, notPlain, openFile } from "./hands.ts";
import { mayWrite } from "./may_write.ts";
import { putContent } from "./put_content.ts";
import { readUpTo } from "./read_bytes.ts";
import {
  decode,
  encode,
  fromLatin1,
  isBinary,
  markOf,
  toLatin1,
} from "./text.ts";
import { isExpected, ownerOf } from "./write_file.ts";

/** Bytes of a file that can be edited, before and after. */
export const MAX_EDIT_BYTES = 10 * 1024 * 1024;
/** Characters of a difference that are given. */
const MAX_DIFF = 64 * 1024;

/** Makes the edits. */
export function editFile(
  hands: Hands,
  path: string,
  { edits, path: shown }: EditAction,
): Outcome {
  using folder = hands.folders.open(folderOf(path));
  const name = nameOf(path);
  const at = `${folder.at}/${name}`;
  const existing = hands.entries.look(at);
  if (existing === undefined) {
    return failed("not-found", "There is no such file; write_file makes one");
  }
  if (!existing.isFile) throw notPlain(existing);
  const before = contentOf(hands, folder, name);
  if (before === undefined) return tooLarge();
  checkExpected(hands, path, at, existing);
  const done = editBytes(before, edits);
  if (!done.ok) return failed(done.error.why, done.error.message);
  const { bytes, replacements } = done.value;
  if (isEqual(before, bytes)) {
    return failed("no-match", "No changes made: the new text is the old one");
  }
  if (bytes.length > MAX_EDIT_BYTES) return tooLarge();
  mayWrite(hands, existing);
  putContent(hands, folder, name, {
    bytes,
    mode: (existing.mode ?? 0o644) & 0o777,
    owner: ownerOf(hands, existing),
    replaces: existing,
    isSame: (old) =>
      isEqual(before, contentAt(hands, old)) && isExpected(hands, path, old),
  });
  return {
    kind: "edited",
    replacements,
    operations: edits.length,
    bytes: bytes.length,
    diff: diffOf(shown, before, bytes),
  };
}

function tooLarge(): Outcome {
  return failed(
    "too-large",
    `Files of more than ${MAX_EDIT_BYTES} bytes are not edited; a command such as \`sed -i\` can`,
  );
}

function contentOf(
  hands: Hands,
  folder: Parameters<typeof openFile>[1],
  name: string,
): Uint8Array<ArrayBuffer> | undefined {
  using file = openFile(hands, folder, name);
  const bytes = readUpTo(file, MAX_EDIT_BYTES + 1);
  return bytes.length > MAX_EDIT_BYTES ? undefined : bytes;
}

function contentAt(
  { files }: Hands,
  at: string,
): Uint8Array<ArrayBuffer> | undefined {
  using file = files.open(at);
  return file && readUpTo(file, MAX_EDIT_BYTES + 1);
}

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
    return within(applyEdits(decodedUtf16(before, mark.encoding), edits), {
      toBytes: (text) => encode(text, mark.encoding),
    });
  }
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
  const body = textDiff(shownText(before), shownText(after)).join("\n");
  const cut = body.length <= MAX_DIFF
    ? body
    : `${body.slice(0, MAX_DIFF)}\n(cut: there is more)`;
  return `--- a/${path}\n+++ b/${path}\n${cut}\n`;
}

function shownText(bytes: Uint8Array): string {
  const mark = markOf(bytes);
  return isBinary(bytes.subarray(0, 64))
    ? fromLatin1(bytes)
    : decode(bytes.subarray(mark?.length ?? 0), mark?.encoding ?? "utf-8").text;
}

function isEqual(a: Uint8Array, b: Uint8Array | undefined): boolean {
  if (b === undefined || a.length !== b.length) return false;
  for (let i = 0; i < a.length; i++) if (a[i] !== b[i]) return false;
  return true;
}
