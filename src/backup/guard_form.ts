// Copyright 2026 the airg authors. Apache-2.0 license.

/**
 * The form that Runtime Guard keeps its backups in: a folder
 * `yyyy-mm-ddThh-mm-ss.ffffff_8hex` with copies and a `manifest.json`, an array
 * of `{source, backup, type, sha256, manifest_sig}`.
 *
 * @module
 */

import { createHmac } from "node:crypto";
import { canonicalJson } from "../base/canonical_json.ts";
import { macOf } from "../store/approvals/seal.ts";
import type { KeyRing } from "../store/approvals/keys.ts";

/** One item as it is written. */
export interface GuardItem {
  readonly source: string;
  readonly backup: string;
  readonly type: "file" | "directory" | "symlink";
  readonly sha256?: string;
  readonly manifest_sig?: string;
}

/** How an item is checked. */
export interface SignatureKeys {
  readonly ring: KeyRing;
  /** Text of Runtime Guard's key file. */
  readonly old?: string;
}

const NAME_REGEXP =
  /^(\d{4}-\d\d-\d\d)T(\d\d)-(\d\d)-(\d\d)\.(\d{3})\d{3}_[0-9a-f]{8}$/;

/** When such a folder was made; `undefined` for another name. */
export function guardTime(name: string): number | undefined {
  const [, day, hour, minute, second, ms] = NAME_REGEXP.exec(name) ?? [];
  const at = Date.parse(`${day}T${hour}:${minute}:${second}.${ms}Z`);
  return Number.isNaN(at) ? undefined : at;
}

/** Name for an event; the last digits of its id are random. */
export function guardName(at: number, id: string): string {
  const time = new Date(at).toISOString().slice(0, 23).replaceAll(":", "-");
  return `${time}000_${id.replaceAll("-", "").slice(-8)}`;
}

/** Signs an item with airg's key. */
export function signItem(ring: KeyRing, item: GuardItem): string {
  return macOf(ring.newest(), "backups", signedText(item));
}

function signedText(
  { source, backup, type, sha256 }: GuardItem,
): string {
  return canonicalJson({ source, backup, type, sha256 });
}

/** Whether airg signed an item, or Runtime Guard with its old key. */
export function isSigned(item: GuardItem, keys: SignatureKeys): boolean {
  const given = item.manifest_sig;
  if (given === undefined) return false;
  return byAirg(item, keys.ring, given) ||
    (keys.old !== undefined && byGuard(item, keys.old, given));
}

function byAirg(item: GuardItem, ring: KeyRing, given: string): boolean {
  for (let id = ring.newest().id; id >= 0; id--) {
    const key = ring.find(id);
    if (
      key !== undefined && macOf(key, "backups", signedText(item)) === given
    ) {
      return true;
    }
  }
  return false;
}

/** Versions wrote the four values down differently; under a key that is secret, each is as good. */
function byGuard(item: GuardItem, old: string, given: string): boolean {
  const { source, backup, type, sha256 = "" } = item;
  const values = [source, backup, type, sha256];
  const texts = [
    ...["|", "\n", ":", "\0"].map((between) => values.join(between)),
    canonicalJson({ source, backup, type, sha256 }),
    `{"backup": ${JSON.stringify(backup)}, "sha256": ${
      JSON.stringify(sha256)
    }, "source": ${JSON.stringify(source)}, "type": ${JSON.stringify(type)}}`,
  ];
  const secret = old.trim();
  const keys = [
    new TextEncoder().encode(secret),
    ...(/^(?:[0-9a-f]{2})+$/i.test(secret) ? [Uint8Array.fromHex(secret)] : []),
  ];
  return keys.some((key) =>
    texts.some((text) =>
      createHmac("sha256", key).update(text).digest("hex") ===
        given.toLowerCase()
    )
  );
}

/** Reads one item of a manifest that anybody may have written; else what is wrong with it. */
export function readItem(value: unknown): GuardItem | string {
  if (typeof value !== "object" || value === null) return "it is no object";
  const fields = new Map<string, unknown>(Object.entries(value));
  const [source, backup] = [fields.get("source"), fields.get("backup")];
  const [type, hash] = [fields.get("type"), fields.get("sha256")];
  const signature = fields.get("manifest_sig");
  if (typeof source !== "string" || typeof backup !== "string") {
    return "source or backup is no text";
  }
  if (!isPlainPath(source)) return "source is no absolute path without . or ..";
  if (type !== "file" && type !== "directory" && type !== "symlink") {
    return "its type is unknown";
  }
  if (type === "file" && typeof hash !== "string") return "it has no sha256";
  return {
    source,
    backup,
    type,
    ...(typeof hash === "string" && { sha256: hash.toLowerCase() }),
    ...(typeof signature === "string" && { manifest_sig: signature }),
  };
}

/** Absolute, and every component a name. */
function isPlainPath(path: string): boolean {
  return path.startsWith("/") && path.length <= 4096 && !path.includes("\0") &&
    path.slice(1).split("/").every((part) =>
      part !== "" && part !== "." && part !== ".."
    );
}

/**
 * Where an item's copy lies below its folder; `undefined` where it lies
 * elsewhere. The root may have been moved: what counts comes after the name of
 * the folder.
 */
export function copyWithin(
  { backup }: GuardItem,
  folder: string,
): string | undefined {
  const marker = `/${folder}/`;
  const cut = backup.lastIndexOf(marker);
  const inside = cut >= 0
    ? backup.slice(cut + marker.length)
    : backup.startsWith("/")
    ? undefined
    : backup.startsWith(`${folder}/`)
    ? backup.slice(folder.length + 1)
    : backup;
  return inside !== undefined && isPlainPath(`/${inside}`) ? inside : undefined;
}
