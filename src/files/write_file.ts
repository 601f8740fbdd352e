// Copyright 2026 the airg authors. Apache-2.0 license.

/**
 * Writes a file whole: in one step, with the mode, owner, byte order mark,
 * encoding and line ends of what it replaces.
 *
 * @module
 */

import type { WriteAction } from "../action/action.ts";
import type { Outcome } from "../action/outcome.ts";
import type { OpenFolder } from "../platform/open_folder.ts";
import { checkExpected } from "./expect.ts";
import { FileProblem } from "./failure.ts";
import { folderOf, type Hands, nameOf, notPlain, openFile } from "./hands.ts";
import { openMade } from "./make_folders.ts";
import { mayChange, mayWrite } from "./may_write.ts";
import { putContent } from "./put_content.ts";
import { readUpTo } from "./read_bytes.ts";
import {
  decode,
  encode,
  fromLatin1,
  isBinary,
  isLatin1,
  lineEndingsOf,
  markOf,
  notLatin1,
  toCrlf,
  toLatin1,
} from "./text.ts";

/** A project's files are not private to the user. */
const NEW_FILE_MODE = 0o644;
/** Bytes of the old file that are looked at for its line ends. */
const MAX_LOOKED_BYTES = 16 * 1024 * 1024;

/** Writes what the action says. */
export function writeFile(
  hands: Hands,
  path: string,
  { content }: WriteAction,
): Outcome {
  using folder = openMade(hands, folderOf(path));
  try {
    return writeIn(hands, folder, path, content);
  } catch (error) {
    folder.unmake();
    throw error;
  }
}

function writeIn(
  hands: Hands,
  folder: OpenFolder,
  path: string,
  content: string,
): Outcome {
  const name = nameOf(path);
  const at = `${folder.at}/${name}`;
  const existing = hands.entries.look(at);
  if (existing !== undefined && !existing.isFile) throw notPlain(existing);
  checkExpected(hands, path, at, existing);
  if (existing === undefined) mayChange(hands, folder.at);
  else mayWrite(hands, existing);
  const { bytes, kept: fitting } = existing === undefined
    ? { bytes: new TextEncoder().encode(content), kept: [] }
    : fitted(hands, content, folder, name);
  const notes = putContent(hands, folder, name, {
    bytes,
    mode: (existing?.mode ?? NEW_FILE_MODE) & 0o777,
    owner: ownerOf(hands, existing),
    replaces: existing,
    isSame: (old) => isExpected(hands, path, old),
  });
  const kept = [...fitting, ...notes];
  return {
    kind: "written",
    bytes: bytes.length,
    created: existing === undefined,
    ...(kept.length > 0 && { kept }),
  };
}

/** Why it cannot be replaced, as far as that is known before anything is changed. */
export function whyNotWritten(
  hands: Hands,
  path: string,
): Outcome | undefined {
  const existing = hands.entries.look(path);
  if (existing === undefined) return undefined;
  if (!existing.isFile) return notPlain(existing).outcome;
  mayWrite(hands, existing);
  return undefined;
}

/** What was saved is looked at again under its other name. */
export function isExpected(hands: Hands, path: string, old: string): boolean {
  try {
    checkExpected(hands, path, old, hands.entries.look(old));
    return true;
  } catch (error) {
    if (error instanceof FileProblem) return false;
    throw error;
  }
}

/** Whose the file is afterwards: whose it was, or whose the workspace is. */
export function ownerOf(
  { profile }: Hands,
  existing: Deno.FileInfo | undefined,
): { readonly uid: number; readonly gid: number } | undefined {
  const { gid, uid } = existing ?? {};
  if (typeof uid === "number" && typeof gid === "number") return { uid, gid };
  return Deno.uid() === 0 ? profile.owner : undefined;
}

/** The content with the mark, the encoding and the line ends of the file that is there. */
function fitted(
  hands: Hands,
  content: string,
  folder: Parameters<typeof openFile>[1],
  name: string,
): { readonly bytes: Uint8Array<ArrayBuffer>; readonly kept: string[] } {
  using file = openFile(hands, folder, name);
  const old = readUpTo(file, MAX_LOOKED_BYTES);
  const mark = markOf(old);
  const text = isBinary(old)
    ? ""
    : mark?.encoding.startsWith("utf-16") === true
    ? new TextDecoder(mark.encoding).decode(old)
    : fromLatin1(old);
  const toKeep = lineEndingsOf(text) === "crlf" &&
    content.includes("\n") && !content.includes("\r");
  const fitting = toKeep ? toCrlf(content) : content;
  const { bytes, kept } = mark !== undefined
    ? { bytes: encode(fitting, mark.encoding), kept: asBefore(mark.encoding) }
    : old.length < MAX_LOOKED_BYTES && isLatin1(old)
    ? asLatin1(fitting)
    : { bytes: encode(fitting, "utf-8"), kept: [] };
  return {
    bytes,
    kept: [...(toKeep ? ["Its lines end in CR LF, as before"] : []), ...kept],
  };
}

/** As far as it can hold the content, and would be read so again. */
function asLatin1(
  content: string,
): { readonly bytes: Uint8Array<ArrayBuffer>; readonly kept: string[] } {
  const foreign = notLatin1(content);
  const bytes = toLatin1(content);
  if (foreign === undefined && decode(bytes, "utf-8").text === content) {
    return { bytes, kept: asBefore("latin-1") };
  }
  const why = foreign === undefined
    ? "it would be taken for UTF-8"
    : `that has no ${foreign}`;
  return {
    bytes: encode(content, "utf-8"),
    kept: [`It was Latin-1 before and is UTF-8 now, because ${why}`],
  };
}

function asBefore(encoding: string): string[] {
  return [`It is ${NAMES[encoding] ?? encoding}, as before`];
}

const NAMES: Readonly<Record<string, string>> = {
  "latin-1": "Latin-1",
  "utf-8-bom": "UTF-8 with a byte order mark",
  "utf-16le": "UTF-16 (little end first)",
  "utf-16be": "UTF-16 (big end first)",
};
