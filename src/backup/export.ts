// Copyright 2026 the airg authors. Apache-2.0 license.

/**
 * Writes an event out in Runtime Guard's form, with the sealed manifest beside
 * it, which says more.
 *
 * @module
 */

import { openRawTree, type RawTree } from "../platform/raw_tree.ts";
import type { BackupEntry, Saved } from "./event.ts";
import { type GuardItem, guardName, signItem } from "./guard_form.ts";
import { readThrough } from "./content.ts";
import { objectPath } from "./objects.ts";
import type { OpenStore } from "./open_store.ts";
import { lockBackups } from "./place.ts";
import { BackupError, type StoredEvent } from "./store.ts";

/** One folder that was written. */
export interface Exported {
  readonly folder: string;
  readonly items: number;
}

const README = `What airg saved before an action changed it, as plain files.

manifest.json has Runtime Guard's form: source is where each was, backup is its
copy here, sha256 is of its content. airg-manifest.json has the rest: modes,
owners, times, and what the action left.

Runtime Guard itself does not restore from here: it takes only items that its
own key signed, and these are signed with airg's. It also knows the types file
and directory only, and not symlink. Use \`airg backup import\` on this folder, or
copy the files by hand.
`;

/** Bytes of a name below which no path gets too long for the system. */
const LONG = 3_000;

/**
 * Exports one event to a new folder in `target`.
 *
 * @param target Absolute; only the caller's user writes there.
 * @throws {BackupError} Where content is gone, or the folder is there already.
 */
export async function exportEvent(
  store: OpenStore,
  { event, folder, damaged }: StoredEvent,
  target: string,
): Promise<Exported> {
  const name = guardName(event.at, event.id);
  const place = `${target}/${name}`;
  if (damaged) {
    throw new BackupError(
      `Cannot export ${folder}: its MAC does not hold`,
      folder,
      "run `airg backup verify`",
    );
  }
  using _lock = await lockBackups(store.place, "shared");
  await makeNew(place);
  using tree = openRawTree();
  const items: GuardItem[] = [];
  for (const entry of event.entries) {
    const item = await exportEntry(store, tree, entry, {
      place,
      inside: insideOf(entry.path, event.workspace),
    });
    if (item === undefined) continue;
    items.push({ ...item, manifest_sig: signItem(store.keys, item) });
  }
  await writeNew(
    `${place}/manifest.json`,
    `${JSON.stringify(items, null, 2)}\n`,
  );
  await writeNew(`${place}/airg-README.txt`, README);
  await Deno.copyFile(
    `${store.place.events}/${folder}/manifest.json`,
    `${place}/airg-manifest.json`,
  );
  return { folder: place, items: items.length };
}

async function makeNew(path: string): Promise<void> {
  try {
    await Deno.mkdir(path, { mode: 0o700 });
  } catch (error) {
    if (!(error instanceof Deno.errors.AlreadyExists)) throw error;
    throw new BackupError(
      `Cannot export to ${path}: it is there already`,
      path,
      "export to another folder, or remove it",
    );
  }
}

/** Names of an export's own, and of what has no place of its own. */
const OWN = new Set(
  ["manifest.json", "airg-manifest.json", "airg-README.txt", "files", "long"],
);

/** Where a copy lies: as its path is below the workspace, which is where Runtime Guard puts it. */
function insideOf(path: string, workspace: string): string {
  const inside = path === workspace
    ? "files/workspace"
    : path.startsWith(`${workspace}/`)
    ? path.slice(workspace.length + 1)
    : `files/${path.slice(1) || "root"}`;
  // A byte that is no UTF-8 has no name in Deno; `source` has it in full.
  const named = inside.replace(
    /(?<![\ud800-\udbff])[\udc80-\udcff]/g,
    (byte) => `%${(byte.charCodeAt(0) - 0xdc00).toString(16)}`,
  );
  const [first = ""] = named.split("/");
  const isInTheWay = OWN.has(first) && !inside.startsWith("files/workspace");
  return isInTheWay && path.startsWith(`${workspace}/`)
    ? `files/workspace/${named}`
    : named;
}

async function exportEntry(
  store: OpenStore,
  tree: RawTree,
  { path, before }: BackupEntry,
  { place, inside }: { readonly place: string; readonly inside: string },
): Promise<GuardItem | undefined> {
  if (before.type === "absent") return undefined;
  const short = inside.length < LONG ? inside : `long/${crypto.randomUUID()}`;
  const backup = `${place}/${short}`;
  await Deno.mkdir(backup.slice(0, backup.lastIndexOf("/")), {
    recursive: true,
    mode: 0o700,
  });
  switch (before.type) {
    case "folder":
      await Deno.mkdir(backup, { recursive: true, mode: 0o700 });
      return { source: path, backup, type: "directory" };
    case "link":
      await Deno.symlink(before.target.toWellFormed(), backup);
      return { source: path, backup, type: "symlink" };
    case "file":
      await exportFile(store, tree, before, backup);
      return { source: path, backup, type: "file", sha256: before.sha256 };
  }
}

async function exportFile(
  store: OpenStore,
  tree: RawTree,
  { sha256, size, mode, mtime }: Extract<Saved, { type: "file" }>,
  backup: string,
): Promise<void> {
  using node = tree.open(objectPath(store.place, sha256));
  if (node?.info.type === "file" && node.info.size === size) {
    using content = node.open();
    using file = await Deno.open(backup, {
      write: true,
      createNew: true,
      mode: mode & 0o700 | 0o400,
    });
    const id = await readThrough(content, size, (at, bytes) => {
      file.seekSync(at, Deno.SeekMode.Start);
      for (let sent = 0; sent < bytes.length;) {
        sent += file.writeSync(bytes.subarray(sent));
      }
    });
    await file.truncate(size);
    await file.utime(mtime / 1000, mtime / 1000);
    if (id.sha256 === sha256) return;
  }
  throw new BackupError(
    `Cannot export ${sha256}: the store does not hold it as it was`,
    store.place.objects,
    "run `airg backup verify`",
  );
}

async function writeNew(path: string, text: string): Promise<void> {
  await Deno.writeTextFile(path, text, { createNew: true, mode: 0o600 });
}
