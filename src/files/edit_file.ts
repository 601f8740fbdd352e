// Copyright 2026 the airg authors. Apache-2.0 license.

/**
 * Changes parts of a file: all edits or none, and only of the file that was read.
 *
 * @module
 */

import type { EditAction } from "../action/action.ts";
import type { Outcome } from "../action/outcome.ts";
import type { OpenFolder } from "../platform/open_folder.ts";
import { diffOf, editBytes, MAX_EDIT_BYTES } from "./edit_bytes.ts";
import { checkExpected } from "./expect.ts";
import { failed, type FileFailed } from "./failure.ts";
import { folderOf, type Hands, nameOf, notPlain, openFile } from "./hands.ts";
import { mayWrite } from "./may_write.ts";
import { putContent } from "./put_content.ts";
import { readUpTo } from "./read_bytes.ts";
import { isExpected, ownerOf } from "./write_file.ts";

/** Makes the edits. */
export function editFile(
  hands: Hands,
  path: string,
  action: EditAction,
): Outcome {
  using folder = hands.folders.open(folderOf(path));
  const name = nameOf(path);
  const planned = planEdit(hands, folder, path, action);
  if ("kind" in planned) return planned;
  const { before, bytes, existing, replacements } = planned;
  // What fails must fail before anything is changed.
  const diff = diffOf(action.path, before, bytes);
  const kept = putContent(hands, folder, name, {
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
    operations: action.edits.length,
    bytes: bytes.length,
    diff,
    ...(kept.length > 0 && { kept }),
  };
}

/** Why the edits cannot be made, as far as that is known before anything is changed. */
export function whyNotEdited(
  hands: Hands,
  path: string,
  action: EditAction,
): Outcome | undefined {
  using folder = hands.folders.open(folderOf(path));
  const planned = planEdit(hands, folder, path, action);
  return "kind" in planned ? planned : undefined;
}

/** What an edit would put there. */
interface Planned {
  readonly existing: Deno.FileInfo;
  readonly before: Uint8Array<ArrayBuffer>;
  readonly bytes: Uint8Array<ArrayBuffer>;
  readonly replacements: number;
}

function planEdit(
  hands: Hands,
  folder: OpenFolder,
  path: string,
  { edits }: EditAction,
): Planned | FileFailed {
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
  return { existing, before, bytes, replacements };
}

function tooLarge(): FileFailed {
  return failed(
    "too-large",
    `Files of more than ${MAX_EDIT_BYTES} bytes are not edited; a command such as \`sed -i\` can`,
  );
}

function contentOf(
  hands: Hands,
  folder: OpenFolder,
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

function isEqual(a: Uint8Array, b: Uint8Array | undefined): boolean {
  if (b === undefined || a.length !== b.length) return false;
  for (let i = 0; i < a.length; i++) if (a[i] !== b[i]) return false;
  return true;
}
