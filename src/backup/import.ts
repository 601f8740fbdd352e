// Copyright 2026 the airg authors. Apache-2.0 license.

/**
 * Takes Runtime Guard's backups over: each folder becomes an event. Nothing is
 * taken from where they are, and an item that is not what it says is refused by
 * itself.
 *
 * Whoever wrote the manifests is not trusted: copies are looked for below their
 * folder only, through no link, and nothing is written but to the store.
 *
 * @module
 */

import { RawError } from "../platform/raw_kernel.ts";
import { openRawTree } from "../platform/raw_tree.ts";
import type { BackupEntry, BackupEvent } from "./event.ts";
import {
  copyWithin,
  type GuardItem,
  guardTime,
  isSigned,
  readItem,
  type SignatureKeys,
} from "./guard_form.ts";
import type { openBatch } from "./objects.ts";
import type { OpenStore } from "./open_store.ts";
import { takeSnapshot } from "./snapshot.ts";
import { BackupError } from "./store.ts";

/** An item that was not taken. */
export interface Refused {
  readonly folder: string;
  readonly source: string;
  /** One clause. */
  readonly why: string;
}

/** What became of the folders. */
export interface Imported {
  readonly events: readonly BackupEvent[];
  /** Folders that are in the store already. */
  readonly already: readonly string[];
  readonly refused: readonly Refused[];
}

/** How to import. */
export interface ImportOptions {
  /** Runtime Guard's key file, as text; items that it did not sign are then refused. */
  readonly oldKey?: string;
  readonly maxFileBytes: number;
}

/** Bytes and items of one manifest; more is no backup of a person's files. */
const MAX_MANIFEST_BYTES = 64 * 1024 * 1024;
const MAX_ITEMS = 200_000;

/** Imports all folders in `root`, or `root` itself where it is one. */
export async function importBackups(
  store: OpenStore,
  root: string,
  options: ImportOptions,
): Promise<Imported> {
  const events: BackupEvent[] = [];
  const already: string[] = [];
  const refused: Refused[] = [];
  for (const folder of foldersIn(root)) {
    const name = nameOf(folder);
    const at = guardTime(name) ?? 0;
    const what = `imported from ${folder}`;
    if (await isThere(store, at, name)) {
      already.push(folder);
      continue;
    }
    const items = itemsIn(folder, { ...options, ring: store.keys }, refused);
    if (items.length === 0) continue;
    const event = await store.add(async (batch) => {
      const entries = await entriesOf(batch, folder, items, options, refused);
      return {
        at,
        cause: "import",
        workspace: commonFolder(items.map(({ source }) => source)),
        agent: "runtime-guard",
        session: "",
        decision: "",
        what: what.slice(-500),
        entries,
        unsaved: [],
      };
    });
    events.push(event);
  }
  return { events, already, refused };
}

function foldersIn(root: string): string[] {
  if (guardTime(nameOf(root)) !== undefined) return [root];
  return [...Deno.readDirSync(root)]
    .filter(({ name, isDirectory }) =>
      isDirectory && guardTime(name) !== undefined
    )
    .map(({ name }) => `${root}/${name}`).sort();
}

function nameOf(path: string): string {
  return path.slice(path.lastIndexOf("/") + 1);
}

async function isThere(
  store: OpenStore,
  at: number,
  name: string,
): Promise<boolean> {
  const same = await store.list({ since: at, until: at, limit: 1_000 });
  return same.some(({ event }) =>
    event.cause === "import" && event.what.endsWith(`/${name}`)
  );
}

/** The items of one manifest that may be taken. */
function itemsIn(
  folder: string,
  keys: ImportOptions & Pick<SignatureKeys, "ring">,
  refused: Refused[],
): GuardItem[] {
  const values = manifestOf(folder);
  if (typeof values === "string") {
    refused.push({ folder, source: "manifest.json", why: values });
    return [];
  }
  const seen = new Map<string, string>();
  const { oldKey: old, ring } = keys;
  return values.flatMap((value, index): GuardItem[] => {
    const item = readItem(value);
    const refuse = (why: string): [] => {
      const source = typeof item === "string" ? `item ${index}` : item.source;
      refused.push({ folder, source, why });
      return [];
    };
    if (typeof item === "string") return refuse(item);
    if (copyWithin(item, nameOf(folder)) === undefined) {
      return refuse("its copy lies outside the folder");
    }
    if (old !== undefined && !isSigned(item, { ring, old })) {
      return refuse("the key did not sign it");
    }
    const key = JSON.stringify([item.type, item.sha256, item.backup]);
    const other = seen.get(item.source);
    if (other !== undefined) {
      return other === key ? [] : refuse("another item has the same source");
    }
    seen.set(item.source, key);
    return [item];
  });
}

/** The values, or why there are none. */
function manifestOf(folder: string): readonly unknown[] | string {
  using tree = openRawTree();
  try {
    using node = tree.open(`${folder}/manifest.json`);
    if (node?.info.type !== "file") return "there is no manifest";
    if (node.info.size > MAX_MANIFEST_BYTES) return "it is too large";
    using content = node.open();
    const bytes = new Uint8Array(node.info.size);
    let at = 0;
    for (;;) {
      const count = content.file.readSync(bytes.subarray(at));
      if (count === null || count === 0) break;
      at += count;
    }
    const value: unknown = JSON.parse(
      new TextDecoder().decode(bytes.subarray(0, at)),
    );
    if (!Array.isArray(value)) return "it is no list";
    return value.length > MAX_ITEMS ? "it has too many items" : value;
  } catch (error) {
    if (error instanceof SyntaxError) return "it is no JSON";
    if (error instanceof RawError) return error.message;
    throw error;
  }
}

/** Files first: they are signed, and what a folder holds besides is not. */
async function entriesOf(
  batch: ReturnType<typeof openBatch>,
  folder: string,
  items: readonly GuardItem[],
  { maxFileBytes }: ImportOptions,
  refused: Refused[],
): Promise<BackupEntry[]> {
  const found = new Map<string, BackupEntry>();
  const rank = ({ type }: GuardItem) => type === "directory" ? 1 : 0;
  for (const item of [...items].sort((a, b) => rank(a) - rank(b))) {
    const copy = `${folder}/${copyWithin(item, nameOf(folder))}`;
    const refuse = (why: string) => {
      const { source } = item;
      // Content may be taken in twice where room has to be made.
      const again = refused.some((other) =>
        other.folder === folder && other.source === source && other.why === why
      );
      if (!again) refused.push({ folder, source, why });
    };
    const taken = await take(batch, copy, maxFileBytes);
    if (typeof taken === "string") {
      refuse(taken);
      continue;
    }
    const wrong = mismatch(item, taken[0]);
    if (wrong !== undefined) {
      refuse(wrong);
      continue;
    }
    for (const { path, before } of taken) {
      const place = `${item.source}${path.slice(copy.length)}`;
      if (!found.has(place)) found.set(place, { path: place, before });
    }
  }
  return [...found.values()].sort((a, b) => a.path < b.path ? -1 : 1);
}

async function take(
  batch: ReturnType<typeof openBatch>,
  copy: string,
  maxFileBytes: number,
): Promise<readonly BackupEntry[] | string> {
  try {
    const { entries } = await takeSnapshot([copy], { batch, maxFileBytes });
    return entries;
  } catch (error) {
    if (error instanceof BackupError) return error.message;
    throw error;
  }
}

const TYPES = { file: "file", directory: "folder", symlink: "link" } as const;

function mismatch(
  { type, sha256 }: GuardItem,
  entry: BackupEntry | undefined,
): string | undefined {
  if (entry === undefined) return "its copy is neither file nor folder";
  const { before } = entry;
  if (before.type === "absent") return "its copy is gone";
  if (before.type !== TYPES[type]) return `its copy is no ${type}`;
  return before.type === "file" && before.sha256 !== sha256
    ? "its copy has another sha256"
    : undefined;
}

/** The deepest folder that all lie in. */
function commonFolder(paths: readonly string[]): string {
  const [first = "/", ...rest] = paths;
  let common = first.split("/").slice(0, -1);
  for (const path of rest) {
    const parts = path.split("/");
    let same = 0;
    while (same < common.length && common[same] === parts[same]) same++;
    common = common.slice(0, same);
  }
  return common.join("/") || "/";
}
