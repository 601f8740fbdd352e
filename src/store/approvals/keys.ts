// Copyright 2026 the airg authors. Apache-2.0 license.

/**
 * The keys that rows of the approval store are signed with.
 *
 * They have numbers: rotating adds one, and what an older one signed still
 * verifies. Number 0 is the secret of `AIRG_APPROVAL_HMAC_SECRET`, which is
 * never written down.
 *
 * @module
 */

import { createHash, randomBytes } from "node:crypto";
import { beneath } from "./file_names.ts";
import {
  hasPrivateFile,
  lstatIfThere,
  putPrivateFile,
} from "./private_file.ts";
import { ApprovalStoreError } from "./trouble.ts";

/** One key. */
export interface ApprovalKey {
  readonly id: number;
  /** Milliseconds since the Unix epoch. */
  readonly made: number;
  /** 64 hex digits. */
  readonly secret: string;
}

/** The keys in use. */
export interface KeyRing {
  /** Signs what is written now. */
  readonly newest: () => ApprovalKey;
  /** Looks into the file again for a number that is new. */
  readonly find: (id: number) => ApprovalKey | undefined;
  /** Adds a key; the caller holds the database's write lock. */
  readonly rotate: (now: number) => ApprovalKey;
}

/** How a key file of airg starts; Runtime Guard's holds 64 hex digits alone. */
const START = '{"airg":"approval-keys",';
/** Runtime Guard makes an empty one, and fills it. */
const FOREIGN_REGEXP = /^\s*(?:[0-9a-fA-F]{64})?\s*$/;
const SECRET_BYTES = 32;
/** Bytes of a secret of the environment at least: less can be guessed. */
const LEAST_SECRET = 16;
const SECRET_REGEXP = /^[0-9a-f]{64}$/;
const CURE = "put back the key file, or move it away and run " +
  "`airg approvals repair`, which revokes all open grants";

/** Whether there is a file at `path` that airg did not write. */
export function isForeignKeyFile(path: string): boolean {
  const info = lstatIfThere(path);
  // What comes now was made by another airg at its first use, as here.
  if (info === undefined) return false;
  if (!info.isFile) {
    hasPrivateFile(path);
    return false;
  }
  const text = Deno.readTextFileSync(path);
  if (text.startsWith(START)) return false;
  if (FOREIGN_REGEXP.test(text)) return true;
  // Neither: airg's own, damaged, unless airg's own is elsewhere already.
  if (lstatIfThere(beneath(path)) !== undefined) return true;
  throw notKeys(path);
}

/**
 * Opens the keys at `path`, and makes the first one where there is none.
 *
 * @param secret Text of the environment; rows are then signed with it alone.
 * @throws {ApprovalStoreError} If the file cannot be relied on.
 */
export function openKeys(
  path: string,
  now: number,
  secret?: string,
): KeyRing {
  const given = secret ? environmentKey(secret) : undefined;
  let keys = given === undefined ? readOrMake(path, now) : readIfThere(path);
  return {
    newest() {
      const newest = given ?? keys.at(-1);
      if (newest === undefined) throw new TypeError("Cannot sign: no key");
      return newest;
    },
    find(id) {
      if (id === given?.id) return given;
      const known = keys.find((key) => key.id === id);
      if (known !== undefined) return known;
      keys = readIfThere(path);
      return keys.find((key) => key.id === id);
    },
    rotate(now) {
      if (given !== undefined) {
        throw new ApprovalStoreError(
          "Cannot rotate the key: it is the secret of the environment",
          "change AIRG_APPROVAL_HMAC_SECRET",
        );
      }
      const before = readIfThere(path);
      const key = makeKey((before.at(-1)?.id ?? 0) + 1, now);
      keys = [...before, key];
      putPrivateFile(path, textOf(keys), "replace");
      return key;
    },
  };
}

function environmentKey(text: string): ApprovalKey {
  if (new TextEncoder().encode(text).length < LEAST_SECRET) {
    throw new ApprovalStoreError(
      `Cannot use AIRG_APPROVAL_HMAC_SECRET: it has fewer than ${LEAST_SECRET} bytes`,
      "set it to the output of `openssl rand -hex 32`, or unset it: airg then keeps keys of its own",
    );
  }
  const secret = createHash("sha256").update(text).digest("hex");
  return { id: 0, made: 0, secret };
}

function makeKey(id: number, made: number): ApprovalKey {
  return { id, made, secret: randomBytes(SECRET_BYTES).toString("hex") };
}

function readOrMake(path: string, now: number): readonly ApprovalKey[] {
  // Another process may be making them, too: the first one wins.
  if (!hasPrivateFile(path)) {
    putPrivateFile(path, textOf([makeKey(1, now)]), "new");
  }
  return readIfThere(path);
}

function readIfThere(path: string): readonly ApprovalKey[] {
  if (!hasPrivateFile(path)) return [];
  const keys = parse(Deno.readTextFileSync(path));
  if (keys === undefined) throw notKeys(path);
  return keys;
}

function notKeys(path: string): ApprovalStoreError {
  return new ApprovalStoreError(
    `Cannot use ${path}: it does not hold keys of approvals`,
    CURE,
  );
}

function textOf(keys: readonly ApprovalKey[]): string {
  return `${START}"keys":${JSON.stringify(keys)}}\n`;
}

function parse(text: string): readonly ApprovalKey[] | undefined {
  if (!text.startsWith(START)) return undefined;
  let value: { keys?: unknown };
  try {
    value = JSON.parse(text);
  } catch (error) {
    if (error instanceof SyntaxError) return undefined;
    throw error;
  }
  const { keys } = value;
  if (!Array.isArray(keys) || keys.length === 0) return undefined;
  let last = 0;
  for (const key of keys) {
    if (!isKey(key) || key.id <= last) return undefined;
    last = key.id;
  }
  return keys;
}

function isKey(value: unknown): value is ApprovalKey {
  return typeof value === "object" && value !== null &&
    "id" in value && Number.isSafeInteger(value.id) &&
    "made" in value && typeof value.made === "number" &&
    "secret" in value && typeof value.secret === "string" &&
    SECRET_REGEXP.test(value.secret);
}
