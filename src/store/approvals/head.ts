// Copyright 2026 the airg authors. Apache-2.0 license.

/**
 * `approvals.head`: how far the database beside it had come.
 *
 * Every use raises a counter in the database, then here, before it is told to
 * anybody. A database whose counter is lower was put back from an older copy.
 * The other way round is what a crash between the two leaves, and harmless:
 * nothing ran. So the text is not waited for to be on the disk, only to be
 * seen by every process.
 *
 * @module
 */

import { hasPrivateFile, putPrivateFile } from "./private_file.ts";
import type { KeyRing } from "./keys.ts";
import { seal, unseal } from "./seal.ts";
import { ApprovalStoreError } from "./trouble.ts";

/** What the head says. */
export type Head =
  | { readonly kind: "none" }
  | { readonly kind: "damaged" }
  | { readonly kind: "epoch"; readonly epoch: number };

/** Always as long, so that a write in place leaves nothing of the old text. */
const HEAD_REGEXP = /^airg approvals (\d{16}) (\d{6}) ([0-9a-f]{64})\n$/;
const MAX_BYTES = 128;
const LOCK_MS = 2_000;
const NOTHING = new Int32Array(new SharedArrayBuffer(4));

/** Reads the head. */
export function readHead(path: string, keys: KeyRing): Head {
  if (!hasPrivateFile(path)) return { kind: "none" };
  using file = Deno.openSync(path, { read: true });
  lock(file, path, "shared");
  return parse(textIn(file), keys);
}

/** Makes the head of a database that was just made. */
export function makeHead(path: string, keys: KeyRing, epoch: number): void {
  putPrivateFile(path, textOf(keys, epoch), "new");
}

/**
 * Raises the head; one that is there already, or higher, stays.
 *
 * @throws What the machine says. The caller must not go on then.
 */
export function raiseHead(path: string, keys: KeyRing, epoch: number): void {
  if (!hasPrivateFile(path)) return makeHead(path, keys, epoch);
  using file = Deno.openSync(path, { read: true, write: true });
  lock(file, path, "exclusive");
  const head = parse(textIn(file), keys);
  // A damaged one is left for whoever repairs: it may have been higher.
  if (head.kind !== "epoch" || head.epoch >= epoch) return;
  file.seekSync(0, Deno.SeekMode.Start);
  file.writeSync(new TextEncoder().encode(textOf(keys, epoch)));
}

/** Puts a head of this epoch there, whatever was there. */
export function resetHead(path: string, keys: KeyRing, epoch: number): void {
  putPrivateFile(path, textOf(keys, epoch), "replace");
}

/** Waits for those who hold it for some microseconds, and not for ever. */
function lock(
  file: Deno.FsFile,
  path: string,
  kind: "shared" | "exclusive",
): void {
  const end = performance.now() + LOCK_MS;
  while (!file.tryLockSync(kind === "exclusive")) {
    if (performance.now() > end) {
      throw new ApprovalStoreError(
        `Cannot lock ${path}: another process holds it`,
        "look for an airg process that is stopped",
      );
    }
    Atomics.wait(NOTHING, 0, 0, 1);
  }
}

function textIn(file: Deno.FsFile): string {
  const bytes = new Uint8Array(MAX_BYTES);
  const count = file.readSync(bytes) ?? 0;
  return new TextDecoder().decode(bytes.subarray(0, count));
}

function parse(text: string, keys: KeyRing): Head {
  const [, digits = "", key = "", mac = ""] = HEAD_REGEXP.exec(text) ?? [];
  const epoch = Number(digits);
  const body = JSON.stringify({ epoch });
  const sealed = { key: Number(key), body, mac };
  return digits !== "" && unseal(keys, "head", sealed) !== undefined
    ? { kind: "epoch", epoch }
    : { kind: "damaged" };
}

function textOf(keys: KeyRing, epoch: number): string {
  const { key, mac } = seal(keys, "head", { epoch });
  const digits = String(epoch).padStart(16, "0");
  return `airg approvals ${digits} ${String(key).padStart(6, "0")} ${mac}\n`;
}
