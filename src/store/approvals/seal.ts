// Copyright 2026 the airg authors. Apache-2.0 license.

/**
 * Content of a row, or of a manifest, under a MAC: HMAC-SHA-256 over its
 * canonical JSON.
 *
 * @module
 */

import { createHash } from "node:crypto";
import { canonicalJson } from "../../base/canonical_json.ts";
import type { ApprovalKey, KeyRing } from "./keys.ts";

/** What a seal is for: a row of one table is none of another, and no backup. */
export type Purpose =
  | "requests"
  | "grants"
  | "history"
  | "imported"
  | "meta"
  | "head"
  /** Manifests of `src/backup`. */
  | "backups"
  /** What its files were when they were saved. */
  | "known"
  | "restore"
  /** Journals of restores. */
  | "restoring";

/** Columns of a row that hold its content. */
export interface Sealed {
  readonly key: number;
  readonly body: string;
  readonly mac: string;
}

/** Signs `content` with the newest key. */
export function seal(keys: KeyRing, purpose: Purpose, content: object): Sealed {
  const key = keys.newest();
  const body = canonicalJson(content);
  return { key: key.id, body, mac: macOf(key, purpose, body) };
}

/**
 * Reads what {@linkcode seal} signed; `undefined` if it is something else.
 *
 * The type is the caller's word: what verifies was written by airg's own
 * code for this purpose.
 */
export function unseal<Content>(
  keys: KeyRing,
  purpose: Purpose,
  { key: id, body, mac }: Sealed,
): Content | undefined {
  const key = keys.find(id);
  if (key === undefined) return undefined;
  if (!isSame(mac, macOf(key, purpose, body))) return undefined;
  const content: Content = JSON.parse(body);
  return content;
}

/**
 * HMAC-SHA-256 (RFC 2104) in hex. By hand, since `createHmac()` takes four
 * times as long here (10 us), and a list has a thousand rows; it is the oracle
 * of the test.
 */
export function macOf(
  key: ApprovalKey,
  purpose: Purpose,
  body: string,
): string {
  const { inner, outer } = padsOf(key);
  const digest = createHash("sha256").update(inner)
    .update(`airg approvals ${purpose}\n`).update(body).digest();
  return createHash("sha256").update(outer).update(digest).digest("hex");
}

/** Bytes of a block of SHA-256. */
const BLOCK = 64;

interface Pads {
  readonly inner: Uint8Array;
  readonly outer: Uint8Array;
}

const PADS = new WeakMap<ApprovalKey, Pads>();

function padsOf(key: ApprovalKey): Pads {
  let pads = PADS.get(key);
  if (pads === undefined) {
    const secret = new Uint8Array(BLOCK);
    secret.set(Uint8Array.fromHex(key.secret));
    pads = {
      inner: secret.map((byte) => byte ^ 0x36),
      outer: secret.map((byte) => byte ^ 0x5c),
    };
    PADS.set(key, pads);
  }
  return pads;
}

/** Takes as long wherever the texts differ. */
function isSame(one: string, other: string): boolean {
  let difference = one.length ^ other.length;
  for (let at = 0; at < other.length; at++) {
    difference |= one.charCodeAt(at) ^ other.charCodeAt(at);
  }
  return difference === 0;
}
