// Copyright 2026 the airg authors. Apache-2.0 license.

/**
 * Content of a row under a MAC: HMAC-SHA-256 over its canonical JSON.
 *
 * @module
 */

import { Buffer } from "node:buffer";
import { createHmac, timingSafeEqual } from "node:crypto";
import { canonicalJson } from "../base/canonical_json.ts";
import type { ApprovalKey, KeyRing } from "./approval_keys.ts";

/** What a seal is for: a row of one table is none of another. */
export type Purpose =
  | "requests"
  | "grants"
  | "history"
  | "imported"
  | "meta"
  | "head";

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
  const [is, should] = [Buffer.from(mac), macOf(key, purpose, body)];
  const wanted = Buffer.from(should);
  if (is.length !== wanted.length || !timingSafeEqual(is, wanted)) {
    return undefined;
  }
  const content: Content = JSON.parse(body);
  return content;
}

/** In hex. */
export function macOf(
  key: ApprovalKey,
  purpose: Purpose,
  body: string,
): string {
  return createHmac("sha256", Buffer.from(key.secret, "hex"))
    .update(`airg approvals ${purpose}\n${body}`).digest("hex");
}
