// Copyright 2026 the airg authors. Apache-2.0 license.

/**
 * The folders of events: `manifest.json`, sealed, in a folder named by time
 * and id, so that the names alone say which is older.
 *
 * @module
 */

import { canonicalJson } from "../base/canonical_json.ts";
import { seal, type Sealed, unseal } from "../store/approvals/seal.ts";
import type { KeyRing } from "../store/approvals/keys.ts";
import { type Disk, freshName } from "./disk.ts";
import type { BackupEvent } from "./event.ts";
import { isSha256 } from "./objects.ts";
import type { BackupPlace } from "./place.ts";
import type { StoredEvent } from "./store.ts";

const FOLDER_REGEXP =
  /^(\d{4}-\d\d-\d\d)T(\d\d)-(\d\d)-(\d\d\.\d{3})Z_([0-9a-f-]{36})$/;

/** Name of an event's folder; text order is the order of time. */
export function folderName(
  { at, id }: Pick<BackupEvent, "at" | "id">,
): string {
  return `${new Date(at).toISOString().replaceAll(":", "-")}_${id}`;
}

/** What such a name says; `undefined` for any other. */
export function readFolderName(
  name: string,
): { readonly at: number; readonly id: string } | undefined {
  const [, day, hour, minute, second, id] = FOLDER_REGEXP.exec(name) ?? [];
  if (id === undefined) return undefined;
  const at = Date.parse(`${day}T${hour}:${minute}:${second}Z`);
  return Number.isNaN(at) ? undefined : { at, id };
}

/** Names of all events, newest first. */
export function eventFolders({ events }: BackupPlace): string[] {
  return [...Deno.readDirSync(events)]
    .filter(({ isDirectory }) => isDirectory)
    .map(({ name }) => name)
    .filter((name) => readFolderName(name) !== undefined)
    .sort().reverse();
}

/** Writes a new event; it is on the disk when it returns. */
export async function putEvent(
  { place, disk }: Writing,
  { event, bytes }: Manifest,
): Promise<string> {
  const temporary = `${place.temporary}/${freshName()}`;
  disk.makeFolder(temporary);
  await writeManifest(disk, `${temporary}/manifest.json`, bytes);
  await disk.syncFolder(temporary);
  const folder = folderName(event);
  disk.rename(temporary, `${place.events}/${folder}`);
  await disk.syncFolder(place.events);
  return folder;
}

/** What writing needs. */
export interface Writing {
  readonly place: BackupPlace;
  readonly disk: Disk;
}

/** An event in the form that is written. */
export interface Manifest {
  readonly event: BackupEvent;
  readonly bytes: Uint8Array;
}

/** Writes an event anew, whole or not at all. */
export async function replaceEvent(
  { place, disk }: Writing,
  { event, bytes }: Manifest,
): Promise<void> {
  const folder = `${place.events}/${folderName(event)}`;
  const temporary = `${place.temporary}/${freshName()}`;
  await writeManifest(disk, temporary, bytes);
  disk.rename(temporary, `${folder}/manifest.json`);
  await disk.syncFolder(folder);
}

/** Takes an event away that nobody was told of. */
export function dropEvent(
  { disk, place }: Omit<Writing, "keys">,
  folder: string,
): void {
  const aside = `${place.temporary}/${freshName()}`;
  disk.rename(`${place.events}/${folder}`, aside);
  disk.remove(aside);
}

async function writeManifest(
  disk: Disk,
  path: string,
  bytes: Uint8Array,
): Promise<void> {
  using file = disk.create(path);
  disk.write(file, bytes);
  await disk.sync(file);
}

/** The event is there as JSON for whoever looks, and its one byte form is what is signed. */
export function manifestOf(keys: KeyRing, event: BackupEvent): Manifest {
  const { key, body, mac } = seal(keys, "backups", event);
  const text =
    `{"airg":"backup","key":${key},"mac":"${mac}","event":${body}}\n`;
  return { event, bytes: new TextEncoder().encode(text) };
}

/** Reads one event; `undefined` where there is none that can be read at all. */
export function readEvent(
  place: BackupPlace,
  keys: KeyRing,
  folder: string,
): StoredEvent | undefined {
  const named = readFolderName(folder);
  const text = readIfThere(`${place.events}/${folder}/manifest.json`);
  const value = text === undefined ? undefined : parsed(text);
  if (named === undefined || value === undefined) return undefined;
  const { key, mac, event } = value;
  if (!isEvent(event)) return undefined;
  const body = bodyOf(event);
  const sealedEvent: Sealed = { key, mac, body: body ?? "" };
  const held = body !== undefined &&
    unseal(keys, "backups", sealedEvent) !== undefined;
  // A folder under another name would pass one event off as another.
  const isItself = event.id === named.id && event.at === named.at;
  return { event, folder, damaged: !held || !isItself };
}

function readIfThere(path: string): string | undefined {
  try {
    return Deno.readTextFileSync(path);
  } catch (error) {
    if (
      error instanceof Deno.errors.NotFound ||
      error instanceof Deno.errors.NotADirectory
    ) return undefined;
    throw error;
  }
}

function bodyOf(event: object): string | undefined {
  try {
    return canonicalJson(event);
  } catch (error) {
    if (error instanceof TypeError) return undefined;
    throw error;
  }
}

interface Written {
  readonly key: number;
  readonly mac: string;
  readonly event: object;
}

function parsed(text: string): Written | undefined {
  try {
    const value: unknown = JSON.parse(text);
    return isWritten(value) ? value : undefined;
  } catch (error) {
    if (error instanceof SyntaxError) return undefined;
    throw error;
  }
}

function isWritten(value: unknown): value is Written {
  return typeof value === "object" && value !== null &&
    "key" in value && typeof value.key === "number" &&
    "mac" in value && typeof value.mac === "string" &&
    "event" in value && typeof value.event === "object" && value.event !== null;
}

/** So that a damaged one can be shown; only what the MAC holds for is relied on. */
function isEvent(value: object): value is BackupEvent {
  const texts = ["id", "workspace", "agent", "session", "decision", "what"];
  const fields = new Map(Object.entries(value));
  return fields.get("version") === 1 &&
    typeof fields.get("at") === "number" &&
    typeof fields.get("cause") === "string" &&
    texts.every((name) => typeof fields.get(name) === "string") &&
    isList(fields.get("entries"), isEntry) &&
    isList(fields.get("unsaved"), isUnsaved);
}

function isList(
  value: unknown,
  each: (value: object) => boolean,
): boolean {
  return Array.isArray(value) &&
    value.every((item) =>
      typeof item === "object" && item !== null && each(item)
    );
}

function isUnsaved(value: object): boolean {
  return "path" in value && typeof value.path === "string" &&
    "why" in value && typeof value.why === "string";
}

function isEntry(value: object): boolean {
  if (!("path" in value) || typeof value.path !== "string") return false;
  if (!("before" in value) || !isState(value.before)) return false;
  return !("after" in value) || isState(value.after);
}

function isState(value: unknown): boolean {
  if (typeof value !== "object" || value === null) return false;
  const fields = new Map<string, unknown>(Object.entries(value));
  const hash = fields.get("sha256");
  switch (fields.get("type")) {
    case "file":
      return typeof fields.get("size") === "number" &&
        typeof hash === "string" && isSha256(hash);
    case "link":
      return typeof fields.get("target") === "string";
    default:
      return typeof fields.get("type") === "string";
  }
}
