// Copyright 2026 the airg authors. Apache-2.0 license.

/**
 * What the files of a workspace were when their content was taken in, so that
 * the next airg need not read those that are as they were.
 *
 * A hint: without it they are read again. It is signed, since what it says is
 * believed.
 *
 * @module
 */

import { sha256Hex } from "../base/digest.ts";
import type { RawInfo } from "../platform/raw_tree.ts";
import type { KeyRing } from "../store/approvals/keys.ts";
import { seal, unseal } from "../store/approvals/seal.ts";
import { type Disk, freshName } from "./disk.ts";
import type { BackupPlace } from "./place.ts";

/** What a file was. */
export type Known = Pick<RawInfo, "identity" | "stamp" | "size"> & {
  readonly sha256: string;
};

/** By path. */
export type KnownFiles = Map<string, Known>;

/** Files of one workspace that are remembered. */
const MOST = 4_000;
/** Bytes of such a file. */
const MOST_TEXT = 4 * 1024 * 1024;

interface Site {
  readonly place: BackupPlace;
  readonly keys: KeyRing;
}

interface Written {
  readonly workspace: string;
  readonly files: readonly (readonly [
    path: string,
    identity: string,
    stamp: string,
    size: number,
    sha256: string,
  ])[];
}

/** Reads them; none where there is nothing that can be relied on. */
export function readKnown(site: Site, workspace: string): KnownFiles {
  const written = readWritten(site, pathOf(site.place, workspace));
  const files = written?.workspace === workspace ? written.files : [];
  return new Map(
    files.map(([path, identity, stamp, size, sha256]) => [
      path,
      { identity, stamp, size, sha256 },
    ]),
  );
}

/** Writes them; not waited for. */
export function writeKnown(
  { disk, keys, place }: Site & { readonly disk: Disk },
  workspace: string,
  known: KnownFiles,
): void {
  const files = [...known].slice(-MOST).map((
    [path, { identity, sha256, size, stamp }],
  ) => [path, identity, stamp, size, sha256] as const);
  const content: Written = { workspace, files };
  const { body, key, mac } = seal(keys, "known", content);
  if (body.length > MOST_TEXT) return;
  const fresh = `${place.temporary}/${freshName()}`;
  {
    using file = disk.create(fresh);
    disk.write(file, new TextEncoder().encode(`${key} ${mac}\n${body}`));
  }
  disk.rename(fresh, pathOf(place, workspace));
}

/** The hash of a file that is as it was when it was hashed. */
export function hashIfSame(
  known: Known | undefined,
  { identity, size, stamp }: RawInfo,
): string | undefined {
  const same = known?.identity === identity && known.stamp === stamp &&
    known.size === size;
  return same ? known.sha256 : undefined;
}

/** What the hints of all workspaces are about. */
export interface Hints {
  /** Hashes of the younger ones. */
  readonly hashes: ReadonlySet<string>;
  /** Names of the files that are older, or none of airg's. */
  readonly old: readonly string[];
}

/** Reads all hints. @param since Milliseconds since the Unix epoch. */
export function readHints(site: Site, since: number): Hints {
  const hashes = new Set<string>();
  const old: string[] = [];
  for (const name of namesIn(site.place.known)) {
    const path = `${site.place.known}/${name}`;
    const written = readWritten(site, path);
    const at = Deno.lstatSync(path).mtime?.getTime() ?? 0;
    if (written === undefined || at < since) old.push(name);
    else for (const [, , , , sha256] of written.files) hashes.add(sha256);
  }
  return { hashes, old };
}

function pathOf({ known }: BackupPlace, workspace: string): string {
  return `${known}/${sha256Hex(workspace)}`;
}

function readWritten({ keys }: Site, path: string): Written | undefined {
  const text = readIfThere(path);
  if (text === undefined || text.length > MOST_TEXT) return undefined;
  const [head = "", body = ""] = text.split("\n", 2);
  const [key = "", mac = ""] = head.split(" ");
  return unseal<Written>(keys, "known", { key: Number(key), mac, body });
}

function readIfThere(path: string): string | undefined {
  try {
    return Deno.readTextFileSync(path);
  } catch (error) {
    if (error instanceof Deno.errors.NotFound) return undefined;
    throw error;
  }
}

function namesIn(folder: string): string[] {
  try {
    return [...Deno.readDirSync(folder)].map(({ name }) => name).sort();
  } catch (error) {
    if (error instanceof Deno.errors.NotFound) return [];
    throw error;
  }
}
