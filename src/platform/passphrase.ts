// Copyright 2026 the airg authors. Apache-2.0 license.

/**
 * The operator's passphrase: kept as a scrypt hash (RFC 7914) in a file of mode 0600.
 *
 * A file that is there and cannot be trusted is an error, never "no passphrase".
 *
 * @module
 */

import { Buffer } from "node:buffer";
import { randomBytes, scryptSync, timingSafeEqual } from "node:crypto";
import { writeAtomic } from "./atomic_file.ts";

/** About 60 ms and 32 MiB a guess. */
const COST = { N: 2 ** 15, r: 8, p: 1, maxmem: 64 * 1024 * 1024 } as const;
const HASH_BYTES = 32;
const SALT_BYTES = 16;

/** A secret that cannot be read back. */
export interface Hashed {
  readonly salt: string;
  readonly hash: string;
}

/** Hashes a secret with a salt of its own. */
export function hashed(secret: string): Hashed {
  const salt = randomBytes(SALT_BYTES);
  return { salt: salt.toString("hex"), hash: scrypt(secret, salt) };
}

/** Whether `secret` is what was hashed. */
export function isHashed(secret: string, { salt, hash }: Hashed): boolean {
  const made = Buffer.from(scrypt(secret, Buffer.from(salt, "hex")), "hex");
  const kept = Buffer.from(hash, "hex");
  return kept.length === made.length && timingSafeEqual(made, kept);
}

function scrypt(secret: string, salt: Uint8Array): string {
  // One spelling for each text: keyboards differ in how they compose letters.
  return scryptSync(secret.normalize("NFKC"), salt, HASH_BYTES, COST)
    .toString("hex");
}

/**
 * Reads the hash; `undefined` when no passphrase is set.
 *
 * @throws {TypeError} If the file is not what airg wrote, or others can reach it.
 */
export function readPassphrase(path: string): Hashed | undefined {
  let info: Deno.FileInfo;
  try {
    info = Deno.lstatSync(path);
  } catch (error) {
    if (error instanceof Deno.errors.NotFound) return undefined;
    throw error;
  }
  const open = ((info.mode ?? 0) & 0o077) !== 0;
  if (!info.isFile || open || info.uid !== Deno.uid()) {
    throw new TypeError(
      `Cannot use ${path}: it must be a file of yours with mode 0600`,
    );
  }
  const kept: unknown = JSON.parse(Deno.readTextFileSync(path));
  if (isKept(kept)) return kept;
  throw new TypeError(`Cannot use ${path}: it is not what airg wrote`);
}

/** Sets the passphrase. */
export async function writePassphrase(
  path: string,
  secret: string,
): Promise<void> {
  const text = JSON.stringify({ version: 1, ...hashed(secret) });
  await writeAtomic(path, `${text}\n`, { mode: 0o600 });
}

function isKept(value: unknown): value is Hashed {
  return typeof value === "object" && value !== null &&
    "version" in value && value.version === 1 &&
    "salt" in value && isHex(value.salt, SALT_BYTES) &&
    "hash" in value && isHex(value.hash, HASH_BYTES);
}

function isHex(value: unknown, bytes: number): boolean {
  return typeof value === "string" && value.length === 2 * bytes &&
    /^[0-9a-f]+$/.test(value);
}
